"""One thread speaks for the whole process, one text after another.

libespeak-ng is a singleton that corrupts memory when two threads use it, so exactly one thread ever does: it is started
when the first text comes, and takes the texts of all engines in the order in which they come. What it makes of a text
goes into that text's own queue, which has no bound: a consumer that reads slowly keeps nobody waiting. Texts are
therefore to be short (a sentence takes a few milliseconds and some hundred kilobytes); a whole book would hold up the
line and fill the memory.
"""

import atexit
import os
import threading
from collections.abc import Generator
from queue import SimpleQueue
from typing import NamedTuple

from cartesia_server.engines.espeak.library import Event, Library


class Piece(NamedTuple):
    """A piece of a spoken text."""

    sound: bytes
    """Samples of 16 bits in this machine's byte order. May be empty."""
    events: list[Event]


class _Turn:
    """A text that waits for its turn, is being said, or was said."""

    def __init__(self, text: str, definition: bytes, rate: int) -> None:
        self.text = text
        self.definition = definition
        self.rate = rate
        self.pieces: SimpleQueue[Piece | BaseException | None] = SimpleQueue()
        self.cancelled = False  # set without a lock: a generator may be closed by the garbage collector, anywhere

    def receive(self, sound: bytes, events: list[Event]) -> bool:
        if self.cancelled:
            return False
        if sound or events:
            self.pieces.put(Piece(sound, events))
        return True


class _Speaker:
    """The thread, and the line before it."""

    def __init__(self) -> None:
        self._line: SimpleQueue[_Turn | None] = SimpleQueue()
        self._current: _Turn | None = None
        self._closing = False
        self._voice: tuple[bytes, int] | None = None
        # A daemon: texts that wait must not keep the interpreter alive. `close` ends it before it could do harm.
        self._thread = threading.Thread(target=self._run, name="espeak", daemon=True)
        self._thread.start()

    def put(self, turn: _Turn) -> None:
        self._line.put(turn)

    def close(self) -> None:
        """Stop within the piece that is being made; all who wait get an error."""
        self._closing = True
        if (current := self._current) is not None:
            current.cancelled = True
        self._line.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (turn := self._line.get()) is not None:
            end: BaseException | None = None
            try:
                self._current = turn
                if not turn.cancelled and not self._closing:
                    with _in_library:
                        self._say(turn)
            except BaseException as error:  # it is the consumer's; this thread goes on
                end = error
            self._current = None
            if end is None and self._closing:
                end = RuntimeError("the interpreter is shutting down")
            turn.pieces.put(end)
            del turn, end  # the next one may be long in coming

    def _say(self, turn: _Turn) -> None:
        library = _loaded()
        voice = (turn.definition, turn.rate)
        if voice != self._voice:  # taking a voice costs up to 15 ms, in Russian
            self._voice = None
            library.set_voice(turn.definition)
            library.set_rate(turn.rate)
            self._voice = voice
        library.synthesize(turn.text, turn.receive)


_library: Library | None = None
_speaker: _Speaker | None = None
_ended = False
_starting = threading.Lock()
_in_library = threading.Lock()
"""Held while C code runs, so that a fork finds the library at rest: the child goes on using it."""


def pieces(text: str, definition: bytes, rate: int) -> Generator[Piece]:
    """Say a text with a voice, and yield it as it is made.

    Nothing happens before the first `next`. Closing the generator stops the synthesis within a piece, or takes the text
    out of the line.

    Raises:
        RuntimeError: the library cannot be loaded or refuses the voice; the process was forked since the first `next`;
            the interpreter is shutting down.
    """
    turn = _Turn(text, definition, rate)
    process = os.getpid()
    _put(turn)
    try:
        while True:
            if os.getpid() != process:
                raise RuntimeError("this speech was begun before a fork, and goes on in the parent process only")
            piece = turn.pieces.get()
            if piece is None:
                return
            if isinstance(piece, BaseException):
                raise piece
            yield piece
    finally:
        turn.cancelled = True


def _put(turn: _Turn) -> None:
    global _speaker
    with _starting:
        if _ended:
            raise RuntimeError("the interpreter is shutting down")
        if _speaker is None:
            _speaker = _Speaker()
        _speaker.put(turn)


def _loaded() -> Library:
    global _library
    if _library is None:
        _library = Library()
    return _library


def _end() -> None:
    global _ended
    with _starting:
        _ended = True
        if _speaker is not None:
            _speaker.close()


def _before_fork() -> None:
    _starting.acquire()
    _in_library.acquire()


def _after_fork_in_parent() -> None:
    _in_library.release()
    _starting.release()


def _after_fork_in_child() -> None:
    global _speaker
    _speaker = None  # its thread stayed behind; the library came along
    _after_fork_in_parent()


# While a daemon thread is in C code, the interpreter must not be taken down around it.
atexit.register(_end)
if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(
        before=_before_fork,
        after_in_parent=_after_fork_in_parent,
        after_in_child=_after_fork_in_child,
    )
