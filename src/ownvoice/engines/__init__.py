"""What an engine is, and how one is found.

An engine turns one utterance (a sentence or so) into sound, as a generator: audio comes out while it is made, and
closing the generator stops the engine. Nothing else is asked of it: no callbacks, no queues, no life cycle.
"""

from collections.abc import Generator
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from ownvoice.text.readings import Reading
from ownvoice.traits.embedding import Traits

GROUP = "ownvoice.engines"
"""The entry-point group in which distributions announce their engines."""


@dataclass(frozen=True, slots=True)
class Timing:
    """A word or a phoneme, and when it sounds: seconds from the first sample of its utterance."""

    text: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Speech:
    """A piece of an utterance."""

    samples: NDArray[np.float32]
    """Mono samples between -1 and 1, at the engine's sample rate. May be empty."""
    words: tuple[Timing, ...] = ()
    """The words whose end is known since the last piece. Each is a substring of the utterance's text."""
    phonemes: tuple[Timing, ...] = ()
    """The phonemes, in IPA, whose end is known since the last piece."""

    def __add__(self, after: "Speech") -> "Speech":
        """This piece and the one after it as one."""
        samples: NDArray[np.float32] = np.concatenate((self.samples, after.samples))
        return Speech(samples, self.words + after.words, self.phonemes + after.phonemes)


@dataclass(frozen=True, slots=True)
class Utterance:
    """What an engine is asked to say."""

    text: str
    """Plain text, a sentence or a part of one; markup has no meaning in it."""
    locale: str
    """A language of the protocol or a locale of it: ``en``, ``en-GB-scotland``, ``pt``."""
    traits: Traits
    """How the voice sounds."""
    readings: tuple[Reading, ...] = ()
    """What is said otherwise than it is written, in order. Times name the words of the text all the same."""
    before: str = ""
    """What was said of the same sentence before it, if it is a part of one: its melody goes on from there."""
    goes_on: bool = False
    """Whether more of the same sentence follows, so that the melody does not end."""


class Engine(Protocol):
    """A speech synthesizer. Its methods may be called from any thread."""

    sample_rate: int
    """Of the samples it makes, in Hz."""

    def speak(self, utterance: Utterance) -> Generator[Speech, None, None]:
        """Yield the utterance piece by piece.

        Over the whole generator, the words of the utterance's text (see ``text.words``) come out once each and in
        order. Closing the generator early stops the engine within one piece.
        """
        ...


@runtime_checkable
class Coloured(Protocol):
    """An engine whose voices have a colour of their own, which is known.

    Where another one is wanted, an equaliser behind the engine makes it. The sound of an engine that is not `Coloured`
    is left as it is.
    """

    def colour(self, locale: str, traits: Traits) -> tuple[float, ...]:
        """The colour (see ``voices.colour``) of a voice in a language, whatever colour the traits ask for."""
        ...


def names() -> list[str]:
    """The names of the engines that are installed."""
    return sorted({entry.name for entry in entry_points(group=GROUP)})


def load(name: str) -> Engine:
    """Make the engine of that name; LookupError says which names there are."""
    for entry in entry_points(group=GROUP, name=name):
        engine: Engine = entry.load()()
        return engine
    raise LookupError(f"no engine named {name!r} is installed; there are: {', '.join(names()) or 'none'}")
