"""Where engines run. A runner takes a job and gives its pieces, wherever they are made."""

from collections.abc import AsyncGenerator
from typing import Protocol

from cartesia_server.speech import Job, Piece


class Runner(Protocol):
    """Something that speaks jobs."""

    def stream(self, job: Job) -> AsyncGenerator[Piece, None]:
        """The pieces of a job, as they are made. Closing the generator stops the engine."""
        ...

    def close(self) -> None:
        """Let go of the engines."""
        ...
