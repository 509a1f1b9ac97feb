"""The asynchronous client."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from cartesia._calls import Events, Pages, Request, Sound, Value
from cartesia._client import Cartesia
from cartesia._closing import AsyncClosing
from cartesia._exchange import translate_errors
from cartesia._faces import Plain, Raw, Streamed
from cartesia._legacy.unawaited import PendingPage, PendingValue
from cartesia._pages import AsyncPage
from cartesia._pending import Pending, PendingIterator
from cartesia._raw import AsyncAPIResponse, AsyncResponseContextManager
from cartesia._responses import AsyncAudio, AsyncStream
from cartesia._rest import BaseClient
from cartesia._surface import AsyncSurface

if TYPE_CHECKING:
    import httpx


class AsyncCartesia(BaseClient["httpx.AsyncClient"], AsyncSurface[Plain], AsyncClosing):
    """A client whose calls are awaited."""

    _page_type = AsyncPage
    _audio_type = AsyncAudio
    _stream_type = AsyncStream

    def _make_http(self, *, trust_env: bool) -> httpx.AsyncClient:
        import httpx

        return httpx.AsyncClient(follow_redirects=True, trust_env=trust_env, verify=httpx.create_ssl_context())

    def _event_loop(self) -> asyncio.AbstractEventLoop:
        return asyncio.get_running_loop()

    async def _send(self, request: httpx.Request, *, stream: bool) -> httpx.Response:
        with translate_errors(request):
            response = await self._http.send(request, stream=True)
            if not stream or response.status_code >= 400:
                await response.aread()
            return response

    async def _sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def _run(self, request: Request, mode: type = Plain) -> Any:
        name = f"{request.method} {request.path}"
        if mode is Streamed:
            return AsyncResponseContextManager(lambda: self._raw(request, stream=True))
        if mode is Raw:
            return Pending(lambda: self._raw(request, stream=isinstance(request, Sound | Events)), name)
        match request:
            case Value():
                return PendingValue(lambda: self._parsed(request), lambda: self._call_blocking(request), name)
            case Pages():
                return PendingPage(lambda: self._parsed(request), lambda: self._call_blocking(request), name)
        return PendingIterator(lambda: self._parsed(request, stream=True), name)

    async def _raw(self, request: Request, *, stream: bool) -> AsyncAPIResponse[Any]:
        return AsyncAPIResponse(self, request, await self._open(request, stream=stream))

    async def _parsed(self, request: Request, *, stream: bool = False) -> Any:
        return await (await self._raw(request, stream=stream)).parse()

    def _call_blocking(self, request: Request) -> Any:
        """Make one call with a blocking client, for programs of the first generation (`_legacy.unawaited`)."""
        with Cartesia(
            api_key=self.api_key,
            token=self.token,
            base_url=self._given_base_url,
            timeout=self.timeout,
            max_retries=self.max_retries,
            default_headers=self._default_headers,
            default_query=self._default_query,
        ) as client:
            result = client._run(request)
            return list(result) if isinstance(request, Pages) else result  # the first generation returns the whole list

    async def close(self) -> None:
        """Close the connections. The client cannot be used afterwards."""
        opened = self._release_http()
        # A client that belongs to an event loop which has ended cannot be closed from another one.
        own = self._connections.own
        if opened is not None and (own is None or own[0] == self._owner()):
            await opened.aclose()
