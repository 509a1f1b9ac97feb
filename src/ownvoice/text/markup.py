"""Tags within a text: what they ask for, and what is left to be spoken.

========================  ==========================================================================================
``<break time="1s"/>``    a pause; also ``200ms``
``<spell>AB1</spell>``    one letter after the other
``<speed ratio="1.5"/>``  from here on, as ``volume`` and ``emotion``
``<volume ratio="2"/>``
``<emotion value="sad"/>``
``<<b|ɑ|k>>``             a word in IPA
``[laughter]``            left out: no engine here can laugh
========================  ==========================================================================================

Everything else that looks like a tag, ``<b>`` or ``</p>`` or ``<speed>`` without a ratio, is left out too; what does
not, ``2 < 3`` or ``<bob@example.com>``, is text. Nothing is ever an error: the text may come from a language model, and
is half spoken when the tag comes.

Tags are looked for once, by `TaggedText.of`; sentences are cut from the value that it returns.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from operator import attrgetter
from typing import TypeAlias

from ownvoice.text.words import is_speakable

LONGEST_BREAK = 10.0
"""The longest pause of one tag, in seconds."""
LONGEST_TAG = 200
"""The most characters of a tag; what is longer is text."""
SPEED_RATIO = (0.6, 1.5)
VOLUME_RATIO = (0.5, 2.0)
"""The lowest and the highest ratio, of tags and of ``generation_config``."""


@dataclass(frozen=True, slots=True)
class Words:
    """Text to be spoken; nothing in it is a tag."""

    text: str


@dataclass(frozen=True, slots=True)
class Phonemes:
    """A word that is written in IPA."""

    text: str
    """As it stands in the text, between the brackets."""

    @property
    def ipa(self) -> str:
        """The word without the marks between its sounds."""
        return self.text.replace("|", "")


@dataclass(frozen=True, slots=True)
class Break:
    """A pause."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Spell:
    """The beginning or the end of what is spelled letter by letter."""

    on: bool


@dataclass(frozen=True, slots=True)
class Speed:
    """A factor on the tempo, from here on."""

    ratio: float


@dataclass(frozen=True, slots=True)
class Volume:
    """A factor on the samples, from here on."""

    ratio: float


@dataclass(frozen=True, slots=True)
class Emotion:
    """A feeling by its name, from here on."""

    name: str


@dataclass(frozen=True, slots=True)
class Nothing:
    """A tag that has no effect. It separates words, like every tag."""


Effect: TypeAlias = Phonemes | Break | Spell | Speed | Volume | Emotion | Nothing
"""The effect of a tag."""
Mark: TypeAlias = Words | Effect

_LAUGHTER = "[laughter]"
_IPA = r"<<[^<>\s]{1,100}>>"
TAG = re.compile(rf"{_IPA}|<[A-Za-z/][^<>]{{0,{LONGEST_TAG - 3}}}>|\[laughter\]", re.IGNORECASE)
"""The pattern of what may be a tag, and is not to be cut."""
_BEGUN_LAUGHTER = "".join(f"(?:{re.escape(letter)}" for letter in _LAUGHTER[1:-1]) + ")?" * len(_LAUGHTER[1:-1])
# What may become a tag yet. "a < b" and "<3" are none, and what goes on for too long is none either.
_BEGUN = re.compile(
    rf"(?:<(?:[A-Za-z/][^<>]{{0,{LONGEST_TAG - 3}}}|<[^<>\s]{{0,100}}(?<=[^<])>?|<)?|\[{_BEGUN_LAUGHTER})\Z",
    re.IGNORECASE,
)
# Attributes may lack their quotation marks, or have those of print.
_ATTRIBUTE = r"""\s+([A-Za-z_][\w:.-]*)\s*=\s*("[^"]*"|'[^']*'|[^\s"'=<>/]+(?:/(?!>)[^\s"'=<>/]*)*)"""
_ELEMENT = re.compile(rf"<(?P<end>/?)\s*(?P<name>[A-Za-z][\w:.-]*)(?P<attributes>(?:{_ATTRIBUTE})*)\s*/?>")
_ATTRIBUTES = re.compile(_ATTRIBUTE)
_SECONDS = re.compile(r"(?P<number>\d{1,9}(?:\.\d{0,9})?|\.\d{1,9})\s*(?P<unit>ms|s|)", re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,9}(?:\.\d{0,9})?|\.\d{1,9}")
_QUOTES = "\"'“”„’‘«»"


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag of a text, ``text[start:end]``."""

    start: int
    end: int
    effect: Effect | None
    """None where it is text after all, which is not to be cut all the same."""


class TaggedText(str):
    """A text whose tags have been found. It is the string as it was written, and knows where they are."""

    __slots__ = ("tags",)

    tags: tuple[Tag, ...]

    def __new__(cls, text: str, tags: tuple[Tag, ...] = ()) -> "TaggedText":
        tagged = super().__new__(cls, text)
        tagged.tags = tags
        return tagged

    @classmethod
    def of(cls, text: str) -> "TaggedText":
        """Find the tags of a text, unless that has been done."""
        return text if isinstance(text, TaggedText) else cls(text, find_tags(text))

    def part(self, start: int, stop: int) -> "TaggedText":
        """Return ``text[start:stop]`` with its tags. The cuts may be anywhere but within a tag."""
        first, last = (bisect_left(self.tags, place, key=attrgetter("start")) for place in (start, stop))
        return TaggedText(self[start:stop], _moved(self.tags[first:last], -start))

    def joined(self, after: "TaggedText") -> "TaggedText":
        """Return this text and one that comes after it as one. This one must not end within a tag."""
        return TaggedText(self + after, (*self.tags, *_moved(after.tags, len(self))))

    def marks(self) -> Iterator[Mark]:
        """Yield the words and the effects of the tags in their order."""
        done = 0
        for tag in self.tags:
            if tag.effect is None:
                continue
            if done < tag.start:
                yield Words(self[done : tag.start])
            yield tag.effect
            done = tag.end
        if done < len(self):
            yield Words(self[done:])

    def words(self) -> str:
        """Return what is left of the text to be read: its words, without tags and IPA."""
        return " ".join(mark.text for mark in self.marks() if isinstance(mark, Words))

    def is_audible(self) -> bool:
        """Tell whether there is something in the text to be heard: words, or a pause that is asked for."""
        return any(
            is_speakable(mark.text) if isinstance(mark, Words | Phonemes) else isinstance(mark, Break)
            for mark in self.marks()
        )


def find_tags(text: str) -> tuple[Tag, ...]:
    """Return the tags of a text, in order."""
    return tuple(Tag(*match.span(), _effect_of(match[0])) for match in TAG.finditer(text))


def _moved(tags: tuple[Tag, ...], places: int) -> tuple[Tag, ...]:
    return tuple(Tag(tag.start + places, tag.end + places, tag.effect) for tag in tags)


def begun_tag(text: str) -> int:
    """Return where a tag begins in a text that is not yet complete; the text's length where there is none."""
    begun = _BEGUN.search(text, max(0, len(text) - LONGEST_TAG))
    return len(text) if begun is None else begun.start()


def _effect_of(tag: str) -> Effect | None:
    """Return what a tag asks for; None where it is text after all."""
    if tag.startswith("<<"):
        return Phonemes(tag[2:-2])
    if tag.startswith("["):
        return Nothing()
    element = _ELEMENT.fullmatch(tag)
    if element is None:
        return None
    name = element["name"].lower()
    if name == "spell":
        return Spell(not element["end"] and not tag.endswith("/>"))
    if element["end"]:
        return Nothing()
    attributes = {key.lower(): value.strip(_QUOTES) for key, value in _ATTRIBUTES.findall(element["attributes"])}
    return _effect(name, attributes)


def _effect(name: str, attributes: dict[str, str]) -> Effect:
    """Return what an element asks for; `Nothing` where it is unknown, or its value makes no sense."""
    match name:
        case "break" if (seconds := _seconds(attributes.get("time", ""))) is not None:
            return Break(seconds)
        case "speed" if (ratio := _ratio(attributes.get("ratio", ""), *SPEED_RATIO)) is not None:
            return Speed(ratio)
        case "volume" if (ratio := _ratio(attributes.get("ratio", ""), *VOLUME_RATIO)) is not None:
            return Volume(ratio)
        case "emotion" if "value" in attributes:
            return Emotion(attributes["value"])
    return Nothing()


def _seconds(text: str) -> float | None:
    time = _SECONDS.fullmatch(text.strip())
    if time is None:
        return None
    seconds = float(time["number"]) / (1000 if time["unit"].lower() == "ms" else 1)
    return min(seconds, LONGEST_BREAK)


def _ratio(text: str, lowest: float, highest: float) -> float | None:
    """Return the number in a text, or the nearest one within the bounds."""
    if not _NUMBER.fullmatch(text.strip()):
        return None
    return min(max(float(text), lowest), highest)
