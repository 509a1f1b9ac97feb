"""Numbers that users give. They may be numpy's, and JSON has no way to write those that are not finite."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any


def numbers(given: Any, called: str) -> list[float]:
    """An embedding; TypeError where it is no list of numbers, ValueError where one of them is not finite."""
    if isinstance(given, str | bytes | Mapping) or not hasattr(given, "__iter__"):
        raise TypeError(f"{called} should be a list of 192 numbers, not {type(given).__name__}")
    found = list(given)
    try:
        values = [_float(number) for number in found]
    except TypeError as error:
        raise TypeError(f"{called} should be a list of 192 numbers: {error}") from error
    for place, value in enumerate(values):
        if not math.isfinite(value):
            raise ValueError(f"{called} should have finite numbers, not {value} at [{place}]")
    return values


def finite(given: Any, called: str) -> float:
    """A number; TypeError where it is none, ValueError where it is not finite."""
    try:
        value = _float(given)
    except TypeError as error:
        raise TypeError(f"{called} should be a number: {error}") from error
    if not math.isfinite(value):
        raise ValueError(f"{called} should be a finite number, not {value}")
    return value


def _float(number: Any) -> float:
    if isinstance(number, str | bytes):  # which `float` would read
        raise TypeError(f"{number!r:.40} is a {type(number).__name__}")
    try:
        return float(number)
    except OverflowError:
        return math.inf  # an integer beyond all floats
    except ValueError as error:
        raise TypeError(str(error)) from error
