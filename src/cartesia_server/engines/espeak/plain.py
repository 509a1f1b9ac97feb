"""The text that espeak-ng is given: the caller's, without what it would obey, crash on, or spell out.

Every character stays at its place, so that the positions of word events are those of the caller's text.
"""

import re
import unicodedata

# Control characters (after a \x01 come commands that change the voice), code points for private use, and surrogates,
# which UTF-8 has not.
_UNSPEAKABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ue000-\uf8ff\ufffe\uffff]")

# Letters and digits in another dress: fullwidth, halfwidth, mathematical. espeak-ng spells them by their code point.
_DRESSED = re.compile("[\uff01-\uffee\U0001d400-\U0001d7ff]")

# Signs that espeak-ng 1.52 does not speak, but may die of (segmentation fault): a hyphen that hangs before a letter,
# with only signs before it (in Danish and Vietnamese: ``”-A``); in Vietnamese, a backtick with no word beside it.
# Random texts found them, 30,000 for each of these languages and 9,000 for every other; there may be more.
_FATAL = re.compile(r"(?<![^\W_])-(?=[^\W\d_])")
_FATAL_IN_VIETNAMESE = re.compile("`")


def plain_text(text: str, language: str) -> str:
    """The text as espeak-ng can take it, for the language of that code."""
    text = _DRESSED.sub(_undressed, _UNSPEAKABLE.sub(" ", text))
    text = _FATAL.sub(" ", text)
    return _FATAL_IN_VIETNAMESE.sub(" ", text) if language == "vi" else text


def _undressed(match: re.Match[str]) -> str:
    plain = unicodedata.normalize("NFKC", match[0])
    return plain if len(plain) == 1 and plain.isalnum() else match[0]
