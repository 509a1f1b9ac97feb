"""Threads that speak, each with a copy of the library of its own.

libespeak-ng is one set of C globals that two threads corrupt. Where the system can load it several times over (see
`library.own_copy`), each thread has its own; elsewhere there is one thread, and texts are said one after the other. The
threads take turns piece by piece, so that a long text does not keep a short one waiting.

What is made of a text goes into that text's own queue, which has no bound: a consumer that reads slowly keeps nobody
waiting. Texts are therefore to be short (a sentence takes a few milliseconds and some hundred kilobytes); a whole book
would fill the memory.
"""

import atexit
import os
import threading
from collections import deque
from collections.abc import Generator
from queue import SimpleQueue
from typing import NamedTuple

from ownvoice.engines.espeak.baton import Baton
from ownvoice.engines.espeak.library import CAN_COPY, Event, Library

MOST_THREADS = 32 if CAN_COPY else 1
"""How many texts are said at once; more wait in line. A thread and its copy take 1.3 MB, and a millisecond to make."""
AT_ONCE = max(1, min((os.cpu_count() or 2) - 1, 4))
"""How many of them compute at a time: one core is for whoever takes what they make, and more than a few would only wait
for the interpreter's lock."""


class Piece(NamedTuple):
    """A piece of a spoken text."""

    sound: bytes
    """Samples of 16 bits in this machine's byte order. May be empty."""
    events: list[Event]


class _Turn:
    """A text that waits for its turn, is being said, or was said."""

    def __init__(self, text: str, definition: bytes, rate: int, *, phonemes: bool = False) -> None:
        self.text = text
        self.definition = definition
        self.rate = rate
        self.phonemes = phonemes
        self.pieces: SimpleQueue[Piece | BaseException | None] = SimpleQueue()
        self.cancelled = False  # set without a lock: a generator may be closed by the garbage collector, anywhere

    @property
    def voice(self) -> tuple[bytes, int]:
        return self.definition, self.rate

    def receive(self, sound: bytes, events: list[Event]) -> bool:
        if self.cancelled:
            return False
        if sound or events:
            self.pieces.put(Piece(sound, events))
        return True


class _Speaker:
    """A thread, its copy of the library, and the voice that this has taken."""

    def __init__(self, company: "_Company") -> None:
        self.voice: tuple[bytes, int] | None = None
        self._company = company
        self._library: Library | None = None
        self._inbox: SimpleQueue[_Turn | None] = SimpleQueue()
        # A daemon: texts that wait must not keep the interpreter alive. `close` ends it before it could do harm.
        self._thread = threading.Thread(target=self._run, name="espeak", daemon=True)
        self._thread.start()

    def give(self, turn: _Turn | None) -> None:
        self._inbox.put(turn)

    def join(self) -> None:
        self._thread.join()

    def _run(self) -> None:
        while (turn := self._inbox.get()) is not None:
            end: BaseException | None = None
            try:
                if not turn.cancelled and not self._company.closing:
                    self._company.baton.take(beginner=True)
                    try:
                        self._say(turn)
                    finally:
                        self._company.baton.hand_on()
            except BaseException as error:  # it is the consumer's; this thread goes on
                end = error
            if end is None and self._company.closing:
                end = RuntimeError("the interpreter is shutting down")
            turn.pieces.put(end)
            del turn, end  # the next one may be long in coming
            self._company.free(self)

    def _say(self, turn: _Turn) -> None:
        if self._library is None:
            self._library = Library()
        if turn.voice != self.voice:  # taking a voice costs up to 15 ms, in Russian
            self.voice = None
            self._library.set_voice(turn.definition)
            self._library.set_rate(turn.rate)
            self.voice = turn.voice

        def receive(sound: bytes, events: list[Event]) -> bool:
            if not turn.receive(sound, events) or self._company.closing:
                return False
            self._company.baton.share()
            return not turn.cancelled

        self._library.synthesize(turn.text, receive, phonemes=turn.phonemes)


class _Company:
    """All the speakers, and the line of the texts that wait for one."""

    def __init__(self) -> None:
        self.baton = Baton(AT_ONCE)
        self.closing = False
        self._lock = threading.Lock()
        self._speakers: list[_Speaker] = []
        self._idle: list[_Speaker] = []
        self._line: deque[_Turn] = deque()

    def put(self, turn: _Turn) -> None:
        """Have a text said, by one who has its voice already, if there is one."""
        with self._lock:
            if self._idle:
                speaker = next((each for each in self._idle if each.voice == turn.voice), self._idle[-1])
                self._idle.remove(speaker)
            elif len(self._speakers) < MOST_THREADS:
                speaker = _Speaker(self)
                self._speakers.append(speaker)
            else:
                self._line.append(turn)
                return
        speaker.give(turn)

    def free(self, speaker: _Speaker) -> None:
        """A speaker has nothing to do: it takes the next text of the line, or waits."""
        with self._lock:
            if not self._line:
                self._idle.append(speaker)
                return
            turn = self._line.popleft()
        speaker.give(turn)

    def close(self) -> None:
        """Stop within the pieces that are being made; all who wait get an error."""
        self.closing = True
        with self._lock:
            speakers, line = list(self._speakers), list(self._line)
            self._line.clear()
        for turn in line:
            turn.pieces.put(RuntimeError("the interpreter is shutting down"))
        for speaker in speakers:
            speaker.give(None)
        for speaker in speakers:
            speaker.join()


_company: _Company | None = None
_ended = False
_starting = threading.Lock()


def pieces(text: str, definition: bytes, rate: int, *, phonemes: bool = False) -> Generator[Piece]:
    """Say a text with a voice, and yield it as it is made; ``phonemes`` as in `Library.synthesize`.

    Nothing happens before the first `next`. Closing the generator stops the synthesis within a piece, or takes the text
    out of the line.

    Raises:
        RuntimeError: the library cannot be loaded or refuses the voice; the process was forked since the first `next`;
            the interpreter is shutting down.
    """
    turn = _Turn(text, definition, rate, phonemes=phonemes)
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
    global _company
    with _starting:
        if _ended:
            raise RuntimeError("the interpreter is shutting down")
        if _company is None:
            _company = _Company()
        _company.put(turn)


def _end() -> None:
    global _ended
    with _starting:
        _ended = True
        if _company is not None:
            _company.close()


def _before_fork() -> None:
    # Who holds all batons is alone with the C code: a child that was forked while another thread was in it would
    # inherit the locks of the loader, or of the memory, as that thread held them, and nobody would ever open them.
    _starting.acquire()
    if _company is not None:
        for _ in range(AT_ONCE):
            _company.baton.take(beginner=True)


def _after_fork_in_parent() -> None:
    if _company is not None:
        for _ in range(AT_ONCE):
            _company.baton.hand_on()
    _starting.release()


def _after_fork_in_child() -> None:
    # The threads stayed behind, some of them in the middle of a sentence: the child begins anew, with new copies.
    global _company
    _company = None
    _starting.release()


# While a daemon thread is in C code, the interpreter must not be taken down around it.
atexit.register(_end)
if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(
        before=_before_fork,
        after_in_parent=_after_fork_in_parent,
        after_in_child=_after_fork_in_child,
    )
