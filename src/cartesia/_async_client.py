"""The asynchronous client."""

from __future__ import annotations

import asyncio
from functools import cached_property
from typing import TYPE_CHECKING, Any

from cartesia._client import Cartesia
from cartesia._faces import PendingIterator, PendingPage, PendingValue
from cartesia._pages import AsyncPage
from cartesia._responses import AsyncAudio, AsyncStream
from cartesia._rest import BaseClient, Events, Pages, Request, Sound, Value, decode_value, translated
from cartesia.resources.tts import AsyncTTS
from cartesia.resources.voices import AsyncVoices

if TYPE_CHECKING:
    import httpx


class AsyncCartesia(BaseClient["httpx.AsyncClient"]):
    """A client whose calls are awaited."""

    @cached_property
    def tts(self) -> AsyncTTS:
        """Text to speech."""
        return AsyncTTS(self)

    @cached_property
    def voices(self) -> AsyncVoices:
        """The voices there are."""
        return AsyncVoices(self)

    def _make_http(self, *, trust_env: bool) -> httpx.AsyncClient:
        import httpx

        return httpx.AsyncClient(follow_redirects=True, trust_env=trust_env)

    def _event_loop(self) -> asyncio.AbstractEventLoop:
        return asyncio.get_running_loop()

    async def _send(self, request: httpx.Request, *, stream: bool) -> httpx.Response:
        with translated(request):
            response = await self._http.send(request, stream=True)
            if not stream or response.status_code >= 400:
                await response.aread()
            return response

    async def _sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def _run(self, request: Request) -> Any:
        match request:
            case Value():
                return PendingValue(lambda: self._value(request), lambda: self._run_now(request))
            case Pages():
                return PendingPage(lambda: self._page(request), lambda: self._run_now(request))
            case Sound():
                return PendingIterator(lambda: self._audio(request))
            case Events():
                return PendingIterator(lambda: self._stream(request))
        raise TypeError(f"{request!r} says nothing of its answer")

    async def _value(self, request: Value[Any]) -> Any:
        return decode_value(await self._open(request), request.result)

    async def _page(self, request: Pages[Any]) -> AsyncPage[Any]:
        return AsyncPage(self, request, await self._open(request))

    async def _audio(self, request: Request) -> AsyncAudio:
        return AsyncAudio(await self._open(request))

    async def _stream(self, request: Request) -> AsyncStream:
        return AsyncStream(await self._open(request))

    def _run_now(self, request: Request) -> Any:
        """Make one call with the blocking client, for programs of the first generation."""
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
            return list(result) if isinstance(request, Pages) else result  # a list of the first generation is whole

    async def close(self) -> None:
        """Close the connections. The client cannot be used afterwards."""
        opened = self._opened_http()
        # What belongs to an event loop that has ended cannot be closed by another one.
        if opened is not None and (self._own_http is None or self._own_http[0] == self._owner()):
            await opened.aclose()

    async def __aenter__(self) -> AsyncCartesia:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
