"""An engine of which everything is known beforehand, for tests: a tone for each character.

The sound is the same to the bit every time, and however it is cut into pieces.
"""

from collections.abc import Generator, Iterator

import numpy as np
from numpy.typing import NDArray

from ownvoice.engines import Speech, Timing, Utterance
from ownvoice.text.readings import apply_readings
from ownvoice.text.words import words

SAMPLE_RATE = 24000
"""Of the sound it makes, in Hz."""
CHARACTER_SAMPLES = 480
"""How many samples each character of the text lasts at rate 1."""
CHARACTER_SECONDS = CHARACTER_SAMPLES / SAMPLE_RATE
"""How long that is: 0.02 s."""
AMPLITUDE = 0.3
"""Of the tone, of full scale."""


class ToneEngine:
    """Speaks every character but white space as a sine of the voice's pitch, of equal length; white space is silent.

    The phase runs on through the utterance, so the sample at index n is ``AMPLITUDE * sin(2 pi pitch n / rate)`` or 0.
    The times are those of the characters, and every letter is a phoneme.
    """

    sample_rate = SAMPLE_RATE

    def __init__(self, piece_seconds: float = 0.02) -> None:
        """Cut the sound into pieces of that length.

        Raises:
            ValueError: a piece would be shorter than a sample.
        """
        self._piece = round(piece_seconds * SAMPLE_RATE)
        if self._piece < 1:
            raise ValueError(f"a piece must last at least {1 / SAMPLE_RATE} s, not {piece_seconds} s")

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


def character_samples(rate: float) -> int:
    """How many samples a character lasts at that rate of speech."""
    return max(1, round(CHARACTER_SAMPLES / rate))


def _characters(text: str, pitch_hz: float, length: int) -> Iterator[NDArray[np.float32]]:
    """The sound of each character by itself: computed in the same blocks whatever the pieces, it is always the same."""
    for place, character in enumerate(text):
        if character.isspace():
            yield np.zeros(length, np.float32)
        else:
            index = np.arange(place * length, (place + 1) * length)
            yield (AMPLITUDE * np.sin(index * (2 * np.pi * pitch_hz / SAMPLE_RATE))).astype(np.float32)


def _cut(blocks: Iterator[NDArray[np.float32]], size: int) -> Iterator[NDArray[np.float32]]:
    """The same samples in pieces of that size; the last one may be shorter."""
    rest = np.zeros(0, np.float32)
    for block in blocks:
        rest = np.concatenate((rest, block))
        while len(rest) >= size:
            yield rest[:size]
            rest = rest[size:]
    if len(rest):
        yield rest


def _take_until(now: float, timings: list[Timing]) -> tuple[Timing, ...]:
    """Take those that are over by now from the front of the list."""
    count = 0
    while count < len(timings) and timings[count].end <= now + 1e-9:
        count += 1
    taken = tuple(timings[:count])
    del timings[:count]
    return taken
