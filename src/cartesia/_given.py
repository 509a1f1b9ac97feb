"""Marks for what a call does not say, where None would say something."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeVar

K = TypeVar("K")


class NotGiven:
    """The type of `NOT_GIVEN`."""

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "NOT_GIVEN"


class Omit:
    """The type of `omit`."""

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "omit"


# Any argument may be one of these, so their types are no part of the parameters'.
NOT_GIVEN: Any = NotGiven()
"""As an argument: as if it had not been passed."""
not_given: Any = NOT_GIVEN
omit: Any = Omit()
"""The same. As the value of a header: the header is not sent, though the client would."""


def is_given(value: object) -> bool:
    """Whether a value says something."""
    return not isinstance(value, NotGiven | Omit)


def without_omitted(arguments: Mapping[K, Any]) -> dict[K, Any]:
    """What is said of the arguments."""
    return {name: value for name, value in arguments.items() if is_given(value)}


def without_none(fields: Mapping[K, Any]) -> dict[K, Any]:
    """What is said of the fields where None says nothing."""
    return {name: value for name, value in fields.items() if value is not None}
