"""The controls of every generation, turned into one expression."""

from typing import Any

import msgspec
import pytest

from ownvoice.api.errors import status_of
from ownvoice.errors import RequestError
from ownvoice.traits.expression import FEELINGS, NEUTRAL, Expression, Feeling, feeling_of, rate_of
from ownvoice.tts.controls import expression_of
from ownvoice.tts.requests import decode


def expressed(**fields: Any) -> Expression:
    return expression_of(decode(msgspec.json.encode(fields)))


def by_voice(controls: Any, name: str = "__experimental_controls") -> Expression:
    return expressed(voice={"mode": "id", "id": "x", name: controls})


def test_nothing_asked_for_is_neutral() -> None:
    assert expressed() == NEUTRAL
    assert expressed(speed=None, generation_config={"speed": None, "volume": None, "emotion": None}) == NEUTRAL
    assert by_voice({"speed": None, "emotion": None}) == NEUTRAL
    assert by_voice({"speed": "normal", "emotion": []}) == NEUTRAL
    assert by_voice(None) == NEUTRAL
    assert expressed(voice="an id") == NEUTRAL


@pytest.mark.parametrize("name", ["__experimental_controls", "experimental_controls"])
def test_the_first_generation_in_the_voice(name: str) -> None:
    expression = by_voice({"speed": "fast", "emotion": ["positivity:high", "curiosity"]}, name)
    assert expression.rate == pytest.approx(rate_of(0.5))
    assert expression.feeling == feeling_of("positivity:high") + FEELINGS["curiosity"]  # type: ignore[operator]


def test_the_first_generation_at_the_top() -> None:
    assert expressed(__experimental_controls={"speed": 1}).rate == pytest.approx(1.5)


def test_names_of_speeds_are_in_order() -> None:
    rates = [by_voice({"speed": name}).rate for name in ("slowest", "slow", "normal", "fast", "fastest")]
    assert rates == sorted(set(rates))
    assert by_voice({"speed": -1}).rate == rates[0]
    assert by_voice({"speed": 0.5}).rate == rates[3]


def test_the_second_generation() -> None:
    slow, normal, fast = (expressed(speed=name).rate for name in ("slow", "normal", "fast"))
    assert slow < normal == 1 < fast


def test_the_third_generation() -> None:
    expression = expressed(generation_config={"speed": 1.5, "volume": 0.5, "emotion": "angry"})
    assert expression == Expression(1.5, 0.5, FEELINGS["angry"])


def test_any_word_is_an_emotion_in_the_third() -> None:
    assert expressed(generation_config={"emotion": "like a pirate"}) == NEUTRAL
    assert expressed(generation_config={"emotion": ["sad"]}).feeling == FEELINGS["sad"]
    assert expressed(generation_config={"emotion": ""}) == NEUTRAL


def test_several_generations_at_once() -> None:
    voice = {"id": "x", "__experimental_controls": {"speed": 1, "emotion": ["anger"]}}
    expression = expressed(voice=voice, speed="fast", generation_config={"speed": 1.2, "emotion": "sad"})
    assert expression.rate == pytest.approx(1.5 * rate_of(0.5) * 1.2)
    assert expression.feeling == FEELINGS["anger"] + FEELINGS["sad"] != Feeling()


@pytest.mark.parametrize(
    ("fields", "where", "what"),
    [
        ({"generation_config": {"speed": 0.5}}, "generation_config.speed", "from 0.6 to 1.5, not 0.5"),
        ({"generation_config": {"speed": 1.6}}, "generation_config.speed", "from 0.6 to 1.5, not 1.6"),
        ({"generation_config": {"speed": "fast"}}, "generation_config.speed", "from 0.6 to 1.5, not 'fast'"),
        ({"generation_config": {"speed": True}}, "generation_config.speed", "not True"),
        ({"generation_config": {"volume": 2.1}}, "generation_config.volume", "from 0.5 to 2.0, not 2.1"),
        ({"generation_config": {"volume": 0}}, "generation_config.volume", "from 0.5 to 2.0, not 0"),
        ({"generation_config": {"emotion": 7}}, "generation_config.emotion", "a word"),
        ({"generation_config": {"emotion": [7]}}, "generation_config.emotion", "a word"),
        ({"speed": "quick"}, "speed", "slowest, slow, normal, fast, fastest, or a number from -1 to 1, not 'quick'"),
        ({"speed": 1.5}, "speed", "from -1 to 1, not 1.5"),
        ({"voice": {"__experimental_controls": {"speed": 2}}}, "voice.__experimental_controls.speed", "-1 to 1"),
        ({"voice": {"experimental_controls": {"speed": []}}}, "voice.experimental_controls.speed", "not []"),
        ({"voice": {"__experimental_controls": "fast"}}, "voice.__experimental_controls", "an object"),
        ({"__experimental_controls": [1]}, "__experimental_controls", "an object"),
        ({"voice": {"__experimental_controls": {"emotion": ["rage"]}}}, "emotion", "anger, positivity, surprise"),
        ({"voice": {"__experimental_controls": {"emotion": ["anger:max"]}}}, "emotion", "lowest, low, high, highest"),
        ({"voice": {"__experimental_controls": {"emotion": [1]}}}, "emotion", "not 1"),
        ({"voice": {"__experimental_controls": {"emotion": 3}}}, "emotion", "a list"),
    ],
)
def test_what_is_wrong_is_named(fields: dict[str, Any], where: str, what: str) -> None:
    with pytest.raises(RequestError) as caught:
        expressed(**fields)
    assert status_of(caught.value) == 400
    assert where in caught.value.message
    assert what in caught.value.message
