"""The phonemes of a text in IPA, for engines that speak phonemes rather than letters.

The rules of spelling are not here: what knows them (espeak-ng, for one) announces itself in an entry-point group, so
this room needs no engine, and an installation without espeak may have another.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from typing import TypeAlias

GROUP = "ownvoice.phonemizers"
"""The entry-point group in which distributions announce phonemizers: functions of a text and a locale."""


@dataclass(frozen=True, slots=True)
class PronouncedWord:
    """A word of a text, and how it is said."""

    start: int
    """Where it begins in the text, in characters."""
    end: int
    """Where it ends."""
    phonemes: tuple[str, ...]
    """In IPA, with stress marks; empty where nothing of it is said."""


Phonemizer: TypeAlias = Callable[[str, str], tuple[PronouncedWord, ...]]


def phonemes(text: str, locale: str) -> tuple[PronouncedWord, ...]:
    """Return the words of a text with their phonemes, read as the front end reads it: numbers, dates, symbols.

    Args:
        text: plain text, a sentence or so.
        locale: a language of the protocol or a locale of it.

    Raises:
        LookupError: no phonemizer is installed, or the one that is does not know the language.
    """
    return phonemizer()(text, locale)


@cache
def phonemizer() -> Phonemizer:
    """Return the installed phonemizer: the first by name where there are several.

    Raises:
        LookupError: there is none.
    """
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
        found: Phonemizer = entry.load()
        return found
    raise LookupError('no phonemizer is installed; espeak is one: pip install "ownvoice[server]"')
