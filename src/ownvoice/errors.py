"""What is wrong with a request, in the protocol's terms."""

import uuid

SHUTTING_DOWN = "shutting_down"
"""The code of requests that a stopping server does not finish."""


class RequestError(Exception):
    """A request that cannot be served. It is raised wherever that shows and becomes one answer at the edge.

    Args:
        title: a few words that name the kind of fault.
        message: what was wrong, and what would be right.
        status_code: of HTTP, and of the error event.
        error_code: for programs; None where there is no code of its own.
        retry_after: seconds after which the same request may be served; None where waiting does not help.
    """

    LONGEST_MESSAGE = 1000
    """In characters. Messages quote what was sent, and that may be of any length."""

    def __init__(
        self,
        title: str,
        message: str,
        *,
        status_code: int = 400,
        error_code: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        if len(message) > self.LONGEST_MESSAGE:
            message = message[: self.LONGEST_MESSAGE] + " ..."
        super().__init__(f"{title}: {message}")
        self.title = title
        self.message = message
        self.status_code = status_code
        self.error_code = error_code
        self.retry_after = retry_after
        self.request_id = str(uuid.uuid4())


def internal_error() -> RequestError:
    """For what is our own fault: the cause is for the log, not for the client."""
    return RequestError(
        "Internal error",
        "the server failed; its log says more under this request's id",
        status_code=500,
        error_code="internal_error",
    )


def store_error() -> RequestError:
    """For what people made and cannot be read or written now: where, and why, is for the log."""
    return RequestError(
        "Store unavailable",
        "what people made here cannot be read or written now; the server's log says more under this request's id",
        status_code=503,
        error_code="store_unavailable",
    )
