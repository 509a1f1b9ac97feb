"""The embedding of a voice: the meaning of its 192 numbers.

Each number is a position on a perceptual scale (octaves, semitones, decibels) and lies between about -1 and 1, so that
the weighted mean of voices is a voice between them, and any other vector is still some voice. All zeros, and all ones,
have the timbre of average speech:

======  =====================================================================================================
0       median pitch, in octaves from 150 Hz
1       pitch range: the standard deviation of the pitch, in units of 12 semitones
2       formant scale: the size of the vocal tract, as log2 of the factor on all resonances
3       noisiness: breath against voice, 0 (clear) to 1 (nearly whispered)
4       rate of speech, as log2 of the factor on the normal rate of the language
5-36    timbre: the long-term spectrum of the voiced sound in 32 mel bands from 80 Hz to 7600 Hz, each in units of 10 dB
        above that of average speech (see `timbre`). Only its shape counts: the mean of the 32 is removed
37-191  free: zero, except for slices that an engine declares its own (`EngineDescription.coordinates`)
======  =====================================================================================================
"""

import math
import operator
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from ownvoice.traits.timbre import BANDS, remove_mean

SIZE = 192
"""The number of numbers of an embedding, which the protocol's first generation fixed."""
FIRST_FREE = 37
"""The index of the first number that no trait uses; engines may own slices from here on."""
LARGEST = 1000.0
"""The largest absolute value of a number. Those of voices are below 3; but a program may scale them."""

_TOLERANCE = 1e-4
"""The largest rounding error of a number: more than single precision or printing loses, less than is audible."""

_REFERENCE_HZ = 150.0
_RANGE_UNIT = 12.0
_TIMBRE_UNIT = 10.0
_PITCH, _RANGE, _FORMANTS, _NOISE, _RATE, _TIMBRE = 0, 1, 2, 3, 4, 5
_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Traits:
    """The sound of a voice in natural units."""

    pitch_hz: float = 120.0
    """The median fundamental frequency."""
    range_semitones: float = 2.0
    """The standard deviation of the pitch around it; 0 is monotonous, 3 is lively."""
    formant_scale: float = 1.0
    """The factor on all resonances; above 1 for smaller speakers."""
    noisiness: float = 0.0
    """Breath against voice, from 0 (clear) to 1 (nearly whispered)."""
    rate: float = 1.0
    """The factor on the normal rate of speech of the language; above 1 is faster."""
    timbre: tuple[float, ...] = (0.0,) * BANDS
    """The long-term spectrum of the voiced sound in 32 mel bands: dB above average speech, with a mean of 0."""


# The lowest and the highest value that is still audible and stable, on the scale of the vector.
_BOUNDS = {
    _PITCH: (math.log2(60 / _REFERENCE_HZ), math.log2(400 / _REFERENCE_HZ)),
    _RANGE: (0.0, 4.0 / _RANGE_UNIT),
    _FORMANTS: (math.log2(0.75), math.log2(1.35)),
    _NOISE: (0.0, 1.0),
    _RATE: (-1.0, 1.0),
}
_TIMBRE_BOUNDS = (-2.5, 2.5)


def to_embedding(traits: Traits) -> list[float]:
    """Convert traits to the embedding: 192 numbers with at most 6 decimals.

    Raises:
        ValueError: a frequency, factor or rate is not positive, or there are not 32 bands of timbre.
    """
    if min(traits.pitch_hz, traits.formant_scale, traits.rate) <= 0:
        raise ValueError("pitch_hz, formant_scale and rate must be positive")
    if len(traits.timbre) != BANDS:
        raise ValueError(f"timbre must have {BANDS} bands, not {len(traits.timbre)}")
    numbers = [
        math.log2(traits.pitch_hz / _REFERENCE_HZ),
        traits.range_semitones / _RANGE_UNIT,
        math.log2(traits.formant_scale),
        traits.noisiness,
        math.log2(traits.rate),
        *(float(level) / _TIMBRE_UNIT for level in remove_mean(traits.timbre)),
    ]
    # "+ 0.0" turns -0.0, which JSON would show, into 0.0.
    return [round(number, _DIGITS) + 0.0 for number in numbers] + [0.0] * (SIZE - len(numbers))


def from_embedding(embedding: Sequence[float]) -> Traits:
    """Convert an embedding to traits, within audible bounds.

    Raises:
        ValueError: as `validate`.
    """
    numbers = validate(embedding)
    pitch, span, formants, noise, rate = (
        clamp(numbers[index], *_BOUNDS[index]) for index in (_PITCH, _RANGE, _FORMANTS, _NOISE, _RATE)
    )
    return Traits(
        pitch_hz=_REFERENCE_HZ * 2**pitch,
        range_semitones=span * _RANGE_UNIT,
        formant_scale=2**formants,
        noisiness=noise,
        rate=2**rate,
        timbre=tuple(
            clamp(float(level), *_TIMBRE_BOUNDS) * _TIMBRE_UNIT
            for level in remove_mean(numbers[_TIMBRE : _TIMBRE + BANDS])
        ),
    )


def validate(embedding: object) -> list[float]:
    """Return an embedding as a list of 192 floats.

    Raises:
        ValueError: it is not 192 numbers from -1000 to 1000; the message says what is wrong, and where.
    """
    if not isinstance(embedding, Sequence) or isinstance(embedding, str | bytes):
        raise ValueError(f"an embedding must be a list of {SIZE} numbers, not {type(embedding).__name__}")
    if len(embedding) != SIZE:
        raise ValueError(f"an embedding must have {SIZE} numbers, not {len(embedding)}")
    return [_finite(number, index) for index, number in enumerate(embedding)]


def mean(parts: Sequence[tuple[Sequence[float], float]]) -> list[float]:
    """Return the weighted mean of embeddings: a voice between voices. Only the ratios of the weights count.

    Raises:
        ValueError: there are no parts, a weight is negative or not finite, all weights are 0, or as `validate`.
    """
    if not parts:
        raise ValueError("a mix needs one voice or more, each with its weight")
    for index, (_, weight) in enumerate(parts):
        _check_weight(weight, index)
    largest = max(weight for _, weight in parts)
    if largest == 0:
        raise ValueError("one weight or more must be above 0; all of them are 0")
    # Divided by the largest first: the sum of all might overflow.
    weights = [weight / largest for _, weight in parts]
    total = math.fsum(weights)
    vectors = [validate(embedding) for embedding, _ in parts]
    sums = (math.fsum(map(operator.mul, weights, numbers)) for numbers in zip(*vectors, strict=True))
    return [round(number / total, _DIGITS) + 0.0 for number in sums]


def distance(one: Sequence[float], other: Sequence[float]) -> float:
    """Return how different two voices sound: 1 for an octave of pitch, 12 semitones of range, or 10 dB of all bands.

    It is a metric on audible differences: free numbers, and the mean of the timbre, do not count.

    Raises:
        ValueError: as `validate`.
    """
    first, second = _audible(one), _audible(other)
    return math.sqrt(math.fsum((a - b) ** 2 for a, b in zip(first, second, strict=True)))


def same(one: Sequence[float], other: Sequence[float]) -> bool:
    """Tell whether two embeddings are equal in all 192 numbers, within the errors of printing and single precision."""
    return len(one) == len(other) == SIZE and all(abs(a - b) <= _TOLERANCE for a, b in zip(one, other, strict=True))


def _audible(embedding: Sequence[float]) -> list[float]:
    """Return the coordinates of a voice in the space of audible differences."""
    numbers = validate(embedding)
    shape = remove_mean(numbers[_TIMBRE : _TIMBRE + BANDS]) / math.sqrt(BANDS)
    return numbers[:_TIMBRE] + [float(level) for level in shape]


def _check_weight(weight: object, index: int) -> None:
    if isinstance(weight, bool) or not isinstance(weight, int | float):
        raise ValueError(f"weight {index} must be a number, not {type(weight).__name__}")
    if not 0 <= weight <= sys.float_info.max:
        raise ValueError(f"weight {index} must be a finite number of 0 or more, not {_short(weight)}")


def _finite(number: object, index: int) -> float:
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise ValueError(f"embedding[{index}] must be a number, not {type(number).__name__}")
    if isinstance(number, float) and not math.isfinite(number):
        raise ValueError(f"embedding[{index}] must be a finite number, not {number}")
    if abs(number) > LARGEST:
        raise ValueError(f"embedding[{index}] must be from {-LARGEST:g} to {LARGEST:g}, not {_short(number)}")
    return float(number)


def _short(number: float) -> str:
    """Format a number, which may be an integer that is too long for Python to print."""
    printable = isinstance(number, float) or abs(number) <= sys.float_info.max
    return f"{number:g}" if printable else "a number beyond all floats"


def clamp(value: float, low: float, high: float) -> float:
    """Return the value, or the bound that it exceeds.

    Args:
        value: the value.
        low: the lowest value to return.
        high: the highest value to return.
    """
    return min(max(value, low), high)
