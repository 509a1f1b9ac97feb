"""Readings: stretches of a text that are said otherwise than they are written, a number in words, a name in phonemes.

Timestamps name the words of the text whatever is said: each character that is said knows the place in the text that
it stands for.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter


@dataclass(frozen=True, slots=True)
class Reading:
    """A stretch ``text[start:end]`` that is said as ``said``; it is left out where that is empty."""

    start: int
    end: int
    said: str
    phonemes: bool = False
    """Whether ``said`` is phonemes, in IPA, rather than words."""


@dataclass(frozen=True, slots=True)
class SpokenText:
    """A text with its readings put in."""

    text: str
    origins: Sequence[int]
    """For each of its characters the place in the written text, in ascending order."""
    written: int
    """The number of characters of the written text."""

    def origin(self, place: int) -> int:
        """Return the place in the written text that a place of the spoken text stands for."""
        return self.origins[place] if place < len(self.origins) else self.written

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the stretch of the spoken text for ``start`` to ``end`` of the written one; it may be empty."""
        return bisect_left(self.origins, start), bisect_left(self.origins, end)


def merge_readings(first: Sequence[Reading], second: Iterable[Reading]) -> tuple[Reading, ...]:
    """Return the readings of both in order, but of the second only those that overlap none of the first."""
    starts = [reading.start for reading in first]

    def is_free(reading: Reading) -> bool:
        place = bisect_left(starts, reading.end)
        return place == 0 or first[place - 1].end <= reading.start

    free = [reading for reading in second if is_free(reading)]
    return tuple(sorted([*first, *free], key=attrgetter("start", "end")))


def apply_readings(
    text: str, readings: Iterable[Reading], spell: Callable[[Reading], str] = attrgetter("said")
) -> SpokenText:
    """Put the readings of a text in.

    Args:
        text: the text as it is written.
        readings: its readings, in order and without overlaps.
        spell: returns a reading as the engine that says it takes it.

    Raises:
        ValueError: the readings overlap, or lie beyond the text.
    """
    parts: list[str] = []
    origins: list[int] = []
    done = 0
    for reading in readings:
        if not done <= reading.start <= reading.end <= len(text):
            raise ValueError(f"{reading} overlaps the one before it, or lies beyond the text of {len(text)} characters")
        parts.append(text[done : reading.start])
        origins += range(done, reading.start)
        said = spell(reading)
        parts.append(said)
        # A reading of several words ("3 March") stands for them in proportion.
        width = reading.end - reading.start
        origins += (reading.start + width * place // len(said) for place in range(len(said)))
        done = reading.end
    parts.append(text[done:])
    origins += range(done, len(text))
    return SpokenText("".join(parts), origins, len(text))
