"""The pitch contour of a stretch of speech, sample by sample, and the places of its glottal pulses."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ownvoice.engines.hibari.model import HOP, SAMPLE_RATE, Floats

VOICED_HZ = 40.0
"""The pitch below which there is no voice."""


@dataclass(frozen=True, slots=True)
class PitchContour:
    """The pitch at each sample of some frames."""

    hertz: Floats
    """The pitch; at least `VOICED_HZ`, also where there is no voice."""
    voiced: NDArray[np.bool_]
    """Where there is a voice."""
    cycles: NDArray[np.float64]
    """How many periods have passed since the first frame of the prediction; at each whole one is a pulse."""

    def pulses(self) -> NDArray[np.float64]:
        """Return the places of the pulses of the voice, in samples and fractions of them."""
        whole = np.floor(self.cycles)
        places = np.flatnonzero((whole[1:] > whole[:-1]) & self.voiced[1:]) + 1
        return places - (self.cycles[places] - whole[places]) * SAMPLE_RATE / self.hertz[places]


def pitch_contour(pitch: Floats, first: int, stop: int) -> PitchContour:
    """Return the contour of some frames. Each has its own pitch in its middle, with straight lines between.

    Args:
        pitch: of all frames of the prediction, in Hz; float32 of shape (frames,).
        first: the first of the frames.
        stop: the frame behind the last.
    """
    frames = (np.arange(stop * HOP, dtype=np.float32) + np.float32(0.5 - HOP / 2)) / np.float32(HOP)
    raw = np.interp(frames, np.arange(len(pitch)), pitch).astype(np.float32)
    hertz = np.maximum(raw, np.float32(VOICED_HZ))
    # The network was trained with pulses that run on, at the lowest pitch, where they are not heard.
    cycles = np.cumsum(hertz, dtype=np.float64)
    cycles /= SAMPLE_RATE
    here = slice(first * HOP, None)
    return PitchContour(hertz[here], raw[here] > VOICED_HZ, cycles[here])
