"""Peaks that are too loud, bent so that none reaches full scale."""

import numpy as np
from numpy.typing import NDArray

KNEE = 0.7
"""Of full scale. Louder samples are bent towards the top."""
TOP = 0.999
"""Of full scale: the curve comes so near to its end that in single precision it is there."""


def within_scale(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Bend the samples above the knee, in place, and return them; the others stay as they are.

    Each sample by itself: where the sound was cut into pieces makes no difference.
    """
    size = np.abs(samples)
    loud = size > KNEE
    if loud.any():
        room = TOP - KNEE
        bent = KNEE + room * np.tanh((size[loud] - KNEE) / room)
        samples[loud] = np.copysign(bent, samples[loud])
    return samples


def cut_at_scale(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """The samples, none of them beyond the top: a resampler goes past peaks by some hundredths.

    They are not bent again, which would change all that is loud.
    """
    if len(samples) and max(samples.max(), -samples.min()) > TOP:
        return samples.clip(-TOP, TOP)
    return samples
