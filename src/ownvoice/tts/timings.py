"""Arithmetic on the times of words and phonemes."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ownvoice.engines import Timing


def shift(timings: Sequence[Timing], seconds: float) -> tuple[Timing, ...]:
    """Return the times as much later, or earlier where that is negative, but not before 0."""
    return tuple(
        replace(timing, start=max(0.0, timing.start + seconds), end=max(0.0, timing.end + seconds))
        for timing in timings
    )


def cut_off(timings: Sequence[Timing], end: float) -> tuple[Timing, ...]:
    """Return the times that begin before a time, in seconds, and end no later than that."""
    return tuple(replace(timing, end=min(timing.end, end)) for timing in timings if timing.start < end)


def divide(word: Timing, spoken: Sequence[str]) -> Iterator[Timing]:
    """Yield the words that are spoken for a written word, which share its time by their lengths."""
    ends = list(itertools.accumulate(len(part) for part in spoken))
    seconds = (word.end - word.start) / max(1, sum(map(len, spoken)))
    for part, end in zip(spoken, ends, strict=True):
        yield Timing(part, word.start + (end - len(part)) * seconds, word.start + end * seconds)
