"""Sentinels for arguments that were not passed, where None is a meaningful value."""

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
"""As an argument it means that the argument is not passed."""
not_given: Any = NOT_GIVEN
omit: Any = Omit()
"""The same; as the value of a header it removes a header that the client sends."""


def is_given(value: object) -> bool:
    """Tell whether a value was passed, and is none of the sentinels."""
    return not isinstance(value, NotGiven | Omit)


def drop_omitted(arguments: Mapping[K, Any]) -> dict[K, Any]:
    """Return the arguments without those that are sentinels."""
    return {name: value for name, value in arguments.items() if is_given(value)}


def drop_none(fields: Mapping[K, Any]) -> dict[K, Any]:
    """Return the fields without those that are None."""
    return {name: value for name, value in fields.items() if value is not None}
