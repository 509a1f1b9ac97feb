"""The space of feelings, and the effect of a point in it on a voice."""

import itertools
import math

import pytest

from ownvoice.traits.embedding import Traits
from ownvoice.traits.expression import (
    FEELINGS,
    FIRST_FEELINGS,
    MOST_FEELING,
    NEUTRAL,
    STRENGTHS,
    Expression,
    Feeling,
    feeling_of,
    rate_of,
)

DOCUMENTED = """
    neutral happy excited enthusiastic elated euphoric triumphant amazed surprised flirtatious curious content
    peaceful serene calm grateful affectionate trust sympathetic anticipation mysterious angry mad outraged
    frustrated agitated threatened disgusted contempt envious sarcastic ironic sad dejected melancholic
    disappointed hurt guilty bored tired rejected nostalgic wistful apologetic hesitant insecure confused
    resigned anxious panicked alarmed scared proud confident distant skeptical contemplative determined
"""
VOICE = Traits(pitch_hz=150, range_semitones=2.0, noisiness=0.2, rate=1.1)


def felt(name: str) -> Expression:
    feeling = feeling_of(name)
    assert feeling is not None
    return Expression(feeling=feeling)


def test_neutral_is_the_voice_itself() -> None:
    assert NEUTRAL.apply(VOICE) is VOICE
    assert NEUTRAL.gain == 1.0
    assert felt("neutral") == NEUTRAL


def test_there_are_the_sixty_words_of_the_protocol_and_the_five_before_them() -> None:
    assert set(FEELINGS) == {*DOCUMENTED.split(), *FIRST_FEELINGS}


@pytest.mark.parametrize("name", sorted({*FEELINGS} - {"neutral"}))
def test_every_feeling_shows_in_the_tempo_or_the_loudness(name: str) -> None:
    expression = felt(name)
    tempo = expression.apply(VOICE).rate / VOICE.rate
    assert abs(tempo - 1) > 0.015 or abs(20 * math.log10(expression.gain)) > 0.4


def test_no_two_feelings_sound_the_same() -> None:
    sounds = {(expression := Expression(feeling=feeling)).apply(VOICE): expression for feeling in FEELINGS.values()}
    assert len(sounds) == len(FEELINGS)
    for first, second in itertools.combinations(FEELINGS.values(), 2):
        distance = max(
            abs(first.pleasure - second.pleasure),
            abs(first.arousal - second.arousal),
            abs(first.dominance - second.dominance),
        )
        assert distance > 0.04


@pytest.mark.parametrize("name", FIRST_FEELINGS)
def test_levels_move_the_voice_ever_further(name: str) -> None:
    levels = [NEUTRAL, *(felt(f"{name}:{level}") for level in STRENGTHS)]
    voices = [expression.apply(VOICE) for expression in levels]
    measures = [
        [voice.rate for voice in voices],
        [voice.pitch_hz for voice in voices],
        [voice.range_semitones for voice in voices],
        [expression.gain for expression in levels],
    ]
    monotone = [values for values in measures if values in (sorted(values), sorted(values, reverse=True))]
    assert len([values for values in monotone if len(set(values)) == len(values)]) >= 3


def test_a_word_without_a_level_is_between_low_and_high() -> None:
    low, plain, high = (felt(f"anger{level}").gain for level in (":low", "", ":high"))
    assert low < plain < high


@pytest.mark.parametrize("name", ["Angry", " sad ", "anger:HIGH", "positivity : low", "sad:medium"])
def test_names_are_taken_in_any_case(name: str) -> None:
    assert feeling_of(name)


@pytest.mark.parametrize("name", ["", "furious-ish", "anger:enormous", ":high", "an ger"])
def test_unknown_names(name: str) -> None:
    assert feeling_of(name) is None


def test_several_feelings_add_up_within_bounds() -> None:
    total = sum(10 * [FEELINGS["anger"]], Feeling())
    assert total == Feeling(-MOST_FEELING, MOST_FEELING, MOST_FEELING)


@pytest.mark.parametrize("rate", [0.01, 100.0])
@pytest.mark.parametrize("feeling", [Feeling(1.5, 1.5, -1.5), Feeling(-1.5, -1.5, -1.5), Feeling(1.5, -1.5, 1.5)])
@pytest.mark.parametrize("voice", [Traits(pitch_hz=60, rate=0.5, noisiness=1), Traits(pitch_hz=400, rate=2.0)])
def test_what_comes_out_can_be_spoken(rate: float, feeling: Feeling, voice: Traits) -> None:
    traits = Expression(rate, 1.0, feeling).apply(voice)
    assert 60 <= traits.pitch_hz <= 450
    assert 0.4 <= traits.rate <= 3
    assert 0 <= traits.noisiness <= 1
    assert 0 <= traits.range_semitones <= 4
    assert traits.formant_scale == voice.formant_scale


def test_speeds_of_the_first_generation() -> None:
    assert rate_of(0) == 1
    assert rate_of(1) == pytest.approx(1.5)
    assert rate_of(-1) == pytest.approx(2 / 3)
