"""The timbre that hibari's voices have by themselves, and how much of it an equaliser should change.

`benchmarks/calibrate_hibari.py` measured it, and wrote ``timbre.csv`` beside this file.
"""

import csv
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from ownvoice.engines.espeak.accents import language_file
from ownvoice.engines.espeak.calibration import own_timbre
from ownvoice.engines.hibari.voice import formant_factor
from ownvoice.traits.embedding import Traits
from ownvoice.traits.timbre import remove_mean, scale

Floats = NDArray[np.float64]

TABLE = "timbre.csv"
NOISINESSES = (0.0, 0.5, 1.0)
"""The values at which the timbre was measured, of the base; that of other voices follows from it."""

_BUILT_IN, _ASKED_FOR = 1.5, 3.0
"""The distances in dB (root mean square) of a timbre from espeak's own: up to the first a voice keeps the timbre that
hibari gives it, from the second on it gets the one that it asks for."""


def measured_timbre(traits: Traits) -> Floats:
    """Return the timbre that hibari gives a voice of these traits without an equaliser: 32 levels in dB."""
    table = _table()
    levels = np.array([np.interp(traits.noisiness, NOISINESSES, band) for band in table.T])
    return remove_mean(scale(levels, formant_factor(traits)))


def timbre_beside(locale: str, traits: Traits) -> tuple[float, ...]:
    """Return the timbre from which an equaliser should set out, for a voice that may ask for that of another engine.

    The built-in voices have espeak's own timbre in their numbers, because mixes with them start from it. Giving that
    timbre to a natural voice would only make it sound like espeak. So what is near it counts as not asked for: for
    such a voice, espeak's own timbre is returned, and the equaliser has nothing to do. What is far from it (a clone,
    numbers of one's own) is made in full, from what hibari was measured to have. Between them lies a straight line,
    so that a mix of a built-in voice and a clone has no jump.

    Args:
        locale: the language or locale that is spoken.
        traits: of the voice.

    Raises:
        LookupError: the language is not in the table.
    """
    unasked = np.array(own_timbre(language_file(locale), traits))
    distance = float(np.sqrt(np.mean((remove_mean(traits.timbre) - unasked) ** 2)))
    share = float(np.interp(distance, (_BUILT_IN, _ASKED_FOR), (0.0, 1.0)))
    return tuple(float(level) for level in (1 - share) * unasked + share * measured_timbre(traits))


@cache
def _table() -> Floats:
    """Return the measured levels, of shape (noisinesses, bands)."""
    text = files("ownvoice.engines.hibari").joinpath(TABLE).read_text(encoding="utf-8")
    rows = csv.reader(text.splitlines()[1:])
    return np.array([[float(level) for level in row[1:]] for row in rows])
