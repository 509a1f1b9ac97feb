"""What every endpoint needs of a request: its version, its body within limits, and errors in the version's shape."""

import asyncio
import logging

from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from cartesia_server.errors import RequestError, internal_error
from cartesia_server.settings import Settings
from cartesia_server.versions import Version, requested_version

logger = logging.getLogger("cartesia_server")


def version_of(connection: HTTPConnection) -> Version:
    """The version of the protocol that a request asks for."""
    return requested_version(connection.headers, connection.query_params)


async def body_of(request: Request, settings: Settings) -> bytes:
    """The body of a request; RequestError where it is too large or does not arrive in time.

    A client that goes away in the middle raises Starlette's ClientDisconnect: nobody is left to answer.
    """
    body = bytearray()
    try:
        async with asyncio.timeout(settings.body_timeout):
            async for part in request.stream():
                body += part
                if len(body) > settings.max_body_bytes:
                    raise RequestError(
                        "Request too large",
                        f"the body should have at most {settings.max_body_bytes} bytes",
                        status_code=413,
                        error_code="request_too_large",
                    )
    except TimeoutError:
        raise RequestError(
            "Request timeout",
            f"the body did not arrive within {settings.body_timeout:g} seconds",
            status_code=408,
            error_code="request_timeout",
        ) from None
    return bytes(body)


def error_response(request: HTTPConnection, error: RequestError) -> Response:
    """The HTTP answer for an error."""
    body, media_type = version_of(request).error_body(error)
    headers = {"X-Request-Id": error.request_id}
    if error.status_code == 408:
        headers["Connection"] = "close"  # what may still come of this body is not the beginning of the next request
    return Response(body, status_code=error.status_code, media_type=media_type, headers=headers)


def failure(error: Exception) -> RequestError:
    """What to tell the client of an exception; one that is our own fault is logged with the id that the client gets."""
    if isinstance(error, RequestError):
        return error
    told = internal_error()
    logger.error("request %s failed", told.request_id, exc_info=error)
    return told
