"""What both clients share of a REST call: addresses, headers, retries, errors, decoding.

``BaseClient._open`` is one coroutine for both. It waits only in two hooks; those of the blocking client never suspend,
so ``run_now`` can step the coroutine to its end without an event loop.
"""

from __future__ import annotations

import logging
import os
import platform
import random
import time
from abc import ABC, abstractmethod
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast
from urllib.parse import urlsplit

import msgspec

from cartesia._addresses import is_loopback, url_with_scheme
from cartesia._calls import PROTOCOL_VERSION, Request
from cartesia._embedded import base_url as embedded_base_url
from cartesia._given import NOT_GIVEN, is_given, without_omitted
from cartesia._uploads import opened
from cartesia._version import __version__
from cartesia.errors import (
    APIConnectionError,
    APIError,
    APIResponseValidationError,
    APITimeoutError,
    CartesiaError,
    error_from,
)

if TYPE_CHECKING:
    from typing import Self

    import httpx

T = TypeVar("T")
HTTP = TypeVar("HTTP", bound="httpx.Client | httpx.AsyncClient")

logger = logging.getLogger("cartesia")

HOSTED_URL = "https://api.cartesia.ai"
DEFAULT_TIMEOUT = 60.0
DEFAULT_MAX_RETRIES = 2
CONNECT_TIMEOUT = 5.0
LONGEST_RETRY_AFTER = 60.0
"""Seconds; a server that asks for more is not waited for that long."""


def run_now(coroutine: Coroutine[Any, Any, T]) -> T:
    """The result of a coroutine whose awaits never wait: those of the blocking client."""
    try:
        coroutine.send(None)
    except StopIteration as stop:
        result: T = stop.value
        return result
    finally:
        coroutine.close()
    raise RuntimeError(f"{coroutine!r} waited in the blocking client")


@contextmanager
def translated(request: httpx.Request) -> Iterator[None]:
    """Turn what httpx raises into this library's exceptions."""
    import httpx

    try:
        yield
    except httpx.PoolTimeout as error:
        hint = "all connections are taken by answers that were neither read to their end nor closed"
        raise APITimeoutError(f"no connection to {_place(request)} in time: {hint}", request) from error
    except httpx.TimeoutException as error:
        raise APITimeoutError(f"no answer in time from {_place(request)} ({type(error).__name__})", request) from error
    except httpx.ConnectError as error:
        hint = "; is the server running? `ownvoice serve` starts one" if is_loopback(str(request.url)) else ""
        raise APIConnectionError(f"could not connect to {_place(request)}: {error}{hint}", request) from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise APIConnectionError(f"the connection to {_place(request)} broke: {error}", request) from error


def _place(request: httpx.Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc.decode('ascii')}"


def _secret(name: str, value: str | None) -> str | None:
    """A key or token that a header can carry: those from files often end in a line break."""
    value = value.strip() if value else None
    if value and not (value.isascii() and value.isprintable()):
        raise ValueError(f"{name} has characters in it that no key has")  # and that is all to say: it is a secret
    return value or None


def retry_wait(error: APIError, attempt: int) -> float:
    """Seconds to wait before the call is made again: what the server asked for, else growing, with jitter."""
    response = getattr(error, "response", None)
    asked = _retry_after(response.headers) if response is not None else None
    if asked is not None and 0 < asked <= LONGEST_RETRY_AFTER:
        return asked
    return float(min(0.5 * 2**attempt, 8.0) * (1 - 0.25 * random.random()))


def _retry_after(headers: Mapping[str, str]) -> float | None:
    try:
        if "retry-after-ms" in headers:
            return float(headers["retry-after-ms"]) / 1000
        after = headers.get("retry-after")
        if after is None:
            return None
        if after.replace(".", "", 1).isdigit():
            return float(after)
        from email.utils import parsedate_to_datetime

        return parsedate_to_datetime(after).timestamp() - time.time()
    except ValueError:
        return None


def merged_headers(*headers: Mapping[str, Any]) -> dict[str, str]:
    """The headers in one, later ones first; a name may be written in any case, and `omit` leaves one out."""
    merged = {name.lower(): (name, value) for each in headers for name, value in each.items()}
    return {name: value for name, value in merged.values() if value is not None and is_given(value)}


def decode_value(response: httpx.Response, result: type[T], body: bytes | None = None) -> T:
    """The JSON value of an answer; APIResponseValidationError where it has another shape."""
    made: Any = None  # whatever the answer says
    if result is type(response):
        made = response
    elif result is not type(None):
        hook = getattr(result, "from_wire", None)  # of a type that is not on the wire itself
        try:
            made = msgspec.json.decode(
                response.content if body is None else body,
                type=result,
                dec_hook=None if hook is None else lambda _, plain: hook(plain),
            )
        except msgspec.MsgspecError as error:
            raise unexpected(response, error) from error
    return cast("T", made)


def unexpected(response: httpx.Response, why: object) -> APIResponseValidationError:
    """The exception for an answer of another shape."""
    place = f"{response.request.method} {response.request.url.path}"
    return APIResponseValidationError(f"{place} was answered with something else than expected: {why}")


class Connections(Generic[HTTP]):
    """What a client and its copies have in common: the HTTP client, and whether it was closed."""

    def __init__(self, given: HTTP | None) -> None:
        self.given = given
        self.own: tuple[object, HTTP] | None = None
        self.closed = False


class BaseClient(ABC, Generic[HTTP]):
    """What the blocking and the asynchronous client share."""

    def __init__(
        self,
        *,
        api_key: str | None = None,
        token: str | None = None,
        base_url: str | None = None,
        websocket_base_url: str | None = None,
        timeout: float | httpx.Timeout | None = DEFAULT_TIMEOUT,
        max_retries: int = DEFAULT_MAX_RETRIES,
        default_headers: Mapping[str, str] | None = None,
        default_query: Mapping[str, object] | None = None,
        http_client: HTTP | None = None,
    ) -> None:
        """Make a client. Nothing is connected before the first call.

        Args:
            api_key: the key of the account; else the environment variable ``CARTESIA_API_KEY``.
            token: an access token, used where there is no key.
            base_url: where the server is: ``http://``, ``https://``, ``ws://``, ``wss://`` or a bare host; else the
                environment variable ``CARTESIA_BASE_URL``. With neither key, token nor base URL the client speaks with
                the embedded engine, in this process.
            websocket_base_url: where WebSocket connections go, if elsewhere.
            timeout: seconds to wait for an answer, or for the next piece of one; None waits for ever.
            max_retries: how often a call is made again after a failure that may pass.
            default_headers: sent with every request.
            default_query: added to every URL.
            http_client: a client of httpx of your own; ``close`` closes it too.
        """

        self.api_key = _secret("api_key", api_key if api_key is not None else os.environ.get("CARTESIA_API_KEY"))
        self.token = _secret("token", token)
        self.timeout = timeout if is_given(timeout) else DEFAULT_TIMEOUT
        self.max_retries = max_retries
        self._given_base_url = base_url or os.environ.get("CARTESIA_BASE_URL") or None
        self._given_websocket_base_url = websocket_base_url
        self._default_headers = dict(default_headers or {})
        self._default_query = dict(default_query or {})
        if self._given_base_url is not None:
            urlsplit(url_with_scheme(self._given_base_url, "http")).port  # noqa: B018 - raises here, not at a call
        self._connections: Connections[HTTP] = Connections(http_client)

    def copy(
        self,
        *,
        api_key: str | None = None,
        token: str | None = None,
        base_url: str | None = None,
        websocket_base_url: str | None = None,
        timeout: float | httpx.Timeout | None = NOT_GIVEN,
        max_retries: int | None = None,
        default_headers: Mapping[str, str] | None = None,
        set_default_headers: Mapping[str, str] | None = None,
        default_query: Mapping[str, object] | None = None,
        set_default_query: Mapping[str, object] | None = None,
        http_client: HTTP | None = None,
    ) -> Self:
        """A client like this one but for what is named: `client.copy(timeout=5).voices.list()`.

        Both use the same connections, so closing one closes the other, unless the copy has another base URL or HTTP
        client. ``default_headers`` and ``default_query`` are added to those there are, ``set_default_headers`` and
        ``set_default_query`` replace them.
        """
        headers = {**self._default_headers, **(default_headers or {})}
        query = {**self._default_query, **(default_query or {})}
        made = type(self)(
            api_key=api_key or self.api_key or "",
            token=token or self.token,
            base_url=base_url or self._given_base_url,
            websocket_base_url=websocket_base_url or self._given_websocket_base_url,
            timeout=timeout if is_given(timeout) else self.timeout,
            max_retries=self.max_retries if max_retries is None else max_retries,
            default_headers=headers if set_default_headers is None else set_default_headers,
            default_query=query if set_default_query is None else set_default_query,
            http_client=http_client,
        )
        if http_client is None and base_url is None:
            made._connections = self._connections
        return made

    with_options = copy

    @property
    def base_url(self) -> str:
        """Where REST calls go. With neither key nor base URL: the embedded server, which this starts."""
        if self._given_base_url is not None:
            return url_with_scheme(self._given_base_url, "http")
        if self.api_key or self.token:
            return HOSTED_URL
        return embedded_base_url()

    @property
    def websocket_base_url(self) -> str:
        """Where WebSocket connections go."""
        return url_with_scheme(self._given_websocket_base_url or self.base_url, "ws")

    def check_open(self) -> None:
        """Raise CartesiaError when the client was closed."""
        if self._connections.closed:
            raise CartesiaError("this client has been closed; make a new one")

    @property
    def seconds_to_wait(self) -> float | None:
        """How long the next message of a WebSocket context may take."""
        return self.timeout if self.timeout is None or isinstance(self.timeout, int | float) else self.timeout.read

    @property
    def auth_headers(self) -> dict[str, str]:
        """The header that carries the key or the token; empty where there is neither."""
        secret = self.api_key or self.token
        return {"Authorization": f"Bearer {secret}"} if secret else {}

    @property
    def default_headers(self) -> dict[str, str]:
        """What every request carries."""
        own = {
            "Cartesia-Version": PROTOCOL_VERSION,
            "User-Agent": f"cartesia-open/{__version__} Python/{platform.python_version()}",
            "Accept": "*/*",
        }
        return merged_headers(own, self.auth_headers, self._default_headers)

    @property
    def default_query(self) -> dict[str, object]:
        """What every URL carries."""
        return dict(self._default_query)

    @property
    def _http(self) -> HTTP:
        """The HTTP client, made when it is first needed."""
        self.check_open()
        shared = self._connections
        if shared.given is not None:
            return shared.given
        # Connections belong to one process and one event loop: a forked child that read from its parent's sockets
        # would take answers away from it, and a loop that has ended wakes nobody.
        owner = self._owner()
        if shared.own is None or shared.own[0] != owner:
            shared.own = (owner, self._make_http(trust_env=not is_loopback(self.base_url)))
        return shared.own[1]

    def _owner(self) -> tuple[int, object]:
        return os.getpid(), self._event_loop()

    def is_closed(self) -> bool:
        """Whether ``close`` was called, on this client or on one that shares its connections."""
        return self._connections.closed

    def _opened_http(self) -> HTTP | None:
        """The HTTP client if there is one to close; the client counts as closed from here on."""
        shared = self._connections
        shared.closed = True
        return shared.given or (shared.own[1] if shared.own is not None else None)

    @abstractmethod
    def _make_http(self, *, trust_env: bool) -> HTTP:
        """A new HTTP client; ``trust_env`` says whether the environment's proxies hold for it.

        Its certificates (``SSL_CERT_FILE``) always do: a server of this machine may have one of its own making.
        """

    @abstractmethod
    def _event_loop(self) -> object:
        """The event loop that the caller runs in, if any."""

    @abstractmethod
    async def _send(self, request: httpx.Request, *, stream: bool) -> httpx.Response:
        """Make one exchange; the body is read unless it is an accepted stream. Raises APIConnectionError."""

    @abstractmethod
    async def _sleep(self, seconds: float) -> None:
        """Wait."""

    async def _open(self, request: Request, *, stream: bool) -> httpx.Response:
        """Make the call, again after a passing failure, and return the answer that accepts it.

        With ``stream`` the body of the answer is left to read.
        """
        retries = self.max_retries if request.max_retries is None else request.max_retries
        if not all(each.replayable for each in request.uploads.values()):
            retries = 0  # what was read of a pipe is gone
        attempt = 0
        with opened(request.uploads) as files:
            while True:
                try:
                    response = await self._send(
                        self._http.build_request(**self._arguments(request, files)), stream=stream
                    )
                    logger.debug("%s %s: %d", request.method, request.path, response.status_code)
                    if response.status_code < 400:
                        response.extensions["retries_taken"] = attempt
                        return response
                    raise error_from(response.status_code, response.content, response)
                except APIError as error:
                    if not error.retryable or attempt >= retries:
                        raise
                    wait = retry_wait(error, attempt)
                    logger.info("%s %s: %s; again in %.1f s", request.method, request.path, type(error).__name__, wait)
                await self._sleep(wait)
                attempt += 1

    def _arguments(self, request: Request, files: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments of httpx's ``build_request``, the same for both of its clients."""
        body: dict[str, Any] = {}
        kind = {}
        if files:
            body = {"data": {name: _form_value(value) for name, value in (request.body or {}).items()}, "files": files}
        elif request.body is not None:
            body = {"content": msgspec.json.encode(request.body)}
            kind = {"Content-Type": "application/json"}
        version = {"Cartesia-Version": request.version}
        return {
            "method": request.method,
            "url": self.base_url + request.path,
            "headers": merged_headers(self.default_headers, version, self._default_headers, kind, request.headers),
            "params": without_omitted({**self._default_query, **request.query}) or None,
            "timeout": _httpx_timeout(request.timeout if is_given(request.timeout) else self.timeout),
            **body,
        }


def _form_value(value: object) -> object:
    """A field of a form, which is text: true is written as in JSON, and not as in Python."""
    return str(value).lower() if isinstance(value, bool) else value


def _httpx_timeout(timeout: float | httpx.Timeout | None) -> httpx.Timeout:
    import httpx

    if isinstance(timeout, int | float):
        return httpx.Timeout(timeout, connect=min(timeout, CONNECT_TIMEOUT))
    return httpx.Timeout(timeout)
