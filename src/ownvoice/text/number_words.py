"""Numbers in words, for timestamps that name the words that are spoken. What is not known stays as it is written."""

import re
from collections.abc import Iterable
from decimal import Decimal

from ownvoice.text.languages import Language, Locale
from ownvoice.text.readings import Reading, apply_readings
from ownvoice.text.words import Span

_TOKEN = re.compile(
    r"(?P<before>[^\w$€£−-]*)(?P<currency>[$€£]?)(?P<number>\d[\d.,]*(?<=\d))(?:(?P<ending>[^\W\d_]+)|(?P<sign>[%$€£]?))"
    r"(?P<after>\W*)"
)
_MOST_DIGITS = 15
"""Longer ones are not quantities, and are said digit by digit; some languages have no words for them either."""


def words_of_tokens(
    text: str, tokens: Iterable[Span], readings: Iterable[Reading], locale: str | Locale
) -> list[list[str]]:
    """Return for each token of a text the words that are spoken for it: those of its readings, with numbers in words.

    Args:
        text: the text as it is written.
        tokens: its words, as `words.words` returns them.
        readings: its readings, in order and without overlaps.
        locale: the language that the numbers are spelled in.

    Returns:
        A list of words for each token, in order; it is empty where a token is not said at all.

    Raises:
        LookupError: as `languages.language_of`.
        ValueError: as `readings.apply_readings`.
    """
    locale = Locale.of(locale)
    spoken = apply_readings(text, readings)
    return [
        [word for part in spoken.text[slice(*spoken.span(*token))].split() for word in in_words(part, locale)]
        for token in tokens
    ]


def in_words(token: str, locale: str | Locale) -> list[str]:
    """Return a token with its number in words; the token itself where it has none, or the words are not known.

    Raises:
        LookupError: as `languages.language_of`.
    """
    locale = Locale.of(locale)
    language = locale.language
    found = _TOKEN.fullmatch(token)
    if found is None or (found["ending"] and found["ending"] not in language.numbers.ordinal_endings):
        return [token]
    spelled = _spell(found["number"], locale, ordinal=found["ending"] is not None)
    if spelled is None:
        return [token]
    sign = found["currency"] or found["sign"] or ""
    if language.by_character:
        return [*found["before"], *spelled.replace(" ", ""), *sign, *found["after"]]
    parts = [*spelled.replace(",", "").split(), *sign]
    parts[0] = found["before"] + parts[0]
    parts[-1] += found["after"]
    return parts


def _spell(number: str, locale: Locale, *, ordinal: bool) -> str | None:
    """Spell a number in the words of a language; return None where they are not known."""
    value = _value(number, locale.language)
    if value is None:
        return None
    if len(number) > _MOST_DIGITS or (number.startswith("0") and number.isdecimal() and len(number) > 1):
        digits = [_look_up(Decimal(int(digit)), locale) for digit in number if digit.isdecimal()]
        return None if None in digits else " ".join(digit for digit in digits if digit)
    if value % 1 and not locale.language.numbers.has_fractions:
        return None
    return _look_up(value, locale, ordinal=ordinal)


def _value(number: str, language: Language) -> Decimal | None:
    """Return the value of the digits: 1,234.5 in English is 1.234,5 in German. A lone mark may be a point after all."""
    point = language.numbers.point
    mark = "," if point == "." else "."
    whole, _, fraction = number.partition(point)
    if re.fullmatch(rf"\d{{1,3}}(?:\{mark}\d{{3}})+|\d+", whole) and (fraction.isdecimal() or not fraction):
        return Decimal(whole.replace(mark, "") + ("." + fraction if fraction else ""))
    whole, _, fraction = number.partition(mark)
    if whole.isdecimal() and fraction.isdecimal():
        return Decimal(f"{whole}.{fraction}")
    return None


def _look_up(value: Decimal, locale: Locale, *, ordinal: bool = False) -> str | None:
    # Imported late: it brings all its languages along, and most servers are never asked.
    from num2words import num2words

    number = value if value % 1 else int(value)
    for language in (locale.name.replace("-", "_"), locale.language.code):
        try:
            spelled: str = num2words(number, lang=language, to="ordinal" if ordinal else "cardinal")
        except Exception:
            # Languages it does not have are one exception; in some that it has, single numbers are many others.
            continue
        for word, better in locale.language.numbers.corrections.items():
            spelled = spelled.replace(f" {word} ", f" {better} ")
        return spelled or None
    return None
