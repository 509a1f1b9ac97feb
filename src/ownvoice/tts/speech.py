"""From a job to a stream of pieces: the one meeting point of text, engine and encoder."""

from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cartesia.types import OutputFormat
from ownvoice.audio.encoder import Encoder
from ownvoice.audio.equalizer import Equalizer
from ownvoice.engines import Engine, EngineVoice, HasTimbre, Speech, Timing
from ownvoice.errors import unsupported_language
from ownvoice.text.languages import Locale
from ownvoice.text.pronunciation import Entry
from ownvoice.text.sentences import Sentence
from ownvoice.traits import timbre
from ownvoice.traits.expression import NEUTRAL, Expression
from ownvoice.tts.duration import LongestDuration
from ownvoice.tts.phrasing import Phrasing
from ownvoice.tts.utterances import Utterances

FIRST_PIECE = 0.04
LONGEST_PIECE = 0.4
"""Seconds of audio in the first piece, and in those after it once they have grown, where nothing else is set.

A short first piece is heard early; long ones after it cost less, and the listener has heard nothing of them yet.
"""


@dataclass(frozen=True, slots=True)
class Style:
    """The way to say something: a plain value that may cross to another process."""

    locale: str
    voice: EngineVoice
    engine: str
    """The name of the engine."""
    output_format: OutputFormat
    words: bool = False
    """Whether the times of words are wanted."""
    phonemes: bool = False
    """Whether the times of phonemes are wanted."""
    normalized: bool = False
    """Whether words are named as they are spoken, with numbers in words, rather than as they are written."""
    longest: float | None = None
    """The longest duration of the audio, in seconds, where it is cut off."""
    expression: Expression = NEUTRAL
    """The expression that the request asks for; tags in the text change it."""
    pronunciations: tuple[Entry, ...] = ()
    """The entries of a pronunciation dictionary."""
    first_piece: float = FIRST_PIECE
    longest_piece: float = LONGEST_PIECE


@dataclass(frozen=True, slots=True)
class Job:
    """Something to say, and the way to say it."""

    text: str
    """Of a `markup.TaggedText`, whose tags are known, they are not looked for again."""
    style: Style


@dataclass(frozen=True, slots=True)
class Piece:
    """Some audio of a stream, and the words and phonemes that became known with it: seconds from its start."""

    audio: bytes
    words: tuple[Timing, ...] = ()
    phonemes: tuple[Timing, ...] = ()


class SpeechStream:
    """One continuous stream of speech, made of texts that come one after the other.

    The encoder, the times and the pauses continue from one text to the next, so that it makes no difference to the
    sound where a text was cut.
    """

    def __init__(self, engine: Engine, style: Style) -> None:
        """Begin a stream.

        Raises:
            LookupError: the language of the style is not in the table.
            InvalidRequest: the engine does not speak it.
        """
        locale, spoken = Locale.of(style.locale), engine.describe().languages
        if locale.language.code not in spoken:
            raise unsupported_language(style.locale)
        self._sample_rate = engine.sample_rate
        self._style = style
        self._phrasing = Phrasing(locale, style.expression, style.pronunciations, spoken)
        self._utterances = Utterances(engine, style.voice, style.expression, normalized=style.normalized)
        self._longest = LongestDuration(style.longest, engine.sample_rate)
        self._equalizer = _equalizer(engine, style)
        self._encoder = Encoder(engine.sample_rate, style.output_format)
        self._enough = min(style.first_piece, style.longest_piece)

    def say(self, text: str | Sentence, *, continues: bool = False) -> Generator[Piece, None, None]:
        """Say a text, or a sentence that was cut from one. Closing the generator stops the engine.

        ``continues`` tells that the next text may continue a sentence which this one does not end, so that its melody
        does not end here.
        """
        waiting = Speech(np.zeros(0, np.float32))
        phrases = self._phrasing.phrases(text, continues=continues)
        with closing(self._longest.cut(self._utterances.speak(phrases))) as spoken:
            for speech in spoken:
                waiting = waiting + speech
                if len(waiting.samples) >= self._enough * self._sample_rate:
                    yield from self._piece(self._encode(waiting.samples), waiting)
                    waiting = Speech(waiting.samples[:0])
                    self._enough = min(2 * self._enough, self._style.longest_piece)
        yield from self._piece(self._encode(waiting.samples), waiting)

    def end(self) -> Piece | None:
        """Return what the encoder still holds when no more text comes; None if that is nothing."""
        nothing = np.zeros(0, np.float32)
        return next(self._piece(self._encode(nothing, last=True), Speech(nothing)), None)

    def _encode(self, samples: NDArray[np.float32], *, last: bool = False) -> bytes:
        """Return the bytes that are ready, in the timbre of the voice."""
        if self._equalizer is not None:
            samples = self._equalizer.push(samples, last=last)
        return self._encoder.push(samples, last=last)

    def _piece(self, audio: bytes, speech: Speech) -> Iterator[Piece]:
        """Yield the piece of some audio and what is known of it, unless there is nothing in it."""
        words = speech.words if self._style.words else ()
        phonemes = speech.phonemes if self._style.phonemes else ()
        if audio or words or phonemes:
            yield Piece(audio, words, phonemes)


def speak(engine: Engine, job: Job) -> Generator[Piece, None, None]:
    """Say a whole job with an engine. Closing the generator stops the engine."""
    stream = SpeechStream(engine, job.style)
    yield from stream.say(job.text)
    if (tail := stream.end()) is not None:
        yield tail


def _equalizer(engine: Engine, style: Style) -> Equalizer | None:
    """Return the filter that gives the engine's sound the timbre of the voice; None where the engine does so itself."""
    if not isinstance(engine, HasTimbre):
        return None
    gains = timbre.correction(engine.timbre(style.locale, style.voice.traits), style.voice.traits.timbre)
    return None if gains is None else Equalizer(engine.sample_rate, timbre.CENTRES, gains)
