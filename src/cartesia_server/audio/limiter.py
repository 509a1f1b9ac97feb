"""Peaks that are too loud, bent so that none reaches full scale."""

import numpy as np
from numpy.typing import NDArray

KNEE = 0.7
"""Of full scale. Louder samples are bent towards it."""


def within_scale(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Bend the samples above the knee, in place, and return them; the others stay as they are.

    Each sample by itself: where the sound was cut into pieces makes no difference.
    """
    size = np.abs(samples)
    loud = size > KNEE
    if loud.any():
        room = 1 - KNEE
        bent = KNEE + room * np.tanh((size[loud] - KNEE) / room)
        samples[loud] = np.copysign(bent, samples[loud])
    return samples
