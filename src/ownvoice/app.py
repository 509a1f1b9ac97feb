"""The server as an ASGI application. Nothing in it is global, so one process may have several."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from http import HTTPStatus
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from ownvoice.access.clients import Access
from ownvoice.access.pages import AllowedOrigins
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
from ownvoice.api.services import Services
from ownvoice.errors import NotFound, RequestError
from ownvoice.settings import Settings, engines_in_use, load
from ownvoice.store import Store, open_store
from ownvoice.tts.runner import Runner
from ownvoice.tts.runner.inline import InlineRunner
from ownvoice.voices.catalogue import Catalogue

Endpoint = Callable[[Request], Awaitable[Response]]


def create_app(settings: Settings | None = None, runner: Runner | None = None, store: Store | None = None) -> Starlette:
    """Make the application that serves the protocol: for instance, ``uvicorn --factory ownvoice.app:create_app``.

    What is made here is closed when the application shuts down; what is passed in stays its owner's to close.

    Args:
        settings: the settings; None loads them from the environment. Unless they turn keys on or off, the host
            decides whether keys are needed, wherever the ASGI server really listens.
        runner: where engines run; None makes the one that the settings name.
        store: the voices, dictionaries and keys; None opens that of the settings.

    Raises:
        ValueError: a setting in the environment is wrong.
    """
    settings = settings or load()
    made: list[Runner | Store] = []
    if runner is None:
        made.append(runner := make_runner(settings))
    if store is None:
        made.append(store := open_store(Path(settings.data), settings.database_url))
    access = Access(settings, store.keys, Path(settings.data))
    names = engines_in_use(settings)
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
            WebSocketRoute("/{path:path}", _refuse_socket),
        ],
        # The outermost first: every answer has an id, and pages of other origins may read refusals too.
        middleware=[
            Middleware(with_request_ids),
            *_cors(settings),
            Middleware(_ignore_final_slash),
            Middleware(Gate, access=access, pages=AllowedOrigins(settings)),
        ],
        exception_handlers={HTTPException: _refuse_unknown},
        lifespan=_lifespan(runner, names, made),
    )
    catalogue = Catalogue(lambda: {name: runner.describe(name) for name in names})
    app.state.services = Services(settings, runner, store, access, catalogue)
    return app


def make_runner(settings: Settings) -> Runner:
    """Make the runner that the settings name."""
    match settings.runner:
        case "inline":
            return InlineRunner(options=settings.engines, data=Path(settings.data) / "engines")


def _lifespan(
    runner: Runner, engines: Sequence[str], made: list[Runner | Store]
) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    """Return the lifespan of an application: it starts when its engines are warm, and closes what it made itself."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        try:
            await runner.ready(engines)
            yield
        finally:
            for one in made:
                one.close()

    return lifespan


def _cors(settings: Settings) -> list[Middleware]:
    """Return the middleware that lets web pages of other origins use the server.

    It allows no credentials: keys come in headers.
    """
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
    """Make a route whose errors are answered in the protocol's shape."""

    async def answer(request: Request) -> Response:
        try:
            return await endpoint(request)
        except ClientDisconnect:
            return Response(status_code=400)  # the client has gone in the middle of its request and will not see this
        except Exception as error:
            return error_response(request, failure(error, request))

    return Route(path, answer, methods=[method])


async def _refuse_unknown(request: Request, error: Exception) -> Response:
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


async def _refuse_socket(websocket: WebSocket) -> None:
    # Without a route Starlette would refuse with 403, as if another key could help.
    await websocket.send_denial_response(
        error_response(websocket, _nothing_at("WebSocket", websocket.url.path, NotFound))
    )


def _nothing_at(method: str, path: str, kind: type[RequestError]) -> RequestError:
    phrase = HTTPStatus(STATUSES[kind]).phrase
    return kind(phrase.capitalize(), f"{method} {path}: {phrase.lower()}; /openapi.json lists the paths")


def _ignore_final_slash(app: ASGIApp) -> ASGIApp:
    """Make ``/voices/`` and ``/voices`` the same place: some clients write one, some the other.

    A folder of files that is mounted needs its slash: relative links in a page start from there.
    """

    async def without_slash(scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope.get("path", "")
        if len(path) > 1 and path.endswith("/") and not path.startswith(_mounts(scope)):
            scope = {**scope, "path": path.rstrip("/") or "/"}
        await app(scope, receive, send)

    return without_slash


def _mounts(scope: Scope) -> tuple[str, ...]:
    """Return the beginnings of the paths below the application's mounts."""
    return tuple(f"{route.path}/" for route in scope["app"].routes if isinstance(route, Mount) and route.path)
