"""The equaliser: its gains, its seams, its peaks."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from examples import examples
from ownvoice.audio.equalizer import BLOCK, Equalizer
from ownvoice.audio.limiter import KNEE, soft_clip
from ownvoice.traits.timbre import BANDS, CENTRES

RATE = 22050
Samples = NDArray[np.float32]
GAINS = 9 * np.sin(np.arange(BANDS) / 3)


def equalizer(gains: NDArray[np.float64] = GAINS) -> Equalizer:
    return Equalizer(RATE, CENTRES, gains)


def noise(samples: int, level: float = 0.05) -> Samples:
    return (level * np.random.default_rng(1).standard_normal(samples)).astype(np.float32)


def gain(stream: Equalizer, hertz: float, voice: float = 0.1) -> float:
    """Return the gain of a tone beside a voice, in dB."""
    phases = 2 * np.pi * np.arange(RATE) / RATE
    sound = 0.02 * np.sin(hertz * phases) + voice * np.sin(333 * phases)
    louder = stream.push(sound.astype(np.float32), last=True)
    tone = np.exp(1j * hertz * phases)[RATE // 4 : -RATE // 4]
    return float(
        20 * np.log10(np.abs(louder[RATE // 4 : -RATE // 4] @ tone) / np.abs(sound[RATE // 4 : -RATE // 4] @ tone))
    )


def test_a_hiss_gets_less_of_what_makes_a_voice_brighter() -> None:
    bright = np.where(CENTRES > 2500, 12.0, 0.0)
    assert gain(equalizer(bright), 5000) == pytest.approx(12, abs=0.3)
    assert gain(equalizer(bright), 5000, voice=0.0) == pytest.approx(0.35 * 12, abs=0.3)
    assert gain(equalizer(-bright), 5000, voice=0.0) == pytest.approx(-12, abs=0.3)


@pytest.mark.parametrize("hertz", [60, 100, 180, 440, 1000, 2500, 5000, 7000, 10000])
def test_a_tone_gets_the_gain_of_its_frequency(hertz: float) -> None:
    assert gain(equalizer(), hertz) == pytest.approx(np.interp(hertz, CENTRES, GAINS), abs=0.3)


def test_no_gain_changes_nothing() -> None:
    sound = noise(5000)
    assert equalizer(np.zeros(BANDS)).push(sound, last=True) == pytest.approx(sound, abs=1e-6)


@given(st.lists(st.integers(0, 2500), max_size=12))
@settings(deadline=None, max_examples=examples(40))
def test_it_makes_no_difference_where_the_sound_was_cut(cuts: list[int]) -> None:
    sound = noise(sum(cuts) + 300)
    whole = equalizer().push(sound, last=True)
    stream, pieces = equalizer(), np.split(sound, np.cumsum(cuts))
    joined = np.concatenate(
        [stream.push(piece, last=index == len(cuts)) for index, piece in enumerate(pieces)] or [sound[:0]]
    )
    assert np.array_equal(joined, whole)
    assert len(whole) == len(sound)


def test_no_more_than_a_block_is_held_back() -> None:
    stream = equalizer()
    given_, got = 0, 0
    for size in (1, 600, 3, 1323, 4410):
        given_ += size
        got += len(stream.push(noise(size)))
        assert given_ - BLOCK < got <= given_
    assert len(stream.push(noise(0), last=True)) == given_ - got


def test_a_click_stays_at_its_place_without_an_echo_before_it() -> None:
    click = np.zeros(4000, np.float32)
    click[1700] = 0.5
    heard = np.abs(equalizer(12 * np.sin(np.arange(BANDS))).push(click, last=True))
    assert heard[:1700].max() < 1e-5
    assert 1700 <= heard.argmax() < 1700 + 0.001 * RATE


def test_peaks_that_become_too_loud_are_bent() -> None:
    loud = equalizer(np.full(BANDS, 15.0)).push(noise(RATE, 0.1), last=True)
    assert np.abs(loud).max() < 1
    assert np.abs(loud).max() > KNEE


def test_what_is_below_the_knee_stays_as_it_is() -> None:
    quiet = noise(1000)
    assert np.array_equal(soft_clip(quiet.copy()), quiet)
    bent = soft_clip(np.array([0.69, 0.8, -0.8, 50], np.float32))
    assert bent[0] == np.float32(0.69)
    assert 0.7 < bent[1] == -bent[2] < 0.8
    assert bent[3] < 1


def test_nothing_comes_out_of_nothing() -> None:
    assert len(equalizer().push(noise(0), last=True)) == 0
    assert not equalizer().push(np.zeros(3000, np.float32), last=True).any()
