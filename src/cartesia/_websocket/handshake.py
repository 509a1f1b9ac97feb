"""The opening of a WebSocket connection: its address and headers, and the exception for a connection that fails."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from cartesia._addresses import is_loopback
from cartesia.errors import APIConnectionError, APIError, APITimeoutError, error_from

CLOSE_TIMEOUT = 3.0
"""Seconds to wait for the server to confirm a close."""


@dataclass(frozen=True)
class Handshake:
    """The request that opens a WebSocket connection."""

    url: str
    """The whole address, with its query; the scheme is ``ws`` or ``wss``."""
    headers: Mapping[str, str]
    timeout: float
    """Seconds to wait for the connection."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """Arguments for the `connect` function of `websockets`, which override all others."""

    def connect_arguments(self) -> dict[str, Any]:
        """Return the arguments for the `connect` functions of the `websockets` library."""
        headers = dict(self.headers)
        agent = next((name for name in headers if name.lower() == "user-agent"), "")
        arguments: dict[str, Any] = {
            "uri": self.url,
            "user_agent_header": headers.pop(agent, None),
            "additional_headers": headers,
            "open_timeout": self.timeout,
            "close_timeout": CLOSE_TIMEOUT,
            "logger": quiet_logger(),
            "compression": None,  # audio in base64 hardly shrinks
            "max_size": None,
            # A bounded queue stops reading when it is full. Pongs are then unread too, and a program that computes for
            # 40 s between sending and receiving is cut off.
            "max_queue": None,
        }
        if is_loopback(self.url):
            arguments["proxy"] = None
        return {**arguments, **self.options}


def quiet_logger() -> logging.Logger:
    """Return the logger for the `websockets` library, which logs every message, and the key, at level DEBUG.

    It therefore does not inherit the level of the root logger. A program that wants these logs sets its level.
    """
    logger = logging.getLogger("cartesia.websockets")
    if logger.level == logging.NOTSET:
        logger.setLevel(logging.INFO)
    return logger


def connect_error(error: Exception, url: str) -> APIError:
    """Return the exception for a connection that could not be opened."""
    from websockets.exceptions import InvalidStatus

    parts = urlsplit(url)  # the query may carry a key, and the netloc a name and a password: they are left out
    place = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
    if isinstance(error, InvalidStatus):
        return error_from(error.response.status_code, bytes(error.response.body or b""))
    if isinstance(error, TimeoutError):
        return APITimeoutError(f"no answer in time from {place}")
    hint = "; is the server running? `ownvoice serve` starts one" if is_loopback(url) else ""
    return APIConnectionError(f"could not connect to {place}: {error}{hint}")


def is_clean_close(reason: BaseException) -> bool:
    """Tell whether a connection ended with a closing handshake, rather than being cut off."""
    from websockets.exceptions import ConnectionClosedOK

    return isinstance(reason, ConnectionClosedOK)
