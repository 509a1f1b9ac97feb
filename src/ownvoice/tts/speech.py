"""The one meeting point of text, engine and encoder: a job in, a stream of pieces out."""

import itertools
from bisect import bisect_left
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from cartesia.types import OutputFormat
from ownvoice.audio.encoder import Encoder
from ownvoice.audio.equalizer import Equalizer
from ownvoice.audio.gain import Gain
from ownvoice.engines import Engine, EngineVoice, HasTimbre, Speech, Timing, Utterance
from ownvoice.errors import InvalidRequest
from ownvoice.text.markup import Break
from ownvoice.text.normalize import said_words
from ownvoice.text.pronunciation import Entry
from ownvoice.text.reading import read
from ownvoice.text.readings import Reading, merged
from ownvoice.text.scripts import runs
from ownvoice.text.sentences import LONGEST, pause_after
from ownvoice.text.words import is_speakable
from ownvoice.text.words import words as spans
from ownvoice.traits import timbre
from ownvoice.traits.expression import NEUTRAL, Expression
from ownvoice.tts.loudness import quiet_at_end, with_gains, without_lead
from ownvoice.tts.phrasing import Phrase, Phrasing

T = TypeVar("T")

FIRST_PIECE = 0.04
LONGEST_PIECE = 0.4
"""Seconds of audio in the first piece, and in those after it once they have grown, where nothing else is set.

A short first piece is heard early; long ones after it cost less, and the listener has heard nothing of them yet.
"""

_PAUSE_STEP = 0.01
"""Seconds."""
_FADE = 0.005
"""Seconds in which the sound goes, where it is cut off."""
_ENDLESS = 1e9
"""Seconds beyond any speech: a longest duration may be any number, but one of samples must be finite."""


@dataclass(frozen=True, slots=True)
class Style:
    """How something is to be said: a plain value that may cross to another process."""

    locale: str
    voice: EngineVoice
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
    expression: Expression = NEUTRAL
    """How it is to be said, beside what tags in the text ask for."""
    pronunciations: tuple[Entry, ...] = ()
    """The entries of a pronunciation dictionary."""
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
        self._phrasing = Phrasing(style.expression, style.pronunciations)
        self._gain = Gain(engine.sample_rate, style.expression.gain)
        self._samples = 0
        self._quiet = 0  # how many samples of quiet it ends with
        self._after_break = False
        self._sentence = ""  # what was said of one that has not ended
        self._before = ""  # the last utterance, which decides how long the pause before the next one is
        self._enough = min(style.first_piece, style.longest_piece)

    def say(self, text: str, *, goes_on: bool = False) -> Generator[Piece, None, None]:
        """Say a text. Closing the generator stops the engine.

        ``goes_on`` says that a sentence which the text does not end is to be ended by the next text, so that its melody
        does not end here.
        """
        waiting = Speech(np.zeros(0, np.float32))
        with closing(self._utterances(text, goes_on)) as spoken:
            for speech in spoken:
                waiting = waiting + speech
                if len(waiting.samples) >= self._enough * self._engine.sample_rate:
                    yield from self._piece(self._encoded(waiting.samples), waiting)
                    waiting = Speech(waiting.samples[:0])
                    self._enough = min(2 * self._enough, self._style.longest_piece)
        yield from self._piece(self._encoded(waiting.samples), waiting)

    def end(self) -> Piece | None:
        """What the encoder still holds, when no more text comes; None if that is nothing."""
        nothing = np.zeros(0, np.float32)
        return next(self._piece(self._encoded(nothing, last=True), Speech(nothing)), None)

    def _utterances(self, text: str, goes_on: bool) -> Generator[Speech, None, None]:
        """The speech of all utterances, their times put one after the other, up to the longest duration."""
        for phrase, follows in _with_next(self._phrasing.phrases(text)):
            if isinstance(phrase, Break):
                said = self._break(phrase)
            else:
                said = self._phrase(phrase, isinstance(follows, Phrase) or (follows is None and goes_on))
            with closing(said) as spoken:
                for speech in spoken:
                    self._samples += len(speech.samples)
                    speech = self._fading(speech)
                    beyond = 0 if self._limit is None else self._samples - self._limit
                    if beyond >= 0 and self._limit is not None:
                        yield _cut(speech, len(speech.samples) - beyond, self._limit / self._engine.sample_rate)
                        return
                    yield speech

    def _fading(self, speech: Speech) -> Speech:
        """The latest speech, which fades out towards the longest duration: cut off in a sound, it would click."""
        fade = round(_FADE * self._engine.sample_rate)
        if self._limit is None or self._samples <= self._limit - fade:
            return speech
        left = self._limit - np.arange(self._samples - len(speech.samples), self._samples)
        return replace(speech, samples=speech.samples * (left / fade).clip(0, 1).astype(np.float32))

    def _phrase(self, phrase: Phrase, more: bool) -> Generator[Speech, None, None]:
        """A phrase, every stretch of it in the language that reads it; ``more`` says whether another phrase follows."""
        ends = pause_after(phrase.text) > 0
        # What has a reading is said in the phrase's own language, whatever it is written in.
        stretches = runs(_without(phrase.text, phrase.readings), self._style.locale)
        if len(stretches) == 1:
            yield from self._utterance(phrase, stretches[0][1], self._sentence, goes_on=more and not ends)
            self._sentence = "" if ends else (self._sentence + phrase.text)[-LONGEST:]
            return
        self._sentence = ""  # no melody goes on from one language to another
        start = 0
        for stretch, locale in stretches:
            yield from self._utterance(phrase.part(start, start + len(stretch)), locale)
            start += len(stretch)

    def _utterance(
        self, phrase: Phrase, locale: str, before: str = "", *, goes_on: bool = False
    ) -> Generator[Speech, None, None]:
        if self._limit is not None and self._samples >= self._limit:
            return
        if not is_speakable(phrase.text):
            yield self._unspoken(phrase.text, locale)
            return
        offset = None
        readings = merged(phrase.readings, read(phrase.text, locale))
        said = iter(self._said(phrase, locale, readings))
        utterance = Utterance(
            phrase.text, locale, self._style.voice, readings, before, goes_on, expression=phrase.expression
        )
        with closing(self._spoken(phrase, utterance)) as spoken:
            for speech in spoken:
                if offset is None:
                    # Only now is it known that there is something to pause for.
                    yield from self._silence(pause_after(self._before) / utterance.traits.rate)
                    self._before, self._after_break = phrase.text, False
                    offset = self._samples / self._engine.sample_rate
                self._quiet = quiet_at_end(speech.samples, self._quiet)
                words = tuple(_later(word, offset) for word in speech.words)
                if self._style.normalized:
                    words = tuple(part for word in words for part in _as_spoken(word, next(said, [word.text])))
                phonemes = tuple(_later(phoneme, offset) for phoneme in speech.phonemes)
                yield Speech(speech.samples, words, phonemes)

    def _said(self, phrase: Phrase, locale: str, readings: tuple[Reading, ...]) -> list[list[str]]:
        """The words that are named for each word of a phrase, if they are those that are spoken.

        Those of a dictionary or a tag are named as they are written: what is said for them may be no words at all.
        """
        if not self._style.normalized:
            return []
        return said_words(phrase.text, locale, [reading for reading in readings if reading not in phrase.readings])

    def _unspoken(self, text: str, locale: str) -> Speech:
        """Marks by themselves. Some engines would name them. They may lengthen the pause after what they follow."""
        now = self._samples / self._engine.sample_rate
        if self._before:
            self._before = self._before[-LONGEST:] + text
        tokens = spans(text, locale)
        return Speech(np.zeros(0, np.float32), tuple(Timing(text[start:end], now, now) for start, end in tokens))

    def _spoken(self, phrase: Phrase, utterance: Utterance) -> Generator[Speech, None, None]:
        """A phrase as the engine says it, as loud as it is to be."""
        rate = self._engine.sample_rate
        starts = [token.start for token in spans(phrase.text, utterance.locale)] if phrase.gains else []
        changes = [(bisect_left(starts, place), factor) for place, factor in phrase.gains]
        self._gain.change(phrase.expression.gain)
        with closing(_spoken_by(self._engine, utterance)) as said:
            louder = with_gains(said, self._gain, changes, rate)
            yield from without_lead(louder, rate) if self._after_break else louder

    def _break(self, pause: Break) -> Generator[Speech, None, None]:
        """A pause that the text asks for, from sound to sound: it takes the place of the one that would be there."""
        yield from self._silence(max(0.0, pause.seconds - self._quiet / self._engine.sample_rate))
        self._before, self._sentence, self._quiet, self._after_break = "", "", 0, True

    def _silence(self, seconds: float) -> Iterator[Speech]:
        """Some silence, in steps that are small enough for pieces of any length."""
        left = round(seconds * self._engine.sample_rate)
        while left > 0:
            step = min(left, max(1, round(_PAUSE_STEP * self._engine.sample_rate)))
            yield Speech(np.zeros(step, np.float32))
            left -= step

    def _encoded(self, samples: NDArray[np.float32], *, last: bool = False) -> bytes:
        """The bytes that are ready, in the timbre of the voice."""
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


def _spoken_by(engine: Engine, utterance: Utterance) -> Generator[Speech, None, None]:
    """Yield what an engine makes of an utterance.

    Raises:
        InvalidRequest: it does not speak the language.
    """
    with closing(engine.speak(utterance)) as speech:
        try:
            yield from speech
        except LookupError as error:
            if type(error) is not LookupError:  # a KeyError or an IndexError is a fault of the engine
                raise
            raise InvalidRequest(
                "Language not supported", str(error.args[0]), error_code="language_not_supported"
            ) from error


def _with_next(items: Iterator[T]) -> Iterator[tuple[T, T | None]]:
    """Each item with the one after it."""
    for item in items:
        for following in items:
            yield item, following
            item = following
        yield item, None


def _equalizer(engine: Engine, style: Style) -> Equalizer | None:
    """What gives the engine's sound the timbre of the voice, unless the engine gives it that itself, or nearly."""
    if not isinstance(engine, HasTimbre):
        return None
    gains = timbre.correction(engine.timbre(style.locale, style.voice.traits), style.voice.traits.timbre)
    return None if gains is None else Equalizer(engine.sample_rate, timbre.CENTRES, gains)


def _without(text: str, readings: tuple[Reading, ...]) -> str:
    """The text with spaces in the place of what has a reading."""
    for reading in readings:
        text = text[: reading.start] + " " * (reading.end - reading.start) + text[reading.end :]
    return text


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
