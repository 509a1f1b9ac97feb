"""From the text of a stream, with its tags, to what an engine is asked to say, and the pauses between."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from ownvoice.text.markup import Break, Emotion, Mark, Markup, Nothing, Phonemes, Speed, Volume, Words, tags
from ownvoice.text.pronunciation import Entry, compiled
from ownvoice.text.readings import Reading, merged
from ownvoice.text.sentences import sentences
from ownvoice.traits.expression import Expression, Feeling, feeling_of

_LETTERS = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sentence, or the part of one that is said in one tempo and feeling: what an engine says at once."""

    text: str
    """Without tags."""
    expression: Expression
    """The one that it begins with."""
    readings: tuple[Reading, ...] = ()
    """What tags or the dictionary say of it."""
    gains: tuple[tuple[int, float], ...] = ()
    """Where in the text the loudness changes, and to which factor, when it does so within the phrase."""

    def part(self, start: int, stop: int) -> "Phrase":
        """A part of the phrase as one of its own. Readings that lie in it only partly are left out."""
        earlier = [factor for place, factor in self.gains if place <= start]
        louder = earlier[-1] / self.expression.gain if earlier else 1.0
        return Phrase(
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
    """A phrase while its text is put together."""

    expression: Expression
    text: str = ""
    readings: list[Reading] = field(default_factory=list)
    gains: list[tuple[int, float]] = field(default_factory=list)

    def add(self, text: str, *, parted: bool) -> int:
        """Add some text, set apart from what a tag parts it from, and return where it stands."""
        if parted and self.text and not self.text[-1].isspace() and not text[0].isspace():
            self.text += " "
        place = len(self.text)
        self.text += text
        return place


class Phrasing:
    """Follows the tags of one stream: what one of them sets holds on over sentences and texts."""

    def __init__(self, asked: Expression, pronunciations: tuple[Entry, ...] = ()) -> None:
        """Begin with the expression that the request asked for; ratios of tags are factors on it."""
        self._asked = asked
        self._now = asked
        self._markup = Markup()
        self._pronunciations = compiled(pronunciations)

    def phrases(self, text: str) -> Iterator[Phrase | Break]:
        """What the next text of the stream asks for, in order."""
        for sentence in sentences(text):
            yield from self._of_sentence(sentence)

    def _of_sentence(self, sentence: str) -> Iterator[Phrase | Break]:
        draft = _Draft(self._now)
        parted = False
        for mark in self._markup.marks(sentence):
            match mark:
                case Words(words, spelled):
                    place = draft.add(words, parted=parted)
                    if spelled:
                        draft.readings += _spelled(words, place)
                case Phonemes(letters):
                    place = draft.add(letters, parted=True)
                    draft.readings.append(Reading(place, len(draft.text), mark.ipa, phonemes=True))
                case Break():
                    yield from self._finished(draft)
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
                        yield from self._finished(draft)
                        draft = _Draft(self._now)
                case Nothing():
                    pass
            parted = not isinstance(mark, Words)
        yield from self._finished(draft)

    def _set(self, mark: Mark) -> None:
        match mark:
            case Speed(ratio):
                self._now = replace(self._now, rate=self._asked.rate * ratio)
            case Volume(ratio):
                self._now = replace(self._now, volume=self._asked.volume * ratio)
            case Emotion(name):
                self._now = replace(self._now, feeling=feeling_of(name) or Feeling())

    def _finished(self, draft: _Draft) -> Iterator[Phrase]:
        if not draft.text.strip():
            return
        text = _without_remains(draft.text)
        readings = merged(draft.readings, self._pronunciations.readings(text))
        yield Phrase(text, draft.expression, readings, tuple(draft.gains))


def _spelled(text: str, place: int) -> Iterator[Reading]:
    """Every word of a text as its letters, each followed by what makes an engine say it by its name.

    The last one too: before another word it would be a word by itself, as "a" is in English, and "в" in Russian.
    """
    for word in _LETTERS.finditer(text):
        letters = ", ".join(letter.upper() if len(letter.upper()) == 1 else letter for letter in word[0])
        yield Reading(place + word.start(), place + word.end(), letters + ",")


def _without_remains(text: str) -> str:
    """The text, with the brackets blanked of what is a tag only now that another was taken out of its middle."""
    while remains := tags(text):
        for start, end in remains:
            text = text[:start] + text[start:end].translate(_BLANKED) + text[end:]
    return text


_BLANKED = str.maketrans("<>[]", "    ")
