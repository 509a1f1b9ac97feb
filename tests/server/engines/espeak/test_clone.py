"""The traits measured in recordings, and the errors that say what is wrong with a recording."""

import numpy as np
import pytest
from numpy.typing import NDArray

from espeak_speech import RATE, say
from made_sounds import NOT_SPEECH
from made_sounds import RATE as MADE_RATE
from ownvoice.api.errors import status_of
from ownvoice.engines.espeak import catalogue
from ownvoice.engines.espeak.cloning import measure_voice
from ownvoice.errors import RequestError
from ownvoice.traits.embedding import Traits

Samples = NDArray[np.float32]

TEXT = (
    "The birch canoe slid on the smooth planks. Glue the sheet to the dark blue background. It's easy to tell the "
    "depth of a well. These days a chicken leg is a rare dish."
)


def speech(traits: Traits, text: str = TEXT, locale: str = "en") -> Samples:
    return say(text, locale, traits).samples


def with_noise(sound: Samples, decibels: float) -> Samples:
    """Add white noise that many decibels below the sound."""
    noise = np.random.default_rng(5).standard_normal(len(sound)) * sound.std() * 10 ** (-decibels / 20)
    return np.asarray(sound + noise, np.float32)


def apart(one: Traits, other: Traits) -> float:
    return float(np.sqrt(np.mean(np.subtract(one.timbre, other.timbre) ** 2)))


VOICES = [
    Traits(88, 1.5, 0.95),
    Traits(119, 2.2),
    Traits(150, 0.6, 1.05),
    Traits(186, 2.8, 1.08, 0.12),
    Traits(214, 2, 1.1),
]


@pytest.mark.parametrize("traits", VOICES)
def test_a_clone_has_the_pitch_and_the_range_of_the_speaker(traits: Traits) -> None:
    found = measure_voice(speech(traits), RATE)
    assert found.pitch_hz == pytest.approx(traits.pitch_hz, rel=0.03)
    assert found.range_semitones == pytest.approx(traits.range_semitones, abs=0.5)
    assert found.formant_scale == pytest.approx(traits.formant_scale, abs=0.05)
    assert found.noisiness == pytest.approx(traits.noisiness, abs=0.2)
    assert found.rate == pytest.approx(traits.rate, abs=0.15)


def test_a_clone_of_a_built_in_voice_has_its_timbre() -> None:
    for voice in (catalogue.VOICES[0], catalogue.VOICES[3]):
        assert apart(measure_voice(speech(voice.traits, locale=voice.locale), RATE), voice.traits) < 2.5


def test_smaller_breathier_and_faster_speakers_are_found_so() -> None:
    plain = measure_voice(speech(Traits(150)), RATE)
    assert measure_voice(speech(Traits(150, formant_scale=1.15)), RATE).formant_scale > plain.formant_scale + 0.08
    assert measure_voice(speech(Traits(150, noisiness=1)), RATE).noisiness > plain.noisiness + 0.4
    slow, fast = (measure_voice(speech(Traits(150, rate=rate)), RATE).rate for rate in (0.8, 1.3))
    assert slow < plain.rate - 0.08
    assert fast > plain.rate + 0.08


def test_the_sample_rate_and_the_loudness_make_no_difference() -> None:
    sound = speech(Traits(119))
    one = measure_voice(sound, RATE)
    for other in (
        measure_voice(sound * 0.02 + 0.01, RATE),
        measure_voice(np.repeat(sound, 2).astype(np.float32), 2 * RATE),
    ):
        assert other.pitch_hz == pytest.approx(one.pitch_hz, rel=0.005)
        assert apart(other, one) < 1
        assert other.formant_scale == pytest.approx(one.formant_scale, abs=0.02)


def test_a_telephone_recording_is_enough() -> None:
    # 8 bits at 8 kHz: the missing bands above 4 kHz are made up without a hole.
    sound = speech(Traits(119))
    spectrum = np.fft.rfft(sound)
    size = len(sound) * 8000 // RATE
    narrow = np.fft.irfft(spectrum[: size // 2 + 1], size) * size / len(sound)
    telephone = (np.round(narrow * 100) / 127).astype(np.float32)
    found, whole = measure_voice(telephone, 8000), measure_voice(sound, RATE)
    assert found.pitch_hz == pytest.approx(119, rel=0.03)
    assert min(found.timbre) > -25
    assert np.subtract(found.timbre[:20], whole.timbre[:20]).std() < 2


@pytest.mark.parametrize("traits", [VOICES[1], VOICES[4]])
def test_enhancing_a_noisy_recording_brings_it_nearer_to_the_clean_one(traits: Traits) -> None:
    sound = speech(traits)
    clean, noisy = measure_voice(sound, RATE), with_noise(sound, 10)
    plain, enhanced = measure_voice(noisy, RATE), measure_voice(noisy, RATE, enhance=True)
    assert apart(enhanced, clean) < 0.7 * apart(plain, clean)
    assert enhanced.pitch_hz == pytest.approx(clean.pitch_hz, rel=0.02)
    assert abs(enhanced.noisiness - clean.noisiness) <= abs(plain.noisiness - clean.noisiness) + 0.05


def test_enhancing_a_clean_recording_does_little() -> None:
    sound = speech(Traits(119))
    assert apart(measure_voice(sound, RATE, enhance=True), measure_voice(sound, RATE)) < 1


@pytest.mark.parametrize("traits", [Traits(110, 0), Traits(110, 0, rate=0.6), Traits(250, 1, 1.2), Traits(85, 3, 0.9)])
def test_speech_is_taken_for_speech(traits: Traits) -> None:
    for sound in (speech(traits), with_noise(speech(traits), 5), speech(traits)[RATE : 3 * RATE]):
        measure_voice(sound, RATE)


@pytest.mark.parametrize(
    "text",
    ["We were away a year ago. A lawyer may rely on a rule.", "Six thick thistle sticks stick. She sells sea shells."],
)
def test_speech_of_vowels_or_of_hisses_is_taken_for_speech(text: str) -> None:
    measure_voice(speech(Traits(119, 2), text), RATE)


@pytest.mark.parametrize("name", NOT_SPEECH)
def test_what_is_no_voice_is_refused(name: str) -> None:
    with pytest.raises(RequestError, match="no speech was found in the clip") as caught:
        measure_voice(NOT_SPEECH[name]().astype(np.float32), MADE_RATE)
    assert (status_of(caught.value), caught.value.error_code) == (400, "invalid_clip")


@pytest.mark.parametrize("seconds", [0, 0.2, 0.9])
def test_a_short_clip_is_refused(seconds: float) -> None:
    with pytest.raises(RequestError, match=r"there is 0\.\d s of sound in the clip; it should be 1 s or more"):
        measure_voice(speech(Traits())[: round(seconds * RATE)], RATE)


def test_a_word_in_a_long_silence_is_refused() -> None:
    sound = np.zeros(10 * RATE, np.float32)
    word = say("Hello", traits=Traits()).samples
    sound[RATE : RATE + len(word)] = word
    with pytest.raises(RequestError, match="of sound in the clip; it should be 1 s or more"):
        measure_voice(sound, RATE)


@pytest.mark.parametrize("offset", [0.0, 0.5])
def test_silence_is_refused(offset: float) -> None:
    with pytest.raises(RequestError, match="the clip is silent"):
        measure_voice(np.full(3 * RATE, offset, np.float32), RATE)


def test_samples_that_are_not_numbers_are_refused() -> None:
    sound = speech(Traits()).copy()
    sound[1000] = np.nan
    with pytest.raises(RequestError, match="not numbers"):
        measure_voice(sound, RATE)


def test_a_sample_rate_below_that_of_a_telephone_is_refused() -> None:
    with pytest.raises(RequestError, match="4000 Hz; it should have 8000 Hz or more"):
        measure_voice(np.ones(8000, np.float32), 4000)


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(RequestError, match="tlh") as caught:
        measure_voice(speech(Traits()), RATE, language="tlh")
    assert caught.value.error_code == "language_not_found"
