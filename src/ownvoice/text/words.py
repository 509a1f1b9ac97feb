"""The tokens of a text that word timestamps name."""

import re
import unicodedata
from typing import NamedTuple

from ownvoice.text.languages import Locale


class Span(NamedTuple):
    """A piece of a text: ``text[start:end]``."""

    start: int
    end: int


# Characters that are a token each where words are not set apart: kana with their signs, bopomofo, ideographs.
_SINGLE = (
    r"\u3005-\u3007\u3040-\u30ff\u3100-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    r"\uff66-\uff9f\U00020000-\U0003ffff"
)
# Signs that belong to the character before them: accents, voicing marks, variation selectors, joiners, skin tones.
_MARKS = r"[\u0300-\u036f\u200d\u20d0-\u20f0\u3099\u309a\ufe00-\ufe0f\U0001f3fb-\U0001f3ff\U000e0100-\U000e01ef]*"
_LETTER = rf"(?:[^\W_{_SINGLE}]{_MARKS})"

_SPACED = re.compile(r"\S+")
_BY_CHARACTER = re.compile(rf"{_LETTER}+(?:[.,:'’/-]{_LETTER}+)*|\S{_MARKS}")


def words(text: str, locale: str | Locale) -> list[Span]:
    """Return the tokens of a text, in order; every character but white space is in exactly one.

    They stand between white space, with the punctuation that touches them: ``Hello,``. In Chinese and Japanese every
    character is one, punctuation too; but foreign words and numbers stay whole: ``GPT-4``, ``1,234.5``.

    Raises:
        LookupError: as `languages.language_of`.
    """
    pattern = _BY_CHARACTER if Locale.of(locale).language.by_character else _SPACED
    return [Span(*match.span()) for match in pattern.finditer(text)]


def is_speakable(text: str) -> bool:
    """Tell whether there is something in a text that has a sound or a name.

    Letters, digits and symbols (an emoji, a currency) have names; punctuation and spaces are pauses.
    """
    return any(unicodedata.category(character)[0] in "LNS" for character in text)
