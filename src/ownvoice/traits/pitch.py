"""The pitch of recorded speech, moment by moment.

The method is that of P. Boersma, "Accurate short-term analysis of the fundamental frequency and the harmonics-to-noise
ratio of a sampled sound", Proceedings of the Institute of Phonetic Sciences 17 (1993), 97-110: the autocorrelation of a
windowed frame, divided by that of the window, has its peaks at the periods; of the peaks of all frames, the path is
taken that is strong and does not jump.
"""

from dataclasses import dataclass

import numpy as np
import soxr
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LOWEST_HZ = 60.0
HIGHEST_HZ = 500.0
STEP = 0.01
"""Seconds from frame to frame."""

_RATE = 8000
"""Of what is looked at, in Hz: the harmonics of the pitch above 4 kHz tell little, and cost much."""
_WINDOW = 400
"""Samples: three periods of the lowest pitch."""
_FFT = 1024
_FINER = 4
"""The autocorrelation is interpolated (by the FFT, so as band-limited as it is) so many times."""
_CANDIDATES = 8
"""Peaks that are kept of each frame."""

# Costs and thresholds, as in section 4 of the paper and in Praat.
_SILENCE = 0.03
_VOICING = 0.45
_OCTAVE = 0.01
_JUMP = 0.35
_VOICED_UNVOICED = 0.14


@dataclass(frozen=True, slots=True)
class PitchTrack:
    """The pitch of a sound at every hundredth of a second."""

    hertz: Floats
    """The fundamental frequency of each frame; 0 where there is no voice. The middle of frame n is at n * STEP."""
    periodicity: Floats
    """The share of the power that repeats with the pitch, from 0 to 1; 0 where there is no voice."""

    @property
    def voiced(self) -> NDArray[np.bool_]:
        """In which frames there is a voice."""
        return self.hertz > 0


def track_pitch(samples: Floats, sample_rate: int) -> PitchTrack:
    """Follow the pitch of mono samples. It takes about 6 ms a second of sound."""
    if sample_rate != _RATE:
        samples = soxr.resample(samples, sample_rate, _RATE)
    frames = _frames(samples)
    lags, heights = _peaks(_autocorrelations(frames))
    hertz = np.where(lags > 0, _RATE / np.maximum(lags, 1e-9), 0.0)
    strengths = np.where(lags > 0, heights + _OCTAVE * np.log2(np.maximum(hertz, 1e-9) / LOWEST_HZ), -np.inf)
    loudest = float(np.abs(samples).max(initial=0.0))
    unvoiced = _unvoiced_strengths(np.abs(frames).max(axis=1), loudest)
    chosen = _best_path(
        np.concatenate((np.zeros((len(hertz), 1)), hertz), axis=1),
        np.concatenate((unvoiced[:, None], strengths), axis=1),
    )
    rows = np.arange(len(chosen))
    voiced = chosen > 0
    picked = np.maximum(chosen - 1, 0)
    return PitchTrack(
        np.where(voiced, hertz[rows, picked], 0.0), np.where(voiced, np.clip(heights[rows, picked], 0.0, 1.0), 0.0)
    )


def _frames(samples: Floats) -> Floats:
    """Frames around every multiple of the step, without their mean."""
    step = round(STEP * _RATE)
    count = len(samples) // step + 1
    padded = np.concatenate((np.zeros(_WINDOW // 2), samples, np.zeros(_WINDOW // 2 + step)))
    frames = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[: count * step : step]
    centred: Floats = frames - frames.mean(axis=1, keepdims=True)
    return centred


def _autocorrelations(frames: Floats) -> Floats:
    """The autocorrelation of each frame at finer lags up to the longest period, 1 at lag 0."""
    window = np.hanning(_WINDOW + 1)[:-1]
    count = round(_FINER * _RATE / LOWEST_HZ) + 2
    power = np.abs(np.fft.rfft(frames * window, _FFT)) ** 2
    raw = np.fft.irfft(power, _FFT * _FINER)[:, :count]
    own = np.fft.irfft(np.abs(np.fft.rfft(window, _FFT)) ** 2, _FFT * _FINER)[:count]
    normalized: Floats = raw / np.maximum(raw[:, :1], 1e-12) / (own / own[0])
    return normalized


def _peaks(correlations: Floats) -> tuple[Floats, Floats]:
    """The lags (in samples) and the heights of the best peaks of each frame; a lag of 0 where there are not so many."""
    shortest = int(_FINER * _RATE / HIGHEST_HZ)
    before, here, after = (correlations[:, shortest + shift : correlations.shape[1] - 2 + shift] for shift in (0, 1, 2))
    is_peak = (here > before) & (here >= after) & (here > 0.5 * _VOICING)
    # Short periods are preferred a little already here, so that multiples do not crowd them out.
    places = np.arange(shortest + 1, shortest + 1 + here.shape[1])
    worth = np.where(is_peak, here - _OCTAVE * np.log2(places), -np.inf)
    best = np.argpartition(-worth, _CANDIDATES, axis=1)[:, :_CANDIDATES]
    low, middle, high = (np.take_along_axis(part, best, axis=1) for part in (before, here, after))
    found = np.take_along_axis(is_peak, best, axis=1)
    bend = np.where(found, low - 2 * middle + high, -1.0)
    shift = np.clip(0.5 * (low - high) / bend, -0.5, 0.5)
    lags = np.where(found, (places[best] + shift) / _FINER, 0.0)
    heights = np.where(found, middle - 0.25 * (low - high) * shift, 0.0)
    # What is above 1 is an artefact of a short window, and is mirrored as in the paper.
    return lags, np.where(heights > 1, 1 / np.maximum(heights, 1), heights)


def _unvoiced_strengths(peaks: Floats, loudest: float) -> Floats:
    """How likely each frame is to be without voice: the more, the quieter it is."""
    relative = peaks / max(loudest, 1e-9)
    return _VOICING + np.maximum(0.0, 2.0 - relative / (_SILENCE / (1 + _VOICING)))


def _best_path(hertz: Floats, strengths: Floats) -> NDArray[np.intp]:
    """Which candidate of each frame is on the best path (Viterbi). A candidate of 0 Hz is one without voice."""
    correction = 0.01 / STEP
    octaves = np.log2(np.where(hertz > 0, hertz, 1.0))
    voiced = hertz > 0
    total = strengths[0]
    came_from = np.zeros(hertz.shape, np.intp)
    for frame in range(1, len(hertz)):
        apart = np.abs(octaves[frame - 1][:, None] - octaves[frame][None, :])
        both = voiced[frame - 1][:, None] & voiced[frame][None, :]
        change = voiced[frame - 1][:, None] != voiced[frame][None, :]
        worth = total[:, None] - correction * (_JUMP * apart * both + _VOICED_UNVOICED * change)
        came_from[frame] = worth.argmax(axis=0)
        total = worth.max(axis=0) + strengths[frame]
    path = np.zeros(len(hertz), np.intp)
    path[-1] = total.argmax()
    for frame in range(len(hertz) - 1, 0, -1):
        path[frame - 1] = came_from[frame][path[frame]]
    return path
