"""The server as an ASGI application. Nothing in it is global."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from ownvoice.access.clients import Access
from ownvoice.access.pages import Pages
from ownvoice.api import (
    capabilities,
    cloning,
    dictionaries,
    openai,
    openapi,
    rest,
    sse,
    tokens,
    voices,
    ws,
)
from ownvoice.api.errors import STATUSES, MethodNotAllowed, error_response, failure
from ownvoice.api.gate import Gate
from ownvoice.api.request_ids import HEADER, with_request_ids
from ownvoice.errors import NotFound, RequestError
from ownvoice.settings import Settings
from ownvoice.store import Store
from ownvoice.tts.runner import Runner
from ownvoice.voices.catalogue import Catalogue

Endpoint = Callable[[Request], Awaitable[Response]]


def build(settings: Settings, runner: Runner, store: Store) -> Starlette:
    """The application that serves the protocol with a runner and a store, which stay their owner's to close."""
    access = Access(settings, store.keys, Path(settings.data))
    app = Starlette(
        routes=[
            _route("/", rest.status, "GET"),
            _route("/openapi.json", openapi.document, "GET"),
            _route("/tts/bytes", rest.tts_bytes, "POST"),
            _route("/tts/sse", sse.tts_sse, "POST"),
            WebSocketRoute("/tts/websocket", ws.tts_websocket),
            _route("/voices", voices.list_voices, "GET"),
            _route("/voices", voices.create_voice, "POST"),
            _route("/voices/clone", cloning.clone_voice, "POST"),
            _route("/voices/clone/clip", cloning.clone_clip, "POST"),
            _route("/voices/mix", voices.mix_voices, "POST"),
            _route("/voices/localize", voices.localize_voice, "POST"),
            _route("/voices/{id}", voices.get_voice, "GET"),
            _route("/voices/{id}", voices.update_voice, "PATCH"),
            _route("/voices/{id}", voices.delete_voice, "DELETE"),
            _route("/pronunciation-dicts", dictionaries.list_dictionaries, "GET"),
            _route("/pronunciation-dicts", dictionaries.create_dictionary, "POST"),
            _route("/pronunciation-dicts/{id}", dictionaries.get_dictionary, "GET"),
            _route("/pronunciation-dicts/{id}", dictionaries.update_dictionary, "PATCH"),
            _route("/pronunciation-dicts/{id}", dictionaries.delete_dictionary, "DELETE"),
            _route("/accents", voices.list_accents, "GET"),
            _route("/access-token", tokens.make_token, "POST"),
            _route("/v1/audio/speech", openai.speech, "POST"),
            _route("/v1/models", openai.models, "GET"),
            _route("/v1/capabilities", capabilities.capabilities, "GET"),
            WebSocketRoute("/{path:path}", _no_such_socket),
        ],
        # The outermost first: every answer has an id, and pages of other origins may read refusals too.
        middleware=[
            Middleware(with_request_ids),
            *_cors(settings),
            Middleware(_equal_slashes),
            Middleware(Gate, access=access, pages=Pages(settings)),
        ],
        exception_handlers={HTTPException: _no_such_place},
    )
    app.state.settings = settings
    app.state.runner = runner
    app.state.store = store
    names = tuple(dict.fromkeys(settings.models.values()))
    app.state.catalogue = Catalogue(lambda: {name: runner.describe(name) for name in names})
    app.state.access = access
    return app


def _cors(settings: Settings) -> list[Middleware]:
    """What lets web pages of other origins use the server. Keys are in headers, so there are no credentials in it."""
    if not settings.cors_origins:
        return []
    return [
        Middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=["GET", "POST", "PATCH", "DELETE"],
            allow_headers=["*"],
            expose_headers=[HEADER, "Retry-After"],
        )
    ]


def _route(path: str, endpoint: Endpoint, method: str) -> Route:
    """A route whose errors are answered in the protocol's shape."""

    async def answered(request: Request) -> Response:
        try:
            return await endpoint(request)
        except ClientDisconnect:
            return Response(status_code=400)  # it went away in the middle of its request: this reaches nobody
        except Exception as error:
            return error_response(request, failure(error, request))

    return Route(path, answered, methods=[method])


async def _no_such_place(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    kind = MethodNotAllowed if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED else NotFound
    response = error_response(request, _nothing_at(request.method, request.url.path, kind))
    if kind is MethodNotAllowed:
        # Starlette names the methods of the first route at the path only.
        routes = [route for route in request.app.routes if isinstance(route, Route)]
        fitting = [route for route in routes if route.path_regex.match(request.scope["path"])]
        # /voices/clone could be the id of a voice as well, but it is not.
        here = [route.methods or set() for route in fitting if route.path == fitting[0].path]
        response.headers["Allow"] = ", ".join(sorted(set().union(*here)))
    return response


async def _no_such_socket(websocket: WebSocket) -> None:
    # Without a route Starlette would refuse with 403, as if another key could help.
    await websocket.send_denial_response(
        error_response(websocket, _nothing_at("WebSocket", websocket.url.path, NotFound))
    )


def _nothing_at(method: str, path: str, kind: type[RequestError]) -> RequestError:
    phrase = HTTPStatus(STATUSES[kind]).phrase
    return kind(phrase.capitalize(), f"{method} {path}: {phrase.lower()}; /openapi.json lists what there is")


def _equal_slashes(app: ASGIApp) -> ASGIApp:
    """Make ``/voices/`` and ``/voices`` the same place: some clients write one, some the other."""

    async def without_slash(scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope.get("path", "")
        if len(path) > 1 and path.endswith("/"):
            scope = {**scope, "path": path.rstrip("/") or "/"}
        await app(scope, receive, send)

    return without_slash
