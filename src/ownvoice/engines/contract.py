"""The contract between the server and an engine: what an engine is given, what it yields, and what it says of itself.

An engine turns one utterance (a sentence or so) into sound, as a generator: audio comes out while it is made, and
closing the generator stops the engine. Besides `Engine.speak` and `Engine.describe` everything is optional.
"""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from ownvoice.text.languages import LANGUAGES
from ownvoice.text.readings import Reading
from ownvoice.text.words import Span
from ownvoice.traits.embedding import FIRST_FREE, SIZE, Traits, validate
from ownvoice.traits.expression import NEUTRAL, Expression
from ownvoice.traits.voice import Voice


@dataclass(frozen=True, slots=True)
class Timing:
    """A word or a phoneme and its time, in seconds from the first sample of its utterance."""

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
        """Join this piece and the one after it."""
        samples: NDArray[np.float32] = np.concatenate((self.samples, after.samples))
        return Speech(samples, self.words + after.words, self.phonemes + after.phonemes)


@dataclass(frozen=True, slots=True)
class VoiceRecording:
    """The recording that a voice was cloned from."""

    id: str
    sound: bytes = field(repr=False)
    """The file as it was uploaded."""
    media_type: str


@dataclass(frozen=True, slots=True)
class EngineVoice:
    """A voice as an engine gets it. Engines take what they can use of it."""

    traits: Traits = field(default_factory=Traits)
    """How it sounds, in natural units; the expression is not folded in."""
    embedding: tuple[float, ...] = ()
    """Its 192 numbers, of which an engine may own a slice (`EngineDescription.coordinates`); empty for plain traits."""
    id: str | None = None
    """Its id, where the request named one. A mix has none."""
    recording: VoiceRecording | None = None
    """What it was cloned from, if that is kept and the engine `uses_recordings`."""

    def coordinates(self, description: "EngineDescription") -> tuple[float, ...]:
        """Return the engine's own slice of the numbers; zeros where the voice has none."""
        own = description.coordinates
        return self.embedding[own.start : own.stop] if self.embedding else (0.0,) * len(own)


@dataclass(frozen=True, slots=True)
class Utterance:
    """A sentence, or a part of one, for an engine to say."""

    text: str
    """Plain text; markup has no meaning in it."""
    locale: str
    """A language of the protocol or a locale of it: ``en``, ``en-GB-scotland``, ``pt``."""
    voice: EngineVoice = field(default_factory=EngineVoice)
    """The voice."""
    readings: tuple[Reading, ...] = ()
    """Parts of the text that are said otherwise than they are written, in order. Times name the words of the text all
    the same."""
    before: str = ""
    """The part of the same sentence that was said before, if any: the melody continues from there."""
    continues: bool = False
    """Whether more of the same sentence follows, so that the melody does not end."""
    expression: Expression = NEUTRAL
    """Rate and feeling. An engine without feelings of its own applies them to the traits (`traits`). The gain is not
    its business: loudness is set behind the engine."""

    @property
    def traits(self) -> Traits:
        """The traits of the voice with the expression folded in."""
        return self.expression.apply(self.voice.traits)


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineDescription:
    """What an engine says of itself. Lists of voices, accents and languages are made from it."""

    languages: tuple[str, ...]
    """The codes of the languages that it speaks."""
    voices: tuple[Voice, ...] = ()
    """The voices that come with it."""
    word_times: bool = True
    """Whether it gives the times of words."""
    phoneme_times: bool = True
    """Whether it gives the times of phonemes."""
    concurrency: int | None = None
    """How many of its generators may be advanced at the same time; None is any number."""
    may_crash: bool = False
    """Whether native code of it can take the process down, so that it is best run in a process of its own."""
    holds_interpreter: bool = False
    """Whether it keeps Python's interpreter lock while it works, so that threads bring it nothing."""
    clones: bool = False
    """Whether it makes voices of recordings (`Clones`)."""
    uses_recordings: bool = False
    """Whether it clones from the sound of `EngineVoice.recording`."""
    coordinates: range = range(0)
    """Its own slice of the 192 numbers: coordinates among its voices. A weighted mean of two voices is then a point
    between them in its space too. It lies between `FIRST_FREE` and 192; no two engines of a server share a number."""

    def __post_init__(self) -> None:
        """Check what the engine says, so that a mistake in it shows at the start and not in a request.

        Raises:
            ValueError: a field is wrong; the message names it.
        """
        own = self.coordinates
        if not isinstance(own, range) or own.step != 1 or own.start > own.stop:
            raise ValueError(f"coordinates should be a range of neighbouring numbers, not {own!r}")
        if len(own) and (own.start < FIRST_FREE or own.stop > SIZE):
            raise ValueError(f"coordinates should be a range from {FIRST_FREE} to {SIZE}, not {own}")
        if self.concurrency is not None and self.concurrency < 1:
            raise ValueError(f"concurrency should be 1 or more, or None for any number, not {self.concurrency}")
        if unknown := [code for code in self.languages if code not in LANGUAGES]:
            raise ValueError(f"languages should be codes of the protocol ({', '.join(LANGUAGES)}), not {unknown}")
        for voice in self.voices:
            try:
                validate(voice.embedding)
            except ValueError as error:
                raise ValueError(f"the voice {voice.name!r}: {error}") from error


def check_descriptions(descriptions: Mapping[str, EngineDescription]) -> None:
    """Check that the engines of a server, by their names, fit together.

    Raises:
        ValueError: two engines claim the same numbers of an embedding.
    """
    owners: dict[int, str] = {}
    for name, description in descriptions.items():
        for number in description.coordinates:
            if number in owners:
                raise ValueError(
                    f"the engines {owners[number]!r} and {name!r} claim the same number {number} of embeddings"
                )
            owners[number] = name


class Engine(Protocol):
    """A speech synthesizer. Its methods may be called from any thread.

    An engine is made with keyword arguments: ``data``, the directory in which it may keep files, if it has a parameter
    of that name, and its options from the settings.
    """

    sample_rate: int
    """Of the samples it makes, in Hz."""

    def describe(self) -> EngineDescription:
        """Describe the engine. The answer never changes, and is cheap: no weights are loaded for it."""
        ...

    def speak(self, utterance: Utterance) -> Generator[Speech, None, None]:
        """Yield the utterance piece by piece.

        Over the whole generator, the words of the utterance's text (see ``text.words``) come out once each and in
        order. Closing the generator early stops the engine within one piece.

        Raises (when the first piece is asked for):
            LookupError: the engine does not speak the language. The message goes to the client, with a status of 4xx.
        """
        ...


@runtime_checkable
class HasTimbre(Protocol):
    """An engine that knows the timbre its voices have by themselves.

    Where another one is wanted, an equaliser behind the engine makes it. The sound of an engine without this method
    is left as it is.
    """

    def timbre(self, locale: str, traits: Traits) -> tuple[float, ...]:
        """Return the timbre (see `ownvoice.traits.timbre`) of a voice, whatever timbre the traits ask for.

        Args:
            locale: the language or locale that is spoken.
            traits: of the voice.

        Returns:
            32 levels in dB with a mean of 0.
        """
        ...


@runtime_checkable
class Clones(Protocol):
    """An engine that makes voices of recordings."""

    def clone(self, samples: NDArray[np.float32], sample_rate: int, *, enhance: bool, language: str) -> Sequence[float]:
        """Return the 192 numbers of the voice in a recording.

        Args:
            samples: mono, float32 between -1 and 1.
            sample_rate: of the samples, in Hz.
            enhance: whether to take stationary noise out first.
            language: that is spoken in it, a code or a locale.

        Raises:
            InvalidRequest: the recording is too short, silent or not of a voice, or the language is not known.
        """
        ...


@runtime_checkable
class LeavesOut(Protocol):
    """An engine that cannot say every text of its languages, and knows which parts it would leave out.

    Another engine says these for it (`ownvoice.engines.auto`).
    """

    def left_out(self, utterance: Utterance) -> Sequence[Span]:
        """Return the parts of an utterance's text that would not be heard although they should be, in order."""
        ...


@runtime_checkable
class Warms(Protocol):
    """An engine that can load what it needs before the first request."""

    def warm(self) -> None:
        """Load what the first utterance would have to wait for."""
        ...
