"""The filter of texts for espeak-ng: characters that it would obey, crash on or spell out are replaced.

Every character keeps its place, so that the positions of word events are those of the caller's text.
"""

import re
import unicodedata

from ownvoice.text.languages import LANGUAGES
from ownvoice.text.scripts import script_of

# Control characters (commands that change the voice follow a \x01), code points for private use, and surrogates, which
# UTF-8 cannot encode.
_UNSPEAKABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ue000-\uf8ff\ufffe\uffff]")

# Compatibility forms of letters and digits: fullwidth, halfwidth, mathematical. espeak-ng spells them by code point.
_COMPATIBILITY_FORMS = re.compile("[\uff01-\uffee\U0001d400-\U0001d7ff]")

# Signs that espeak-ng 1.52 does not speak, but may die of (segmentation fault): a hyphen that hangs before a letter,
# with only signs before it (in Danish and Vietnamese: ``”-A``); in Vietnamese, a backtick with no word beside it.
# Random texts found them, 30,000 for each of these languages and 9,000 for every other; there may be more.
_FATAL = re.compile(r"(?<![^\W_])-(?=[^\W\d_])")
_FATAL_IN_VIETNAMESE = re.compile("`")


# Letters with two accents, and other rare ones. Vietnamese has rules for them; elsewhere their code points are spelled.
_RARE_LATIN = re.compile("[\u1e00-\u1eff]")

# Scripts beyond those of the languages here: espeak-ng names the letters of some of them one by one.
_LATER_LETTERS = re.compile("[\u0530-\u1cff\u2c00-\ud7ff\U00010000-\U0001ffff]")
_SCRIPTS = frozenset(script for language in LANGUAGES.values() for script in language.scripts)

_NO_SCRIPTS = frozenset({"COMBINING", "VARIATION", "KANGXI", "HALFWIDTH", "FULLWIDTH"})
"""The first words of the Unicode names of signs that belong to no script."""


def plain_text(text: str, language: str) -> str:
    """Return a text in the language of that code as espeak-ng can take it."""
    text = _COMPATIBILITY_FORMS.sub(_normalize_form, _UNSPEAKABLE.sub(" ", text))
    text = _FATAL.sub(" ", text)
    if not text.isascii():
        text = _LATER_LETTERS.sub(_blank_unreadable, text)
        if language != "vi":
            text = _RARE_LATIN.sub(lambda match: unicodedata.normalize("NFD", match[0])[0], text)
    return _FATAL_IN_VIETNAMESE.sub(" ", text) if language == "vi" else text


def _blank_unreadable(match: re.Match[str]) -> str:
    if unicodedata.category(match[0])[0] not in "LM":
        return match[0]
    # The signs of a script are named by it as its letters are: KHMER VOWEL SIGN AA.
    script = script_of(match[0]) or unicodedata.name(match[0], "").split(" ", 1)[0]
    return match[0] if script in _SCRIPTS or script in _NO_SCRIPTS else " "


def _normalize_form(match: re.Match[str]) -> str:
    plain = unicodedata.normalize("NFKC", match[0])
    return plain if len(plain) == 1 and plain.isalnum() else match[0]
