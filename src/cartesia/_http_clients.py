"""Clients of httpx with this library's defaults, for programs that pass their own and change a few settings."""

from __future__ import annotations

from typing import Any, TypeAlias

import httpx
from httpx import Timeout as Timeout

from cartesia._rest import CONNECT_TIMEOUT
from cartesia._rest import DEFAULT_TIMEOUT as SECONDS

DEFAULT_TIMEOUT = httpx.Timeout(SECONDS, connect=CONNECT_TIMEOUT)
DEFAULT_CONNECTION_LIMITS = httpx.Limits(max_connections=100, max_keepalive_connections=20)

Transport: TypeAlias = httpx.BaseTransport
ProxiesTypes: TypeAlias = str | httpx.Proxy | dict[str, str | httpx.Proxy | None] | None


class DefaultHttpxClient(httpx.Client):
    """`httpx.Client` with the timeouts, limits and redirects that `Cartesia` has: `Cartesia(http_client=...)`."""

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**_with_defaults(arguments))


class DefaultAsyncHttpxClient(httpx.AsyncClient):
    """`httpx.AsyncClient` with the timeouts, limits and redirects that `AsyncCartesia` has."""

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**_with_defaults(arguments))


def _with_defaults(arguments: dict[str, Any]) -> dict[str, Any]:
    return {"timeout": DEFAULT_TIMEOUT, "limits": DEFAULT_CONNECTION_LIMITS, "follow_redirects": True, **arguments}
