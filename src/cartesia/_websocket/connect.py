"""How a WebSocket connection is opened, and what its refusal means; the same for both faces."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from cartesia._addresses import is_loopback
from cartesia._rest import CONNECT_TIMEOUT, merged_headers
from cartesia.errors import APIConnectionError, APIError, APITimeoutError, error_from

if TYPE_CHECKING:
    from cartesia._rest import BaseClient

CLOSE_TIMEOUT = 3.0
"""Seconds that closing waits for the server to agree."""


def connect_arguments(
    client: BaseClient[Any],
    *,
    query: Mapping[str, object] | None = None,
    headers: Mapping[str, str] | None = None,
    options: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The arguments of the `connect` functions of the `websockets` library."""
    client.check_open()
    base = urlsplit(client.websocket_base_url)
    parameters = urlencode({**client.default_query, **(query or {})}, doseq=True)
    parameters = "&".join(part for part in (base.query, parameters) if part)
    url = urlunsplit((base.scheme, base.netloc, base.path.rstrip("/") + "/tts/websocket", parameters, ""))
    sent = merged_headers(client.default_headers, headers or {})
    sent.pop("Accept", None)
    agent = next((name for name in sent if name.lower() == "user-agent"), "")
    arguments: dict[str, Any] = {
        "uri": url,
        "user_agent_header": sent.pop(agent, None),
        "additional_headers": sent,
        "open_timeout": CONNECT_TIMEOUT,
        "close_timeout": CLOSE_TIMEOUT,
        "logger": quiet_logger(),
        "compression": None,  # audio in base64 hardly shrinks
        "max_size": None,
        # A bounded queue stops reading when it is full. Pongs are then unread too, and a program that computes for
        # 40 s between sending and receiving is cut off.
        "max_queue": None,
    }
    if is_loopback(url):
        arguments["proxy"] = None
    return {**arguments, **(options or {})}


def quiet_logger() -> logging.Logger:
    """The logger of the `websockets` library. On the level DEBUG that logs every message, and the key.

    So it does not follow the level of the root logger; a program that does want this sets the level of this one.
    """
    logger = logging.getLogger("cartesia.websockets")
    if logger.level == logging.NOTSET:
        logger.setLevel(logging.INFO)
    return logger


def connect_error(error: Exception, url: str) -> APIError:
    """The exception for a connection that could not be opened."""
    from websockets.exceptions import InvalidStatus

    parts = urlsplit(url)  # its query may carry a key, and its name and password are nobody's business either
    place = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
    if isinstance(error, InvalidStatus):
        return error_from(error.response.status_code, bytes(error.response.body or b""))
    if isinstance(error, TimeoutError):
        return APITimeoutError(f"no answer in time from {place}")
    hint = "; is the server running? `ownvoice serve` starts one" if is_loopback(url) else ""
    return APIConnectionError(f"could not connect to {place}: {error}{hint}")


def closed_cleanly(reason: Exception) -> bool:
    """Whether a connection was closed as the protocol has it, and not cut off."""
    from websockets.exceptions import ConnectionClosedOK

    return isinstance(reason, ConnectionClosedOK)
