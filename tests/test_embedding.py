import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartesia_server.voices.embedding import COLOUR_BANDS, SIZE, Traits, from_embedding, to_embedding, validate

number = st.floats(min_value=-1e6, max_value=1e6)


def test_the_numbers_are_on_scales_of_hearing() -> None:
    traits = Traits(
        pitch_hz=300, range_semitones=3, formant_scale=2**0.1, noisiness=0.5, rate=2**-0.5, colour=(5.0,) * COLOUR_BANDS
    )
    embedding = to_embedding(traits)
    assert embedding[:5] == [1.0, 0.25, 0.1, 0.5, -0.5]
    assert embedding[5:37] == [0.5] * 32
    assert embedding[37:] == [0.0] * (SIZE - 37)


def test_a_voice_survives_the_way_through_numbers_and_json() -> None:
    traits = Traits(191.3, 2.35, 1.087, 0.07, 1.04, tuple(band / 4 - 4 for band in range(COLOUR_BANDS)))
    back = from_embedding(json.loads(json.dumps(to_embedding(traits))))
    assert back.pitch_hz == pytest.approx(traits.pitch_hz, rel=1e-5)
    assert back.range_semitones == pytest.approx(traits.range_semitones, abs=1e-5)
    assert back.formant_scale == pytest.approx(traits.formant_scale, rel=1e-5)
    assert back.noisiness == pytest.approx(traits.noisiness, abs=1e-5)
    assert back.rate == pytest.approx(traits.rate, rel=1e-5)
    assert back.colour == pytest.approx(traits.colour, abs=1e-4)


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


@given(st.lists(number, min_size=SIZE, max_size=SIZE))
def test_any_numbers_are_an_audible_stable_voice(embedding: list[float]) -> None:
    traits = from_embedding(embedding)
    assert 59 < traits.pitch_hz < 401
    assert 0 <= traits.range_semitones <= 4.001
    assert 0.74 < traits.formant_scale < 1.36
    assert 0 <= traits.noisiness <= 1
    assert 0.5 <= traits.rate <= 2
    assert all(abs(level) <= 25 for level in traits.colour)


@pytest.mark.parametrize("value", [0, 1, -1])
def test_constant_vectors_are_voices_too(value: float) -> None:
    from_embedding([value] * SIZE)


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
        ([0, 10**400] + [0] * 190, r"embedding\[1\] must be a finite number, not inf"),
    ],
)
def test_what_is_no_embedding_is_refused_with_its_place(embedding: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        validate(embedding)


def test_validate_gives_floats() -> None:
    assert validate(tuple(range(SIZE))) == [float(index) for index in range(SIZE)]


@pytest.mark.parametrize(
    "traits", [Traits(pitch_hz=0), Traits(formant_scale=-1), Traits(rate=0), Traits(colour=(1.0, 2.0))]
)
def test_impossible_traits_have_no_embedding(traits: Traits) -> None:
    with pytest.raises(ValueError, match="must"):
        to_embedding(traits)
