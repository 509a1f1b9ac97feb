"""Where engines run. A runner opens streams of speech, and gives their pieces wherever they are made."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Protocol

from ownvoice.text.sentences import Sentence
from ownvoice.tts.speech import Job, Piece, Style


class Stream(Protocol):
    """One continuous stream of speech, made of texts that come one after the other."""

    def say(self, text: str | Sentence, *, continues: bool = False) -> AsyncGenerator[Piece, None]:
        """Yield the pieces of a text, as they are made. Closing the generator stops the engine.

        ``continues`` tells that the next text may continue the last sentence of this one.
        """
        ...

    async def end(self) -> Piece | None:
        """What is left when no more text comes; None if that is nothing."""
        ...


class Runner(Protocol):
    """Something that speaks."""

    def open(self, style: Style) -> Stream:
        """A new stream."""
        ...

    def close(self) -> None:
        """Let go of the engines."""
        ...


async def spoken(runner: Runner, job: Job) -> AsyncGenerator[Piece, None]:
    """The pieces of a whole job."""
    stream = runner.open(job.style)
    async with aclosing(stream.say(job.text)) as pieces:
        async for piece in pieces:
            yield piece
    if (tail := await stream.end()) is not None:
        yield tail
