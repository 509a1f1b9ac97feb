"""The one meeting point of text, engine and encoder: a job in, a stream of pieces out."""

import itertools
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cartesia.types import OutputFormat
from cartesia_server.audio.encoder import Encoder
from cartesia_server.audio.equalizer import Equalizer
from cartesia_server.engines import Coloured, Engine, Speech, Timing, Utterance
from cartesia_server.text.normalize import said_words
from cartesia_server.text.reading import read
from cartesia_server.text.scripts import runs
from cartesia_server.text.sentences import LONGEST, pause_after, sentences
from cartesia_server.text.words import is_speakable
from cartesia_server.text.words import words as spans
from cartesia_server.voices import colour
from cartesia_server.voices.embedding import Traits

FIRST_PIECE = 0.04
LONGEST_PIECE = 0.2
"""Seconds of audio in the first piece, and in those after it once they have grown, where nothing else is set.

A short first piece is heard early; long ones after it cost less, and the listener has heard nothing of them yet.
"""

_PAUSE_STEP = 0.01
"""Seconds."""
_ENDLESS = 1e9
"""Seconds beyond any speech: a longest duration may be any number, but one of samples must be finite."""


@dataclass(frozen=True, slots=True)
class Style:
    """How something is to be said: a plain value that may cross to another process."""

    locale: str
    traits: Traits
    engine: str
    """The engine's name."""
    output_format: OutputFormat
    words: bool = False
    """Whether the times of words are wanted."""
    phonemes: bool = False
    """Whether the times of phonemes are wanted."""
    normalized: bool = False
    """Whether the words are those that are spoken, with numbers spelled out, rather than those of the text."""
    longest: float | None = None
    """Where the audio is cut off, in seconds."""
    first_piece: float = FIRST_PIECE
    longest_piece: float = LONGEST_PIECE


@dataclass(frozen=True, slots=True)
class Job:
    """Something to say, and how."""

    text: str
    style: Style


@dataclass(frozen=True, slots=True)
class Piece:
    """Some of a stream's audio, and the words and phonemes that became known with it, in seconds from its start."""

    audio: bytes
    words: tuple[Timing, ...] = ()
    phonemes: tuple[Timing, ...] = ()


class SpeechStream:
    """One continuous stream of speech, made of texts that come one after the other.

    The encoder, the times and the pauses go on from one text to the next, so that it makes no difference to the sound
    where a text was cut.
    """

    def __init__(self, engine: Engine, style: Style) -> None:
        self._engine = engine
        self._style = style
        self._equalizer = _equalizer(engine, style)
        self._encoder = Encoder(engine.sample_rate, style.output_format)
        self._limit = None if style.longest is None else round(min(style.longest, _ENDLESS) * engine.sample_rate)
        self._samples = 0
        self._before = ""  # the last utterance, which decides how long the pause before the next one is
        self._enough = min(style.first_piece, style.longest_piece)

    def say(self, text: str) -> Generator[Piece, None, None]:
        """Say a text. Closing the generator stops the engine."""
        waiting = Speech(np.zeros(0, np.float32))
        with closing(self._utterances(text)) as spoken:
            for speech in spoken:
                waiting = _joined(waiting, speech)
                if len(waiting.samples) >= self._enough * self._engine.sample_rate:
                    yield from self._piece(self._encoded(waiting.samples), waiting)
                    waiting = Speech(waiting.samples[:0])
                    self._enough = min(2 * self._enough, self._style.longest_piece)
        yield from self._piece(self._encoded(waiting.samples), waiting)

    def end(self) -> Piece | None:
        """What the encoder still holds, when no more text comes; None if that is nothing."""
        nothing = np.zeros(0, np.float32)
        return next(self._piece(self._encoded(nothing, last=True), Speech(nothing)), None)

    def _utterances(self, text: str) -> Generator[Speech, None, None]:
        """The speech of all utterances, their times put one after the other, up to the longest duration."""
        for stretch, locale in (run for sentence in sentences(text) for run in runs(sentence, self._style.locale)):
            with closing(self._utterance(stretch, locale)) as spoken:
                for speech in spoken:
                    self._samples += len(speech.samples)
                    beyond = 0 if self._limit is None else self._samples - self._limit
                    if beyond >= 0 and self._limit is not None:
                        yield _cut(speech, len(speech.samples) - beyond, self._limit / self._engine.sample_rate)
                        return
                    yield speech

    def _utterance(self, sentence: str, locale: str) -> Generator[Speech, None, None]:
        if self._limit is not None and self._samples >= self._limit:
            return
        style = self._style
        if not is_speakable(sentence):
            # Some engines would name the marks. They may lengthen the pause after what they follow.
            now = self._samples / self._engine.sample_rate
            if self._before:
                self._before = self._before[-LONGEST:] + sentence
            yield Speech(
                np.zeros(0, np.float32),
                tuple(Timing(sentence[start:end], now, now) for start, end in spans(sentence, locale)),
            )
            return
        offset = None
        readings = read(sentence, locale)
        said = iter(said_words(sentence, locale, readings) if style.normalized else ())
        with closing(self._engine.speak(Utterance(sentence, locale, style.traits, readings))) as spoken:
            for speech in spoken:
                if offset is None:
                    # Only now is it known that there is something to pause for.
                    yield from self._pause()
                    self._before = sentence
                    offset = self._samples / self._engine.sample_rate
                words = tuple(_later(word, offset) for word in speech.words)
                if style.normalized:
                    words = tuple(part for word in words for part in _as_spoken(word, next(said, [word.text])))
                phonemes = tuple(_later(phoneme, offset) for phoneme in speech.phonemes)
                yield Speech(speech.samples, words, phonemes)

    def _pause(self) -> Iterator[Speech]:
        """The silence before an utterance, in steps that are small enough for pieces of any length."""
        left = round(pause_after(self._before) / self._style.traits.rate * self._engine.sample_rate)
        while left > 0:
            step = min(left, max(1, round(_PAUSE_STEP * self._engine.sample_rate)))
            yield Speech(np.zeros(step, np.float32))
            left -= step

    def _encoded(self, samples: NDArray[np.float32], *, last: bool = False) -> bytes:
        """The bytes that are ready, in the voice's colour."""
        if self._equalizer is not None:
            samples = self._equalizer.push(samples, last=last)
        return self._encoder.push(samples, last=last)

    def _piece(self, audio: bytes, speech: Speech) -> Iterator[Piece]:
        """The piece of some audio and what is known of it, unless there is nothing in it."""
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
    """What gives the engine's sound the colour of the voice, unless the engine gives it that itself, or nearly."""
    if not isinstance(engine, Coloured):
        return None
    gains = colour.correction(engine.colour(style.locale, style.traits), style.traits.colour)
    return None if gains is None else Equalizer(engine.sample_rate, colour.CENTRES, gains)


def _as_spoken(word: Timing, spoken: list[str]) -> Iterator[Timing]:
    """A word as the words that are spoken for it, which share its time by their lengths."""
    ends = list(itertools.accumulate(len(part) for part in spoken))
    seconds = (word.end - word.start) / max(1, sum(map(len, spoken)))
    for part, end in zip(spoken, ends, strict=True):
        yield Timing(part, word.start + (end - len(part)) * seconds, word.start + end * seconds)


def _cut(speech: Speech, samples: int, end: float) -> Speech:
    """The beginning of some speech, up to a number of samples, which is at that time of the stream."""
    return Speech(speech.samples[:samples], _before(speech.words, end), _before(speech.phonemes, end))


def _later(timing: Timing, seconds: float) -> Timing:
    return replace(timing, start=timing.start + seconds, end=timing.end + seconds)


def _before(timings: tuple[Timing, ...], end: float) -> tuple[Timing, ...]:
    return tuple(replace(timing, end=min(timing.end, end)) for timing in timings if timing.start < end)


def _joined(first: Speech, second: Speech) -> Speech:
    samples: NDArray[np.float32] = np.concatenate((first.samples, second.samples))
    return Speech(samples, first.words + second.words, first.phonemes + second.phonemes)
