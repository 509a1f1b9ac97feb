"""A pool of threads that synthesize, each with its own copy of the library.

libespeak-ng is one set of C globals that two threads corrupt. Where the system can load it several times over (see
`library.copy_library`), each thread has its own; elsewhere there is one thread, and texts are said one after the other.
The threads take turns piece by piece, so that a long text does not keep a short one waiting.

The pieces of a text go into that text's own queue, which has no bound: a consumer that reads slowly keeps no other
waiting. Texts should therefore be short (a sentence takes a few milliseconds and some hundred kilobytes); a whole book
would fill the memory.
"""

import atexit
import os
import threading
from collections import deque
from collections.abc import Generator
from queue import SimpleQueue
from typing import NamedTuple

from ownvoice.engines.espeak.fair_semaphore import FairSemaphore
from ownvoice.engines.espeak.library import CAN_COPY, Event, Library

MOST_THREADS = 32 if CAN_COPY else 1
"""The number of texts that are said at once; more wait in line. A thread and its copy of the library take 1.3 MB, and a
millisecond to make."""
AT_ONCE = max(1, min((os.cpu_count() or 2) - 1, 4))
"""The number of threads that compute at a time: one core is left for the consumers, and more than a few threads would
only wait for the interpreter's lock."""


class SynthesizedPiece(NamedTuple):
    """A piece of a spoken text."""

    sound: bytes
    """Samples of 16 bits in this machine's byte order. May be empty."""
    events: list[Event]


class Task:
    """A text that waits for a worker, is being said, or was said."""

    def __init__(self, text: str, definition: bytes, rate: int, *, phonemes: bool = False) -> None:
        """Make a task; the arguments are those of `synthesize`."""
        self.text = text
        self.definition = definition
        self.rate = rate
        self.phonemes = phonemes
        self.pieces: SimpleQueue[SynthesizedPiece | BaseException | None] = SimpleQueue()
        self.cancelled = False  # set without a lock: a generator may be closed by the garbage collector, anywhere

    @property
    def voice(self) -> tuple[bytes, int]:
        """The voice as a worker sets it: its definition and its rate."""
        return self.definition, self.rate

    def receive(self, sound: bytes, events: list[Event]) -> bool:
        """Queue a piece for the consumer; return False if the task is cancelled."""
        if self.cancelled:
            return False
        if sound or events:
            self.pieces.put(SynthesizedPiece(sound, events))
        return True


class _Worker:
    """A thread, its copy of the library, and the voice that is set in it."""

    def __init__(self, pool: "_WorkerPool") -> None:
        self.voice: tuple[bytes, int] | None = None
        self._pool = pool
        self._library: Library | None = None
        self._inbox: SimpleQueue[Task | None] = SimpleQueue()
        # A daemon: texts that wait must not keep the interpreter alive. `close` ends it before it could do harm.
        self._thread = threading.Thread(target=self._run, name="espeak", daemon=True)
        self._thread.start()

    def give(self, task: Task | None) -> None:
        """Give the worker its next task; with None it ends."""
        self._inbox.put(task)

    def join(self) -> None:
        """Wait until the thread has ended."""
        self._thread.join()

    def _run(self) -> None:
        while (task := self._inbox.get()) is not None:
            end: BaseException | None = None
            try:
                if not task.cancelled and not self._pool.closing:
                    self._pool.semaphore.acquire(beginner=True)
                    try:
                        self._say(task)
                    finally:
                        self._pool.semaphore.release()
            except BaseException as error:  # it is the consumer's; this thread goes on
                end = error
            if end is None and self._pool.closing:
                end = RuntimeError("the interpreter is shutting down")
            task.pieces.put(end)
            del task, end  # the next one may be long in coming
            self._pool.assign(self)

    def _say(self, task: Task) -> None:
        if self._library is None:
            self._library = Library()
        if task.voice != self.voice:  # setting a voice costs up to 15 ms, in Russian
            self.voice = None
            self._library.set_voice(task.definition)
            self._library.set_rate(task.rate)
            self.voice = task.voice

        def receive(sound: bytes, events: list[Event]) -> bool:
            if not task.receive(sound, events) or self._pool.closing:
                return False
            self._pool.semaphore.give_way()
            return not task.cancelled

        self._library.synthesize(task.text, receive, phonemes=task.phonemes)


class _WorkerPool:
    """All workers, and the queue of tasks that wait for one."""

    def __init__(self) -> None:
        self.semaphore = FairSemaphore(AT_ONCE)
        self.closing = False
        self._lock = threading.Lock()
        self._workers: list[_Worker] = []
        self._idle: list[_Worker] = []
        self._queue: deque[Task] = deque()

    @property
    def busy(self) -> int:
        """The number of workers that have a task."""
        with self._lock:
            return len(self._workers) - len(self._idle)

    def submit(self, task: Task) -> None:
        """Give a task to an idle worker, preferably one that has its voice set, or else queue it."""
        with self._lock:
            if self._idle:
                worker = next((each for each in self._idle if each.voice == task.voice), self._idle[-1])
                self._idle.remove(worker)
            elif len(self._workers) < MOST_THREADS:
                worker = _Worker(self)
                self._workers.append(worker)
            else:
                self._queue.append(task)
                return
        worker.give(task)

    def assign(self, worker: _Worker) -> None:
        """Give a worker that has finished the next task of the queue, or let it idle."""
        with self._lock:
            if not self._queue:
                self._idle.append(worker)
                return
            task = self._queue.popleft()
        worker.give(task)

    def close(self) -> None:
        """Stop within the pieces that are being made; every consumer that waits gets an error."""
        self.closing = True
        with self._lock:
            workers, queue = list(self._workers), list(self._queue)
            self._queue.clear()
        for task in queue:
            task.pieces.put(RuntimeError("the interpreter is shutting down"))
        for worker in workers:
            worker.give(None)
        for worker in workers:
            worker.join()


_pool: _WorkerPool | None = None
_ended = False
_starting = threading.Lock()


def synthesize(text: str, definition: bytes, rate: int, *, phonemes: bool = False) -> Generator[SynthesizedPiece]:
    """Say a text with a voice, and yield the pieces as they are made.

    Nothing happens before the first `next`. Closing the generator stops the synthesis within a piece, or takes the text
    out of the queue.

    Args:
        text: what to say, as `Library.synthesize` takes it.
        definition: the voice, as the text of a voice file.
        rate: words per minute.
        phonemes: whether ``[[...]]`` in the text holds phonemes in espeak-ng's names.

    Raises:
        RuntimeError: the library cannot be loaded or refuses the voice; the process was forked since the first `next`;
            the interpreter is shutting down.
    """
    task = Task(text, definition, rate, phonemes=phonemes)
    process = os.getpid()
    submit(task)
    try:
        while True:
            if os.getpid() != process:
                raise RuntimeError("this speech was begun before a fork, and goes on in the parent process only")
            piece = task.pieces.get()
            if piece is None:
                return
            if isinstance(piece, BaseException):
                raise piece
            yield piece
    finally:
        task.cancelled = True


def submit(task: Task) -> None:
    """Hand a task to the pool of this process.

    Raises:
        RuntimeError: the interpreter is shutting down.
    """
    global _pool
    with _starting:
        if _ended:
            raise RuntimeError("the interpreter is shutting down")
        if _pool is None:
            _pool = _WorkerPool()
        _pool.submit(task)


def busy_workers() -> int:
    """Return the number of texts that are being said at this moment."""
    return 0 if _pool is None else _pool.busy


def shut_down() -> None:
    """End all threads. Whatever is still being said, or asked for later, gets an error."""
    global _ended
    with _starting:
        _ended = True
        if _pool is not None:
            _pool.close()


def _before_fork() -> None:
    # The thread that holds all permits is alone with the C code: a child that was forked while another thread was in it
    # would inherit the locks of the loader, or of the memory, as that thread held them, and they would never open.
    _starting.acquire()
    if _pool is not None:
        for _ in range(AT_ONCE):
            _pool.semaphore.acquire(beginner=True)


def _after_fork_in_parent() -> None:
    if _pool is not None:
        for _ in range(AT_ONCE):
            _pool.semaphore.release()
    _starting.release()


def _after_fork_in_child() -> None:
    # The threads stayed behind, some of them in the middle of a sentence: the child begins anew, with new copies.
    global _pool
    _pool = None
    _starting.release()


# While a daemon thread is in C code, the interpreter must not be taken down around it.
atexit.register(shut_down)
if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(
        before=_before_fork,
        after_in_parent=_after_fork_in_parent,
        after_in_child=_after_fork_in_child,
    )
