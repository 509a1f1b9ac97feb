"""The languages of the protocol: their codes, names and scripts."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Language:
    """A language that a voice may have."""

    code: str
    """As the protocol spells it: two letters, ISO 639-1."""
    name: str
    """In English."""
    scripts: frozenset[str]
    """What it is written in: the first words of Unicode's character names, ``CYRILLIC``. Latin always belongs to it."""
    by_character: bool = False
    """Whether its timestamps are one per character, as the protocol has it for Chinese and Japanese.

    Thai is written without spaces too, but its characters are not units of sound (vowel signs stand around their
    consonant, even before it), so its timestamps are those of whatever stands between spaces.
    """


_TABLE = """
    en English      LATIN     | fr French     LATIN      | de German    LATIN      | es Spanish    LATIN
    pt Portuguese   LATIN     | hi Hindi      DEVANAGARI | it Italian   LATIN      | ko Korean     HANGUL CJK
    nl Dutch        LATIN     | pl Polish     LATIN      | ru Russian   CYRILLIC   | sv Swedish    LATIN
    tr Turkish      LATIN     | tl Tagalog    LATIN      | bg Bulgarian CYRILLIC   | ro Romanian   LATIN
    ar Arabic       ARABIC    | cs Czech      LATIN      | el Greek     GREEK      | fi Finnish    LATIN
    hr Croatian     LATIN     | ms Malay      LATIN      | sk Slovak    LATIN      | da Danish     LATIN
    ta Tamil        TAMIL     | uk Ukrainian  CYRILLIC   | hu Hungarian LATIN      | no Norwegian  LATIN
    vi Vietnamese   LATIN     | bn Bengali    BENGALI    | th Thai      THAI       | he Hebrew     HEBREW
    ka Georgian     GEORGIAN  | id Indonesian LATIN      | te Telugu    TELUGU     | gu Gujarati   GUJARATI
    kn Kannada      KANNADA   | ml Malayalam  MALAYALAM  | mr Marathi   DEVANAGARI | pa Punjabi    GURMUKHI
    or Odia         ORIYA     | ur Urdu       ARABIC     | zh Chinese   CJK BOPOMOFO
    ja Japanese     HIRAGANA KATAKANA CJK
"""

_BY_CHARACTER = frozenset({"zh", "ja"})

_OTHER_CODES = {"cmn": "zh", "nb": "no", "nn": "no", "fil": "tl", "iw": "he", "in": "id"}
"""Codes of the same languages in other standards, or of their forms that are read alike."""

_SCRIPT_ALIASES = {"KATAKANA-HIRAGANA": "KATAKANA", "IDEOGRAPHIC": "CJK"}
"""First words of character names that are not themselves the script: of the signs ``ー`` and ``々``."""

_SCRIPT_NAMES = {"CJK": "Chinese characters", "ORIYA": "Odia"}


def _languages() -> Iterator[Language]:
    for entry in re.split(r"[|\n]", _TABLE.strip()):
        code, name, *scripts = entry.split()
        yield Language(code, name, frozenset({"LATIN", *scripts}), code in _BY_CHARACTER)


LANGUAGES: dict[str, Language] = {language.code: language for language in _languages()}
"""By code: the 42 of sonic-3, and ``or`` and ``ur`` of the fourth generation of the client."""


def language_of(locale: str) -> Language:
    """The language of a code or locale, whatever its case: ``pt``, ``pt-BR``, ``pt_BR``, ``zh-Hans``, ``cmn``.

    Raises:
        LookupError: it is none of the table; the message lists those.
    """
    code = re.split("[-_]", locale.strip().lower(), maxsplit=1)[0]
    try:
        return LANGUAGES[_OTHER_CODES.get(code, code)]
    except KeyError:
        raise LookupError(
            f"{locale!r} is not a language that can be spoken; there are: {', '.join(sorted(LANGUAGES))}"
        ) from None


def script_name(script: str) -> str:
    """The name of a script for people: ``Cyrillic``, ``Chinese characters``."""
    return _SCRIPT_NAMES.get(script, script.capitalize())


@lru_cache(maxsize=4096)
def script_of(character: str) -> str | None:
    """The script of a letter; None for what is not one.

    The standard library has no table of scripts, but Unicode names letters by them: CYRILLIC SMALL LETTER A. Fullwidth
    and other compatibility forms have other names, so the plain form's is taken.
    """
    plain = unicodedata.normalize("NFKC", character)[:1]
    if not unicodedata.category(plain).startswith("L"):
        return None
    word = unicodedata.name(plain, "UNKNOWN").split()[0]
    return _SCRIPT_ALIASES.get(word, word)
