"""Errors as clients see them: the status of each kind, and the body or event in the shape of the client's version.

No other module gives an error a status.
"""

import logging
import math

import msgspec
from starlette.requests import HTTPConnection
from starlette.responses import Response

from cartesia.types import Error
from ownvoice import errors
from ownvoice.api.request_ids import request_id_of
from ownvoice.errors import RequestError, internal_error, store_error
from ownvoice.store import StoreError
from ownvoice.versions import Version, requested_version

logger = logging.getLogger("ownvoice")

OPENAI_PATHS = ("/v1/audio/", "/v1/models")
"""Beginnings of the paths that are in the shape of OpenAI's API."""


class RequestTimeout(RequestError):
    """A request whose body does not arrive in time."""


class MethodNotAllowed(RequestError):
    """A request to a path that exists, with a method that it does not take."""


STATUSES: dict[type[RequestError], int] = {
    errors.InvalidRequest: 400,
    errors.NotAuthenticated: 401,
    errors.NotPermitted: 403,
    errors.NotFound: 404,
    MethodNotAllowed: 405,
    RequestTimeout: 408,
    errors.Conflict: 409,
    errors.TooLarge: 413,
    errors.UnsupportedMedia: 415,
    errors.LimitReached: 429,
    errors.InternalError: 500,
    errors.NotInstalled: 501,
    errors.Unavailable: 503,
}
"""The HTTP status of each kind of error; events carry it too."""

_OPENAI_TYPES = {401: "authentication_error", 403: "permission_error", 404: "not_found_error", 429: "rate_limit_error"}


class Refusal(msgspec.Struct):
    """From version 2026-03-01 on; before, the body is the text `title: message`."""

    error_code: str | None
    title: str
    message: str
    request_id: str


class OpenAIError(msgspec.Struct):
    """An error as clients of OpenAI's API read it."""

    message: str
    type: str
    code: str | None
    param: str | None = None


class OpenAIRefusal(msgspec.Struct):
    """The body of an answer with an error, in the shape of OpenAI's API."""

    error: OpenAIError


def status_of(error: RequestError) -> int:
    """Return the HTTP status of an error: that of the nearest kind it belongs to."""
    return next((STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES), 500)


def error_response(request: HTTPConnection, error: RequestError) -> Response:
    """Return the HTTP answer for an error."""
    error.request_id = request_id_of(request)
    if request.url.path.startswith(OPENAI_PATHS):
        body, media_type = openai_error(error), "application/json"
    else:
        body, media_type = error_body(error, requested_version(request.headers, request.query_params))
    headers = {}
    if isinstance(error, RequestTimeout):
        headers["Connection"] = "close"  # the rest of this body must not be read as the next request
    if error.retry_after is not None:
        headers["Retry-After"] = str(math.ceil(error.retry_after))
    if isinstance(error, errors.NotAuthenticated):
        headers["WWW-Authenticate"] = "Bearer"
    return Response(body, status_code=status_of(error), media_type=media_type, headers=headers)


def error_body(error: RequestError, version: Version) -> tuple[bytes, str]:
    """Return the body of an error's answer as a version of the protocol has it, and its media type."""
    if version.errors_are_text:
        return f"{error.title}: {error.message}".encode(), "text/plain; charset=utf-8"
    body = Refusal(error.error_code, error.title, error.message, error.request_id)
    return msgspec.json.encode(body), "application/json"


def openai_error(error: RequestError) -> bytes:
    """Return the body of an error as clients of OpenAI's API read it."""
    status = status_of(error)
    kind = "server_error" if status >= 500 else _OPENAI_TYPES.get(status, "invalid_request_error")
    return msgspec.json.encode(OpenAIRefusal(OpenAIError(f"{error.title}: {error.message}", kind, error.error_code)))


def error_event(error: RequestError, context_id: str | None) -> Error:
    """Return the event that ends a context. It holds the older and the newer form: each client reads its own."""
    return Error(
        context_id=context_id,
        status_code=status_of(error),
        done=True,
        title=error.title,
        message=error.message,
        error_code=error.error_code,
        request_id=error.request_id,
    )


def failure(error: Exception, request: HTTPConnection | None = None) -> RequestError:
    """Return what the client is told of an exception, and log one that is the server's own fault.

    Args:
        error: what was raised.
        request: the request whose id the client and the log get; without it the error has an id of its own, because one
            WebSocket may have many errors.
    """
    if isinstance(error, RequestError):
        told = error
    else:
        told = store_error() if isinstance(error, StoreError) else internal_error()
    if request is not None:
        told.request_id = request_id_of(request)
    if told is not error:
        logger.error("request %s failed", told.request_id, exc_info=error)
    return told
