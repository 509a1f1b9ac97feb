"""Engines in this process: for the embedded server, the command line and tests."""

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Generator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from ownvoice import engines
from ownvoice.engines import Engine
from ownvoice.errors import SHUTTING_DOWN, Unavailable
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

    def __init__(self, loaded: Mapping[str, Engine] | None = None) -> None:
        """Make a runner; ``loaded`` are engines to use instead of loading those of the names."""
        self._engines = dict(loaded or {})
        self._loading = threading.Lock()
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="ownvoice-engine")

    def open(self, style: Style) -> "InlineStream":
        """A new stream. Its engine is loaded when it first speaks."""
        return InlineStream(self, style)

    def engine(self, name: str) -> Engine:
        """The engine of that name; loaded on first use, which may take a while."""
        with self._loading:
            if name not in self._engines:
                self._engines[name] = engines.load(name)
            return self._engines[name]

    def submit(self, call: Callable[[], T]) -> "Future[T]":
        """Make a call in a thread; RequestError when the runner is closed."""
        try:
            return self._pool.submit(call)
        except RuntimeError as error:  # the pool is closed, by us or by the end of the interpreter
            raise Unavailable("Shutting down", "the server is shutting down", error_code=SHUTTING_DOWN) from error

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)


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
                pulled = self._runner.submit(lambda: next(pieces, None))
                piece = await asyncio.wrap_future(pulled)
                if piece is None:
                    return
                yield piece
        finally:
            if pulled is not None:
                # A pull that is under way is let finish, a piece at most: a generator cannot be closed while it runs.
                pulled.add_done_callback(lambda _: pieces.close())

    def _said(self, text: str | Sentence, continues: bool) -> Generator[Piece, None, None]:
        if self._speech is None:
            self._speech = SpeechStream(self._runner.engine(self._style.engine), self._style)
        yield from self._speech.say(text, continues=continues)

    async def end(self) -> Piece | None:
        # The encoder holds a few milliseconds of samples: not worth a thread.
        return self._speech.end() if self._speech is not None else None
