"""Calls of the REST API as values: the request, the kind of its answer, and its own settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Generic, TypedDict, TypeVar

from cartesia._given import NOT_GIVEN, is_given

if TYPE_CHECKING:
    from typing import Self

    import httpx

    from cartesia._uploads import Upload

T = TypeVar("T")

PROTOCOL_VERSION = "2025-11-04"
"""The version of the protocol that calls use, unless they need another one (`resources.voice_versions`)."""


class RequestOptions(TypedDict, total=False):
    """The settings of one call as the second generation names them, and the names of later generations."""

    timeout_in_seconds: float | None
    max_retries: int
    additional_headers: Mapping[str, Any]
    additional_query_parameters: Mapping[str, object]
    additional_body_parameters: Mapping[str, object]
    chunk_size: int
    timeout: float | httpx.Timeout | None
    headers: Mapping[str, Any]
    params: Mapping[str, object]
    extra_json: Mapping[str, object]


class CallOptions(TypedDict, total=False):
    """The settings that every call takes besides its own arguments."""

    extra_headers: Mapping[str, Any] | None
    """Further headers, which override the client's; `omit` as the value removes a header."""
    extra_query: Mapping[str, object] | None
    """Further parameters of the URL."""
    extra_body: Mapping[str, object] | None
    """Further fields of the body."""
    timeout: float | httpx.Timeout | None
    """Seconds to wait, instead of the client's; None waits for ever."""
    request_options: RequestOptions | None
    """The same settings in one dictionary, as the second generation has them."""


_SETTINGS = {
    "timeout_in_seconds": "timeout",
    "additional_headers": "extra_headers",
    "additional_query_parameters": "extra_query",
    "additional_body_parameters": "extra_body",
    "headers": "extra_headers",
    "params": "extra_query",
    "extra_json": "extra_body",
    "timeout": "timeout",
    "max_retries": "max_retries",
    "chunk_size": "chunk_size",  # accepted and ignored: pieces come as they arrive, unless `iter_bytes` is given a size
}
"""The names that the keys of `RequestOptions` have here."""


def take_options(arguments: dict[str, Any]) -> dict[str, Any]:
    """Take the settings of the call out of its arguments; TypeError where one is unknown or of the wrong type."""
    options = {name: arguments.pop(name) for name in CallOptions.__annotations__ if name in arguments}
    together = options.pop("request_options", None) or {}
    if not isinstance(together, Mapping):
        raise TypeError(f"request_options should be a dictionary, not {type(together).__name__}")
    for name, value in together.items():
        if name not in _SETTINGS:
            raise TypeError(f"request_options has no {name!r}; it may have: {', '.join(_SETTINGS)}")
        options.setdefault(_SETTINGS[name], value)
    for name in ("extra_headers", "extra_query", "extra_body"):
        if not isinstance(options.get(name, {}), Mapping | None):
            raise TypeError(f"{name} should be a dictionary, not {type(options[name]).__name__}")
    return {name: value for name, value in options.items() if is_given(value)}


@dataclass(frozen=True, kw_only=True)
class Request:
    """A call that can be sent."""

    method: str
    path: str
    body: Any = None
    """The value that is sent as JSON; with uploads, the fields of the form."""
    uploads: Mapping[str, Upload] = field(default_factory=dict)
    """Files to send with the form, by the names of their fields."""
    query: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, Any] = field(default_factory=dict)
    version: str = PROTOCOL_VERSION
    """The version of the protocol to use, unless the program sets one itself."""
    timeout: Any = NOT_GIVEN
    max_retries: int | None = None

    def set(self, options: Mapping[str, Any]) -> Self:
        """Return the call with settings of its own, as `take_options` returns them."""
        if not options:
            return self
        body = self.body
        if extra := options.get("extra_body"):
            if not isinstance(body, Mapping | None):
                raise TypeError(f"extra_body adds fields to a body that is a {type(body).__name__} and has none")
            body = {**(body or {}), **extra}
        return replace(
            self,
            body=body,
            headers={**self.headers, **(options.get("extra_headers") or {})},
            query={**self.query, **(options.get("extra_query") or {})},
            timeout=options.get("timeout", self.timeout),
            max_retries=options.get("max_retries", self.max_retries),
        )


@dataclass(frozen=True, kw_only=True)
class Value(Request, Generic[T]):
    """A call that is answered with one JSON value; with ``NoneType`` the answer is ignored."""

    result: type[T]


@dataclass(frozen=True, kw_only=True)
class Pages(Request, Generic[T]):
    """A call that is answered with a list, page by page."""

    item: type[T]


@dataclass(frozen=True, kw_only=True)
class Sound(Request):
    """A call that is answered with audio, as it is generated."""


@dataclass(frozen=True, kw_only=True)
class Events(Request):
    """A call that is answered with server-sent events."""
