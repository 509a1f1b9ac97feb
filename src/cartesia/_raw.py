"""The HTTP answer behind a call, for programs that want its headers, or its body as it comes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from os import PathLike
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from cartesia._calls import Events, Request, Sound
from cartesia._responses import Answer, AsyncAudio, Audio, aclosed_with, closed_with
from cartesia._rest import decode_value, translated

if TYPE_CHECKING:
    import httpx

T = TypeVar("T")


class _Raw(Answer, Generic[T]):
    """What both faces know of an answer."""

    def __init__(self, client: Any, call: Request, response: httpx.Response) -> None:
        super().__init__(response)
        self._client = client
        self._call = call
        self._parsed: Any = None

    @property
    def http_response(self) -> httpx.Response:
        """The answer as httpx has it."""
        return self.response

    @property
    def http_request(self) -> httpx.Request:
        """What was sent."""
        return self.response.request

    @property
    def url(self) -> httpx.URL:
        """Where it was sent."""
        return self.response.url

    @property
    def method(self) -> str:
        """The method of the request, such as ``GET``."""
        return self.response.request.method

    @property
    def retries_taken(self) -> int:
        """How often the call was made again before this answer came."""
        return int(self.response.extensions.get("retries_taken", 0))


class APIResponse(_Raw[T]):
    """An answer. Its body can be read once: parsed, or as it is."""

    def __init__(self, client: Any, call: Request, response: httpx.Response) -> None:
        super().__init__(client, call, response)
        self._audio: Audio | None = None
        self._unread = closed_with(self, response)

    def parse(self) -> T:
        """What the call returns without ``with_raw_response``."""
        if self._parsed is None:
            self._parsed = self._parse()
        return cast("T", self._parsed)

    def _parse(self) -> Any:
        if isinstance(self._call, Sound):
            return self._body()
        if not isinstance(self._call, Events):
            with translated(self.response.request):
                self.response.read()
        self._unread.detach()
        return self._client.answer(self._call, self.response)

    def _body(self) -> Audio:
        if self._audio is None:
            self._unread.detach()
            self._audio = Audio(self.response)  # any bytes will do, and audio is what takes care of all that may fail
        return self._audio

    def read(self) -> bytes:
        """The whole body."""
        return self._body().read()

    def text(self) -> str:
        """The whole body as text."""
        return self.read().decode(self.response.encoding or "utf-8", "replace")

    def json(self) -> Any:
        """The whole body as JSON."""
        return decode_value(self.response, object, self.read())

    def iter_bytes(self, chunk_size: int | None = None) -> Iterator[bytes]:
        """The body as it arrives, or as soon as there are ``chunk_size`` bytes."""
        return self._body().iter_bytes(chunk_size)

    def iter_lines(self) -> Iterator[str]:
        """The lines of the body as they arrive."""
        with translated(self.response.request):
            yield from self.response.iter_lines()

    def write_to_file(self, file: str | PathLike[str]) -> None:
        """Write the body to a file as it arrives."""
        self._body().write_to_file(file)

    stream_to_file = write_to_file

    def close(self) -> None:
        """Stop reading."""
        self.response.close()


class AsyncAPIResponse(_Raw[T]):
    """An answer. Its body can be read once: parsed, or as it is."""

    def __init__(self, client: Any, call: Request, response: httpx.Response) -> None:
        super().__init__(client, call, response)
        self._audio: AsyncAudio | None = None
        self._unread = aclosed_with(self, response)

    async def parse(self) -> T:
        """What the call returns without ``with_raw_response``."""
        if self._parsed is None:
            self._parsed = await self._parse()
        return cast("T", self._parsed)

    async def _parse(self) -> Any:
        if isinstance(self._call, Sound):
            return self._body()
        if not isinstance(self._call, Events):
            with translated(self.response.request):
                await self.response.aread()
        self._unread.detach()
        return self._client.answer(self._call, self.response)

    def _body(self) -> AsyncAudio:
        if self._audio is None:
            self._unread.detach()
            self._audio = AsyncAudio(self.response)  # any bytes will do, as in the other class
        return self._audio

    async def read(self) -> bytes:
        """The whole body."""
        return await self._body().read()

    async def text(self) -> str:
        """The whole body as text."""
        return (await self.read()).decode(self.response.encoding or "utf-8", "replace")

    async def json(self) -> Any:
        """The whole body as JSON."""
        return decode_value(self.response, object, await self.read())

    def iter_bytes(self, chunk_size: int | None = None) -> AsyncIterator[bytes]:
        """The body as it arrives, or as soon as there are ``chunk_size`` bytes."""
        return self._body().iter_bytes(chunk_size)

    async def iter_lines(self) -> AsyncIterator[str]:
        """The lines of the body as they arrive."""
        with translated(self.response.request):
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
    """A call that is made by `with`, which gives the answer as soon as its headers are there."""

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
    """A call that is made by `async with`, which gives the answer as soon as its headers are there."""

    def __init__(self, call: Callable[[], Coroutine[Any, Any, AsyncAPIResponse[T]]]) -> None:
        self._call = call
        self._response: AsyncAPIResponse[T] | None = None

    async def __aenter__(self) -> AsyncAPIResponse[T]:
        self._response = await self._call()
        return self._response

    async def __aexit__(self, *_: object) -> None:
        if self._response is not None:
            await self._response.close()
