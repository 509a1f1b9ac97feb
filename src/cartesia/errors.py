"""The exceptions of the library.

::

    CartesiaError
    ├── APIError                            also a ValueError and a RuntimeError: see below
    │   ├── APIStatusError                  the server said no
    │   │   ├── BadRequestError             400
    │   │   ├── AuthenticationError         401
    │   │   ├── PermissionDeniedError       403
    │   │   ├── NotFoundError               404
    │   │   ├── ConflictError               409
    │   │   ├── UnprocessableEntityError    422
    │   │   ├── RateLimitError              429
    │   │   └── InternalServerError         500 and above
    │   ├── APIResponseValidationError      the server's answer could not be understood
    │   └── APIConnectionError              no answer, or not the whole of it
    │       └── APITimeoutError             also a TimeoutError
    ├── WebSocketConnectionClosedError      the connection ended before the speech did; also a RuntimeError
    ├── WebSocketQueueFullError             never raised
    └── EmbeddedServerError                 the embedded engine could not be started; also a RuntimeError

    FileError                               a file to send cannot be read: an OSError and a ValueError
    └── MissingFileError                    there is none; also a FileNotFoundError

The first generation of the library raised ValueError from REST calls and RuntimeError from streams, so programs
written for it catch those. ``retryable`` says whether the same call may succeed when it is made again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    import httpx


class CartesiaError(Exception):
    """Anything that this library raises on purpose, bad arguments (ValueError, TypeError) apart."""


class APIError(CartesiaError, ValueError, RuntimeError):
    """A call did not succeed."""

    retryable = False

    def __init__(self, message: str, request: httpx.Request | None = None, *, body: object = None) -> None:
        super().__init__(message)
        self.message = message
        self.request = request
        self.body = body


class APIStatusError(APIError):
    """The server answered with an error.

    ``reason`` is what the server said, in one line; ``title``, ``error_code`` and ``request_id`` are parts of it, as
    far as it has them. ``message`` is the text of the exception.
    """

    def __init__(
        self,
        message: str,
        *,
        response: httpx.Response | None = None,
        body: object = None,
        status_code: int | None = None,
    ) -> None:
        super().__init__(message, response.request if response is not None else None, body=body)
        self.response = response
        self.status_code: int = status_code or (response.status_code if response is not None else 0)
        said = body if isinstance(body, dict) else _parts_of(body)
        self.reason: str = _words_of(body) or message
        """What the server said, in one line."""
        self.title: str | None = said.get("title")
        self.error_code: str | None = said.get("error_code")
        header = response.headers.get("x-request-id") if response is not None else None
        self.request_id: str | None = said.get("request_id") or header

    @property
    def retryable(self) -> bool:  # type: ignore[override]
        """True of passing states: request timeout, conflict, rate limit, and faults of the server."""
        asked = self.response.headers.get("x-should-retry") if self.response is not None else None
        if asked in ("true", "false"):
            return bool(asked == "true")
        return self.status_code in (408, 409, 429) or self.status_code >= 500


class BadRequestError(APIStatusError):
    """400: the request is wrong; the message says what would be right."""


class AuthenticationError(APIStatusError):
    """401: no key, or one that the server does not know."""


class PermissionDeniedError(APIStatusError):
    """403: the key may not do this."""


class NotFoundError(APIStatusError):
    """404: no such voice, model or path."""


class ConflictError(APIStatusError):
    """409: it clashes with the present state."""


class UnprocessableEntityError(APIStatusError):
    """422: understood, but cannot be done."""


class RateLimitError(APIStatusError):
    """429: too much at once; try again later."""


class InternalServerError(APIStatusError):
    """500 and above: the server failed."""


class APIResponseValidationError(APIError):
    """The server's answer does not have the shape that the protocol gives it."""


class APIConnectionError(APIError):
    """No answer came, or the connection broke before the end of it."""

    retryable = True

    def __init__(self, message: str = "Connection error.", request: httpx.Request | None = None) -> None:
        super().__init__(message, request)


class APITimeoutError(APIConnectionError, TimeoutError):
    """No answer came in time."""


class WebSocketConnectionClosedError(CartesiaError, RuntimeError):
    """The WebSocket connection ended while a context was still to give or take something.

    ``context_id`` is the context, None where it concerns the connection; ``unsent_messages`` are the messages, as JSON,
    that were to be sent after the end.
    """

    def __init__(self, message: str, *, context_id: str | None = None) -> None:
        super().__init__(message)
        self.context_id = context_id
        self.unsent_messages: list[str] = []


class WebSocketQueueFullError(CartesiaError):
    """For programs that name it: the queues of this library have no limit, so nothing raises it."""


class FileError(OSError, ValueError):
    """A file that was to be sent cannot be read."""


class MissingFileError(FileError, FileNotFoundError):
    """There is no file at the path that was passed for one."""


class EmbeddedServerError(CartesiaError, RuntimeError):
    """The embedded engine could not be started."""


def _parts_of(body: object) -> dict[str, str]:
    """The title of an answer in text: ``title: message``."""
    title, separator, _ = body.partition(": ") if isinstance(body, str) else ("", "", "")
    return {"title": title} if separator and "\n" not in title else {}


def _words_of(body: object) -> str:
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
    """The exception for a status and a body: parsed JSON, text, or the raw bytes of either."""
    if isinstance(body, bytes):
        text = body.decode("utf-8", "replace")
        try:
            body = msgspec.json.decode(body)
        except msgspec.DecodeError:
            body = text
    said = _words_of(body) or "the server gave no reason"
    kind = _BY_STATUS.get(status_code, InternalServerError if status_code >= 500 else APIStatusError)
    return kind(f"Error code: {status_code} - {said}", response=response, body=body, status_code=status_code)
