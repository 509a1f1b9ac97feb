"""The exceptions of the library.

::

    CartesiaError
    ├── APIError                            also a ValueError and a RuntimeError: see below
    │   ├── APIStatusError                  the server refused
    │   │   ├── BadRequestError             400
    │   │   ├── AuthenticationError         401
    │   │   ├── PermissionDeniedError       403
    │   │   ├── NotFoundError               404
    │   │   ├── ConflictError               409
    │   │   ├── UnprocessableEntityError    422
    │   │   ├── RateLimitError              429
    │   │   └── InternalServerError         500 and above
    │   ├── APIResponseValidationError      the answer has an unexpected shape
    │   └── APIConnectionError              no answer, or not all of it
    │       └── APITimeoutError             also a TimeoutError
    ├── WebSocketConnectionClosedError      the connection ended before the speech did; also a RuntimeError
    ├── WebSocketQueueFullError             never raised
    └── EmbeddedServerError                 the embedded engine could not be started; also a RuntimeError

    FileError                               a file to send cannot be read: an OSError and a ValueError
    └── MissingFileError                    there is none; also a FileNotFoundError

The first generation of the library raised ValueError from REST calls and RuntimeError from streams, so programs
written for it catch those. ``retryable`` tells whether the same call may succeed when it is made again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    import httpx


class CartesiaError(Exception):
    """The base of all exceptions of this library, except for bad arguments (ValueError, TypeError)."""


class APIError(CartesiaError, ValueError, RuntimeError):
    """A failed call."""

    retryable = False

    def __init__(self, message: str, request: httpx.Request | None = None, *, body: object = None) -> None:
        """Make the exception.

        Args:
            message: its text.
            request: the request that failed.
            body: the body of the answer, decoded, if there was one.
        """
        super().__init__(message)
        self.message = message
        self.request = request
        self.body = body


class APIStatusError(APIError):
    """An answer of the server that is an error.

    ``reason`` is the server's text, in one line; ``title``, ``error_code`` and ``request_id`` are its parts, None where
    it has none. ``message`` is the text of the exception.
    """

    def __init__(
        self,
        message: str,
        *,
        response: httpx.Response | None = None,
        body: object = None,
        status_code: int | None = None,
    ) -> None:
        """Make the exception.

        Args:
            message: its text.
            response: the answer, where it came over HTTP.
            body: the body of the answer: decoded JSON, or text.
            status_code: the status, where it is not that of the response.
        """
        super().__init__(message, response.request if response is not None else None, body=body)
        self.response = response
        self.status_code: int = status_code or (response.status_code if response is not None else 0)
        parts = body if isinstance(body, dict) else _parts_of(body)
        self.reason: str = _text_of(body) or message
        """The server's text, in one line."""
        self.title: str | None = parts.get("title")
        self.error_code: str | None = parts.get("error_code")
        header = response.headers.get("x-request-id") if response is not None else None
        self.request_id: str | None = parts.get("request_id") or header

    @property
    def retryable(self) -> bool:  # type: ignore[override]
        """Whether the failure is transient: request timeout, conflict, rate limit, or a fault of the server."""
        asked = self.response.headers.get("x-should-retry") if self.response is not None else None
        if asked in ("true", "false"):
            return bool(asked == "true")
        return self.status_code in (408, 409, 429) or self.status_code >= 500


class BadRequestError(APIStatusError):
    """400: an invalid request; the message says what would be valid."""


class AuthenticationError(APIStatusError):
    """401: a missing key, or one that the server does not know."""


class PermissionDeniedError(APIStatusError):
    """403: a key without the permission for the call."""


class NotFoundError(APIStatusError):
    """404: an unknown voice, model or path."""


class ConflictError(APIStatusError):
    """409: a conflict with the current state."""


class UnprocessableEntityError(APIStatusError):
    """422: a valid request that cannot be carried out."""


class RateLimitError(APIStatusError):
    """429: too many requests; try again later."""


class InternalServerError(APIStatusError):
    """500 and above: a failure of the server."""


class APIResponseValidationError(APIError):
    """An answer that does not have the shape that the protocol defines."""


class APIConnectionError(APIError):
    """A missing answer, or one that was cut off."""

    retryable = True

    def __init__(self, message: str = "Connection error.", request: httpx.Request | None = None) -> None:
        super().__init__(message, request)


class APITimeoutError(APIConnectionError, TimeoutError):
    """An answer that did not come in time."""


class WebSocketConnectionClosedError(CartesiaError, RuntimeError):
    """The end of a WebSocket connection before a context was complete.

    ``context_id`` is the context, None where it concerns the connection; ``unsent_messages`` are the messages, as JSON,
    that could not be sent any more.
    """

    def __init__(self, message: str, *, context_id: str | None = None) -> None:
        super().__init__(message)
        self.context_id = context_id
        self.unsent_messages: list[str] = []


class WebSocketQueueFullError(CartesiaError):
    """A full queue. Never raised, because the queues of this library have no limit; for programs that name it."""


class FileError(OSError, ValueError):
    """A file to send that cannot be read."""


class MissingFileError(FileError, FileNotFoundError):
    """A path of a file to send at which there is no file."""


class EmbeddedServerError(CartesiaError, RuntimeError):
    """A failure to start the embedded engine."""


def _parts_of(body: object) -> dict[str, str]:
    """Return the title of an error in plain text: ``title: message``."""
    title, separator, _ = body.partition(": ") if isinstance(body, str) else ("", "", "")
    return {"title": title} if separator and "\n" not in title else {}


def _text_of(body: object) -> str:
    if isinstance(body, dict):
        words = ": ".join(str(body[key]) for key in ("title", "message") if body.get(key))
        return words or str(body.get("error") or body)
    return body if isinstance(body, str) else ""


_BY_STATUS: dict[int, type[APIStatusError]] = {
    400: BadRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    422: UnprocessableEntityError,
    429: RateLimitError,
}


def error_from(status_code: int, body: object, response: httpx.Response | None = None) -> APIStatusError:
    """Return the exception for an answer.

    Args:
        status_code: its status.
        body: parsed JSON, text, or the raw bytes of either.
        response: the answer as an object of httpx, if it is one.
    """
    if isinstance(body, bytes):
        text = body.decode("utf-8", "replace")
        try:
            body = msgspec.json.decode(body)
        except msgspec.DecodeError:
            body = text
    reason = _text_of(body) or "the server gave no reason"
    kind = _BY_STATUS.get(status_code, InternalServerError if status_code >= 500 else APIStatusError)
    return kind(f"Error code: {status_code} - {reason}", response=response, body=body, status_code=status_code)
