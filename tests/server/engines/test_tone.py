"""The tone engine: its samples and times are known exactly."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ownvoice.engines import EngineVoice, Speech, Timing, Utterance
from ownvoice.engines.tone import AMPLITUDE, CHARACTER_SAMPLES, CHARACTER_SECONDS, SAMPLE_RATE, ToneEngine
from ownvoice.traits.embedding import Traits


def speak(text: str, engine: ToneEngine | None = None, traits: Traits | None = None) -> list[Speech]:
    return list((engine or ToneEngine()).speak(Utterance(text, "en", EngineVoice(traits or Traits()))))


def joined(pieces: list[Speech]) -> np.ndarray:
    return np.concatenate([np.zeros(0, np.float32), *(piece.samples for piece in pieces)])


def test_the_sound_is_a_sine_for_each_character_and_silence_for_spaces() -> None:
    samples = joined(speak("ab c", traits=Traits(pitch_hz=220)))
    index = np.arange(4 * CHARACTER_SAMPLES)
    expected = AMPLITUDE * np.sin(2 * np.pi * 220 * index / SAMPLE_RATE)
    expected[2 * CHARACTER_SAMPLES : 3 * CHARACTER_SAMPLES] = 0
    assert samples.dtype == np.float32
    np.testing.assert_allclose(samples, expected, atol=1e-6)


def test_a_faster_voice_takes_less_time() -> None:
    assert len(joined(speak("abcd", traits=Traits(rate=2)))) == 2 * CHARACTER_SAMPLES


def test_words_and_phonemes_are_timed_by_their_characters() -> None:
    pieces = speak("Hi, you")
    words = [word for piece in pieces for word in piece.words]
    phonemes = [phoneme for piece in pieces for phoneme in piece.phonemes]
    at = CHARACTER_SECONDS
    assert words == [Timing("Hi,", 0.0, 3 * at), Timing("you", 4 * at, 7 * at)]
    assert [(phoneme.text, round(phoneme.start / at)) for phoneme in phonemes] == [
        ("H", 0),
        ("i", 1),
        ("y", 4),
        ("o", 5),
        ("u", 6),
    ]


def test_a_word_comes_with_the_piece_in_which_it_ends() -> None:
    now = 0.0
    for piece in speak("one two three"):
        now += len(piece.samples) / SAMPLE_RATE
        for word in piece.words:
            assert now - 0.02 < word.end <= now + 1e-9


@given(st.text(max_size=12), st.floats(min_value=0.0001, max_value=1.0))
def test_the_sound_is_the_same_however_it_is_cut(text: str, seconds: float) -> None:
    whole, cut = speak(text, ToneEngine(60.0)), speak(text, ToneEngine(seconds))
    assert joined(whole).tobytes() == joined(cut).tobytes()
    assert [word for piece in whole for word in piece.words] == [word for piece in cut for word in piece.words]
    assert all(len(piece.samples) <= max(1, round(seconds * SAMPLE_RATE)) for piece in cut)
    assert len(joined(cut)) == len(text) * CHARACTER_SAMPLES


def test_an_empty_text_makes_nothing() -> None:
    assert speak("") == []


def test_an_unknown_language_is_an_error() -> None:
    with pytest.raises(LookupError):
        list(ToneEngine().speak(Utterance("x", "xx", EngineVoice())))


def test_a_piece_has_at_least_a_sample() -> None:
    with pytest.raises(ValueError, match="at least"):
        ToneEngine(0)
