"""Engines in this process: for the embedded server, the command line and tests."""

import asyncio
import threading
from collections.abc import AsyncGenerator, Generator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor

from cartesia_server import engines
from cartesia_server.engines import Engine
from cartesia_server.errors import RequestError
from cartesia_server.speech import Job, Piece, speak

THREADS = 16
"""How many jobs may wait for their next piece at once. The engines serialise what has to be serial."""


class InlineRunner:
    """Pulls one piece at a time through a thread, so that a reader that stops reading stops its engine.

    Errors travel by themselves that way, and closing the stream closes the engine's generator.
    """

    def __init__(self, loaded: Mapping[str, Engine] | None = None) -> None:
        """Make a runner; ``loaded`` are engines to use instead of loading those of the names."""
        self._engines = dict(loaded or {})
        self._loading = threading.Lock()
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="cartesia-engine")

    async def stream(self, job: Job) -> AsyncGenerator[Piece, None]:
        pieces = self._speak(job)
        pulled: Future[Piece | None] | None = None
        try:
            while True:
                try:
                    pulled = self._pool.submit(next, pieces, None)
                except RuntimeError as error:  # the pool is closed, by us or by the end of the interpreter
                    raise RequestError(
                        "Shutting down", "the server is shutting down", status_code=503, error_code="shutting_down"
                    ) from error
                piece = await asyncio.wrap_future(pulled)
                if piece is None:
                    return
                yield piece
        finally:
            if pulled is not None:
                # A pull that is under way is let finish, a piece at most: a generator cannot be closed while it runs.
                pulled.add_done_callback(lambda _: pieces.close())

    def _speak(self, job: Job) -> Generator[Piece, None, None]:
        yield from speak(self._engine(job.engine), job)

    def _engine(self, name: str) -> Engine:
        with self._loading:
            if name not in self._engines:
                self._engines[name] = engines.load(name)
            return self._engines[name]

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)
