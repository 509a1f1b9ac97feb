"""What the 192 numbers of a voice mean.

Each number is a position on a scale of hearing (octaves, semitones, decibels) and lies between about -1 and 1, so
that the weighted mean of voices is a voice between them, and a vector from elsewhere is still some voice:

======  =====================================================================================================
0       median pitch, in octaves from 150 Hz
1       pitch range: the standard deviation of the pitch, in units of 12 semitones
2       formant scale: the size of the vocal tract, as log2 of the factor on all resonances
3       noisiness: breath against voice, 0 (clear) to 1 (nearly whispered)
4       rate of speech, as log2 of the factor against the normal rate of the language
5-36    colour: the long-term spectrum of the voiced sound in 32 mel bands from 80 Hz to 7600 Hz, each in units of 10 dB
        above the mean of the bands. Kept and mixed, not heard yet: no engine has an equaliser so far
37-191  reserved, zero
======  =====================================================================================================
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

SIZE = 192
"""How many numbers an embedding has: the protocol's first generation fixed it."""
COLOUR_BANDS = 32

_REFERENCE_HZ = 150.0
_RANGE_UNIT = 12.0
_COLOUR_UNIT = 10.0
_PITCH, _RANGE, _FORMANTS, _NOISE, _RATE, _COLOUR = 0, 1, 2, 3, 4, 5
_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Traits:
    """How a voice sounds, in natural units."""

    pitch_hz: float = 120.0
    """The median fundamental frequency."""
    range_semitones: float = 2.0
    """The standard deviation of the pitch around it; 0 is monotonous, 3 is lively."""
    formant_scale: float = 1.0
    """The factor on all resonances; above 1 is a smaller speaker."""
    noisiness: float = 0.0
    """Breath against voice, from 0 (clear) to 1 (nearly whispered)."""
    rate: float = 1.0
    """The factor against the normal rate of speech of the language; above 1 is faster."""
    colour: tuple[float, ...] = (0.0,) * COLOUR_BANDS
    """The long-term spectrum of the voiced sound in dB, in 32 mel bands. No engine renders it yet."""


# What is still audible and stable, whatever the numbers were: lowest and highest value on the scale of the vector.
_BOUNDS = {
    _PITCH: (math.log2(60 / _REFERENCE_HZ), math.log2(400 / _REFERENCE_HZ)),
    _RANGE: (0.0, 4.0 / _RANGE_UNIT),
    _FORMANTS: (math.log2(0.75), math.log2(1.35)),
    _NOISE: (0.0, 1.0),
    _RATE: (-1.0, 1.0),
}
_COLOUR_BOUNDS = (-2.5, 2.5)


def to_embedding(traits: Traits) -> list[float]:
    """The vector of a voice: 192 numbers of at most 6 decimals.

    Raises:
        ValueError: a frequency, factor or rate is not positive, or there are not 32 bands of colour.
    """
    if min(traits.pitch_hz, traits.formant_scale, traits.rate) <= 0:
        raise ValueError("pitch_hz, formant_scale and rate must be positive")
    if len(traits.colour) != COLOUR_BANDS:
        raise ValueError(f"colour must have {COLOUR_BANDS} bands, not {len(traits.colour)}")
    numbers = [
        math.log2(traits.pitch_hz / _REFERENCE_HZ),
        traits.range_semitones / _RANGE_UNIT,
        math.log2(traits.formant_scale),
        traits.noisiness,
        math.log2(traits.rate),
        *(level / _COLOUR_UNIT for level in traits.colour),
    ]
    # "+ 0.0" turns -0.0, which JSON would show, into 0.0.
    return [round(number, _DIGITS) + 0.0 for number in numbers] + [0.0] * (SIZE - len(numbers))


def from_embedding(embedding: Sequence[float]) -> Traits:
    """The voice of a vector, within the bounds of what can be heard.

    Raises:
        ValueError: as `validate`.
    """
    numbers = validate(embedding)
    pitch, span, formants, noise, rate = (
        _clamp(numbers[index], *_BOUNDS[index]) for index in (_PITCH, _RANGE, _FORMANTS, _NOISE, _RATE)
    )
    return Traits(
        pitch_hz=_REFERENCE_HZ * 2**pitch,
        range_semitones=span * _RANGE_UNIT,
        formant_scale=2**formants,
        noisiness=noise,
        rate=2**rate,
        colour=tuple(
            _clamp(level, *_COLOUR_BOUNDS) * _COLOUR_UNIT for level in numbers[_COLOUR : _COLOUR + COLOUR_BANDS]
        ),
    )


def validate(embedding: object) -> list[float]:
    """The embedding as a list of 192 finite floats.

    Raises:
        ValueError: it is not 192 finite numbers; the message says what is wrong, and where.
    """
    if not isinstance(embedding, Sequence) or isinstance(embedding, str | bytes):
        raise ValueError(f"an embedding must be a list of {SIZE} numbers, not {type(embedding).__name__}")
    if len(embedding) != SIZE:
        raise ValueError(f"an embedding must have {SIZE} numbers, not {len(embedding)}")
    return [_finite(number, index) for index, number in enumerate(embedding)]


def _finite(number: object, index: int) -> float:
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise ValueError(f"embedding[{index}] must be a number, not {type(number).__name__}")
    try:
        value = float(number)
    except OverflowError:
        value = math.inf
    if not math.isfinite(value):
        raise ValueError(f"embedding[{index}] must be a finite number, not {value}")
    return value


def _clamp(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)
