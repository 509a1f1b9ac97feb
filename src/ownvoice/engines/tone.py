"""A deterministic engine for tests: a tone for each character.

The sound is the same to the bit every time, however it is cut into pieces.
"""

from collections.abc import Generator, Iterator
from functools import cache

import numpy as np
from numpy.typing import NDArray

from ownvoice.engines import EngineDescription, Speech, Timing, Utterance
from ownvoice.engines.espeak.catalogue import VOICES
from ownvoice.engines.espeak.cloning import measure_voice
from ownvoice.text.languages import LANGUAGES
from ownvoice.text.readings import apply_readings
from ownvoice.text.words import words
from ownvoice.traits.embedding import to_embedding

SAMPLE_RATE = 24000
"""The sample rate of the sound, in Hz."""
CHARACTER_SAMPLES = 480
"""The length of each character of the text at rate 1, in samples."""
CHARACTER_SECONDS = CHARACTER_SAMPLES / SAMPLE_RATE
"""The same length in seconds: 0.02 s."""
AMPLITUDE = 0.3
"""The amplitude of the tone, relative to full scale."""


class ToneEngine:
    """An engine that says every character as a sine of the voice's pitch, of equal length; white space is silent.

    The phase runs on through the utterance, so the sample at index n is ``AMPLITUDE * sin(2 pi pitch n / rate)`` or 0.
    The times are those of the characters, and every letter is a phoneme.
    """

    sample_rate = SAMPLE_RATE

    def __init__(self, piece_seconds: float = 0.02) -> None:
        """Make an engine that cuts the sound into pieces of that length.

        Raises:
            ValueError: a piece would be shorter than a sample.
        """
        self._piece = round(piece_seconds * SAMPLE_RATE)
        if self._piece < 1:
            raise ValueError(f"a piece must last at least {1 / SAMPLE_RATE} s, not {piece_seconds} s")

    def describe(self) -> EngineDescription:
        """Describe the engine. It has the voices of espeak, so that a program may be tested with either."""
        return _description()

    def clone(
        self, samples: NDArray[np.float32], sample_rate: int, *, enhance: bool = False, language: str = "en"
    ) -> list[float]:
        """Return the numbers of the voice in a recording, as `Clones.clone` has it.

        They are measured as espeak does; this engine uses the pitch and the rate.
        """
        return to_embedding(measure_voice(samples, sample_rate, enhance=enhance, language=language))

    def speak(self, utterance: Utterance) -> Generator[Speech, None, None]:
        """Yield the utterance in pieces; nothing for an empty text.

        Raises (when the first piece is asked for):
            LookupError: the language is not in the table.
        """
        length = character_samples(utterance.traits.rate)
        seconds = length / SAMPLE_RATE
        text = utterance.text
        said = apply_readings(text, utterance.readings)
        word_times = []
        for start, end in words(text, utterance.locale):
            first, last = said.span(start, end)
            word_times.append(Timing(text[start:end], first * seconds, last * seconds))
        phonemes = [
            Timing(letter, place * seconds, (place + 1) * seconds)
            for place, letter in enumerate(said.text)
            if letter.isalpha()
        ]
        produced = 0
        for samples in _cut(_characters(said.text, utterance.traits.pitch_hz, length), self._piece):
            produced += len(samples)
            now = produced / SAMPLE_RATE
            yield Speech(samples, _take_until(now, word_times), _take_until(now, phonemes))


@cache
def _description() -> EngineDescription:
    return EngineDescription(languages=tuple(LANGUAGES), voices=VOICES, clones=True)


def character_samples(rate: float) -> int:
    """Return the length of a character at that rate of speech, in samples."""
    return max(1, round(CHARACTER_SAMPLES / rate))


def _characters(text: str, pitch_hz: float, length: int) -> Iterator[NDArray[np.float32]]:
    """Yield the sound of each character: the same blocks whatever the pieces, so always the same samples."""
    for place, character in enumerate(text):
        if character.isspace():
            yield np.zeros(length, np.float32)
        else:
            index = np.arange(place * length, (place + 1) * length)
            yield (AMPLITUDE * np.sin(index * (2 * np.pi * pitch_hz / SAMPLE_RATE))).astype(np.float32)


def _cut(blocks: Iterator[NDArray[np.float32]], size: int) -> Iterator[NDArray[np.float32]]:
    """Yield the same samples in pieces of that size; the last one may be shorter."""
    rest = np.zeros(0, np.float32)
    for block in blocks:
        rest = np.concatenate((rest, block))
        while len(rest) >= size:
            yield rest[:size]
            rest = rest[size:]
    if len(rest):
        yield rest


def _take_until(now: float, timings: list[Timing]) -> tuple[Timing, ...]:
    """Take the timings that are over by now from the front of the list."""
    count = 0
    while count < len(timings) and timings[count].end <= now + 1e-9:
        count += 1
    taken = tuple(timings[:count])
    del timings[:count]
    return taken
