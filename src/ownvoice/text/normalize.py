"""Words as they are spoken: numbers spelled out. What is not known here stays as it is written."""

import re
from collections.abc import Iterable
from decimal import Decimal

from ownvoice.text.languages import language_of
from ownvoice.text.readings import Reading, spoken
from ownvoice.text.words import words

_TOKEN = re.compile(
    r"(?P<before>[^\w$€£−-]*)(?P<currency>[$€£]?)(?P<number>\d[\d.,]*(?<=\d))(?P<unit>st|nd|rd|th|er|ème|%|[$€£])?(?P<after>\W*)"
)
_UNITS = {"$": "dollars", "€": "euros", "£": "pounds", "%": "percent"}
"""In English. The library has them for more languages, but with cents where nobody says any."""

_ORDINALS = {"st": "en", "nd": "en", "rd": "en", "th": "en", "er": "fr", "ème": "fr"}
"""What makes an ordinal of a number, and in which language."""

_DECIMAL_POINT = frozenset({"en", "ja", "ko", "th", "he", "te", "kn", "bn"})
"""Languages that write 1,234.5 rather than 1.234,5."""
_FRACTIONS = frozenset(
    {"en", "de", "fr", "es", "pt", "nl", "sv", "no", "da", "ru", "uk", "pl", "cs", "sk", "ro", "fi"}
    | {"he", "hu", "id", "ja", "ko", "te", "kn", "th"}
)
"""Languages whose fractions the library spells in full; in some others it leaves them out."""
_MOST_DIGITS = 15
"""Longer ones are not quantities, and are said digit by digit; some languages have no words for them either."""


def said_words(text: str, locale: str, readings: Iterable[Reading]) -> list[list[str]]:
    """For each word of a text, in order, the words that are spoken for it: those of its readings, with numbers spelled.

    None where a word is not said at all.

    Raises:
        LookupError: as `languages.language_of`.
        ValueError: as `readings.spoken`.
    """
    said = spoken(text, readings)
    tokens = (said.text[slice(*said.span(*token))].split() for token in words(text, locale))
    return [[word for part in token for word in spoken_words(part, locale)] for token in tokens]


def spoken_words(word: str, locale: str) -> list[str]:
    """A word of a text as the words that are spoken for it; itself where it is not a number, or nothing is known.

    Raises:
        LookupError: as `languages.language_of`.
    """
    language = language_of(locale)
    token = _TOKEN.fullmatch(word)
    if token is None or _ORDINALS.get(token["unit"] or "", language.code) != language.code:
        return [word]
    ordinal = token["unit"] is not None and token["unit"].isalpha()
    symbol = token["currency"] or ("" if ordinal else token["unit"] or "")
    unit = _UNITS[symbol] if symbol and language.code == "en" else symbol
    spelled = _spelled(token["number"], language.code, locale, ordinal=ordinal)
    if spelled is None:
        return [word]
    if language.by_character:
        return [*token["before"], *spelled.replace(" ", ""), *symbol, *token["after"]]
    parts = [*spelled.replace(",", "").split(), *unit.split()]
    parts[0] = token["before"] + parts[0]
    parts[-1] += token["after"]
    return parts


def _spelled(number: str, code: str, locale: str, *, ordinal: bool) -> str | None:
    """A number in the words of a language; None where it is not known how."""
    value = _value(number, code)
    if value is None:
        return None
    if len(number) > _MOST_DIGITS or (number.startswith("0") and number.isdecimal() and len(number) > 1):
        digits = [_in_words(Decimal(int(digit)), code, locale) for digit in number if digit.isdecimal()]
        return None if None in digits else " ".join(digit for digit in digits if digit)
    if value % 1 and code not in _FRACTIONS:
        return None
    return _in_words(value, code, locale, ordinal=ordinal)


def _value(number: str, code: str) -> Decimal | None:
    """What the digits mean: 1,234.5 in English is 1.234,5 in German. A lone mark that parts no thousands is a point."""
    point, mark = ".,"
    if code not in _DECIMAL_POINT:
        point, mark = mark, point
    whole, _, fraction = number.partition(point)
    if re.fullmatch(rf"\d{{1,3}}(?:\{mark}\d{{3}})+|\d+", whole) and (fraction.isdecimal() or not fraction):
        return Decimal(whole.replace(mark, "") + ("." + fraction if fraction else ""))
    whole, _, fraction = number.partition(mark)
    if whole.isdecimal() and fraction.isdecimal():
        return Decimal(f"{whole}.{fraction}")
    return None


def _in_words(value: Decimal, code: str, locale: str, *, ordinal: bool = False) -> str | None:
    # Imported late: it brings all its languages along, and most servers are never asked.
    from num2words import num2words

    number = value if value % 1 else int(value)
    for language in (locale.replace("-", "_"), code):
        try:
            spelled: str = num2words(number, lang=language, to="ordinal" if ordinal else "cardinal")
        except Exception:
            # Languages it does not have are one exception; in some that it has, single numbers are many others.
            continue
        # The comma of a Spanish number is said as one; the library knows the point alone.
        return spelled.replace(" punto ", " coma ") if code == "es" else spelled or None
    return None
