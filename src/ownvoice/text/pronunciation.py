"""Pronunciation dictionaries: words that are said as the owner of the dictionary wants them said."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ownvoice.text.readings import Reading
from ownvoice.text.words import is_speakable


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a dictionary."""

    text: str
    """The word or words as they are written."""
    said: str
    """The words to say instead, or IPA written as such: ``/ˈtoʊki.oʊ/`` or ``<<t|oʊ|k>>``."""
    case_sensitive: bool = False


_IPA = re.compile(r"\s*(?:/(?P<slashed>[^/\s]+)/|<<(?P<marked>[^<>\s]+)>>)\s*")
_SPACES = re.compile(r"\s+")
# Thai, Lao, Burmese, Khmer, kana, ideographs: no spaces part their words, so one may begin or end at any character.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u30ff\u3400-\u9fff\U00020000-\U0003ffff]")


@dataclass(frozen=True, slots=True)
class _Rule:
    pattern: re.Pattern[str]
    said: str
    phonemes: bool


class Pronunciations:
    """A dictionary that finds its entries in texts.

    It finds whole words only, and at each place the longest entry that fits; what an entry puts in is not searched
    again. Of entries for the same text a case-sensitive one goes first, else the first one counts.
    """

    def __init__(self, entries: Sequence[Entry]) -> None:
        """Compile a dictionary; entries without a text are ignored."""
        usable = [entry for entry in entries if entry.text.strip()]
        usable.sort(key=lambda entry: (-len(_SPACES.sub(" ", entry.text.strip())), not entry.case_sensitive))
        # By their first character: few of many entries are tried at each place.
        self._rules: dict[str, list[_Rule]] = defaultdict(list)
        for entry in usable:
            self._rules[_key(entry.text.strip())].append(_rule(entry))

    def readings(self, text: str) -> tuple[Reading, ...]:
        """Return the readings of those words of a text that are in the dictionary."""
        return tuple(self._found(text)) if self._rules else ()

    def _found(self, text: str) -> Iterator[Reading]:
        done = 0
        for place in range(len(text)):
            if place < done or _joined(text, place):
                continue
            for rule in self._rules.get(_key(text[place]), ()):
                match = rule.pattern.match(text, place)
                if match is not None and not _joined(text, match.end()):
                    yield Reading(place, match.end(), rule.said, rule.phonemes)
                    done = match.end()
                    break


@lru_cache(maxsize=64)
def compile_entries(entries: tuple[Entry, ...]) -> Pronunciations:
    """Return the dictionary of some entries, which is compiled once for all texts that share it."""
    return Pronunciations(entries)


def _rule(entry: Entry) -> _Rule:
    # Several words may have any white space between them.
    pattern = r"\s+".join(re.escape(word) for word in entry.text.split())
    compiled_pattern = re.compile(pattern, 0 if entry.case_sensitive else re.IGNORECASE)
    ipa = _IPA.fullmatch(entry.said)
    if ipa is not None:
        return _Rule(compiled_pattern, (ipa["slashed"] or ipa["marked"]).replace("|", ""), phonemes=True)
    # Words that nothing can say would leave out what is written.
    said = entry.said.strip() if is_speakable(entry.said) else entry.text.strip()
    return _Rule(compiled_pattern, said, phonemes=False)


def _key(text: str) -> str:
    """Return what a text and the entries that may begin it have in common, whatever their case."""
    return text[:1].casefold()[:1]


def _joined(text: str, place: int) -> bool:
    """Tell whether the characters before and at a place belong to one word."""
    return 0 < place < len(text) and _is_of_word(text[place - 1]) and _is_of_word(text[place])


@lru_cache(maxsize=4096)
def _is_of_word(character: str) -> bool:
    """Tell whether it is a letter, a digit, or a sign that belongs to one, in a script that parts words by spaces."""
    is_word = unicodedata.category(character)[0] in "LNM" or character == "_"
    return is_word and _UNSPACED.match(character) is None
