"""The kinds of errors that a request can meet, in the terms of what went wrong.

No kind knows HTTP: `ownvoice.api.errors` gives each its status. All of them survive pickling, so an error may come from
another process.
"""

import uuid
from typing import Any, ClassVar

SHUTTING_DOWN = "shutting_down"
"""The code of requests that a stopping server does not finish."""


class RequestError(Exception):
    """A request that cannot be served. It is raised where the fault is found and rendered once, at the edge.

    Only the kinds below are raised.

    Args:
        title: a few words that name the fault.
        message: what was wrong, and what would be right.
        error_code: the name of the fault for programs; None where it has none.
        retry_after: seconds after which the same request may be served; None where waiting does not help.
    """

    LONGEST_MESSAGE: ClassVar[int] = 1000
    """In characters. Messages quote what was sent, and that may be of any length."""

    def __init__(
        self, title: str, message: str, *, error_code: str | None = None, retry_after: float | None = None
    ) -> None:
        if len(message) > self.LONGEST_MESSAGE:
            message = message[: self.LONGEST_MESSAGE] + " ..."
        super().__init__(f"{title}: {message}")
        self.title = title
        self.message = message
        self.error_code = error_code
        self.retry_after = retry_after
        self.request_id = str(uuid.uuid4())

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the error with all that it holds: by default, only the arguments of `Exception` would be kept."""
        return _restore, (type(self), self.args, vars(self))


def _restore(kind: type[RequestError], args: tuple[Any, ...], state: dict[str, Any]) -> RequestError:
    """Make the error that was pickled."""
    error = kind.__new__(kind, *args)
    error.args = args
    vars(error).update(state)
    return error


class InvalidRequest(RequestError):
    """A request that is malformed, or asks for something out of bounds."""


class NotAuthenticated(RequestError):
    """A request without a valid key or token."""


class NotPermitted(RequestError):
    """A request for something that this client may not do."""


class NotFound(RequestError):
    """A request that names something that does not exist."""


class Conflict(RequestError):
    """A request that contradicts the state of what it names."""


class TooLarge(RequestError):
    """A request that carries more than the server takes."""


class UnsupportedMedia(RequestError):
    """A request that carries data of a kind that the server cannot read."""


class LimitReached(RequestError):
    """A request beyond what its owner may ask for at the moment."""


class NotInstalled(RequestError):
    """A request that needs an optional part that is not installed on the server."""


class Unavailable(RequestError):
    """A request that cannot be served now, through no fault of its own."""


class InternalError(RequestError):
    """A failure of the server itself. The cause is for the log, not for the client."""


def unsupported_language(locale: str, message: str = "") -> InvalidRequest:
    """Describe a language that the engine of a request does not speak.

    Args:
        locale: the language.
        message: what the engine says of it, if anything.
    """
    return InvalidRequest(
        "Language not supported",
        message
        or f"the engine of this model does not speak {locale!r}; GET /v1/capabilities lists what each one speaks",
        error_code="language_not_supported",
    )


def internal_error() -> InternalError:
    """Describe a failure of the server without its cause."""
    return InternalError(
        "Internal error",
        "the server failed; its log says more under this request's id",
        error_code="internal_error",
    )


def store_error() -> Unavailable:
    """Describe a store that cannot be read or written now; where and why is for the log."""
    return Unavailable(
        "Store unavailable",
        "stored voices and dictionaries cannot be read or written now; the server's log says more under this "
        "request's id",
        error_code="store_unavailable",
    )
