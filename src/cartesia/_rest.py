"""The shared core of both clients: addresses, headers, retries.

``BaseClient._open`` is one coroutine for both. It waits only in two hooks; those of the blocking client never suspend,
so ``run_now`` can step the coroutine to its end without an event loop.
"""

from __future__ import annotations

import logging
import os
import platform
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar
from urllib.parse import urlencode, urlsplit, urlunsplit

import msgspec

from cartesia._addresses import is_loopback, url_with_scheme
from cartesia._calls import PROTOCOL_VERSION, Events, Pages, Request, Sound, Value
from cartesia._embedded import base_url as embedded_base_url
from cartesia._exchange import decode_value
from cartesia._faces import Plain
from cartesia._given import NOT_GIVEN, drop_omitted, is_given
from cartesia._retries import retry_wait
from cartesia._uploads import open_uploads
from cartesia._version import __version__
from cartesia._websocket.handshake import Handshake
from cartesia.errors import APIError, CartesiaError, error_from

if TYPE_CHECKING:
    from typing import Self

    import httpx

HTTP = TypeVar("HTTP", bound="httpx.Client | httpx.AsyncClient")

logger = logging.getLogger("cartesia")

HOSTED_URL = "https://api.cartesia.ai"
DEFAULT_TIMEOUT = 60.0
"""Seconds to wait for an answer, or for the next piece of one."""
DEFAULT_MAX_RETRIES = 2
CONNECT_TIMEOUT = 5.0
"""Seconds to wait for a connection."""


def _secret(name: str, value: str | None) -> str | None:
    """Return a key or token in a form that a header can carry: those from files often end in a line break."""
    value = value.strip() if value else None
    if value and not (value.isascii() and value.isprintable()):
        raise ValueError(f"{name} has characters in it that no key has")  # it is a secret, so it is not shown
    return value or None


def merge_headers(*headers: Mapping[str, Any]) -> dict[str, str]:
    """Merge headers; later ones override earlier ones, whatever the case of their names, and `omit` removes one."""
    merged = {name.lower(): (name, value) for each in headers for name, value in each.items()}
    return {name: value for name, value in merged.values() if value is not None and is_given(value)}


class Connections(Generic[HTTP]):
    """The state that a client shares with its copies: the HTTP client, and whether it was closed."""

    def __init__(self, given: HTTP | None) -> None:
        self.given = given
        self.own: tuple[object, HTTP] | None = None
        self.closed = False


class BaseClient(ABC, Generic[HTTP]):
    """The core that the blocking and the asynchronous client share."""

    # The results of calls that stream, on the face of the client.
    _page_type: ClassVar[type[Any]]
    _audio_type: ClassVar[type[Any]]
    _stream_type: ClassVar[type[Any]]

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
            api_key: the key of the account; by default the environment variable ``CARTESIA_API_KEY``.
            token: an access token, used if there is no key.
            base_url: the address of the server: ``http://``, ``https://``, ``ws://``, ``wss://`` or a bare host; by
                default the environment variable ``CARTESIA_BASE_URL``. With neither key, token nor base URL the client
                uses the embedded engine, in this process.
            websocket_base_url: the address for WebSocket connections, if it differs.
            timeout: seconds to wait for an answer, or for the next piece of one; None waits for ever.
            max_retries: the number of times a call is made again after a transient failure.
            default_headers: sent with every request.
            default_query: added to every URL.
            http_client: an httpx client to use; ``close`` closes it too.
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
        """Return a client like this one, with other settings: `client.copy(timeout=5).voices.list()`.

        Both use the same connections, so closing one closes the other, unless the copy has another base URL or HTTP
        client.

        Args:
            api_key: another key.
            token: another access token.
            base_url: another server.
            websocket_base_url: another address for WebSocket connections.
            timeout: another timeout, in seconds; None waits for ever.
            max_retries: another number of retries.
            default_headers: added to the headers of every request.
            set_default_headers: replace the headers of every request.
            default_query: added to the query of every URL.
            set_default_query: replaces the query of every URL.
            http_client: another client of httpx.
        """
        headers = {**self._default_headers, **(default_headers or {})}
        query = {**self._default_query, **(default_query or {})}
        copy = type(self)(
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
            copy._connections = self._connections
        return copy

    with_options = copy

    @property
    def base_url(self) -> str:
        """The address for REST calls. With neither key nor base URL it is the embedded server, which this starts."""
        if self._given_base_url is not None:
            return url_with_scheme(self._given_base_url, "http")
        if self.api_key or self.token:
            return HOSTED_URL
        return embedded_base_url()

    @property
    def websocket_base_url(self) -> str:
        """The address for WebSocket connections."""
        return url_with_scheme(self._given_websocket_base_url or self.base_url, "ws")

    def answer(self, request: Request, response: httpx.Response) -> Any:
        """Return the result of a call, from its answer."""
        match request:
            case Value():
                return decode_value(response, request.result)
            case Pages():
                return self._page_type(self, request, response)
            case Sound():
                return self._audio_type(response)
            case Events():
                return self._stream_type(response)
        raise TypeError(f"{request!r} has no kind of answer")

    def check_open(self) -> None:
        """Raise CartesiaError if the client was closed."""
        if self._connections.closed:
            raise CartesiaError("this client has been closed; make a new one")

    @property
    def seconds_to_wait(self) -> float | None:
        """The seconds to wait for the next message of a WebSocket context; None waits for ever."""
        return self.timeout if self.timeout is None or isinstance(self.timeout, int | float) else self.timeout.read

    def websocket_handshake(
        self,
        path: str,
        *,
        query: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        options: Mapping[str, Any] | None = None,
    ) -> Handshake:
        """Return the request that opens a WebSocket connection, as the client is set now.

        Args:
            path: the path of the endpoint, with a slash before it.
            query: further parameters of the URL.
            headers: further headers.
            options: arguments for the `connect` function of `websockets`.
        """
        self.check_open()
        base = urlsplit(self.websocket_base_url)
        parameters = urlencode({**self.default_query, **(query or {})}, doseq=True)
        parameters = "&".join(part for part in (base.query, parameters) if part)
        sent = merge_headers(self.default_headers, headers or {})
        sent.pop("Accept", None)
        return Handshake(
            url=urlunsplit((base.scheme, base.netloc, base.path.rstrip("/") + path, parameters, "")),
            headers=sent,
            timeout=CONNECT_TIMEOUT,
            options=options or {},
        )

    @property
    def auth_headers(self) -> dict[str, str]:
        """The header with the key or the token; empty where there is neither."""
        secret = self.api_key or self.token
        return {"Authorization": f"Bearer {secret}"} if secret else {}

    @property
    def default_headers(self) -> dict[str, str]:
        """The headers of every request."""
        own = {
            "Cartesia-Version": PROTOCOL_VERSION,
            "User-Agent": f"cartesia-open/{__version__} Python/{platform.python_version()}",
            "Accept": "*/*",
        }
        return merge_headers(own, self.auth_headers, self._default_headers)

    @property
    def default_query(self) -> dict[str, object]:
        """The query of every URL."""
        return dict(self._default_query)

    @property
    def _client(self) -> Self:
        return self

    @property
    def _mode(self) -> type[Plain]:
        return Plain

    @property
    def _http(self) -> HTTP:
        """The HTTP client, made when it is first needed."""
        self.check_open()
        shared = self._connections
        if shared.given is not None:
            return shared.given
        # Connections belong to one process and one event loop: a forked child that read from its parent's sockets
        # would take answers away from it, and a loop that has ended wakes no task.
        owner = self._owner()
        if shared.own is None or shared.own[0] != owner:
            shared.own = (owner, self._make_http(trust_env=not is_loopback(self.base_url)))
        return shared.own[1]

    def _owner(self) -> tuple[int, object]:
        return os.getpid(), self._event_loop()

    def is_closed(self) -> bool:
        """Tell whether ``close`` was called, on this client or on one that shares its connections."""
        return self._connections.closed

    def _release_http(self) -> HTTP | None:
        """Mark the client as closed; return its HTTP client, if there is one to close."""
        shared = self._connections
        shared.closed = True
        return shared.given or (shared.own[1] if shared.own is not None else None)

    @abstractmethod
    def _make_http(self, *, trust_env: bool) -> HTTP:
        """Make an HTTP client; ``trust_env`` tells whether it uses the proxies that the environment names.

        It always uses its certificates (``SSL_CERT_FILE``): a server on this machine may have a self-signed one.
        """

    @abstractmethod
    def _event_loop(self) -> object:
        """Return the event loop that the caller runs in, if any."""

    @abstractmethod
    async def _send(self, request: httpx.Request, *, stream: bool) -> httpx.Response:
        """Make one exchange and read its body, unless it is a stream with a good status. Raises APIConnectionError."""

    @abstractmethod
    async def _sleep(self, seconds: float) -> None:
        """Wait."""

    async def _open(self, request: Request, *, stream: bool) -> httpx.Response:
        """Make the call, again after transient failures, and return the answer with a good status.

        With ``stream`` the body of the answer is left to read.
        """
        retries = self.max_retries if request.max_retries is None else request.max_retries
        if not all(each.replayable for each in request.uploads.values()):
            retries = 0  # what was read of a pipe is gone
        attempt = 0
        with open_uploads(request.uploads) as files:
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
        """Return the arguments for ``build_request`` of either client of httpx."""
        body: dict[str, Any] = {}
        content_type = {}
        if files:
            body = {"data": {name: _form_value(value) for name, value in (request.body or {}).items()}, "files": files}
        elif request.body is not None:
            body = {"content": msgspec.json.encode(request.body)}
            content_type = {"Content-Type": "application/json"}
        version = {"Cartesia-Version": request.version}
        return {
            "method": request.method,
            "url": self.base_url + request.path,
            "headers": merge_headers(
                self.default_headers, version, self._default_headers, content_type, request.headers
            ),
            "params": drop_omitted({**self._default_query, **request.query}) or None,
            "timeout": _httpx_timeout(request.timeout if is_given(request.timeout) else self.timeout),
            **body,
        }


def _form_value(value: object) -> object:
    """Return the value of a form field: booleans are written as in JSON, not as in Python."""
    return str(value).lower() if isinstance(value, bool) else value


def _httpx_timeout(timeout: float | httpx.Timeout | None) -> httpx.Timeout:
    import httpx

    if isinstance(timeout, int | float):
        return httpx.Timeout(timeout, connect=min(timeout, CONNECT_TIMEOUT))
    return httpx.Timeout(timeout)
