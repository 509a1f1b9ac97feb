"""The synthesis of what the network predicted, a few frames at a time, so that the first are heard early.

Every frame has a spectrum of three parts, which are added: pulses of the voice through a filter, noise, and a part
whose phase is given. It is turned back into a wave of 1200 samples, and the waves overlap by three quarters.
"""

from collections.abc import Generator
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from ownvoice.engines.hibari.contour import VOICED_HZ, PitchContour
from ownvoice.engines.hibari.model import HOP, SAMPLE_RATE, Floats, Prediction

_SIZE = 1200
_BINS = _SIZE // 2 + 1
_OVERLAP = _SIZE // HOP
_WINDOW: Floats = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(_SIZE) / _SIZE)).astype(np.float32)
_TO_PULSES: Floats = _WINDOW / (_SIZE / 4)  # a cosine of amplitude 1 is 1 in its bin
_FROM_WAVES: Floats = _WINDOW / 1.5  # what the squares of the windows add up to
_HIGHEST_HARMONIC = 11000.0
_LARGEST = 7.0
"""The largest log magnitude; a larger one would be an accident."""

_RANDOM = 1 << 16

_FIRST_FRAMES, _FRAMES = 10, 24
"""The number of frames that are made at a time: few at first, to be heard early; then more, because it costs less."""

_AUDIBLE_DB = 0.0
"""The level of a frame (see `_levels`) above which it is audible; vowels have 40 to 50."""
_BEFORE, _AFTER = 4, 8
"""The number of frames that are kept before the first audible one and behind the last: speech that begins out of
digital silence, or within 12 ms of its onset, sounds cut (DistillMOS 4.26 instead of 4.5)."""


@dataclass(frozen=True, slots=True)
class Breath:
    """The breath in a voice: noise at the glottis."""

    noise: float = 0.0
    """The magnitude of the noise relative to the harmonics', where it is strongest."""
    voice: float = 1.0
    """The factor on the voice's own magnitude."""


NO_BREATH = Breath()


def audible_frames(prediction: Prediction) -> tuple[int, int]:
    """Return the first frame of the speech without the silence around it, and the one behind the last; else 0, 0."""
    heard = np.flatnonzero(_levels(prediction) > _AUDIBLE_DB)
    if not len(heard):
        return 0, 0
    return max(int(heard[0]) - _BEFORE, 0), min(int(heard[-1]) + 1 + _AFTER, len(prediction.pitch))


def synthesize(
    prediction: Prediction, first: int, stop: int, contour: PitchContour, seed: int, breath: Breath = NO_BREATH
) -> Generator[Floats, None, None]:
    """Yield some frames of a prediction as sound, in pieces on a fixed grid. What lies around them is not heard.

    Args:
        prediction: of the network.
        first: the first of the frames.
        stop: the frame behind the last.
        contour: the pitch contour of these frames.
        seed: of the noise: with the same one the samples are the same.
        breath: the breath in the voice.
    """
    noise = np.random.default_rng(seed)
    pulses = _Pulses(contour)
    overlapping = np.zeros((_OVERLAP - 1, HOP), np.float32)
    # A frame reaches 600 samples to each side of its middle, so the first two hops lie before the first frame.
    skip = 2
    size, done = _FIRST_FRAMES, first
    while done < stop + 1:
        until = min(done + size, stop + 1)
        waves = _waves(prediction, done, min(until, stop), pulses.windows(min(until, stop) - done), noise, breath)
        hops = np.zeros((until - done + _OVERLAP - 1, HOP), np.float32)
        hops[: _OVERLAP - 1] = overlapping
        for part in range(_OVERLAP):
            hops[part : part + len(waves)] += waves[:, part]
        overlapping = hops[until - done :]
        ready = hops[skip : until - done] if skip else hops[: until - done]
        skip = max(skip - (until - done), 0)
        if until == stop + 1:
            ready = np.concatenate((ready, overlapping[:1]))
        yield ready.reshape(-1)
        size, done = _FRAMES, until


def _waves(
    prediction: Prediction, start: int, stop: int, pulses: Floats, noise: np.random.Generator, breath: Breath
) -> Floats:
    """Return the waves of some frames, windowed, each as four quarters: float32 of shape (frames, 4, 300)."""
    here = slice(start, stop)
    harmonic = _magnitudes(prediction.harmonic[:, here])
    rotation = _rows(prediction.rotation[:, here])
    np.tanh(rotation, out=rotation)
    rotation *= np.float32(np.pi)
    spectrum = np.fft.rfft(pulses * _TO_PULSES)
    spectrum *= _turned(harmonic, rotation)
    free = _turned(_magnitudes(prediction.free[:, here]), _rows(prediction.phase[:, here]))
    random = _random_spectra()[noise.integers(0, _RANDOM - _BINS, stop - start)]
    hiss = _magnitudes(prediction.noise[:, here])
    if breath is not NO_BREATH:
        spectrum *= np.float32(breath.voice)
        free *= np.float32(breath.voice)
        voiced = prediction.pitch[here, None] > VOICED_HZ
        hiss += harmonic * _BREATH_SHAPE * (np.float32(breath.noise) * voiced)
    random *= hiss
    spectrum += random
    spectrum += free
    waves = np.fft.irfft(spectrum, _SIZE)
    waves *= _FROM_WAVES
    return np.asarray(waves.reshape(-1, _OVERLAP, HOP), np.float32)


def _magnitudes(logarithms: Floats) -> Floats:
    """Return the magnitudes, a frame a row."""
    rows = _rows(logarithms)
    return np.exp(np.minimum(rows, _LARGEST, out=rows), out=rows)


def _rows(columns: Floats) -> Floats:
    """Return a copy with a frame a row, in which all that follows is fast."""
    return np.array(columns.T, order="C")


def _turned(magnitudes: Floats, phases: Floats) -> NDArray[np.complex64]:
    result = np.empty(magnitudes.shape, np.complex64)
    np.cos(phases, out=result.real)
    np.sin(phases, out=result.imag)
    result *= magnitudes
    return result


@cache
def _random_spectra() -> NDArray[np.complex64]:
    """Return spectra of white noise: windows into one long row of numbers.

    Spectra from random places of it sound like freshly drawn ones, and drawing took a quarter of all the time.
    """
    numbers = np.random.default_rng(0).standard_normal(2 * _RANDOM, np.float32).view(np.complex64)
    return np.lib.stride_tricks.sliding_window_view(numbers, _BINS)


def _breath_shape() -> Floats:
    """Return the strength of breath in each bin relative to the harmonics: little below 500 Hz, 1 from 2.5 kHz on."""
    hertz = np.arange(_BINS) * (SAMPLE_RATE / _SIZE)
    return np.clip((hertz - 500) / 2000, 0.08, 1.0).astype(np.float32)


_BREATH_SHAPE = _breath_shape()


def _levels(prediction: Prediction) -> Floats:
    """Return the approximate loudness of each frame, in dB."""
    some = slice(None, None, 4)
    power = np.exp(2 * prediction.noise[some]) + np.exp(2 * prediction.free[some])
    power += np.exp(2 * prediction.harmonic[some]) * (prediction.pitch > VOICED_HZ)
    return np.asarray(10 * np.log10(4 * power.sum(axis=0) + 1e-9))


class _Pulses:
    """The pulses of the voice, before any filter: all harmonics below 11 kHz, equal, as cosines that peak together."""

    def __init__(self, contour: PitchContour) -> None:
        self._contour = contour
        self._done = 0
        # The past that the next frame reaches back to: silence, before the first one.
        self._wave: Floats = np.zeros(_SIZE // 2, np.float32)

    def windows(self, frames: int) -> Floats:
        """Return the pulses around each of the next frames, a frame a row."""
        if not frames:
            return np.zeros((0, _SIZE), np.float32)
        size = (frames - 1) * HOP + _SIZE
        here = slice(self._done, self._done + max(size - len(self._wave), 0))
        fresh = _pulses(self._contour, here)
        self._done += len(fresh)
        beyond = max(size - len(self._wave) - len(fresh), 0)  # behind the last frame is silence
        wave = np.concatenate((self._wave, fresh, np.zeros(beyond, np.float32)))
        self._wave = wave[frames * HOP :]
        return np.lib.stride_tricks.sliding_window_view(wave, _SIZE)[: frames * HOP : HOP]


def _pulses(contour: PitchContour, here: slice) -> Floats:
    """Return the sum of the cosines of all harmonics, by its closed form; 0 where there is no voice."""
    cycles = contour.cycles[here]
    angle = (cycles - np.floor(cycles)).astype(np.float32)
    angle *= np.float32(2 * np.pi)
    halves = np.floor(np.float32(_HIGHEST_HARMONIC) / contour.hertz[here]) + np.float32(0.5)
    below = 2 * np.sin(angle * np.float32(0.5))
    at_peak = np.abs(below) < 2e-3
    below[at_peak] = 1
    wave = np.sin(halves * angle)
    wave /= below
    wave[at_peak] = halves[at_peak]
    wave -= np.float32(0.5)
    wave *= contour.voiced[here]
    return np.asarray(wave)
