"""The one meeting point of text, engine and encoder: a job in, a stream of pieces out."""

from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cartesia.types import OutputFormat
from cartesia_server.audio.encoder import Encoder
from cartesia_server.engines import Engine, Speech, Timing, Utterance
from cartesia_server.text.sentences import sentences
from cartesia_server.voices.embedding import Traits

FIRST_PIECE = 0.04
LONGEST_PIECE = 0.2
"""Seconds of audio in the first piece, and in those after it once they have grown.

A short first piece is heard early; long ones after it cost less, and the listener has heard nothing of them yet.
"""

_ENDLESS = 1e9
"""Seconds beyond any speech: a longest duration may be any number, but one of samples must be finite."""


@dataclass(frozen=True, slots=True)
class Job:
    """Something to say: a plain value that may cross to another process."""

    text: str
    locale: str
    traits: Traits
    engine: str
    """The engine's name."""
    output_format: OutputFormat
    words: bool = False
    """Whether the times of words are wanted."""
    phonemes: bool = False
    """Whether the times of phonemes are wanted."""
    longest: float | None = None
    """Where the audio is cut off, in seconds."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some of a job's audio, and the words and phonemes that became known with it (seconds from the job's start)."""

    audio: bytes
    words: tuple[Timing, ...] = ()
    phonemes: tuple[Timing, ...] = ()


def speak(engine: Engine, job: Job) -> Generator[Piece, None, None]:
    """Say a job with an engine. Closing the generator stops the engine."""
    encoder = Encoder(engine.sample_rate, job.output_format)
    enough = FIRST_PIECE
    waiting = Speech(np.zeros(0, np.float32))
    with closing(_utterances(engine, job)) as spoken:
        for speech in spoken:
            waiting = _joined(waiting, speech)
            if len(waiting.samples) >= enough * engine.sample_rate:
                if piece := _piece(encoder.push(waiting.samples), waiting, job):
                    yield piece
                waiting = Speech(waiting.samples[:0])
                enough = min(2 * enough, LONGEST_PIECE)
    if piece := _piece(encoder.push(waiting.samples, last=True), waiting, job):
        yield piece


def _utterances(engine: Engine, job: Job) -> Generator[Speech, None, None]:
    """The speech of all utterances, their times put one after the other, up to the job's longest duration."""
    samples = 0
    limit = None if job.longest is None else round(min(job.longest, _ENDLESS) * engine.sample_rate)
    for sentence in sentences(job.text):
        offset = samples / engine.sample_rate
        with closing(_started(engine, Utterance(sentence, job.locale, job.traits))) as spoken:
            for speech in spoken:
                words = tuple(_later(word, offset) for word in speech.words)
                phonemes = tuple(_later(phoneme, offset) for phoneme in speech.phonemes)
                samples += len(speech.samples)
                if limit is not None and samples >= limit:
                    end = limit / engine.sample_rate
                    kept = speech.samples[: len(speech.samples) - (samples - limit)]
                    yield Speech(kept, _before(words, end), _before(phonemes, end))
                    return
                yield Speech(speech.samples, words, phonemes)


def _started(engine: Engine, utterance: Utterance) -> Generator[Speech, None, None]:
    yield from engine.speak(utterance)


def _later(timing: Timing, seconds: float) -> Timing:
    return replace(timing, start=timing.start + seconds, end=timing.end + seconds)


def _before(timings: tuple[Timing, ...], end: float) -> tuple[Timing, ...]:
    return tuple(replace(timing, end=min(timing.end, end)) for timing in timings if timing.start < end)


def _joined(first: Speech, second: Speech) -> Speech:
    samples: NDArray[np.float32] = np.concatenate((first.samples, second.samples))
    return Speech(samples, first.words + second.words, first.phonemes + second.phonemes)


def _piece(audio: bytes, speech: Speech, job: Job) -> Piece | None:
    piece = Piece(audio, speech.words if job.words else (), speech.phonemes if job.phonemes else ())
    return piece if piece.audio or piece.words or piece.phonemes else None
