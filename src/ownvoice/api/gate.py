"""The gate: who asks, whether they may, and whether that is too much, before anything is served.

It stands before the routes, so that a new endpoint needs a key unless OPEN says otherwise.
"""

import time
from contextlib import ExitStack

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from ownvoice.access.clients import Access, allows
from ownvoice.access.pages import Pages
from ownvoice.api.errors import error_response, failure
from ownvoice.errors import NotPermitted, RequestError

OPEN = ("/", "/openapi.json")
"""What anybody may read."""
SPEECH = ("/tts/", "/v1/audio/")
"""Beginnings of the paths where a token with the grant ``tts`` is enough for everything."""


class Gate:
    """Lets requests pass to the application, or answers them itself."""

    def __init__(self, app: ASGIApp, access: Access, pages: Pages) -> None:
        self._app = app
        self._access = access
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        # However the request ends, also when its client goes away, its places are free again.
        with ExitStack() as places:
            connection.state.places = places
            try:
                await self._admit(connection, places)
            except Exception as error:
                await _refuse(scope, receive, send, failure(error, connection))
                return
            await self._app(scope, receive, send)

    async def _admit(self, connection: HTTPConnection, places: ExitStack) -> None:
        path: str = connection.scope["path"]
        is_socket = connection.scope["type"] == "websocket"
        if path in OPEN and not is_socket:
            return
        headers = connection.headers
        self._pages.check(headers.get("host"), headers.get("origin"), is_socket=is_socket)
        client = connection.state.client = await self._access.client(credential_of(connection))
        if not allows(client, _grant(connection)):
            raise NotPermitted(
                "Access token not sufficient",
                "this needs the key itself, or an access token with another grant: with `tts` one may speak and read",
                error_code="grant_missing",
            )
        usage = self._access.usage
        usage.request(client.owner, time.monotonic())
        if is_socket:
            places.callback(usage.socket(client.owner).free)


def credential_of(connection: HTTPConnection) -> str | None:
    """The key or the token of a request: the first that there is, in headers, then in the query."""
    kind, _, rest = connection.headers.get("authorization", "").partition(" ")
    places = (
        connection.headers.get("x-api-key", ""),
        rest if kind.lower() == "bearer" else "",
        connection.query_params.get("api_key", ""),
        connection.query_params.get("access_token", ""),
    )
    return next((found.strip() for found in places if found.strip()), None)


def _grant(connection: HTTPConnection) -> str | None:
    """The grant that a token needs for a request; None where no token is enough."""
    is_reading = connection.scope.get("method") in ("GET", "HEAD")
    return "tts" if is_reading or connection.scope["path"].startswith(SPEECH) else None


async def _refuse(scope: Scope, receive: Receive, send: Send, error: RequestError) -> None:
    response = error_response(HTTPConnection(scope), error)
    if scope["type"] == "websocket":
        await WebSocket(scope, receive, send).send_denial_response(response)
    else:
        await response(scope, receive, send)
