"""Tags within a text: what they ask for, and what is left to be spoken.

========================  ==========================================================================================
``<break time="1s"/>``    a pause; also ``200ms``
``<spell>AB1</spell>``    one letter after the other
``<speed ratio="1.5"/>``  from here on, as ``volume`` and ``emotion``
``<volume ratio="2"/>``
``<emotion value="sad"/>``
``<<b|ɑ|k>>``             a word in IPA
``[laughter]``            taken out: no engine here can laugh
========================  ==========================================================================================

Whatever else looks like a tag, ``<b>`` or ``</p>`` or ``<speed>`` without a ratio, is taken out too; whatever does not,
``2 < 3`` or ``<bob@example.com>``, is text. Nothing is ever an error: the text may come from a language model, and is
half spoken when the tag comes.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from ownvoice.text.words import is_speakable

LONGEST_BREAK = 10.0
"""Seconds that one tag may pause."""
LONGEST_TAG = 200
"""Characters; what goes on for longer is text."""


@dataclass(frozen=True, slots=True)
class Words:
    """Text to be spoken; in it nothing is a tag."""

    text: str
    spelled: bool = False
    """Whether one letter after the other."""


@dataclass(frozen=True, slots=True)
class Phonemes:
    """A word that is written in IPA."""

    text: str
    """As it stands in the text, between the brackets."""

    @property
    def ipa(self) -> str:
        """The word without what parts its sounds."""
        return self.text.replace("|", "")


@dataclass(frozen=True, slots=True)
class Break:
    """A pause."""

    seconds: float


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
    """A tag that has no effect. It parts words, like every tag."""


Mark: TypeAlias = Words | Phonemes | Break | Speed | Volume | Emotion | Nothing

_LAUGHTER = "[laughter]"
_IPA = r"<<[^<>\s]{1,100}>>"
TAG = re.compile(rf"{_IPA}|<[A-Za-z/][^<>]{{0,{LONGEST_TAG - 3}}}>|\[laughter\]", re.IGNORECASE)
"""What may be a tag, and is not to be cut."""
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
_BOUNDS = {"speed": (0.6, 1.5), "volume": (0.5, 2.0)}


def begun_tag(text: str) -> int:
    """Where a tag begins in a text that is not yet over; the text's end where there is none."""
    begun = _BEGUN.search(text, max(0, len(text) - LONGEST_TAG))
    return len(text) if begun is None else begun.start()


class Markup:
    """Reads the tags of a text that comes in parts. A part may end anywhere but within a tag."""

    def __init__(self) -> None:
        self._spelling = False

    def marks(self, text: str) -> Iterator[Mark]:
        """What stands in the next part of the text, in order."""
        done = 0
        for tag in TAG.finditer(text):
            spelling = self._spelling
            mark = self.mark(tag[0])
            if mark is None:
                continue
            if done < tag.start():
                yield Words(text[done : tag.start()], spelling)
            yield mark
            done = tag.end()
        if done < len(text):
            yield Words(text[done:], self._spelling)

    def mark(self, tag: str) -> Mark | None:
        """What a tag asks for; None where it is text after all."""
        if tag.startswith("<<"):
            return Phonemes(tag[2:-2])
        if tag.startswith("["):
            return Nothing()
        element = _ELEMENT.fullmatch(tag)
        if element is None:
            return None
        name = element["name"].lower()
        if name == "spell":
            self._spelling = not element["end"] and not tag.endswith("/>")
            return Nothing()
        if element["end"]:
            return Nothing()
        attributes = {key.lower(): value.strip(_QUOTES) for key, value in _ATTRIBUTES.findall(element["attributes"])}
        return _effect(name, attributes)


def _effect(name: str, attributes: dict[str, str]) -> Mark:
    """What an element asks for; nothing where it is unknown, or its value makes no sense."""
    match name:
        case "break" if (seconds := _seconds(attributes.get("time", ""))) is not None:
            return Break(seconds)
        case "speed" if (ratio := _ratio(attributes.get("ratio", ""), name)) is not None:
            return Speed(ratio)
        case "volume" if (ratio := _ratio(attributes.get("ratio", ""), name)) is not None:
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


def _ratio(text: str, name: str) -> float | None:
    """The number, brought to the nearest one that is allowed."""
    if not _NUMBER.fullmatch(text.strip()):
        return None
    lowest, highest = _BOUNDS[name]
    return min(max(float(text), lowest), highest)


def tags(text: str) -> list[tuple[int, int]]:
    """Where tags stand in a text."""
    markup = Markup()
    return [tag.span() for tag in TAG.finditer(text) if markup.mark(tag[0]) is not None]


def without_tags(text: str) -> str:
    """What is left of a text to be read: its words, without tags and IPA."""
    return " ".join(mark.text for mark in Markup().marks(text) if isinstance(mark, Words))


def says_something(text: str) -> bool:
    """Whether there is something in a text to be heard: words, or a pause that is asked for."""
    return any(
        is_speakable(mark.text) if isinstance(mark, Words | Phonemes) else isinstance(mark, Break)
        for mark in Markup().marks(text)
    )
