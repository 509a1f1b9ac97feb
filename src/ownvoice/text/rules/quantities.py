"""Rules that languages share for numbers: sums of money (``$12.50``), units, fractions, ranges, telephone numbers."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from ownvoice.text.rules import Part, Rule, number, part

_SPACE = "[ \u00a0\u202f]"
_SPACES = re.compile(_SPACE)
_MILLIONS = re.compile(r"\d(?:[.,]?000){2}\Z")
_BEFORE = r"(?<![\w.,])"


@dataclass(frozen=True, slots=True)
class Currency:
    """The names of a currency after a number."""

    one: str
    many: str
    cent: str = ""
    cents: str = ""


@dataclass(frozen=True, slots=True)
class Quantities:
    """The words and signs of quantities in a language."""

    marks: str
    """The characters that group thousands, as the inside of a regular expression's class."""
    point: str
    """The sign before a fraction, as a regular expression."""
    one: str
    """The number one before the name of a currency."""
    to: str
    """The word between the two ends of a range."""
    joint: str
    """The word between the whole currency and its cents, ``and``; may be empty."""
    currencies: Mapping[str, Currency]
    """The currencies by their signs."""
    scales: Mapping[str, str]
    """The words before a currency for thousands and more, by their signs: ``M``."""
    units: Mapping[str, tuple[str, str]]
    """The singular and plural names of units, by their signs."""
    one_of: Mapping[str, str] = field(default_factory=dict)
    """The number one before the names of some units, by their signs; the others have ``one``."""
    millions: str = ""
    """The word between whole millions in figures and the currency."""

    @property
    def number(self) -> str:
        """The pattern of a number."""
        return number(self.marks, self.point)


def amounts(language: Quantities) -> tuple[Rule, ...]:
    """Return the rules for sums of money and for numbers with units."""
    return *_money(language), _units(language)


def _money(language: Quantities) -> tuple[Rule, Rule]:
    """Return the rules for ``$12.50``, ``12,50 €``, ``$1.5 million``, ``$5-10``."""
    symbols = _any_of(language.currencies)
    scales = _any_of(language.scales)
    scale = rf"(?:{_SPACE}?(?P<scale>{scales})(?!\w))?"
    first = (
        rf"{_BEFORE}(?P<symbol>{symbols}){_SPACE}?(?P<number>{language.number})"
        rf"(?:[-–](?:(?P=symbol))?(?P<upto>{language.number}))?{scale}"
    )
    last = rf"{_BEFORE}(?P<number>{language.number}){scale}(?P<space>{_SPACE}?)(?P<symbol>{symbols})(?!\w)"

    def say_first(match: re.Match[str]) -> list[Part]:
        currency = language.currencies[match["symbol"]]
        start, end = match.span()
        if match["scale"]:
            said = f"{language.scales[match['scale']]} {currency.many}"
            begin = match.end("number") if match["upto"] is None else match.end("upto")
            space = "" if match.start("scale") > begin else " "
            before = [(start, match.start("number"), "")]
            if match["upto"]:
                before.append((match.end("number"), match.start("upto"), f" {language.to} "))
            return [*before, part(match, "scale", space + said)]
        if match["upto"]:
            return [(start, end, f"{match['number']} {language.to} {match['upto']} {currency.many}")]
        return [(start, end, " ".join(_amount(match["number"], currency, language)))]

    def say_last(match: re.Match[str]) -> list[Part]:
        currency = language.currencies[match["symbol"]]
        if match["scale"]:
            # "5 Mio. €": the second word is the scale, the third the currency.
            space = "" if match.start("scale") > match.end("number") else " "
            behind = "" if match["space"] else " "
            return [
                part(match, "scale", space + language.scales[match["scale"]]),
                part(match, "symbol", behind + currency.many),
            ]
        whole, rest = _amount(match["number"], currency, language)
        if not match["space"]:
            return [(*match.span(), f"{whole} {rest}")]
        return [*_number(match.start("number"), match["number"], whole), part(match, "symbol", rest)]

    return Rule(re.compile(first), say_first), Rule(re.compile(last), say_last)


def _amount(written: str, currency: Currency, language: Quantities) -> tuple[str, str]:
    """Return a sum as its number and the rest: ``12``, ``dollars and 50 cents``."""
    written = _SPACES.sub("", written)
    cents = re.search(r"[.,](\d\d)\Z", written)
    if cents is None or not (currency.cents or int(cents[1]) == 0):
        if written == "1":
            return language.one, currency.one
        of = f"{language.millions} " if language.millions and _MILLIONS.search(written) else ""
        return written, of + currency.many
    whole, fraction = written[: cents.start()], int(cents[1])
    cent = currency.cent if fraction == 1 else currency.cents
    behind = f"{fraction} {cent}" if language.joint == "and" else str(fraction)
    if whole == "0":
        return str(fraction), cent
    whole, unit = (language.one, currency.one) if whole == "1" else (whole, currency.many)
    if not fraction:
        return whole, unit
    return whole, " ".join(word for word in (unit, language.joint, behind) if word)


def _units(language: Quantities) -> Rule:
    """Return the rule for ``5km``, ``20 °C``, ``100 km/h``."""
    pattern = (
        rf"{_BEFORE}(?P<number>{language.number})(?P<space>{_SPACE}?)(?P<unit>{_any_of(language.units)})(?![\w/²³°])"
    )

    def say(match: re.Match[str]) -> list[Part]:
        one, many = language.units[match["unit"]]
        space = "" if match["space"] else " "
        if match["number"] == "1":
            number, unit = language.one_of.get(match["unit"], language.one), one
        else:
            number, unit = _SPACES.sub("", match["number"]), many
        return [*_number(match.start("number"), match["number"], number), part(match, "unit", space + unit)]

    return Rule(re.compile(pattern), say)


def fractions(names: Mapping[str, str]) -> Rule:
    """Return the rule for ``3/4`` and ``¾``, where ``names`` are those of the fractions in digits."""

    def say(match: re.Match[str]) -> list[Part] | None:
        said = names.get(in_digits(match["fraction"]))
        return None if said is None else [(*match.span(), said)]

    return Rule(re.compile(r"(?<![\w.,/])(?P<fraction>[1-9]/[2-9]|[½⅓⅔¼¾])(?![\w/]|[.,]\d)"), say)


def in_digits(fraction: str) -> str:
    """Return a fraction that may be a single sign with its digits: ``3/4`` for ``¾``."""
    return unicodedata.normalize("NFKC", fraction).replace("\N{FRACTION SLASH}", "/")


def ranges(language: Quantities) -> Rule:
    """Return the rule for the dash of ``5-10``, but not for dashes in longer rows of numbers or in words."""
    before = re.compile(rf"(?:\A|[\s(\[~$€£]){language.number}[%°]?\Z")
    after = re.compile(rf"[$€£]?{language.number}(?!\d*[-–])")

    def say(match: re.Match[str]) -> list[Part] | None:
        text, (start, end) = match.string, match.span()
        if not before.search(text[max(0, start - 20) : start]) or not after.match(text[end : end + 20]):
            return None
        space = "" if match[0].startswith(" ") else " "
        return [part(match, "dash", f"{space}{language.to}{space}")]

    return Rule(re.compile(r"(?<=[\d%°]) ?(?P<dash>[-–—]) ?(?=[$€£]?\d)"), say)


def digit_by_digit(pattern: str, plus: str = "plus") -> Rule:
    """Return a rule that says each group of digits one by one, with a short pause between groups: telephone numbers."""

    def digits(token: str) -> str:
        groups = ", ".join(" ".join(group) for group in re.findall(r"\d+", token))
        return f"{plus} {groups}" if token.startswith("+") else groups

    def say(match: re.Match[str]) -> list[Part]:
        start = match.start()
        tokens = [token.span() for token in re.finditer(r"\S+", match[0])]
        return [
            (start + begin, start + end, digits(match[0][begin:end]) + ("" if end == len(match[0]) else ","))
            for begin, end in tokens
        ]

    return Rule(re.compile(pattern), say)


def international_number(plus: str) -> Rule:
    """Return the rule for ``+44 20 7946 0958``, where ``plus`` is the word for the sign."""
    return digit_by_digit(r"(?<![\w+])\+\d{1,3}(?:[ .-]?\(?\d{1,4}\)?){2,6}(?!\w)", plus)


def grouped_by_spaces() -> Rule:
    """Return the rule for ``1 234 567``."""

    def say(match: re.Match[str]) -> list[Part]:
        return _number(match.start(), match[0], _SPACES.sub("", match[0]))

    return Rule(
        re.compile(rf"(?<![\w.,])(?<!\d{_SPACE})[1-9]\d{{0,2}}(?:{_SPACE}\d{{3}})++(?![\w]|{_SPACE}\d|[.,]\d)"), say
    )


def _number(start: int, written: str, said: str) -> list[Part]:
    """Return the parts of a number that may contain spaces: all is said for its first word, nothing for the others."""
    first, *others = re.finditer(r"\S+", written)
    return [(start, start + first.end(), said), *((start + other.start(), start + other.end(), "") for other in others)]


def _any_of(words: Mapping[str, object]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
