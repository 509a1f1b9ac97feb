"""Measurements of espeak-ng's pitch and timbre in each of its languages.

`benchmarks/calibrate_espeak.py` made them, and wrote ``calibration.csv`` beside this file. They hold for the
synthesizer ``klatt 6`` only.
"""

import csv
import math
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from ownvoice.traits.embedding import Traits
from ownvoice.traits.timbre import CENTRES, remove_mean, scale

Floats = NDArray[np.float64]

MASCULINE = Traits(pitch_hz=110, formant_scale=0.98)
FEMININE = Traits(pitch_hz=200, formant_scale=1.1)
"""The two voices whose timbre was measured in each language. The timbres of other voices follow from theirs."""
NOISINESSES = (0.5, 1.0)
"""The values at which the change of the timbre by breath was measured, in English: other languages differ little."""

_UNKNOWN = "gmw/en-US"
"""The language file whose measurements stand in for those of a file that was not measured."""
_BEYOND = 0.5
"""The share of the distance between the two voices by which the line through them is extrapolated."""

SPANS = (0.0, 0.08, 0.25, 0.5, 0.9, 1.5, 2.2)
DEVIATIONS = (0.0, 0.37, 0.94, 1.57, 2.25, 2.88, 3.35)
"""The deviation of the pitch in semitones (see `analysis.VoiceMeasurements`) that each span gives in English.

A span is (top - base) / base. In other languages the deviations are about in proportion.
"""


@dataclass(frozen=True, slots=True)
class Calibration:
    """The measurements of a language file."""

    height: float
    """The height of the median pitch between the base (0) and the top (1) of the pitch; the melody decides it."""
    spread: float
    """The deviation of the pitch, as a factor on that in English."""
    syllables: float
    """The syllables per second (see `analysis.VoiceMeasurements`) at rate 1."""
    masculine: tuple[float, ...]
    """The timbre of `MASCULINE`."""
    feminine: tuple[float, ...]
    """The timbre of `FEMININE`."""


@dataclass(frozen=True, slots=True)
class _Table:
    files: dict[str, Calibration]
    noise: tuple[tuple[float, ...], ...]
    """The change of the timbre, in dB per band, at each of `NOISINESSES`."""


def for_language(language_file: str) -> Calibration:
    """Return the measurements of a language file, named below the data's ``lang``."""
    measured = _table().files
    return measured.get(language_file, measured[_UNKNOWN])


def own_timbre(language_file: str, traits: Traits) -> tuple[float, ...]:
    """Return the timbre (see `traits.timbre`) that espeak-ng gives a voice of those traits, without an equaliser."""
    measured = for_language(language_file)
    octaves = math.log2(traits.pitch_hz / MASCULINE.pitch_hz) / math.log2(FEMININE.pitch_hz / MASCULINE.pitch_hz)
    feminine = min(max(octaves, -_BEYOND), 1 + _BEYOND)
    levels = (1 - feminine) * scale(measured.masculine, traits.formant_scale / MASCULINE.formant_scale)
    levels += feminine * scale(measured.feminine, traits.formant_scale / FEMININE.formant_scale)
    # Breath adds up evenly from point to point.
    points = (np.zeros(len(CENTRES)), *map(np.array, _table().noise))
    for index, (start, end) in enumerate(zip((0.0, *NOISINESSES), NOISINESSES, strict=False)):
        share = min(max((traits.noisiness - start) / (end - start), 0.0), 1.0)
        levels += share * (points[index + 1] - points[index])
    return tuple(float(level) for level in remove_mean(levels))


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
    """Read levels in dB; the table has them in tenths."""
    return tuple(int(level) / 10 for level in cell.split())
