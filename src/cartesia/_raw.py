"""The HTTP answer behind a call, for programs that want its headers, or its body as it arrives."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from os import PathLike
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from cartesia._calls import Events, Request, Sound
from cartesia._exchange import decode_value, translate_errors
from cartesia._responses import Answer, AsyncAudio, Audio, aclose_with, close_with

if TYPE_CHECKING:
    import httpx

T = TypeVar("T")


class _Raw(Answer, Generic[T]):
    """The part of an answer that both faces share."""

    def __init__(self, client: Any, call: Request, response: httpx.Response) -> None:
        super().__init__(response)
        self._client = client
        self._call = call
        self._parsed: Any = None

    @property
    def http_response(self) -> httpx.Response:
        """The answer as an object of httpx."""
        return self.response

    @property
    def http_request(self) -> httpx.Request:
        """The request that was sent."""
        return self.response.request

    @property
    def url(self) -> httpx.URL:
        """The URL that it was sent to."""
        return self.response.url

    @property
    def method(self) -> str:
        """The method of the request, such as ``GET``."""
        return self.response.request.method

    @property
    def retries_taken(self) -> int:
        """The number of times the call was made again before this answer."""
        return int(self.response.extensions.get("retries_taken", 0))


class APIResponse(_Raw[T]):
    """An answer whose body can be read once: parsed, or as it is."""

    def __init__(self, client: Any, call: Request, response: httpx.Response) -> None:
        super().__init__(client, call, response)
        self._audio: Audio | None = None
        self._unread = close_with(self, response)

    def parse(self) -> T:
        """Return what the call returns without ``with_raw_response``."""
        if self._parsed is None:
            self._parsed = self._parse()
        return cast("T", self._parsed)

    def _parse(self) -> Any:
        if isinstance(self._call, Sound):
            return self._body()
        if not isinstance(self._call, Events):
            with translate_errors(self.response.request):
                self.response.read()
        self._unread.detach()
        return self._client.answer(self._call, self.response)

    def _body(self) -> Audio:
        if self._audio is None:
            self._unread.detach()
            self._audio = Audio(self.response)  # any bytes will do; `Audio` handles all that may fail
        return self._audio

    def read(self) -> bytes:
        """Read the whole body."""
        return self._body().read()

    def text(self) -> str:
        """Read the whole body as text."""
        return self.read().decode(self.response.encoding or "utf-8", "replace")

    def json(self) -> Any:
        """Read the whole body as JSON."""
        return decode_value(self.response, object, self.read())

    def iter_bytes(self, chunk_size: int | None = None) -> Iterator[bytes]:
        """Iterate over the body as it arrives, or in pieces of ``chunk_size`` bytes."""
        return self._body().iter_bytes(chunk_size)

    def iter_lines(self) -> Iterator[str]:
        """Iterate over the lines of the body as they arrive."""
        with translate_errors(self.response.request):
            yield from self.response.iter_lines()

    def write_to_file(self, file: str | PathLike[str]) -> None:
        """Write the body to a file as it arrives."""
        self._body().write_to_file(file)

    stream_to_file = write_to_file

    def close(self) -> None:
        """Stop reading."""
        self.response.close()


class AsyncAPIResponse(_Raw[T]):
    """An answer whose body can be read once: parsed, or as it is."""

    def __init__(self, client: Any, call: Request, response: httpx.Response) -> None:
        super().__init__(client, call, response)
        self._audio: AsyncAudio | None = None
        self._unread = aclose_with(self, response)

    async def parse(self) -> T:
        """Return what the call returns without ``with_raw_response``."""
        if self._parsed is None:
            self._parsed = await self._parse()
        return cast("T", self._parsed)

    async def _parse(self) -> Any:
        if isinstance(self._call, Sound):
            return self._body()
        if not isinstance(self._call, Events):
            with translate_errors(self.response.request):
                await self.response.aread()
        self._unread.detach()
        return self._client.answer(self._call, self.response)

    def _body(self) -> AsyncAudio:
        if self._audio is None:
            self._unread.detach()
            self._audio = AsyncAudio(self.response)  # any bytes will do; it handles all that may fail
        return self._audio

    async def read(self) -> bytes:
        """Read the whole body."""
        return await self._body().read()

    async def text(self) -> str:
        """Read the whole body as text."""
        return (await self.read()).decode(self.response.encoding or "utf-8", "replace")

    async def json(self) -> Any:
        """Read the whole body as JSON."""
        return decode_value(self.response, object, await self.read())

    def iter_bytes(self, chunk_size: int | None = None) -> AsyncIterator[bytes]:
        """Iterate over the body as it arrives, or in pieces of ``chunk_size`` bytes."""
        return self._body().iter_bytes(chunk_size)

    async def iter_lines(self) -> AsyncIterator[str]:
        """Iterate over the lines of the body as they arrive."""
        with translate_errors(self.response.request):
            async for line in self.response.aiter_lines():
                yield line

    async def write_to_file(self, file: str | PathLike[str]) -> None:
        """Write the body to a file as it arrives."""
        await self._body().write_to_file(file)

    stream_to_file = write_to_file

    async def close(self) -> None:
        """Stop reading."""
        await self.response.aclose()


class ResponseContextManager(Generic[T]):
    """A call that is made by `with`, which returns the answer as soon as its headers have arrived."""

    def __init__(self, call: Callable[[], APIResponse[T]]) -> None:
        self._call = call
        self._response: APIResponse[T] | None = None

    def __enter__(self) -> APIResponse[T]:
        self._response = self._call()
        return self._response

    def __exit__(self, *_: object) -> None:
        if self._response is not None:
            self._response.close()


class AsyncResponseContextManager(Generic[T]):
    """A call that is made by `async with`, which returns the answer as soon as its headers have arrived."""

    def __init__(self, call: Callable[[], Coroutine[Any, Any, AsyncAPIResponse[T]]]) -> None:
        self._call = call
        self._response: AsyncAPIResponse[T] | None = None

    async def __aenter__(self) -> AsyncAPIResponse[T]:
        self._response = await self._call()
        return self._response

    async def __aexit__(self, *_: object) -> None:
        if self._response is not None:
            await self._response.close()
