"""From sentences with tags to passages: what is said in one tempo and feeling, and the pauses between."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from ownvoice.text.markup import (
    Break,
    Emotion,
    Mark,
    Nothing,
    Phonemes,
    Speed,
    Spell,
    Volume,
    Words,
    begun_tag,
    find_tags,
)
from ownvoice.text.pronunciation import Entry, compile_entries
from ownvoice.text.readings import Reading, merge_readings
from ownvoice.text.sentences import Sentence
from ownvoice.traits.expression import Expression, Feeling, feeling_of

_LETTERS = re.compile(r"\S+")
_BLANKED = str.maketrans("<>[]", "    ")


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence, or the part of one that is said in one tempo and feeling."""

    text: str
    """Without tags."""
    expression: Expression
    """The one that it begins with."""
    readings: tuple[Reading, ...] = ()
    """Those that tags or the dictionary ask for."""
    gains: tuple[tuple[int, float], ...] = ()
    """The places in the text where the loudness changes, and the factors from there on."""

    def part(self, start: int, stop: int) -> "Passage":
        """Return a part of the passage as one of its own. Readings that lie in it only partly are left out."""
        earlier = [factor for place, factor in self.gains if place <= start]
        louder = earlier[-1] / self.expression.gain if earlier else 1.0
        return Passage(
            self.text[start:stop],
            replace(self.expression, volume=self.expression.volume * louder),
            tuple(
                replace(reading, start=reading.start - start, end=reading.end - start)
                for reading in self.readings
                if start <= reading.start and reading.end <= stop
            ),
            tuple((place - start, factor) for place, factor in self.gains if start < place < stop),
        )


@dataclass(slots=True)
class _Draft:
    """A passage while its text is put together."""

    expression: Expression
    text: str = ""
    readings: list[Reading] = field(default_factory=list)
    gains: list[tuple[int, float]] = field(default_factory=list)
    may_hold_tag: bool = False
    """Whether something that began like a tag stood before a tag that was taken out."""

    def add(self, text: str, *, parted: bool) -> int:
        """Add some text, set apart where a tag stood before it, and return its place."""
        self.may_hold_tag = self.may_hold_tag or begun_tag(self.text) < len(self.text)
        if parted and self.text and not self.text[-1].isspace() and not text[0].isspace():
            self.text += " "
        place = len(self.text)
        self.text += text
        return place


class TagInterpreter:
    """Follows the tags of one stream: what a tag sets holds for the sentences after it too."""

    def __init__(self, asked: Expression, pronunciations: tuple[Entry, ...] = ()) -> None:
        """Begin with the expression that the request asked for; ratios of tags are factors on it."""
        self._asked = asked
        self._now = asked
        self._spelling = False
        self._pronunciations = compile_entries(pronunciations)

    def passages(self, sentence: Sentence) -> Iterator[Passage | Break]:
        """Yield the passages and pauses of the next sentence of the stream, in order."""
        draft = _Draft(self._now)
        parted = False
        for mark in sentence.marks:
            match mark:
                case Words(words):
                    place = draft.add(words, parted=parted)
                    if self._spelling:
                        draft.readings += _spell(words, place)
                case Phonemes(letters):
                    place = draft.add(letters, parted=True)
                    draft.readings.append(Reading(place, len(draft.text), mark.ipa, phonemes=True))
                case Break():
                    yield from self._finish(draft)
                    yield mark
                    draft = _Draft(self._now)
                case Volume():
                    self._set(mark)
                    if draft.text.strip():
                        draft.gains.append((len(draft.text), self._now.gain))
                    else:
                        draft.expression = self._now
                case Speed() | Emotion():
                    before = self._now
                    self._set(mark)
                    if self._now != before:
                        yield from self._finish(draft)
                        draft = _Draft(self._now)
                case Spell(on):
                    self._spelling = on
                case Nothing():
                    pass
            parted = not isinstance(mark, Words)
        yield from self._finish(draft)

    def _set(self, mark: Mark) -> None:
        match mark:
            case Speed(ratio):
                self._now = replace(self._now, rate=self._asked.rate * ratio)
            case Volume(ratio):
                self._now = replace(self._now, volume=self._asked.volume * ratio)
            case Emotion(name):
                self._now = replace(self._now, feeling=feeling_of(name) or Feeling())

    def _finish(self, draft: _Draft) -> Iterator[Passage]:
        if not draft.text.strip():
            return
        text = _blank_tags(draft.text) if draft.may_hold_tag else draft.text
        readings = merge_readings(draft.readings, self._pronunciations.readings(text))
        yield Passage(text, draft.expression, readings, tuple(draft.gains))


def _spell(text: str, place: int) -> Iterator[Reading]:
    """Yield every word of a text as its letters, each followed by a comma, so that an engine says it by its name.

    The last one too: before another word it would be a word by itself, as "a" is in English, and "в" in Russian.

    Args:
        text: what is spelled.
        place: where it stands in the text of the passage.
    """
    for word in _LETTERS.finditer(text):
        letters = ", ".join(letter.upper() if len(letter.upper()) == 1 else letter for letter in word[0])
        yield Reading(place + word.start(), place + word.end(), letters + ",")


def _blank_tags(text: str) -> str:
    """Blank the brackets of what has become a tag because another tag was taken out of its middle."""
    while tags := [tag for tag in find_tags(text) if tag.effect is not None]:
        for tag in tags:
            text = text[: tag.start] + text[tag.start : tag.end].translate(_BLANKED) + text[tag.end :]
    return text
