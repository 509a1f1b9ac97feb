"""The estimation of the formant scale: the factor on all resonances of a voice, which tells the size of the speaker."""

import numpy as np
from numpy.typing import NDArray

from ownvoice.traits.timbre import CENTRES, SPEECH

Floats = NDArray[np.float64]

LOWEST, HIGHEST = 0.9, 1.2
"""The bounds of the factor: from a large man to a woman or a child."""

_FACTORS = np.arange(0.80, 1.305, 0.01)
_FROM_HZ, _TO_HZ = 250.0, 5500.0
"""The range of the resonances that depend on the size."""
_UNSURE, _SURE = 0.25, 0.7
"""The correlations up to which a match is not trusted, and from which it is trusted most."""
_MOST_SURE = 0.9
"""The trust in the best match."""
_PITCH_HZ, _EXPONENT = 110.0, 0.16
"""The usual factor for a pitch, a power of it: 1 at 110 Hz and 1.1 at 200 Hz, as smaller people have higher voices."""


def estimate_formant_scale(timbre: Floats, reference: Floats, pitch_hz: float) -> float:
    """Estimate the formant scale of a voice relative to a reference whose scale is 1.

    It is the factor that makes the slopes of the reference most similar to those of the voice; slopes, because a tilt
    of the whole spectrum tells nothing about the size. The less similar they are, the nearer is the estimate to the
    usual factor for the pitch.

    Args:
        timbre: of the voice: float64 of shape (32,), in dB.
        reference: the timbre of the reference: float64 of shape (32,), in dB.
        pitch_hz: the median pitch of the voice.
    """
    usual = (pitch_hz / _PITCH_HZ) ** _EXPONENT
    found, likeness = _best(timbre + SPEECH, reference + SPEECH)
    trust = _MOST_SURE * float(np.clip((likeness - _UNSURE) / (_SURE - _UNSURE), 0, 1))
    return float(np.clip(found**trust * usual ** (1 - trust), LOWEST, HIGHEST))


def _best(levels: Floats, reference: Floats) -> tuple[float, float]:
    """Find the best factor, and the correlation of the slopes at it."""
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
