"""How stretches of a text are said, where that is not as they are written: a number in words, a name in phonemes.

Whatever is said, times name the words of the text: each character that is said knows the place in the text that it
stands for.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter


@dataclass(frozen=True, slots=True)
class Reading:
    """``text[start:end]`` is said as ``said``; as nothing, where that is empty."""

    start: int
    end: int
    said: str
    phonemes: bool = False
    """Whether ``said`` is phonemes, in IPA, rather than words."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A text as it is said."""

    text: str
    origins: Sequence[int]
    """For each of its characters the place in the written text; it never goes back."""
    written: int
    """How many characters the written text has."""

    def origin(self, place: int) -> int:
        """The place in the written text that a place of the spoken one stands for."""
        return self.origins[place] if place < len(self.origins) else self.written

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the spoken text that stands for a stretch of the written one; empty where none is said."""
        return bisect_left(self.origins, start), bisect_left(self.origins, end)


def merged(first: Sequence[Reading], second: Iterable[Reading]) -> tuple[Reading, ...]:
    """The readings of both, in order; of the second those that none of the first overlaps."""
    starts = [reading.start for reading in first]

    def is_free(reading: Reading) -> bool:
        place = bisect_left(starts, reading.end)
        return place == 0 or first[place - 1].end <= reading.start

    free = [reading for reading in second if is_free(reading)]
    return tuple(sorted([*first, *free], key=attrgetter("start", "end")))


def spoken(text: str, readings: Iterable[Reading], spell: Callable[[Reading], str] = attrgetter("said")) -> Spoken:
    """The text with its readings put in.

    Args:
        text: what is written.
        readings: in order, none beginning before the one before it has ended.
        spell: how a reading is written for the engine that says it.

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
    return Spoken("".join(parts), origins, len(text))
