"""Engines in this process: for the embedded server, the command line and tests."""

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Generator, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from ownvoice import engines
from ownvoice.audio.decoding import run_queued
from ownvoice.engines import Clones, Engine, EngineDescription, Warms, check_descriptions
from ownvoice.errors import SHUTTING_DOWN, NotInstalled, Unavailable
from ownvoice.text.sentences import Sentence
from ownvoice.tts.speech import Piece, SpeechStream, Style

T = TypeVar("T")

THREADS = 256
"""How many streams may wait for their next piece at once.

The engines serialise what has to be serial, and a stream whose piece is ready must not queue behind those that wait for
their engine. A thread that waits costs next to nothing; they are made as they are needed.
"""


class InlineRunner:
    """Pulls one piece at a time through a thread, so that a reader that stops reading stops its engine.

    Errors travel by themselves that way, and closing the stream closes the engine's generator.
    """

    def __init__(
        self,
        loaded: Mapping[str, Engine] | None = None,
        *,
        options: Mapping[str, Mapping[str, Any]] | None = None,
        data: Path | None = None,
    ) -> None:
        """Make a runner; its engines are made when they are first needed.

        Args:
            loaded: engines by their names, to use instead of those that are installed.
            options: keyword arguments for engines, by their names.
            data: the directory in which engines may keep files.
        """
        self._engines = dict(loaded or {})
        self._options = options or {}
        self._data = data
        self._descriptions: dict[str, EngineDescription] = {}
        self._turns: dict[str, AbstractContextManager[object]] = {}
        self._making: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="ownvoice-engine")

    def open(self, style: Style) -> "InlineStream":
        """Open a new stream. Its engine is made when it first speaks."""
        return InlineStream(self, style)

    def describe(self, engine: str) -> EngineDescription:
        """Return what an engine says of itself: see `Runner.describe`."""
        if engine not in self._descriptions:
            self._descriptions[engine] = self.engine(engine).describe()
        return self._descriptions[engine]

    async def ready(self, engines: Iterable[str]) -> None:
        """Make some engines and warm them: see `Runner.ready`."""
        names = tuple(engines)
        warming = [self.submit(partial(self._warm, name)) for name in names]
        await asyncio.gather(*map(asyncio.wrap_future, warming))
        check_descriptions({name: self.describe(name) for name in names})

    async def clone(
        self, engine: str, samples: NDArray[np.float32], sample_rate: int, *, enhance: bool, language: str
    ) -> list[float]:
        """Return the numbers of the voice in a recording: see `Runner.clone`."""
        cloner = self.engine(engine)
        if not isinstance(cloner, Clones):
            raise NotInstalled("Cloning unavailable", f"the engine {engine!r} does not make voices of recordings")
        numbers = await run_queued(lambda: cloner.clone(samples, sample_rate, enhance=enhance, language=language))
        return list(numbers)

    def engine(self, name: str) -> Engine:
        """Return the engine of that name; made on first use, which may take a while and holds up no other engine."""
        with self._lock:
            making = self._making.setdefault(name, threading.Lock())
        with making:
            if name not in self._engines:
                self._engines[name] = engines.load(name, self._options.get(name), self._data)
            return self._engines[name]

    def turn(self, name: str) -> AbstractContextManager[object]:
        """Return what admits as many threads to an engine as its `EngineDescription.concurrency` allows."""
        concurrency = self.describe(name).concurrency
        with self._lock:
            if name not in self._turns:
                self._turns[name] = nullcontext() if concurrency is None else threading.BoundedSemaphore(concurrency)
            return self._turns[name]

    def submit(self, call: Callable[[], T]) -> "Future[T]":
        """Make a call in a thread.

        Raises:
            Unavailable: the runner is closed.
        """
        try:
            return self._pool.submit(call)
        except RuntimeError as error:  # the pool is closed, by us or by the end of the interpreter
            raise Unavailable("Shutting down", "the server is shutting down", error_code=SHUTTING_DOWN) from error

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _warm(self, name: str) -> None:
        engine = self.engine(name)
        self.describe(name)
        if isinstance(engine, Warms):
            engine.warm()


class InlineStream:
    """A stream of speech of this process."""

    def __init__(self, runner: InlineRunner, style: Style) -> None:
        self._runner = runner
        self._style = style
        self._speech: SpeechStream | None = None

    async def say(self, text: str | Sentence, *, continues: bool = False) -> AsyncGenerator[Piece, None]:
        pieces = self._said(text, continues)
        pulled: Future[Piece | None] | None = None
        try:
            while True:
                pulled = self._runner.submit(lambda: self._pull(pieces))
                piece = await asyncio.wrap_future(pulled)
                if piece is None:
                    return
                yield piece
        finally:
            if pulled is not None:
                # A pull that is under way is let finish, a piece at most: a generator cannot be closed while it runs.
                pulled.add_done_callback(lambda _: pieces.close())

    def _pull(self, pieces: Generator[Piece, None, None]) -> Piece | None:
        """Take the next piece when it is this stream's turn; None after the last one."""
        with self._runner.turn(self._style.engine):
            return next(pieces, None)

    def _said(self, text: str | Sentence, continues: bool) -> Generator[Piece, None, None]:
        if self._speech is None:
            self._speech = SpeechStream(self._runner.engine(self._style.engine), self._style)
        yield from self._speech.say(text, continues=continues)

    async def end(self) -> Piece | None:
        # The encoder holds a few milliseconds of samples: not worth a thread.
        return self._speech.end() if self._speech is not None else None
