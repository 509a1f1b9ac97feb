"""The timbre of a voice: its long-term spectrum in mel bands, relative to that of average speech.

Levels are spectral densities in dB. Their mean over the bands tells only how loud a sound is, so it is removed.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

BANDS = 32
"""The number of mel bands."""
_LOWEST_HZ, _HIGHEST_HZ = 80.0, 7600.0

_FULL_GAIN, _LARGEST_GAIN = 10.0, 18.0
"""The gains of an equaliser, in dB up or down: up to the first they are applied in full, the second is never reached.
More would be audible as a filter."""
INAUDIBLE = 1.0
"""The largest gain in dB that may be left out: about the least noticeable change of a spectrum."""

# The long-term average speech spectrum of men and women in twelve languages: D. Byrne et al., "An international
# comparison of long-term average speech spectra", J. Acoust. Soc. Am. 96 (1994), 2108-2120: levels of third octaves
# in dB for speech of 70 dB.
_SPEECH = {
    63: 38.6, 80: 43.5, 100: 54.4, 125: 57.7, 160: 56.8, 200: 60.2, 250: 60.3, 315: 59.0, 400: 62.1, 500: 62.1,
    630: 60.5, 800: 56.8, 1000: 53.7, 1250: 53.0, 1600: 52.0, 2000: 48.7, 2500: 48.1, 3150: 46.8, 4000: 45.6,
    5000: 44.5, 6300: 44.3, 8000: 43.7, 10000: 43.4, 12500: 41.3, 16000: 40.7,
}  # fmt: skip


def _mel(hertz: Floats | float) -> Floats:
    return 2595 * np.log10(1 + np.asarray(hertz, np.float64) / 700)


EDGES: Floats = 700 * (10 ** (np.linspace(_mel(_LOWEST_HZ), _mel(_HIGHEST_HZ), BANDS + 2) / 2595) - 1)
"""The edges of the bands, in Hz: band n goes from edge n to edge n + 2, and overlaps its neighbours by half."""
CENTRES: Floats = EDGES[1:-1]
"""The centres of the bands, in Hz."""
WIDTHS: Floats = (EDGES[2:] - EDGES[:-2]) / 2
"""The widths in Hz of rectangular bands of the same area; together they cover the spectrum once."""


def _reference() -> Floats:
    hertz = np.array(list(_SPEECH), np.float64)
    # A third of an octave is 0.2316 of its middle frequency wide.
    density = np.array(list(_SPEECH.values())) - 10 * np.log10(0.2316 * hertz)
    return remove_mean(np.interp(np.log(CENTRES), np.log(hertz), density))


def remove_mean(levels: Floats | Sequence[float]) -> Floats:
    """Return the levels with a mean of 0."""
    given = np.asarray(levels, np.float64)
    return np.asarray(given - given.mean())


SPEECH: Floats = _reference()
"""The spectrum of average speech: the density in each band in dB, with a mean of 0."""


def from_levels(levels: Floats) -> tuple[float, ...]:
    """Return the timbre of a sound with these levels in the bands: float64 of shape (32,), in dB."""
    return tuple(float(level) for level in remove_mean(levels - SPEECH))


def scale(timbre: Floats | Sequence[float], factor: float) -> Floats:
    """Return the timbre of a voice whose resonances all lie higher by a factor: 32 levels in dB."""
    levels = np.interp(np.log(CENTRES / factor), np.log(CENTRES), np.asarray(timbre, np.float64) + SPEECH)
    return levels - SPEECH


def correction(own: Floats | Sequence[float], wanted: Floats | Sequence[float]) -> Floats | None:
    """Return the gains that turn a voice of one timbre into one of another and leave it as loud.

    The gains are limited, so any timbre may be wanted.

    Args:
        own: the timbre that the voice has: 32 levels in dB.
        wanted: the timbre that it should have: 32 levels in dB.

    Returns:
        The gains of the bands in dB, float64 of shape (32,); None if the difference is inaudible.
    """
    difference = remove_mean(wanted) - remove_mean(own)
    if np.abs(difference).max() < INAUDIBLE:
        return None
    gains = _smooth(_limit(difference))
    before = 10 ** ((remove_mean(own) + SPEECH) / 10) * WIDTHS * _WEIGHTS
    louder = 10 * np.log10((before * 10 ** (gains / 10)).sum() / before.sum())
    return np.asarray(gains - louder)


def _smooth(gains: Floats) -> Floats:
    """Smooth the jumps from band to band, which no voice has: they would ring."""
    padded = np.pad(gains, 1, "edge")
    return 0.7 * gains + 0.15 * (padded[:-2] + padded[2:])


def _limit(gains: Floats) -> Floats:
    """Compress large gains softly instead of clipping them, so that the shape of the spectrum remains."""
    room = _LARGEST_GAIN - _FULL_GAIN
    beyond = np.maximum(np.abs(gains) - _FULL_GAIN, 0)
    return np.sign(gains) * (np.minimum(np.abs(gains), _FULL_GAIN) + room * np.tanh(beyond / room))


def _loudness_weights() -> Floats:
    """Return about how much each band contributes to the loudness: the two filters of ITU-R BS.1770, approximated.

    A shelf of +4 dB above 1.7 kHz, and a high-pass at 38 Hz that does not matter here.
    """
    shelf = 4 / (1 + (1680 / CENTRES) ** 3)
    return 10 ** (shelf / 10)


_WEIGHTS = _loudness_weights()
