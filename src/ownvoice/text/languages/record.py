"""The record of what a language needs to be read aloud. Each part has a default that is right for most languages."""

from collections.abc import Mapping
from dataclasses import dataclass, field

LATIN = "LATIN"
"""The script whose letters every language reads."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """How numbers are written, and what is known of the words for them."""

    point: str = ","
    """The character between a whole number and its fraction; of ``.`` and ``,`` the other one groups thousands."""
    has_fractions: bool = False
    """Whether the library that spells numbers spells fractions in full; in some languages it leaves them out."""
    ordinal_endings: frozenset[str] = frozenset()
    """The letters that make an ordinal of digits: ``st`` of ``1st``."""
    corrections: Mapping[str, str] = field(default_factory=dict)
    """Words of that library which speakers replace by others."""


@dataclass(frozen=True, slots=True, eq=False)
class Language:
    """A language that a voice may have. There is one object for each, so they are compared by identity."""

    code: str
    """As the protocol spells it: two letters, ISO 639-1."""
    name: str
    """In English."""
    scripts: frozenset[str] = frozenset({LATIN})
    """The scripts it is written in, by the first words of Unicode's character names (``CYRILLIC``), and Latin."""
    by_character: bool = False
    """Whether its timestamps are one per character, as the protocol has it for Chinese and Japanese.

    Thai is written without spaces too, but its characters are not units of sound (vowel signs stand around their
    consonant, even before it), so its timestamps are those of whatever stands between spaces.
    """
    other_codes: frozenset[str] = frozenset()
    """Its codes in other standards, and those of its forms that are read alike."""

    default_of: frozenset[str] = frozenset()
    """The scripts whose words it reads in texts of languages that do not use them."""
    telltales: frozenset[str] = frozenset()
    """Letters of its script that rule out the script's default language, and indicate this one."""
    unread: frozenset[str] = frozenset()
    """Those of its scripts that are left to other languages: no Korean rules read Chinese characters."""
    spells_latin: bool = False
    """Whether its rules spell Latin words letter by letter, so that English has to read them."""

    abbreviations: tuple[str, ...] = ()
    """Words whose dot does not end a sentence, without that dot."""
    number_abbreviations: tuple[str, ...] = ()
    """Those whose dot does not end a sentence before a number."""
    numbers: Numbers = Numbers()
    has_rules: bool = False
    """Whether its package has the module ``rules``, by which its text is normalized; without it only emoji are."""

    accents: Mapping[str, str] = field(default_factory=dict)
    """The names of its accents in English, by their locales. The first is the default."""
    dialects: Mapping[str, str] = field(default_factory=dict)
    """The locales of the dialects in the protocol's requests to localize a voice, by the names these have there."""


def written_in(*scripts: str) -> frozenset[str]:
    """Return the scripts of a language: those named, and Latin."""
    return frozenset({LATIN, *scripts})
