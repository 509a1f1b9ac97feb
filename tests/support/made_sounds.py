"""Sounds that are no speech, made for the tests of cloning; and a made vowel, of which the pitch is known."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

RATE = 22050
SECONDS = 5
TIME: Floats = np.arange(RATE * SECONDS) / RATE


def harmonics(hertz: float, count: int = 10) -> Floats:
    """Return a steady tone with overtones."""
    parts = [np.sin(2 * np.pi * hertz * number * TIME + number) / number for number in range(1, count + 1)]
    return np.asarray(0.1 * np.sum(parts, axis=0))


def white() -> Floats:
    return 0.1 * np.random.default_rng(1).standard_normal(len(TIME))


def notes(tune: Sequence[Sequence[float]], seconds: float, decay: float, vibrato: float = 0.0) -> Floats:
    """Return a tune of notes or chords, plucked if they decay."""
    sound = np.zeros(len(TIME))
    size = round(seconds * RATE)
    for place, start in enumerate(range(0, len(TIME) - size + 1, size)):
        time = TIME[:size]
        swell = np.minimum(1, np.minimum(time / 0.02, (time[-1] - time) / 0.03))
        for hertz in tune[place % len(tune)]:
            for number in range(1, 9):
                phase = number * (2 * np.pi * hertz * time + vibrato * np.sin(2 * np.pi * 5.5 * time))
                fading = np.exp(-time * decay * (1 + 0.5 * number))
                sound[start : start + size] += 0.1 / number * swell * fading * np.sin(phase)
    return sound


def drums() -> Floats:
    random, sound = np.random.default_rng(2), np.zeros(len(TIME))
    size = RATE // 4
    for place, start in enumerate(range(0, len(TIME) - size + 1, size)):
        time = TIME[:size]
        sound[start : start + size] = 0.3 * random.standard_normal(size) * np.exp(-time * 30)
        if place % 2 == 0:
            sound[start : start + size] += 0.5 * np.sin(2 * np.pi * 60 * time) * np.exp(-time * 20)
    return sound


MELODY = [[220.0], [247.0], [262.0], [294.0], [330.0], [294.0], [262.0]]
CHORDS = [[220.0, 277.0, 330.0], [196.0, 247.0, 294.0], [262.0, 330.0, 392.0]]

NOT_SPEECH: dict[str, Callable[[], Floats]] = {
    "a tone": lambda: 0.3 * np.sin(2 * np.pi * 220 * TIME),
    "a tone with overtones": lambda: harmonics(150),
    "a dial tone": lambda: 0.2 * (np.sin(2 * np.pi * 350 * TIME) + np.sin(2 * np.pi * 440 * TIME)),
    "a sweep": lambda: 0.3 * np.sin(2 * np.pi * (80 * TIME + 30 * TIME**2)),
    "a siren": lambda: 0.2 * np.sin(2 * np.pi * 300 * TIME + 50 * np.sin(np.pi * TIME)),
    "white noise": white,
    "brown noise": lambda: 0.01 * np.cumsum(white()),
    "noise that swells": lambda: white() * (1 + np.sin(2 * np.pi * 4 * TIME)),
    "a tone that swells": lambda: harmonics(150) * (1 + np.sin(2 * np.pi * 4 * TIME)),
    "clicks": lambda: np.where(np.arange(len(TIME)) % 2205 == 0, 0.9, 0.0),
    "a chord": lambda: harmonics(261.6) + harmonics(329.6) + harmonics(392),
    "organ chords": lambda: notes(CHORDS, 1, 0),
    "plucked chords": lambda: notes(CHORDS, 0.5, 4),
    "fast plucked chords": lambda: notes(CHORDS, 0.2, 4),
    "an organ melody": lambda: notes(MELODY, 0.3, 0),
    "a plucked melody": lambda: notes(MELODY, 0.25, 4),
    "a fast plucked melody": lambda: notes(MELODY, 0.12, 4),
    "a melody with vibrato": lambda: notes(MELODY, 0.5, 0, 0.25),
    "drums": drums,
    "drums and chords": lambda: drums() + notes(CHORDS, 0.5, 4),
    "drums and a melody": lambda: 0.5 * drums() + notes(MELODY, 0.25, 4),
}


def vowel(pitch: Floats, rate: int, formants: Sequence[float] = (600, 1400, 2500, 3500)) -> Floats:
    """Return a voice with a pitch in Hz for every sample: harmonics under the curve of some resonances."""
    phase = 2 * np.pi * np.cumsum(pitch) / rate
    sound = np.zeros(len(pitch))
    for number in range(1, int(0.48 * rate / pitch.max()) + 1):
        hertz = number * pitch
        shape = np.sum([1 / (1 + ((hertz - formant) / 90) ** 2) for formant in formants], axis=0)
        sound += (0.01 + shape) / number**0.5 * np.sin(number * phase)
    return np.asarray(0.3 * sound / np.abs(sound).max())
