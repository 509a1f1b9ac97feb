"""The id of a request, which every answer carries in a header, and which errors and the log mention."""

import uuid

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER = "X-Request-Id"
_ANSWERS = ("http.response.start", "websocket.accept", "websocket.http.response.start")


def with_request_ids(app: ASGIApp) -> ASGIApp:
    """Give every request an id of our own. An id that the client sends is ignored, since it may not be unique."""

    async def identified(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await app(scope, receive, send)
            return
        request_id = str(uuid.uuid4())
        scope.setdefault("state", {})["request_id"] = request_id

        async def send_with_id(message: Message) -> None:
            if message["type"] in _ANSWERS:
                message.setdefault("headers", [])
                MutableHeaders(scope=message)[HEADER] = request_id
            await send(message)

        await app(scope, receive, send_with_id)

    return identified


def request_id_of(connection: HTTPConnection) -> str:
    """Return the id of a request."""
    request_id: str = connection.state.request_id
    return request_id
