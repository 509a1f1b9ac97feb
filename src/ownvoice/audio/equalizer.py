"""An equaliser for streams of speech: a fixed filter without delay and without seams, which spares hisses."""

import numpy as np
from numpy.typing import NDArray

from ownvoice.audio.limiter import soft_clip

Samples = NDArray[np.float32]
Floats = NDArray[np.float64]

BLOCK = 512
"""The number of samples that are filtered at a time; fewer are held back until their block is full."""
_TAPS = 513
"""The length of the filter: 23 ms at 22050 Hz, so that it can follow bands of 60 Hz."""
_FFT = 1024
_DESIGN_FFT = 8192
"""The size of the design: large, so that the cepstrum of the filter does not wrap around."""

_HISS_HZ = 3000
_VOICE, _HISS = 0.1, 0.5
"""The share of power above that frequency below which a block is voice, and above which it is a hiss."""
_HISS_GAIN = 0.35
"""The share of a gain above 0 dB that a hiss gets, in dB."""


class Equalizer:
    """A change of the spectrum of a stream. Every sample that goes in comes out, in its place.

    The filter is of minimum phase: it has the shortest delay that such gains allow (some tenths of a millisecond), and
    no echo before a sound. The blocks lie on a fixed grid from the start of the stream, so the result does not depend
    on where the pieces end. Peaks that have become too loud are limited (`limiter`): the result is within full scale.

    Gains are meant for the voice. A synthesizer that is dull in its voice is not dull in its hisses (s, sh), which
    would become shrill: they get a second filter of smaller gains, to which the stream cross-fades within a block.
    """

    def __init__(self, sample_rate: int, hertz: Floats, gains: Floats) -> None:
        """Design the filter. Gains are interpolated between the frequencies, and constant beyond the ends.

        Args:
            sample_rate: the rate of the stream in Hz.
            hertz: ascending frequencies in Hz, of shape (bands,).
            gains: the gain at each frequency in dB, of shape (bands,).
        """
        self._response = _response(_levels(sample_rate, hertz, gains))
        gentler = np.where(gains > 0, _HISS_GAIN * gains, gains)
        self._to_hiss = _response(_levels(sample_rate, hertz, gentler)) - self._response
        self._high = round(_HISS_HZ * _FFT / sample_rate)
        self._hiss = 0.0  # how much the last block was one
        self._before: Samples = np.zeros(_FFT - BLOCK, np.float32)
        self._waiting: Samples = np.zeros(0, np.float32)

    def push(self, samples: Samples, *, last: bool = False) -> Samples:
        """Take samples and return those that are ready; after the ``last`` ones, all the rest."""
        self._waiting = np.concatenate((self._waiting, samples))
        left = len(self._waiting)
        if last:
            self._waiting = np.concatenate((self._waiting, np.zeros(-left % BLOCK, np.float32)))
        ready = len(self._waiting) // BLOCK * BLOCK
        if not ready:
            return self._waiting[:0]
        stretch = np.concatenate((self._before, self._waiting[:ready]))
        self._before = stretch[-len(self._before) :]
        self._waiting = self._waiting[ready:]
        blocks = np.lib.stride_tricks.sliding_window_view(stretch, _FFT)[::BLOCK]
        result = soft_clip(self._filtered(blocks).astype(np.float32, copy=False).reshape(-1))
        return result[:left] if last else result

    def _filtered(self, blocks: Samples) -> NDArray[np.floating]:
        """Return the last samples of each block, filtered."""
        spectra = np.fft.rfft(blocks)  # of single precision like the samples, since NumPy 2
        sound = np.fft.irfft(spectra * self._response, _FFT)[:, -BLOCK:]
        hiss = self._hisses(spectra)
        before = np.concatenate(([self._hiss], hiss[:-1]))
        self._hiss = float(hiss[-1])
        fading = np.flatnonzero((hiss > 0) | (before > 0))
        if len(fading):
            share = before[fading, None] + (hiss - before)[fading, None] * _RAMP
            sound[fading] += share * np.fft.irfft(spectra[fading] * self._to_hiss, _FFT)[:, -BLOCK:]
        return sound

    def _hisses(self, spectra: NDArray[np.complexfloating]) -> Floats:
        """Return how much each block is a hiss, from 0 to 1."""
        power = spectra.real**2 + spectra.imag**2
        high = power[:, self._high :].sum(axis=1) / np.maximum(power.sum(axis=1), 1e-12)
        share: Floats = np.clip((high.astype(np.float64) - _VOICE) / (_HISS - _VOICE), 0, 1)
        return share


_RAMP: Samples = (np.arange(1, BLOCK + 1) / BLOCK).astype(np.float32)


def _response(levels: Floats) -> NDArray[np.complex64]:
    """Return the complex frequency response of the filter with these levels."""
    taps = np.zeros(_FFT)
    taps[:_TAPS] = _minimum_phase(levels)
    return np.fft.rfft(taps).astype(np.complex64)


def _levels(sample_rate: int, hertz: Floats, gains: Floats) -> Floats:
    """Return the natural logarithm of the gain at each frequency of the design."""
    grid = np.fft.rfftfreq(_DESIGN_FFT, 1 / sample_rate)
    return np.asarray(np.interp(grid, hertz, gains) * (np.log(10) / 20))


def _minimum_phase(levels: Floats) -> Floats:
    """Return the taps of the minimum-phase filter with these logarithms of gains, by folding its cepstrum."""
    cepstrum = np.fft.irfft(levels)
    half = len(cepstrum) // 2
    cepstrum[1:half] *= 2
    cepstrum[half + 1 :] = 0
    taps: Floats = np.fft.irfft(np.exp(np.fft.rfft(cepstrum)))[:_TAPS]
    # The end fades out instead of being cut off.
    fade = _TAPS // 4
    taps[-fade:] *= 0.5 + 0.5 * np.cos(np.pi * np.arange(1, fade + 1) / (fade + 1))
    return taps
