"""Where engines run. A runner opens streams of speech, and gives their pieces wherever they are made."""

from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ownvoice.engines import EngineDescription
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
        """Return what is left when no more text comes; None if that is nothing."""
        ...


class Runner(Protocol):
    """Something that speaks."""

    def open(self, style: Style) -> Stream:
        """Open a new stream."""
        ...

    def describe(self, engine: str) -> EngineDescription:
        """Return what an engine says of itself.

        Raises:
            LookupError: there is no such engine.
            ValueError: it has no such options as the settings give it.
        """
        ...

    async def ready(self, engines: Iterable[str]) -> None:
        """Make some engines, load what their first utterance would have to wait for, and check that they fit together.

        Raises:
            LookupError: there is no such engine.
            RuntimeError: an engine cannot be made.
            ValueError: an engine describes itself wrongly, has no such options, or claims numbers of another one.
        """
        ...

    async def clone(
        self, engine: str, samples: NDArray[np.float32], sample_rate: int, *, enhance: bool, language: str
    ) -> list[float]:
        """Return the 192 numbers of the voice in a recording.

        Args:
            engine: the name of an engine that clones.
            samples: mono, float32 between -1 and 1.
            sample_rate: of the samples, in Hz.
            enhance: whether to take stationary noise out first.
            language: that is spoken in it, a code or a locale.

        Raises:
            InvalidRequest: the recording is too short, silent or not of a voice.
        """
        ...

    def close(self) -> None:
        """Let go of the engines."""
        ...


async def speak_job(runner: Runner, job: Job) -> AsyncGenerator[Piece, None]:
    """Yield the pieces of a whole job."""
    stream = runner.open(job.style)
    async with aclosing(stream.say(job.text)) as pieces:
        async for piece in pieces:
            yield piece
    if (tail := await stream.end()) is not None:
        yield tail
