"""The gate: checks who asks, whether they may, and whether it is too much, before anything is served.

It stands before the routes, so that a new endpoint needs a key unless it is listed as open here.
"""

import time
from contextlib import ExitStack

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from ownvoice.access.clients import Access, allows
from ownvoice.access.pages import AllowedOrigins
from ownvoice.api.errors import error_response, failure
from ownvoice.errors import NotPermitted, RequestError

OPEN = ("/", "/openapi.json")
"""The paths that need no key."""
OPEN_FOLDERS: tuple[str, ...] = ()
"""Beginnings of paths that need no key, each with a slash at its end: where static files are mounted."""
SPEECH = ("/tts/", "/v1/audio/")
"""Beginnings of the paths that a token with the grant ``tts`` opens for every method."""


class Gate:
    """Middleware that lets requests pass to the application, or answers them itself."""

    def __init__(self, app: ASGIApp, access: Access, pages: AllowedOrigins) -> None:
        """Stand before an application.

        Args:
            app: the application.
            access: its keys, tokens and usage.
            pages: its rule for web pages.
        """
        self._app = app
        self._access = access
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        # What the request holds is released however it ends, also when its client goes away.
        with ExitStack() as leases:
            connection.state.leases = leases
            try:
                await self._admit(connection, leases)
            except Exception as error:
                await _refuse(scope, receive, send, failure(error, connection))
                return
            await self._app(scope, receive, send)

    async def _admit(self, connection: HTTPConnection, leases: ExitStack) -> None:
        path: str = connection.scope["path"]
        is_socket = connection.scope["type"] == "websocket"
        if not is_socket and (path in OPEN or f"{path}/".startswith(OPEN_FOLDERS)):
            return
        headers = connection.headers
        self._pages.check(headers.get("host"), headers.get("origin"), is_socket=is_socket)
        client = connection.state.client = await self._access.client(credential_of(connection))
        if not allows(client, _grant(connection)):
            raise NotPermitted(
                "Access token not sufficient",
                "this needs the key itself, or an access token with another grant: `tts` allows speech and reading",
                error_code="grant_missing",
            )
        usage = self._access.usage
        usage.request(client.owner, time.monotonic())
        if is_socket:
            leases.callback(usage.socket(client.owner).release)


def credential_of(connection: HTTPConnection) -> str | None:
    """Return the key or the token of a request: the first one found, in the headers and then in the query."""
    kind, _, rest = connection.headers.get("authorization", "").partition(" ")
    candidates = (
        connection.headers.get("x-api-key", ""),
        rest if kind.lower() == "bearer" else "",
        connection.query_params.get("api_key", ""),
        connection.query_params.get("access_token", ""),
    )
    return next((found.strip() for found in candidates if found.strip()), None)


def _grant(connection: HTTPConnection) -> str | None:
    """Return the grant that a token needs for a request; None where no token is enough."""
    is_reading = connection.scope.get("method") in ("GET", "HEAD")
    return "tts" if is_reading or connection.scope["path"].startswith(SPEECH) else None


async def _refuse(scope: Scope, receive: Receive, send: Send, error: RequestError) -> None:
    response = error_response(HTTPConnection(scope), error)
    if scope["type"] == "websocket":
        await WebSocket(scope, receive, send).send_denial_response(response)
    else:
        await response(scope, receive, send)
