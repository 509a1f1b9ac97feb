"""The descriptions of values outside the bounds of their types."""

import re
from typing import Annotated, Any, Literal

import msgspec
import pytest
from msgspec import Meta

from ownvoice.constraints import explain


class Item(msgspec.Struct):
    text: Annotated[str, Meta(max_length=3)] | None = None


class Shape(msgspec.Struct):
    above: Annotated[float, Meta(gt=0)] = 1.0
    least: Annotated[int, Meta(ge=2)] = 2
    between: Annotated[int, Meta(ge=0, le=9)] | None = None
    items: Annotated[list[Item], Meta(max_length=2)] | None = None
    origins: tuple[Annotated[str, Meta(pattern="^x", examples=["x1", "x2"])], ...] = ()
    kind: Literal["b", "a"] | None = None
    switches: dict[Literal["on", "off"], bool] | None = None
    renamed: Annotated[int, Meta(ge=1, le=2)] = msgspec.field(name="wire-name", default=1)
    counts: dict[str, Annotated[int, Meta(ge=1)]] | None = None


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"above": 0}, "above should be above 0, not 0"),
        ({"above": float("nan")}, "above should be above 0, not nan"),
        ({"above": "-1"}, "above should be above 0, not -1"),
        ({"least": 1}, "least should be 2 or more, not 1"),
        ({"between": 10}, "between should be from 0 to 9, not 10"),
        ({"items": [{}, {}, {}]}, "items should have at most 2 items, not 3"),
        ({"items": [{}, {"text": "four"}]}, "items[1].text should have at most 3 characters, not 4"),
        ({"origins": ["x", "y"]}, "origins[1] should be such as x1 or x2, not 'y'"),
        ({"kind": "c"}, "kind should be one of a, b, not 'c'"),
        ({"switches": {"up": True}}, "switches should be one of off, on, not 'up'"),
        ({"wire-name": 3}, "wire-name should be from 1 to 2, not 3"),
        # Errors of other kinds, and values that no path leads to, keep msgspec's own words.
        ({"kind": 5}, None),
        ({"least": "two"}, None),
        ({"items": 5}, None),
        ({"counts": {"a": 0}}, None),
    ],
    ids=str,
)
def test_bounds_in_words(data: dict[str, Any], expected: str | None) -> None:
    with pytest.raises(msgspec.ValidationError) as caught:
        msgspec.convert(data, Shape, strict=False)
    assert explain(caught.value, Shape, data) == expected


def test_the_words_of_msgspec_are_those_that_are_parsed() -> None:
    """If a version of msgspec changes its words, this test fails first."""
    with pytest.raises(msgspec.ValidationError, match=re.escape("Expected `int` >= 2 - at `$.least`")):
        msgspec.convert({"least": 1}, Shape)
