"""The embedded server: the one place where the library imports the server package."""

from __future__ import annotations

import atexit
import logging
import os
import threading
from typing import TYPE_CHECKING

from cartesia.errors import EmbeddedServerError

if TYPE_CHECKING:
    from ownvoice.serving.server import ServerThread

logger = logging.getLogger("cartesia")

_starting = threading.Lock()
_server: ServerThread | None = None
_announced = False

_REMEDIES = (
    "there is no key and no base URL, and the embedded engine is not installed. Three ways out: "
    "set CARTESIA_API_KEY (or pass api_key=) to use a hosted service; set CARTESIA_BASE_URL (or pass base_url=) to use "
    'a server; or `pip install "ownvoice[server]"` to speak on this machine'
)


def base_url() -> str:
    """Return the address of the embedded server of this process; the first call starts it.

    Raises:
        EmbeddedServerError: the server package is not installed, or cannot be loaded.
    """
    global _server, _announced
    with _starting:
        if _server is None:
            try:
                from ownvoice.serving.server import start_embedded
            except ImportError as error:
                missing = (error.name or "").partition(".")[0]
                raise EmbeddedServerError(f"{_REMEDIES} ({missing} is missing or broken)") from error
            try:
                _server = start_embedded()
            except RuntimeError as error:
                raise EmbeddedServerError(f"{_REMEDIES} ({error})") from error
            except (LookupError, OSError, ValueError) as error:
                raise EmbeddedServerError(f"the embedded server cannot be started: {error}") from error
            atexit.register(_stop, os.getpid())
            if not _announced:
                _announced = True
                logger.warning(
                    "no API key and no base URL: speaking with the embedded engine at %s "
                    "(set CARTESIA_API_KEY or CARTESIA_BASE_URL to use a service)",
                    _server.base_url,
                )
        return _server.base_url


def _stop(pid: int) -> None:
    if _server is not None and os.getpid() == pid:
        _server.stop()


def _reset_after_fork() -> None:
    """Begin anew in a forked child: the server's thread is gone, and another thread may have held the lock."""
    global _server, _starting
    _server = None
    _starting = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_reset_after_fork)
