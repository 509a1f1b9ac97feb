"""Loudness as ITU-R BS.1770-4 measures it, of one channel."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

_BLOCK = 0.4
_STEP = 0.1
_SILENCE = -70.0
_BELOW_MEAN = 10.0


def integrated(samples: NDArray[np.float32], sample_rate: int) -> float:
    """Return the integrated loudness in LUFS, of blocks of 400 ms that are neither silent nor 10 LU below the others.

    What is shorter than a block is measured as one; silence is minus infinity.
    """
    weighted = _k_weighted(samples.astype(np.float64), sample_rate)
    size, step = round(_BLOCK * sample_rate), round(_STEP * sample_rate)
    starts = range(0, max(1, len(weighted) - size + 1), step)
    powers = np.array([np.mean(weighted[start : start + size] ** 2) for start in starts])
    powers = powers[_loudness(powers) > _SILENCE]
    if not len(powers):
        return float("-inf")
    powers = powers[_loudness(powers) > _loudness(np.mean(powers, keepdims=True)) - _BELOW_MEAN]
    return float(_loudness(np.mean(powers, keepdims=True))[0])


def _loudness(power: NDArray[Any]) -> NDArray[np.float64]:
    with np.errstate(divide="ignore"):
        return np.asarray(-0.691 + 10 * np.log10(power), np.float64)


def _k_weighted(samples: NDArray[np.float64], sample_rate: int) -> NDArray[np.float64]:
    """Filter as the standard says: a shelf for the head, and a high pass.

    The standard has their coefficients for 48 kHz; these are the analogue filters that those stand for. They are
    applied to the whole spectrum at once, with room behind the sound for what rings on.
    """
    size = 1 << (len(samples) + sample_rate // 2 - 1).bit_length()
    # The bilinear transform, as the standard's filters are made.
    frequency = np.minimum(np.arange(size // 2 + 1) * (np.pi / size), 1.5707)
    response = _shelf(frequency, sample_rate) * _high_pass(frequency, sample_rate)
    return np.asarray(np.fft.irfft(np.fft.rfft(samples, size) * response, size)[: len(samples)])


def _shelf(half_angle: NDArray[np.float64], sample_rate: int) -> NDArray[np.complex128]:
    high, quality = 10 ** (3.99984385397 / 20), 0.7071752369554193
    middle = high**0.499666774155
    s = _analogue(half_angle, 1681.9744509555319, sample_rate)
    return np.asarray((high * s * s + middle / quality * s + 1) / (s * s + s / quality + 1))


def _high_pass(half_angle: NDArray[np.float64], sample_rate: int) -> NDArray[np.complex128]:
    s = _analogue(half_angle, 38.13547087613982, sample_rate)
    # The standard's numerator is 1, -2, 1, not scaled to a gain of one.
    warp = np.tan(np.pi * 38.13547087613982 / sample_rate)
    scale = 1 + warp / 0.5003270373253953 + warp * warp
    return np.asarray(scale * s * s / (s * s + s / 0.5003270373253953 + 1))


def _analogue(half_angle: NDArray[np.float64], corner: float, sample_rate: int) -> NDArray[np.complex128]:
    """Return the Laplace variable over a corner frequency, at the frequencies of a digital spectrum."""
    s: NDArray[np.complex128] = 1j * np.tan(half_angle) / np.tan(np.pi * corner / sample_rate)
    return s
