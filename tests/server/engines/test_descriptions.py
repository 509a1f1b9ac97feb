"""What an engine may not say of itself, and how the server tells."""

from typing import Any

import pytest

from ownvoice import engines
from ownvoice.engines import EngineDescription, check_descriptions
from ownvoice.engines.tone import ToneEngine
from ownvoice.traits.voice import Voice

SHORT = Voice(name="Bo", language="en", locale="en", embedding=(1.0,))


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ({"concurrency": 0}, "concurrency should be 1 or more"),
        ({"concurrency": -1}, "concurrency should be 1 or more"),
        ({"languages": ("en", "xx")}, r"not \['xx'\]"),
        (
            {"voices": (Voice(name="Bo", language="en", locale="en", embedding=(1.0,)),)},
            "'Bo': an embedding must have 192",
        ),
        ({"coordinates": [40, 41]}, "coordinates should be a range"),
        ({"coordinates": range(50, 40)}, "coordinates should be a range"),
        ({"coordinates": range(40, 50, 2)}, "coordinates should be a range"),
    ],
)
def test_a_wrong_description_is_refused_by_the_name_of_its_field(field: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        EngineDescription(**{"languages": ("en",), **field})


def test_engines_that_claim_the_same_numbers_are_named() -> None:
    one = EngineDescription(languages=("en",), coordinates=range(40, 42))
    two = EngineDescription(languages=("en",), coordinates=range(41, 43))
    with pytest.raises(ValueError, match="'a' and 'b' claim the same number 41"):
        check_descriptions({"a": one, "b": two})


def entry(value: Any) -> type:
    class Entry:
        name = "faulty"
        value = "somewhere:Faulty"

        @staticmethod
        def load() -> Any:
            if isinstance(value_, Exception):
                raise value_
            return value_

    value_ = value
    return Entry


class Faulty(ToneEngine):
    def __init__(self, rate: float = 1.0) -> None:
        super().__init__(round(rate))


@pytest.mark.parametrize(
    ("loaded", "options", "message"),
    [
        (ModuleNotFoundError("No module named 'somewhere'"), {}, "cannot be imported: No module named 'somewhere'"),
        (Faulty, {"rate": "x"}, "the engine 'faulty' cannot be made: type str doesn't define"),
        (Faulty, {"rate": 0}, "the engine 'faulty' cannot be made: a piece must last"),
    ],
)
def test_an_engine_that_cannot_be_made_is_named(
    monkeypatch: pytest.MonkeyPatch, loaded: Any, options: dict[str, Any], message: str
) -> None:
    monkeypatch.setattr("ownvoice.engines.registry.entry_points", lambda group, name: [entry(loaded)])
    with pytest.raises(RuntimeError, match=message):
        engines.load("faulty", options)
