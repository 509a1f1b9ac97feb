"""The engine that is made of all others: each utterance goes to the best one for its language."""

import functools
import operator
import sys
from dataclasses import replace

import numpy as np
import pytest

from ownvoice.engines import EngineVoice, Speech, Utterance, load
from ownvoice.engines.auto import AutoEngine
from ownvoice.engines.espeak import EspeakEngine
from ownvoice.engines.espeak.catalogue import VOICES
from ownvoice.engines.hibari import HibariEngine
from ownvoice.errors import InvalidRequest
from ownvoice.text.languages import LANGUAGES
from ownvoice.text.normalization import normalize
from ownvoice.text.readings import Reading
from ownvoice.text.words import words
from ownvoice.traits.embedding import Traits

RATE = 24000
SENTENCE = "Four hours of steady work faced us."
MIXED = ("Say Москва now.", "Привет my friend", "The end is ∰", "a ∰ b ∰ c", "∰ ∰")
"""English sentences with words that hibari cannot say."""


@pytest.fixture(scope="module")
def both() -> AutoEngine:
    return AutoEngine()


@pytest.fixture
def espeak_only(monkeypatch: pytest.MonkeyPatch) -> AutoEngine:
    """Return the engine as it is where hibari is not installed."""
    monkeypatch.setitem(sys.modules, "hibari", None)
    return AutoEngine()


@pytest.fixture
def hibari_only(monkeypatch: pytest.MonkeyPatch) -> AutoEngine:
    """Return the engine as it is where espeak is not installed."""
    monkeypatch.setitem(sys.modules, "espeakng_loader", None)
    return AutoEngine()


def said(engine: AutoEngine | HibariEngine | EspeakEngine, utterance: Utterance) -> Speech:
    return functools.reduce(operator.add, engine.speak(utterance))


def test_it_is_installed_under_its_name() -> None:
    assert isinstance(load("auto"), AutoEngine)


def test_english_is_said_by_hibari_and_the_rest_by_espeak(both: AutoEngine) -> None:
    english = Utterance(SENTENCE, "en")
    np.testing.assert_array_equal(said(both, english).samples, said(HibariEngine(), english).samples)
    german = Utterance("Guten Morgen!", "de")
    ours, own = said(both, german), said(EspeakEngine(), german)
    assert (ours.words, ours.phonemes) == (own.words, own.phonemes)
    assert len(ours.samples) / RATE == pytest.approx(len(own.samples) / EspeakEngine.sample_rate, abs=0.001)


def test_it_has_the_languages_and_voices_of_both(both: AutoEngine) -> None:
    description = both.describe()
    assert set(description.languages) == set(LANGUAGES)
    assert description.voices == VOICES
    assert description.clones
    assert description.may_crash
    assert description.concurrency is None


@pytest.mark.parametrize("text", MIXED)
def test_what_hibari_cannot_say_is_said_by_espeak(both: AutoEngine, text: str) -> None:
    speech = said(both, Utterance(text, "en"))
    assert [timing.text for timing in speech.words] == [text[start:end] for start, end in words(text, "en")]
    edges = [edge for timing in speech.words for edge in (timing.start, timing.end)]
    assert edges == sorted(edges)
    assert edges[-1] <= len(speech.samples) / RATE + 0.001
    for timing in speech.words:
        # No word is silent.
        sound = speech.samples[round(timing.start * RATE) : round(timing.end * RATE)]
        assert len(sound)
        assert np.abs(sound).max() > 0.02, timing.text


def test_a_reading_is_not_divided(both: AutoEngine) -> None:
    text = "one Ж two three four"
    reading = Reading(4, 9, "zh two")
    speech = said(both, Utterance(text, "en", readings=(reading,)))
    assert [timing.text for timing in speech.words] == text.split()


def test_words_come_with_their_sound(both: AutoEngine) -> None:
    heard = 0
    for locale, text in (("en", MIXED[0]), ("fr", "Bonjour tout le monde.")):
        heard = 0
        for piece in both.speak(Utterance(text, locale)):
            heard += len(piece.samples)
            assert all(timing.end <= heard / RATE + 1e-6 for timing in piece.words)


def test_the_timbre_is_that_of_the_engine_of_the_language(both: AutoEngine) -> None:
    traits = Traits(timbre=tuple(float(level) for level in np.linspace(8, -8, 32)))
    for locale, engine in (("en-GB", HibariEngine()), ("de", EspeakEngine())):
        assert both.timbre(locale, traits) == engine.timbre(locale, traits)


def test_a_voice_is_cloned_as_each_engine_does(both: AutoEngine) -> None:
    samples = said(both, Utterance(SENTENCE, "en")).samples
    assert list(both.clone(samples, RATE, language="en")) == HibariEngine().clone(samples, RATE, language="en")


# With only one of them


def test_without_hibari_espeak_says_english(espeak_only: AutoEngine) -> None:
    english = Utterance(SENTENCE, "en")
    assert said(espeak_only, english).words == said(EspeakEngine(), english).words
    assert set(espeak_only.describe().languages) == set(LANGUAGES)
    assert espeak_only.describe().voices == VOICES
    espeak_only.warm()


def test_without_espeak_hibari_says_english(hibari_only: AutoEngine) -> None:
    assert len(said(hibari_only, Utterance(SENTENCE, "en")).samples) > RATE
    assert hibari_only.describe().languages == ("en",)
    assert {voice.language for voice in hibari_only.describe().voices} == {"en"}
    assert not hibari_only.describe().may_crash
    hibari_only.warm()


def test_without_espeak_another_language_is_refused_with_what_to_install(hibari_only: AutoEngine) -> None:
    with pytest.raises(LookupError, match=r"'de'; install .*pip install \"ownvoice\[espeak\]\""):
        said(hibari_only, Utterance("Guten Morgen!", "de"))


def test_without_espeak_a_symbol_is_said_by_its_name(hibari_only: AutoEngine) -> None:
    speech = said(hibari_only, Utterance("the end is ∰", "en"))
    assert [timing.text for timing in speech.words] == ["the", "end", "is", "∰"]
    named = said(hibari_only, Utterance("the end is volume integral", "en"))
    assert [timing.text for timing in speech.phonemes] == [timing.text for timing in named.phonemes]


def test_without_espeak_a_word_in_other_letters_is_refused(hibari_only: AutoEngine) -> None:
    with pytest.raises(InvalidRequest, match="'Москва'"):
        said(hibari_only, Utterance("Say Москва now.", "en"))


def test_with_neither_each_says_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "hibari", None)
    monkeypatch.setitem(sys.modules, "espeakng_loader", None)
    with pytest.raises(RuntimeError, match=r"ownvoice\[natural\].*ownvoice\[espeak\]"):
        AutoEngine()


def test_the_preference_is_an_option() -> None:
    first = AutoEngine(prefer=("espeak", "hibari", "no such engine"))
    assert said(first, Utterance(SENTENCE, "en")).words == said(EspeakEngine(), Utterance(SENTENCE, "en")).words


# The timbre of natural voices


def test_built_in_voices_keep_the_natural_timbre(both: AutoEngine) -> None:
    for voice in VOICES[:18]:
        wanted = np.array(voice.traits.timbre)
        assert np.abs(np.array(both.timbre(voice.locale, voice.traits)) - wanted).max() < 1.0


def test_a_voice_of_another_timbre_gets_it() -> None:
    from ownvoice.engines.hibari.timbre import measured_timbre

    flat = Traits(pitch_hz=194, formant_scale=1.15)
    np.testing.assert_allclose(HibariEngine().timbre("en", flat), measured_timbre(flat))


def test_readings_in_another_script_are_said_by_hibari(both: AutoEngine) -> None:
    text = "Москва"
    utterance = Utterance(text, "en", EngineVoice(), (Reading(0, 6, "Moscow"),))
    np.testing.assert_array_equal(
        said(both, utterance).samples,
        said(HibariEngine(), utterance).samples,
    )
    assert len(said(both, replace(utterance, readings=normalize("1984", "en"), text="1984")).words) == 1
