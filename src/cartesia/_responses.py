"""What the streaming calls return: audio and events, on both faces."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from os import PathLike
from typing import TYPE_CHECKING, Any, BinaryIO

from cartesia._rest import translated
from cartesia._sse import SSEDecoder
from cartesia.errors import APIConnectionError
from cartesia.formats import complete_wav_header
from cartesia.types import AnyEvent, decode_event

if TYPE_CHECKING:
    import httpx


class _Answer:
    """An answer whose body is still to come."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response

    @property
    def status_code(self) -> int:
        """Of the HTTP answer."""
        return self.response.status_code

    @property
    def headers(self) -> httpx.Headers:
        """Of the HTTP answer."""
        return self.response.headers

    @property
    def is_closed(self) -> bool:
        """Whether nothing more will be read."""
        return self.response.is_closed


class Audio(_Answer):
    """Audio as it is made. Iterating it gives each piece when it arrives; ``read`` gives the whole."""

    def __init__(self, response: httpx.Response) -> None:
        super().__init__(response)
        self._pieces = self.iter_bytes()
        self._whole: bytes | None = None

    def iter_bytes(self, chunk_size: int | None = None) -> Iterator[bytes]:
        """The pieces, each as it arrives, or as soon as there are ``chunk_size`` bytes."""
        with translated(self.response.request):
            yield from self.response.iter_bytes(chunk_size)

    def read(self) -> bytes:
        """All of the audio. A WAV header that was sent before the length was known gets it now."""
        if self._whole is None:
            self._whole = _with_wav_length(b"".join(self._pieces))
        return self._whole

    def write_to_file(self, file: str | PathLike[str]) -> None:
        """Write the audio to a file as it arrives; a WAV header gets its length at the end."""
        with open(file, "wb+") as opened:
            for piece in self._pieces if self._whole is None else [self._whole]:
                opened.write(piece)
            _complete_wav_file(opened)

    stream_to_file = write_to_file

    def close(self) -> None:
        """Stop reading; the server stops speaking."""
        self.response.close()

    def __iter__(self) -> Iterator[bytes]:
        return self._pieces

    def __next__(self) -> bytes:
        return next(self._pieces)

    def __enter__(self) -> Audio:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncAudio(_Answer):
    """Audio as it is made. Iterating it gives each piece when it arrives; ``read`` gives the whole."""

    def __init__(self, response: httpx.Response) -> None:
        super().__init__(response)
        self._pieces = self.iter_bytes()
        self._whole: bytes | None = None

    async def iter_bytes(self, chunk_size: int | None = None) -> AsyncIterator[bytes]:
        """The pieces, each as it arrives, or as soon as there are ``chunk_size`` bytes."""
        with translated(self.response.request):
            async for piece in self.response.aiter_bytes(chunk_size):
                yield piece

    async def read(self) -> bytes:
        """All of the audio. A WAV header that was sent before the length was known gets it now."""
        if self._whole is None:
            self._whole = _with_wav_length(b"".join([piece async for piece in self._pieces]))
        return self._whole

    async def write_to_file(self, file: str | PathLike[str]) -> None:
        """Write the audio to a file as it arrives; a WAV header gets its length at the end."""
        # A write goes to the page cache in microseconds: a thread for each would cost more than it frees.
        with open(file, "wb+") as opened:  # noqa: ASYNC230
            opened.write(self._whole or b"")
            async for piece in self._pieces:  # none are left once the whole has been read
                opened.write(piece)
            _complete_wav_file(opened)

    stream_to_file = write_to_file

    async def close(self) -> None:
        """Stop reading; the server stops speaking."""
        await self.response.aclose()

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._pieces

    async def __anext__(self) -> bytes:
        return await anext(self._pieces)

    async def __aenter__(self) -> AsyncAudio:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


def _with_wav_length(audio: bytes) -> bytes:
    header = complete_wav_header(audio, len(audio))
    return header + audio[len(header) :] if header else audio


def _complete_wav_file(file: BinaryIO) -> None:
    size = file.tell()
    file.seek(0)
    header = complete_wav_header(file.read(64), size)
    file.seek(0)
    file.write(header)


class _EventReader:
    """The events of a body, and whether it came to its end."""

    def __init__(self) -> None:
        self._decoder = SSEDecoder()
        self._ended = False

    def feed(self, data: bytes) -> list[AnyEvent]:
        events = [decode_event(text) for text in self._decoder.feed(data)]
        self._ended = self._ended or any(event.done for event in events)
        return events

    def close(self, request: httpx.Request) -> None:
        if not self._ended:
            raise APIConnectionError("the stream of events ended before the speech did", request)


class Stream(_Answer):
    """Server-sent events as they arrive, ``done`` and ``error`` included. An ``error`` event is given, not raised."""

    def __init__(self, response: httpx.Response) -> None:
        super().__init__(response)
        self._events = self._read()

    def _read(self) -> Iterator[AnyEvent]:
        reader = _EventReader()
        with translated(self.response.request):
            for data in self.response.iter_bytes():
                yield from reader.feed(data)
        reader.close(self.response.request)

    def close(self) -> None:
        """Stop reading; the server stops speaking."""
        self.response.close()

    def __iter__(self) -> Iterator[AnyEvent]:
        return self._events

    def __next__(self) -> AnyEvent:
        return next(self._events)

    def __enter__(self) -> Stream:
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()


class AsyncStream(_Answer):
    """Server-sent events as they arrive, ``done`` and ``error`` included. An ``error`` event is given, not raised."""

    def __init__(self, response: httpx.Response) -> None:
        super().__init__(response)
        self._events = self._read()

    async def _read(self) -> AsyncIterator[AnyEvent]:
        reader = _EventReader()
        with translated(self.response.request):
            async for data in self.response.aiter_bytes():
                for event in reader.feed(data):
                    yield event
        reader.close(self.response.request)

    async def close(self) -> None:
        """Stop reading; the server stops speaking."""
        await self.response.aclose()

    def __aiter__(self) -> AsyncIterator[AnyEvent]:
        return self._events

    async def __anext__(self) -> AnyEvent:
        return await anext(self._events)

    async def __aenter__(self) -> AsyncStream:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
