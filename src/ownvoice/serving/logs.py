"""The logs of the server: what uvicorn logs in threads of this package is filtered, and nothing else."""

import asyncio
import contextlib
import logging
from collections.abc import Iterator

from ownvoice.errors import SHUTTING_DOWN, RequestError

_server_threads: set[str] = set()
"""The names of the threads in which servers of this package run; a program may run a uvicorn of its own in others."""

_CLIENT_MISTAKES = (
    # uvicorn closes such a connection with code 1007, as it should; a traceback helps no one.
    "Invalid UTF-8 sequence received from client.",
    # The message of uvicorn 0.54 where an upgrade was answered with an error.
    "ASGI callable returned without completing handshake.",
)


def log_to_terminal() -> None:
    """Show log messages on standard error, for a server in the foreground."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s: %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)  # schema migrations are not worth a log line


def filter_uvicorn_logs(thread_name: str) -> None:
    """Filter what uvicorn logs in the thread of that name."""
    _server_threads.add(thread_name)
    for name in ("uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).addFilter(_is_worth_logging)


@contextlib.contextmanager
def preserve_uvicorn_loggers() -> Iterator[None]:
    """Undo what uvicorn's configuration does to its loggers: a program may run a uvicorn of its own too."""
    loggers = [logging.getLogger(f"uvicorn.{name}") for name in ("error", "access", "asgi")]
    before = [(logger.level, logger.handlers, logger.propagate) for logger in loggers]
    yield
    for logger, (level, handlers, propagate) in zip(loggers, before, strict=True):
        logger.setLevel(level)
        logger.handlers, logger.propagate = handlers, propagate


def _is_worth_logging(record: logging.LogRecord) -> bool:
    """Return whether a message of uvicorn is about a fault of this server, or comes from a server of the program."""
    if record.threadName not in _server_threads:
        return True
    # Messages about single requests contain URLs, and the URLs of some clients contain their key.
    if record.levelno < logging.WARNING or record.msg in _CLIENT_MISTAKES:
        return False
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, asyncio.CancelledError):
        return False  # an answer that was cut off when the server stopped
    while error is not None:
        if isinstance(error, RequestError) and error.error_code == SHUTTING_DOWN:
            return False
        error = error.__cause__ or error.__context__
    return True
