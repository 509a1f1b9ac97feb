"""The results of streaming calls, audio and events, on both faces."""

from __future__ import annotations

import weakref
from collections.abc import AsyncIterator, Callable, Iterator
from os import PathLike
from typing import TYPE_CHECKING, Any, BinaryIO, Generic, TypeVar

from cartesia._closing import AsyncClosing, Closing
from cartesia._exchange import translate_errors
from cartesia._flac import TAIL, complete_flac_header
from cartesia._sse import SSEDecoder
from cartesia.errors import APIConnectionError, CartesiaError
from cartesia.formats import complete_wav_header
from cartesia.types import AnyEvent, decode_event

if TYPE_CHECKING:
    import asyncio

    import httpx

Pieces = TypeVar("Pieces")

HEAD = 64
"""The number of bytes at the start of a WAV or FLAC file that contain its lengths."""


class Answer:
    """An answer whose body is still to be read."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response

    @property
    def status_code(self) -> int:
        """The status of the HTTP answer."""
        return self.response.status_code

    @property
    def headers(self) -> httpx.Headers:
        """The headers of the HTTP answer."""
        return self.response.headers

    @property
    def is_closed(self) -> bool:
        """Whether nothing more will be read."""
        return self.response.is_closed


class _Body(Answer, Generic[Pieces]):
    """Audio that can be read once: as a whole, or piece by piece."""

    def __init__(
        self,
        response: httpx.Response,
        pieces_of: Callable[[httpx.Response, int | None], Pieces],
        cut: Callable[[bytes, int | None], Pieces],
        close_with: Callable[[object, httpx.Response], weakref.finalize[..., Any]],
    ) -> None:
        """Take an answer whose body is audio.

        Args:
            response: the answer.
            pieces_of: returns the pieces of an answer as they arrive.
            cut: returns the pieces of audio that was read before.
            close_with: closes an answer when the object that could read it is collected.
        """
        super().__init__(response)
        self._pieces: Pieces | None = None
        self._whole: bytes | None = None
        self._closed = False
        self._pieces_of, self._cut, self._close_with = pieces_of, cut, close_with
        self._unread = close_with(self, response)

    def iter_bytes(self, chunk_size: int | None = None) -> Pieces:
        """Iterate over the pieces as they arrive, or in pieces of ``chunk_size`` bytes."""
        if self._whole is not None:
            return self._cut(self._whole, chunk_size)
        if self._pieces is not None:
            raise CartesiaError("this audio was already read piece by piece; to have all of it, call read() first")
        if self._closed:
            raise CartesiaError("this audio was closed before it was read")
        self._pieces = self._pieces_of(self.response, chunk_size)
        self._unread.detach()
        self._close_with(self._pieces, self.response)
        return self._pieces


class Audio(_Body[Iterator[bytes]], Closing):
    """Audio as it is generated. Iterating over it yields each piece when it arrives; ``read`` returns the whole.

    Pieces are not kept: after iterating, ``read`` raises CartesiaError. Iterating after ``read`` works.
    """

    def __init__(self, response: httpx.Response) -> None:
        super().__init__(response, _pieces_of, _cut, close_with)

    def read(self) -> bytes:
        """Read all of the audio. A WAV or FLAC header that was sent before the length was known gets it."""
        if self._whole is None:
            self._whole = _with_length(b"".join(self.iter_bytes()))
        return self._whole

    def write_to_file(self, file: str | PathLike[str]) -> None:
        """Write the audio to a file as it arrives; a WAV or FLAC header gets its length at the end."""
        pieces = self.iter_bytes()
        with open(file, "wb") as opened:
            writer = _FileWriter(opened)
            for piece in pieces:
                writer.write(piece)
            writer.complete()

    stream_to_file = write_to_file

    def close(self) -> None:
        """Stop reading; the server stops speaking."""
        self._closed = True
        self.response.close()

    def __iter__(self) -> Iterator[bytes]:
        return self.iter_bytes() if self._pieces is None else self._pieces

    def __next__(self) -> bytes:
        return next(iter(self))


class AsyncAudio(_Body[AsyncIterator[bytes]], AsyncClosing):
    """Audio as it is generated. Iterating over it yields each piece when it arrives; ``read`` returns the whole.

    Pieces are not kept: after iterating, ``read`` raises CartesiaError. Iterating after ``read`` works.
    """

    def __init__(self, response: httpx.Response) -> None:
        super().__init__(response, _async_pieces_of, _async_cut, aclose_with)

    async def read(self) -> bytes:
        """Read all of the audio. A WAV or FLAC header that was sent before the length was known gets it."""
        if self._whole is None:
            self._whole = _with_length(b"".join([piece async for piece in self.iter_bytes()]))
        return self._whole

    async def write_to_file(self, file: str | PathLike[str]) -> None:
        """Write the audio to a file as it arrives; a WAV or FLAC header gets its length at the end."""
        pieces = self.iter_bytes()
        # A write goes to the page cache in microseconds: a thread for each would cost more than it frees.
        with open(file, "wb") as opened:  # noqa: ASYNC230
            writer = _FileWriter(opened)
            async for piece in pieces:
                writer.write(piece)
            writer.complete()

    stream_to_file = write_to_file

    async def close(self) -> None:
        """Stop reading; the server stops speaking."""
        self._closed = True
        await self.response.aclose()

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self.iter_bytes() if self._pieces is None else self._pieces

    async def __anext__(self) -> bytes:
        return await anext(aiter(self))


# These generators refer to the response only. With a reference to the object that holds them they would be a cycle,
# which the garbage collector closes at any moment, even while the connection pool holds the lock that closing needs.


def _pieces_of(response: httpx.Response, chunk_size: int | None) -> Iterator[bytes]:
    with translate_errors(response.request):
        yield from response.iter_bytes(chunk_size)


async def _async_pieces_of(response: httpx.Response, chunk_size: int | None) -> AsyncIterator[bytes]:
    with translate_errors(response.request):
        async for piece in response.aiter_bytes(chunk_size):
            yield piece


def _cut(audio: bytes, chunk_size: int | None) -> Iterator[bytes]:
    size = chunk_size or max(1, len(audio))
    return (audio[start : start + size] for start in range(0, len(audio), size))


async def _async_cut(audio: bytes, chunk_size: int | None) -> AsyncIterator[bytes]:
    for piece in _cut(audio, chunk_size):
        yield piece


def close_with(owner: object, response: httpx.Response) -> weakref.finalize[..., Any]:
    """Close a response when its owner, which could read it, is collected: it would hold its connection for ever."""
    closing = weakref.finalize(owner, response.close)
    closing.atexit = False
    return closing


_closings: set[asyncio.Task[None]] = set()


def aclose_with(owner: object, response: httpx.Response) -> weakref.finalize[..., Any]:
    """Close an asynchronous response when its owner is collected, on the event loop that it belongs to."""
    import asyncio

    loop = asyncio.get_running_loop()

    def start() -> None:
        task = loop.create_task(response.aclose())
        _closings.add(task)
        task.add_done_callback(_closings.discard)

    def close() -> None:
        if not response.is_closed and not loop.is_closed():
            loop.call_soon_threadsafe(start)

    closing = weakref.finalize(owner, close)
    closing.atexit = False
    return closing


def _with_length(audio: bytes) -> bytes:
    header = _complete_header(audio, audio[-TAIL:], len(audio))
    return header + audio[len(header) :] if header else audio


def _complete_header(head: bytes, tail: bytes, size: int) -> bytes:
    """Return a header with the length that was not known when it was sent; empty for files that need none."""
    return complete_wav_header(head, size) or complete_flac_header(head, tail)


class _FileWriter:
    """A writer of audio that puts the length into the header at the end, if the file can seek."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._head = self._tail = b""

    def write(self, piece: bytes) -> None:
        self._head += piece[: HEAD - len(self._head)]
        self._tail = (self._tail + piece)[-TAIL:]
        self._file.write(piece)

    def complete(self) -> None:
        if self._file.seekable() and (header := _complete_header(self._head, self._tail, self._file.tell())):
            self._file.seek(0)
            self._file.write(header)


class _EventReader:
    """A reader of the events of a body, which notices a missing end."""

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


def _events_of(response: httpx.Response) -> Iterator[AnyEvent]:
    reader = _EventReader()
    with translate_errors(response.request):
        for data in response.iter_bytes():
            yield from reader.feed(data)
    reader.close(response.request)


async def _async_events_of(response: httpx.Response) -> AsyncIterator[AnyEvent]:
    reader = _EventReader()
    with translate_errors(response.request):
        async for data in response.aiter_bytes():
            for event in reader.feed(data):
                yield event
    reader.close(response.request)


class Stream(Answer, Closing):
    """Server-sent events as they arrive, with ``done`` and ``error``. An ``error`` event is returned, not raised."""

    def __init__(self, response: httpx.Response) -> None:
        super().__init__(response)
        self._events = _events_of(response)
        close_with(self._events, response)

    def close(self) -> None:
        """Stop reading; the server stops speaking."""
        self.response.close()

    def __iter__(self) -> Iterator[AnyEvent]:
        return self._events

    def __next__(self) -> AnyEvent:
        return next(self._events)


class AsyncStream(Answer, AsyncClosing):
    """Server-sent events as they arrive, with ``done`` and ``error``. An ``error`` event is returned, not raised."""

    def __init__(self, response: httpx.Response) -> None:
        super().__init__(response)
        self._events = _async_events_of(response)
        aclose_with(self._events, response)

    async def close(self) -> None:
        """Stop reading; the server stops speaking."""
        await self.response.aclose()

    def __aiter__(self) -> AsyncIterator[AnyEvent]:
        return self._events

    async def __anext__(self) -> AnyEvent:
        return await anext(self._events)
