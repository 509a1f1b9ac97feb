"""The pitch of recorded speech over time.

The method is that of P. Boersma, "Accurate short-term analysis of the fundamental frequency and the harmonics-to-noise
ratio of a sampled sound", Proceedings of the Institute of Phonetic Sciences 17 (1993), 97-110: the autocorrelation of a
windowed frame, divided by that of the window, has its peaks at the periods; among the peaks of all frames, the best
path is strong and does not jump.
"""

from dataclasses import dataclass

import numpy as np
import soxr
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LOWEST_HZ = 60.0
HIGHEST_HZ = 500.0
STEP = 0.01
"""The time from frame to frame, in seconds."""

_RATE = 8000
"""The sample rate of the analysed sound, in Hz: harmonics of the pitch above 4 kHz tell little, and cost much."""
_WINDOW = 400
"""The length of a frame, in samples: three periods of the lowest pitch."""
_FFT = 1024
_FINER = 4
"""The factor by which the autocorrelation is interpolated (by the FFT, so band-limited)."""
_CANDIDATES = 8
"""The number of peaks that are kept of each frame."""

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
    """The fundamental frequency of each frame; 0 in unvoiced ones. The middle of frame n is at n * STEP."""
    periodicity: Floats
    """The share of the power that repeats with the pitch, from 0 to 1; 0 in unvoiced frames."""

    @property
    def voiced(self) -> NDArray[np.bool_]:
        """A mask of the voiced frames."""
        return self.hertz > 0


def track_pitch(samples: Floats, sample_rate: int) -> PitchTrack:
    """Track the pitch of mono samples (float64 of shape (n,)). It takes about 6 ms per second of sound."""
    if sample_rate != _RATE:
        samples = soxr.resample(samples, sample_rate, _RATE)
    frames = cut_frames(samples, _RATE, _WINDOW)
    frames = frames - frames.mean(axis=1, keepdims=True)
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


def cut_frames(samples: Floats, sample_rate: int, size: int) -> Floats:
    """Cut a sound into frames around every multiple of `STEP`; beyond its ends there is silence.

    Args:
        samples: mono, float64 of shape (n,).
        sample_rate: of the samples, in Hz.
        size: of a frame, in samples.

    Returns:
        A read-only view of shape (frames, size).
    """
    step = round(STEP * sample_rate)
    count = len(samples) // step + 1
    padded = np.concatenate((np.zeros(size // 2), samples, np.zeros(size // 2 + step)))
    frames: Floats = np.lib.stride_tricks.sliding_window_view(padded, size)[: count * step : step]
    return frames


def _autocorrelations(frames: Floats) -> Floats:
    """Return the autocorrelation of each frame at finer lags up to the longest period; it is 1 at lag 0."""
    window = np.hanning(_WINDOW + 1)[:-1]
    count = round(_FINER * _RATE / LOWEST_HZ) + 2
    power = np.abs(np.fft.rfft(frames * window, _FFT)) ** 2
    raw = np.fft.irfft(power, _FFT * _FINER)[:, :count]
    own = np.fft.irfft(np.abs(np.fft.rfft(window, _FFT)) ** 2, _FFT * _FINER)[:count]
    normalized: Floats = raw / np.maximum(raw[:, :1], 1e-12) / (own / own[0])
    return normalized


def _peaks(correlations: Floats) -> tuple[Floats, Floats]:
    """Find the lags (in samples) and the heights of the best peaks of each frame; missing peaks have lag 0."""
    shortest = int(_FINER * _RATE / HIGHEST_HZ)
    before, here, after = (correlations[:, shortest + shift : correlations.shape[1] - 2 + shift] for shift in (0, 1, 2))
    is_peak = (here > before) & (here >= after) & (here > 0.5 * _VOICING)
    # Short periods are preferred a little even here, so that their multiples do not crowd them out.
    places = np.arange(shortest + 1, shortest + 1 + here.shape[1])
    worth = np.where(is_peak, here - _OCTAVE * np.log2(places), -np.inf)
    best = np.argpartition(-worth, _CANDIDATES, axis=1)[:, :_CANDIDATES]
    low, middle, high = (np.take_along_axis(part, best, axis=1) for part in (before, here, after))
    found = np.take_along_axis(is_peak, best, axis=1)
    bend = np.where(found, low - 2 * middle + high, -1.0)
    shift = np.clip(0.5 * (low - high) / bend, -0.5, 0.5)
    lags = np.where(found, (places[best] + shift) / _FINER, 0.0)
    heights = np.where(found, middle - 0.25 * (low - high) * shift, 0.0)
    # Heights above 1 are an artefact of a short window, and are mirrored as in the paper.
    return lags, np.where(heights > 1, 1 / np.maximum(heights, 1), heights)


def _unvoiced_strengths(peaks: Floats, loudest: float) -> Floats:
    """Return the strength of each frame's unvoiced candidate: the quieter the frame, the stronger."""
    relative = peaks / max(loudest, 1e-9)
    return _VOICING + np.maximum(0.0, 2.0 - relative / (_SILENCE / (1 + _VOICING)))


def _best_path(hertz: Floats, strengths: Floats) -> NDArray[np.intp]:
    """Find the candidate of each frame on the best path (Viterbi). A candidate of 0 Hz is unvoiced."""
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
