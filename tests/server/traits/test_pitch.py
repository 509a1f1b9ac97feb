"""The pitch tracker: on sounds whose pitch is known, and beside Praat."""

import numpy as np
import parselmouth
import pytest
from numpy.typing import NDArray

from espeak_speech import LONG, RATE, say
from made_sounds import vowel
from ownvoice.traits.embedding import Traits
from ownvoice.traits.pitch import HIGHEST_HZ, LOWEST_HZ, STEP, track_pitch

Floats = NDArray[np.float64]


def voiced(sound: Floats, rate: int) -> Floats:
    found = track_pitch(sound, rate)
    return found.hertz[found.voiced]


@pytest.mark.parametrize("rate", [8000, 16000, 22050, 44100])
@pytest.mark.parametrize("hertz", [65, 90, 123.4, 180, 251, 333, 470])
def test_a_steady_pitch_is_found_within_half_a_percent(hertz: float, rate: int) -> None:
    found = voiced(vowel(np.full(rate, float(hertz)), rate), rate)
    assert len(found) > 90
    assert np.abs(found[5:-5] / hertz - 1).max() < 0.005


def test_a_gliding_pitch_is_followed() -> None:
    seconds = np.arange(2 * 16000) / 16000
    pitch = 140 * 2 ** (0.5 * np.sin(2 * np.pi * 0.7 * seconds))
    found = track_pitch(vowel(pitch, 16000), 16000)
    expected = np.interp(np.arange(len(found.hertz)) * STEP, seconds, pitch)
    inside = slice(5, -5)
    assert found.voiced[inside].all()
    assert np.abs(found.hertz[inside] / expected[inside] - 1).max() < 0.02
    assert np.median(found.hertz) == pytest.approx(np.median(pitch), rel=0.01)


def test_a_strong_second_harmonic_is_not_taken_for_the_pitch() -> None:
    time = np.arange(16000) / 16000
    parts = [(1, 0.15), (2, 1.0), (3, 0.2), (4, 0.3), (5, 0.1)]
    found = voiced(np.sum([a * np.sin(2 * np.pi * 110 * n * time + n) for n, a in parts], axis=0), 16000)
    assert found == pytest.approx(110, rel=0.01)


def test_a_missing_fundamental_is_heard() -> None:
    time = np.arange(16000) / 16000
    found = voiced(np.sum([np.sin(2 * np.pi * 120 * n * time + n) for n in range(3, 12)], axis=0), 16000)
    assert found == pytest.approx(120, rel=0.01)


def test_noise_and_silence_have_no_voice() -> None:
    noise = np.random.default_rng(3).standard_normal(16000)
    assert track_pitch(noise, 16000).voiced.mean() < 0.03
    assert not track_pitch(np.zeros(16000), 16000).voiced.any()
    assert not track_pitch(np.zeros(3), 16000).voiced.any()


def test_a_voice_is_found_between_silences() -> None:
    sound = np.concatenate((np.zeros(8000), vowel(np.full(8000, 150.0), 16000), np.zeros(8000)))
    found = track_pitch(sound, 16000).voiced
    assert not found[:46].any()
    assert found[53:98].all()
    assert not found[105:].any()


def test_noise_does_not_move_the_pitch() -> None:
    sound = vowel(np.full(16000, 150.0), 16000)
    noisy = sound + 0.3 * sound.std() * np.random.default_rng(4).standard_normal(len(sound))
    assert np.median(voiced(noisy, 16000)) == pytest.approx(150, rel=0.005)


@pytest.mark.parametrize("traits", [Traits(95, 1.5), Traits(130, 3), Traits(210, 2, 1.1), Traits(190, 2, 1.1, 0.6)])
def test_it_hears_in_speech_what_praat_hears(traits: Traits) -> None:
    samples = say(LONG, traits=traits).samples.astype(np.float64)
    ours = track_pitch(samples, RATE)
    praat = parselmouth.Sound(samples, RATE).to_pitch_ac(STEP, LOWEST_HZ, pitch_ceiling=HIGHEST_HZ)
    theirs = praat.selected_array["frequency"]
    assert np.median(ours.hertz[ours.voiced]) == pytest.approx(np.median(theirs[theirs > 0]), rel=0.01)
    ours_then = ours.hertz[np.round(praat.xs() / STEP).astype(int)]
    both = (ours_then > 0) & (theirs > 0)
    assert both.sum() > 0.85 * (theirs > 0).sum()
    apart = np.abs(np.log2(ours_then[both] / theirs[both]))
    assert np.mean(apart > 0.2) < 0.01, "errors of an octave or so"
