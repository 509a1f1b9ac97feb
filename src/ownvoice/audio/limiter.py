"""A limiter of peaks, so that none reaches full scale."""

import numpy as np
from numpy.typing import NDArray

KNEE = 0.7
"""The share of full scale above which samples are compressed."""
TOP = 0.999
"""The share of full scale that no sample exceeds; in single precision, loud samples reach it."""


def soft_clip(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Compress the float32 samples above the knee, in place, and return all samples.

    Each sample is treated by itself, so the division of a stream into pieces makes no difference.
    """
    size = np.abs(samples)
    loud = size > KNEE
    if loud.any():
        room = TOP - KNEE
        compressed = KNEE + room * np.tanh((size[loud] - KNEE) / room)
        samples[loud] = np.copysign(compressed, samples[loud])
    return samples


def hard_clip(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return float32 samples clipped at the top, because a resampler overshoots peaks by some hundredths.

    `soft_clip` would change all loud samples once more.
    """
    if len(samples) and max(samples.max(), -samples.min()) > TOP:
        return samples.clip(-TOP, TOP)
    return samples
