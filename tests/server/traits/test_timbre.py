"""The timbre of a voice, and the gains of an equaliser for it."""

import numpy as np
import pytest

from ownvoice.traits import timbre
from ownvoice.traits.timbre import BANDS, CENTRES, SPEECH, WIDTHS, correction, from_levels, remove_mean

FLAT = (0.0,) * BANDS
DARK = tuple(remove_mean([-band / 2 for band in range(BANDS)]))


def test_the_bands_go_from_80_to_7600_hz_in_steps_of_hearing() -> None:
    assert len(CENTRES) == len(WIDTHS) == BANDS
    assert timbre.EDGES[0] == pytest.approx(80)
    assert timbre.EDGES[-1] == pytest.approx(7600)
    assert np.all(np.diff(WIDTHS) > 0)


def test_average_speech_has_a_flat_timbre() -> None:
    assert from_levels(SPEECH + 12) == pytest.approx(FLAT)
    assert np.sum(from_levels(np.arange(BANDS, dtype=np.float64))) == pytest.approx(0)


def test_the_average_speech_falls_with_frequency() -> None:
    # By about 9 dB an octave above 500 Hz, in density.
    assert np.interp(500, CENTRES, SPEECH) - np.interp(2000, CENTRES, SPEECH) == pytest.approx(19.4, abs=1)


def test_there_is_nothing_to_correct_where_it_is_inaudible() -> None:
    assert correction(DARK, DARK) is None
    assert correction(DARK, [level + 0.9 * (index == 7) for index, level in enumerate(DARK)]) is None
    assert correction(DARK, [level + 5 for level in DARK]) is None


def test_a_correction_has_the_shape_of_the_difference() -> None:
    gains = correction(FLAT, DARK)
    assert gains is not None
    assert np.diff(gains)[1:-1] == pytest.approx(np.diff(DARK)[1:-1], abs=1e-9)
    assert np.ptp(gains) == pytest.approx(np.ptp(DARK), abs=0.2)


def test_a_correction_leaves_a_voice_as_loud() -> None:
    for wanted in (DARK, tuple(-level for level in DARK), (12.0,) * 4 + FLAT[4:]):
        gains = correction(FLAT, wanted)
        assert gains is not None
        power = 10 ** (SPEECH / 10) * WIDTHS
        change = 10 * np.log10((power * 10 ** (gains / 10)).sum() / power.sum())
        assert abs(change) < 1.5


def test_large_gains_are_limited_and_keep_their_order() -> None:
    wanted = remove_mean([100.0 * band for band in range(BANDS)])
    gains = correction(FLAT, wanted)
    assert gains is not None
    assert np.ptp(gains) <= 36
    assert np.all(np.diff(gains) >= 0)
