"""What espeak-ng makes of a pitch, and which timbre its voices have, in each of its languages.

All of it was measured, by `benchmarks/calibrate_espeak.py`, which wrote ``calibration.csv`` beside this file. It holds
for the synthesizer ``klatt 6`` only.
"""

import csv
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from ownvoice.traits.embedding import Traits
from ownvoice.traits.timbre import CENTRES, SPEECH, remove_mean

Floats = NDArray[np.float64]

MASCULINE = Traits(pitch_hz=110, formant_scale=0.98)
FEMININE = Traits(pitch_hz=200, formant_scale=1.1)
"""The two voices whose timbre was measured in each language. Those of others follow from them."""
NOISINESSES = (0.5, 1.0)
"""At which it was measured how breath changes the timbre; in English only, it is about the same everywhere."""

_UNKNOWN = "gmw/en-US"
"""The file whose measures are taken for a file that was not measured."""
_BEYOND = 0.5
"""How far the line through the two voices is followed beyond them, as a share of their distance."""

SPANS = (0.0, 0.08, 0.25, 0.5, 0.9, 1.5, 2.2)
DEVIATIONS = (0.0, 0.37, 0.94, 1.57, 2.25, 2.88, 3.35)
"""The deviation of the pitch in semitones (see `analysis.VoiceMeasurements`) that each span gives in English.

A span is (top - base) / base. In other languages the deviations are about in proportion.
"""


@dataclass(frozen=True, slots=True)
class Calibration:
    """What was measured of a language file."""

    height: float
    """How far up the median lies between the base and the top of the pitch, which the melody decides."""
    spread: float
    """The deviation of the pitch, of that in English."""
    syllables: float
    """That are counted in a second (see `analysis.VoiceMeasurements`) at rate 1."""
    masculine: tuple[float, ...]
    """The timbres of the two voices."""
    feminine: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class _Table:
    files: dict[str, Calibration]
    noise: tuple[tuple[float, ...], ...]
    """What each of `NOISINESSES` adds to the timbre."""


def for_language(language_file: str) -> Calibration:
    """The measures of a language file of espeak-ng's data: its name below ``lang``."""
    measured = _table().files
    return measured.get(language_file, measured[_UNKNOWN])


def own_timbre(language_file: str, traits: Traits) -> tuple[float, ...]:
    """The timbre (see `voices.timbre`) that a voice of those traits has by itself."""
    measured = for_language(language_file)
    octaves = math.log2(traits.pitch_hz / MASCULINE.pitch_hz) / math.log2(FEMININE.pitch_hz / MASCULINE.pitch_hz)
    feminine = min(max(octaves, -_BEYOND), 1 + _BEYOND)
    levels = (1 - feminine) * _scale(measured.masculine, traits.formant_scale / MASCULINE.formant_scale)
    levels += feminine * _scale(measured.feminine, traits.formant_scale / FEMININE.formant_scale)
    # Breath adds up evenly from point to point.
    points = (np.zeros(len(CENTRES)), *map(np.array, _table().noise))
    for index, (start, end) in enumerate(zip((0.0, *NOISINESSES), NOISINESSES, strict=False)):
        share = min(max((traits.noisiness - start) / (end - start), 0.0), 1.0)
        levels += share * (points[index + 1] - points[index])
    return tuple(float(level) for level in remove_mean(levels))


def _scale(timbre: Sequence[float], factor: float) -> Floats:
    """The timbre of a voice whose resonances all lie higher by a factor."""
    levels = np.interp(np.log(CENTRES / factor), np.log(CENTRES), np.array(timbre) + SPEECH)
    return levels - SPEECH


@cache
def _table() -> _Table:
    text = files("ownvoice.engines.espeak").joinpath("calibration.csv").read_text(encoding="utf-8")
    measured: dict[str, Calibration] = {}
    noise: list[tuple[float, ...]] = []
    for row in csv.DictReader(text.splitlines()):
        if row["file"].startswith("noisiness"):
            noise.append(_levels(row["masculine"]))
        else:
            measured[row["file"]] = Calibration(
                height=float(row["height"]),
                spread=float(row["spread"]),
                syllables=float(row["syllables"]),
                masculine=_levels(row["masculine"]),
                feminine=_levels(row["feminine"]),
            )
    return _Table(measured, tuple(noise))


def _levels(cell: str) -> tuple[float, ...]:
    """Levels in dB; the table has them in tenths."""
    return tuple(int(level) / 10 for level in cell.split())
