"""How large a speaker is: the factor on all resonances of a voice, from its timbre."""

import numpy as np
from numpy.typing import NDArray

from ownvoice.traits.timbre import CENTRES, SPEECH

Floats = NDArray[np.float64]

LOWEST, HIGHEST = 0.9, 1.2
"""Of a person: between a large man and a woman or a child."""

_FACTORS = np.arange(0.80, 1.305, 0.01)
_FROM_HZ, _TO_HZ = 250.0, 5500.0
"""Where the resonances are that tell the size."""
_UNSURE, _SURE = 0.25, 0.7
"""Correlations that tell nothing, and all that there is to be told."""
_MOST_SURE = 0.9
_PITCH_HZ, _EXPONENT = 110.0, 0.16
"""People with a pitch of 110 Hz have factor 1, with 200 Hz 1.1 on the average: who is smaller has a higher voice."""


def estimate_formant_scale(timbre: Floats, reference: Floats, pitch_hz: float) -> float:
    """The factor between a voice and a reference, whose factor is 1, by the timbres of both.

    That factor is sought which makes the slopes of the reference most like those of the voice; slopes, because a tilt
    of the whole spectrum says nothing of the size. Where they are not alike, it is rather the one that is usual for
    the pitch.
    """
    usual = (pitch_hz / _PITCH_HZ) ** _EXPONENT
    found, likeness = _best(timbre + SPEECH, reference + SPEECH)
    trust = _MOST_SURE * float(np.clip((likeness - _UNSURE) / (_SURE - _UNSURE), 0, 1))
    return float(np.clip(found**trust * usual ** (1 - trust), LOWEST, HIGHEST))


def _best(levels: Floats, reference: Floats) -> tuple[float, float]:
    """The best factor, and the correlation of the slopes there."""
    within = (CENTRES > _FROM_HZ) & (CENTRES < _TO_HZ)
    slopes = np.diff(levels[within])
    if slopes.std() < 1e-9:
        return 1.0, 0.0
    octaves = np.log(CENTRES)
    likenesses = [
        float(np.corrcoef(np.diff(np.interp(octaves - np.log(factor), octaves, reference)[within]), slopes)[0, 1])
        for factor in _FACTORS
    ]
    best = int(np.argmax(likenesses))
    return float(_FACTORS[best]), likenesses[best]
