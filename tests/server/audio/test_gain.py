"""A loudness that changes while a stream goes on."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ownvoice.audio.gain import Gain
from ownvoice.audio.limiter import KNEE

RATE = 1000
"""So that a ramp has five samples."""
ONES = np.full(40, 0.25, np.float32)


def test_without_a_gain_the_samples_are_the_same_ones() -> None:
    gain = Gain(RATE)
    gain.change(1.0)
    assert gain.apply(ONES) is ONES


def test_a_gain_from_the_start_has_no_ramp() -> None:
    assert Gain(RATE, 0.5).apply(ONES).tolist() == [0.125] * 40


def test_a_change_goes_up_in_a_ramp() -> None:
    gain = Gain(RATE)
    gain.change(2.0, after=10)
    louder = gain.apply(ONES) / 0.25
    assert louder.tolist() == pytest.approx([1] * 10 + [1.2, 1.4, 1.6, 1.8, 2.0] + [2] * 25)
    assert gain.apply(ONES).tolist() == [0.5] * 40


def test_a_change_within_a_ramp_goes_on_from_there() -> None:
    gain = Gain(RATE)
    gain.change(2.0, after=0)
    gain.change(0.5, after=3)
    steps = np.abs(np.diff(gain.apply(ONES) / 0.25))
    assert steps.max() < 0.3


def test_what_is_too_loud_is_bent() -> None:
    loud = Gain(RATE, 2.0).apply(np.array([0.1, 0.45, -0.9, 1.0], np.float32))
    assert loud[0] == pytest.approx(0.2)
    assert KNEE < loud[1] < 0.9
    assert -1 < loud[2] < -0.9
    assert loud[3] < 1


CHANGES = st.lists(st.tuples(st.integers(0, 30), st.sampled_from([0.5, 1.0, 2.0])), max_size=4)


@given(CHANGES, st.lists(st.integers(0, 40), max_size=4))
def test_it_makes_no_difference_where_the_stream_is_cut(changes: list[tuple[int, float]], cuts: list[int]) -> None:
    whole, cut = Gain(RATE), Gain(RATE)
    for gain in (whole, cut):
        for after, factor in sorted(changes, key=lambda change: change[0]):
            gain.change(factor, after)
    parts = np.split(ONES, sorted(cuts))
    assert np.concatenate([cut.apply(part) for part in parts]).tolist() == whole.apply(ONES).tolist()
