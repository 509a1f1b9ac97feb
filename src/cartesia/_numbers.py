"""Numbers that users pass. They may be numpy's; JSON cannot write those that are not finite, so they are refused."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any


def to_numbers(given: Any, name: str) -> list[float]:
    """Return an embedding as floats; TypeError where it is no list of numbers, ValueError where one is not finite."""
    if isinstance(given, str | bytes | Mapping) or not hasattr(given, "__iter__"):
        raise TypeError(f"{name} should be a list of 192 numbers, not {type(given).__name__}")
    items = list(given)
    try:
        values = [_float(number) for number in items]
    except TypeError as error:
        raise TypeError(f"{name} should be a list of 192 numbers: {error}") from error
    for place, value in enumerate(values):
        if not math.isfinite(value):
            raise ValueError(f"{name} should have finite numbers, not {value} at [{place}]")
    return values


def to_number(given: Any, name: str) -> float:
    """Return a number as a float; TypeError where it is none, ValueError where it is not finite."""
    try:
        value = _float(given)
    except TypeError as error:
        raise TypeError(f"{name} should be a number: {error}") from error
    if not math.isfinite(value):
        raise ValueError(f"{name} should be a finite number, not {value}")
    return value


def _float(number: Any) -> float:
    if isinstance(number, str | bytes):  # which `float` would parse
        raise TypeError(f"{number!r:.40} is a {type(number).__name__}")
    try:
        return float(number)
    except OverflowError:
        return math.inf  # an integer beyond all floats
    except ValueError as error:
        raise TypeError(str(error)) from error
