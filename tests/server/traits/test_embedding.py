"""The embedding of a voice, its bounds and its arithmetic."""

import json
import math
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ownvoice.traits.embedding import (
    LARGEST,
    SIZE,
    Traits,
    distance,
    from_embedding,
    mean,
    same,
    to_embedding,
    validate,
)
from ownvoice.traits.timbre import BANDS

number = st.floats(min_value=-LARGEST, max_value=LARGEST)
vectors = st.lists(number, min_size=SIZE, max_size=SIZE)
TILT = tuple(band / 4 - 3.875 for band in range(BANDS))


def test_the_numbers_are_on_scales_of_hearing() -> None:
    traits = Traits(
        pitch_hz=300, range_semitones=3, formant_scale=2**0.1, noisiness=0.5, rate=2**-0.5, timbre=(5.0, -5.0) * 16
    )
    embedding = to_embedding(traits)
    assert embedding[:5] == [1.0, 0.25, 0.1, 0.5, -0.5]
    assert embedding[5:37] == [0.5, -0.5] * 16
    assert embedding[37:] == [0.0] * (SIZE - 37)


def test_a_voice_survives_the_way_through_numbers_and_json() -> None:
    traits = Traits(191.3, 2.35, 1.087, 0.07, 1.04, TILT)
    back = from_embedding(json.loads(json.dumps(to_embedding(traits))))
    assert back.pitch_hz == pytest.approx(traits.pitch_hz, rel=1e-5)
    assert back.range_semitones == pytest.approx(traits.range_semitones, abs=1e-5)
    assert back.formant_scale == pytest.approx(traits.formant_scale, rel=1e-5)
    assert back.noisiness == pytest.approx(traits.noisiness, abs=1e-5)
    assert back.rate == pytest.approx(traits.rate, rel=1e-5)
    assert back.timbre == pytest.approx(traits.timbre, abs=1e-4)


def test_numbers_are_short_and_zero_has_no_sign() -> None:
    embedding = to_embedding(Traits(pitch_hz=149.99999, rate=0.9999999))
    assert all(value == round(value, 6) for value in embedding)
    assert "-0.0," not in json.dumps(embedding)


def test_the_mean_of_two_voices_is_between_them() -> None:
    low, high = Traits(100, 1.0, 0.95, 0.0, 0.9), Traits(225, 3.0, 1.15, 0.4, 1.2)
    mean = [(a + b) / 2 for a, b in zip(to_embedding(low), to_embedding(high), strict=True)]
    middle = from_embedding(mean)
    assert middle.pitch_hz == pytest.approx(math.sqrt(100 * 225), rel=1e-4)
    assert middle.range_semitones == pytest.approx(2.0, rel=1e-4)
    assert low.formant_scale < middle.formant_scale < high.formant_scale
    assert middle.noisiness == pytest.approx(0.2, rel=1e-4)
    assert low.rate < middle.rate < high.rate


@given(vectors)
def test_any_numbers_are_an_audible_stable_voice(embedding: list[float]) -> None:
    traits = from_embedding(embedding)
    assert 59 < traits.pitch_hz < 401
    assert 0 <= traits.range_semitones <= 4.001
    assert 0.74 < traits.formant_scale < 1.36
    assert 0 <= traits.noisiness <= 1
    assert 0.5 <= traits.rate <= 2
    assert all(abs(level) <= 25 for level in traits.timbre)


@pytest.mark.parametrize("value", [0, 1, -1])
def test_constant_vectors_have_the_timbre_of_speech_in_general(value: float) -> None:
    assert from_embedding([value] * SIZE).timbre == (0.0,) * BANDS


def test_only_the_shape_of_the_timbre_counts() -> None:
    louder = Traits(timbre=tuple(level + 7 for level in TILT))
    assert to_embedding(louder) == to_embedding(Traits(timbre=TILT))
    raised = [value + 0.7 * (5 <= index < 37) for index, value in enumerate(to_embedding(Traits(timbre=TILT)))]
    assert from_embedding(raised).timbre == pytest.approx(TILT)


@pytest.mark.parametrize(
    ("embedding", "message"),
    [
        ([0.0] * 191, "192 numbers, not 191"),
        ([], "192 numbers, not 0"),
        ("x" * 192, "list of 192 numbers, not str"),
        (None, "list of 192 numbers, not NoneType"),
        ([0.0] * 7 + ["1"] + [0.0] * 184, r"embedding\[7\] must be a number, not str"),
        ([0.0] * 191 + [True], r"embedding\[191\] must be a number, not bool"),
        ([math.nan] + [0.0] * 191, r"embedding\[0\] must be a finite number, not nan"),
        ([0.0, -math.inf] + [0.0] * 190, r"embedding\[1\] must be a finite number, not -inf"),
        ([0, 10**400] + [0] * 190, r"embedding\[1\] must be from -1000 to 1000, not a number beyond all floats"),
        ([0.0] * 20 + [1e300] + [0.0] * 171, r"embedding\[20\] must be from -1000 to 1000, not 1e\+300"),
    ],
)
def test_what_is_no_embedding_is_refused_with_its_place(embedding: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        validate(embedding)


def test_validate_gives_floats() -> None:
    assert validate(tuple(range(SIZE))) == [float(index) for index in range(SIZE)]


@pytest.mark.parametrize(
    "traits", [Traits(pitch_hz=0), Traits(formant_scale=-1), Traits(rate=0), Traits(timbre=(1.0, 2.0))]
)
def test_impossible_traits_have_no_embedding(traits: Traits) -> None:
    with pytest.raises(ValueError, match="must"):
        to_embedding(traits)


def test_a_mean_is_weighted_and_only_the_ratios_count() -> None:
    low, high = to_embedding(Traits(100, 1.0, timbre=TILT)), to_embedding(Traits(225, 3.0))
    assert mean([(low, 1)]) == low
    assert mean([(low, 0.0), (high, 5)]) == high
    quarter = mean([(low, 3), (high, 1)])
    assert quarter == pytest.approx([0.75 * a + 0.25 * b for a, b in zip(low, high, strict=True)], abs=1e-6)
    assert quarter == mean([(low, 3e-300), (high, 1e-300)]) == mean([(low, 1.5e308), (high, 0.5e308)])
    assert mean([(low, 1), (high, 1), (low, 2)]) == quarter


@given(vectors, vectors, st.floats(min_value=0, max_value=1))
def test_a_mean_lies_between_its_parts(one: list[float], other: list[float], share: float) -> None:
    for a, b, between in zip(one, other, mean([(one, share), (other, 1 - share)]), strict=True):
        assert min(a, b) - 1e-6 <= between <= max(a, b) + 1e-6


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([], "one voice or more"),
        ([0, 0.0], "one weight or more must be above 0"),
        ([1, -0.5], "weight 1 must be a finite number of 0 or more, not -0.5"),
        ([math.nan, 1], "weight 0 must be a finite number of 0 or more, not nan"),
        ([1, math.inf], "weight 1 must be a finite number of 0 or more, not inf"),
        ([1, 10**400], "weight 1 must be a finite number of 0 or more"),
        ([1, 10**5000], "weight 1 must be a finite number of 0 or more"),
        ([True], "weight 0 must be a number, not bool"),
        (["1"], "weight 0 must be a number, not str"),
    ],
)
def test_weights_that_cannot_be_are_refused(weights: list[float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        mean([(to_embedding(Traits()), weight) for weight in weights])


def test_parts_that_are_no_embeddings_are_refused() -> None:
    with pytest.raises(ValueError, match="192 numbers, not 2"):
        mean([([0.0, 1.0], 1)])


def test_a_distance_is_one_for_an_octave_a_dozen_semitones_or_ten_decibels() -> None:
    voice = to_embedding(Traits(150))
    assert distance(voice, to_embedding(Traits(300))) == pytest.approx(1)
    assert distance(voice, to_embedding(Traits(150, range_semitones=2 + 12))) == pytest.approx(1)
    assert distance(voice, to_embedding(Traits(150, timbre=(10.0, -10.0) * 16))) == pytest.approx(1)


@pytest.mark.parametrize("seed", range(20))
def test_a_distance_is_a_metric(seed: int) -> None:
    random = Random(seed)
    one, other, third = ([random.uniform(-3, 3) for _ in range(SIZE)] for _ in range(3))
    assert distance(one, one) == 0
    assert distance(one, other) == distance(other, one) >= 0
    assert distance(one, other) <= distance(one, third) + distance(third, other) + 1e-9


def test_what_is_not_heard_is_no_distance() -> None:
    voice = to_embedding(Traits(timbre=TILT))
    assert distance(voice, [*voice[:-1], 0.9]) == 0
    assert distance(voice, [v + (5 <= i < 37) for i, v in enumerate(voice)]) == pytest.approx(0, abs=1e-9)


def test_the_same_is_the_same_within_printing() -> None:
    voice = to_embedding(Traits(191.3, timbre=TILT))
    assert same(voice, json.loads(json.dumps(voice)))
    assert same(voice, [float(f"{value:.5g}") for value in voice])
    assert not same(voice, [*voice[:-1], 0.001])
    assert not same(voice, voice[:-1])
