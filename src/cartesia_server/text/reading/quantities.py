"""Rules that several languages share, of numbers with something to them: money, units, ranges, telephone numbers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from cartesia_server.text.reading.rules import Part, Rule, number, part

_SPACE = "[ \u00a0\u202f]"
_BEFORE = r"(?<![\w.,])"


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency, as it is named after a number."""

    one: str
    many: str
    cent: str = ""
    cents: str = ""


@dataclass(frozen=True, slots=True)
class Quantities:
    """How a language writes and says quantities."""

    marks: str
    """What parts thousands, as the inside of a regular expression's class."""
    point: str
    """What comes before a fraction, as a regular expression."""
    one: str
    """The number one before the name of a currency."""
    to: str
    """Between the two ends of a range."""
    joint: str
    """Between the whole currency and its cents, ``and``; may be empty."""
    currencies: Mapping[str, Currency]
    """By what they are written as."""
    scales: Mapping[str, str]
    """What stands for thousands and more behind a sum, ``M``, and what it is said as before a currency."""
    units: Mapping[str, tuple[str, str]]
    """By what they are written as: the name of one, and of several."""

    @property
    def number(self) -> str:
        """The pattern of a number."""
        return number(self.marks, self.point)


def money(language: Quantities) -> tuple[Rule, Rule]:
    """``$12.50``, ``12,50 €``, ``$1.5 million``, ``$5-10``."""
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
        return [part(match, "number", whole), part(match, "symbol", rest)]

    return Rule(re.compile(first), say_first), Rule(re.compile(last), say_last)


def _amount(written: str, currency: Currency, language: Quantities) -> tuple[str, str]:
    """A sum as its number and what comes behind: ``12``, ``dollars and 50 cents``."""
    cents = re.search(r"[.,](\d\d)\Z", written)
    if cents is None or not (currency.cents or int(cents[1]) == 0):
        return (language.one, currency.one) if written == "1" else (written, currency.many)
    whole, fraction = written[: cents.start()], int(cents[1])
    cent = currency.cent if fraction == 1 else currency.cents
    behind = f"{fraction} {cent}" if language.joint == "and" else str(fraction)
    if whole == "0":
        return str(fraction), cent
    whole, unit = (language.one, currency.one) if whole == "1" else (whole, currency.many)
    if not fraction:
        return whole, unit
    return whole, " ".join(word for word in (unit, language.joint, behind) if word)


def units(language: Quantities) -> Rule:
    """``5km``, ``20 °C``, ``100 km/h``."""
    pattern = (
        rf"{_BEFORE}(?P<number>{language.number})(?P<space>{_SPACE}?)(?P<unit>{_any_of(language.units)})(?![\w/²³°])"
    )

    def say(match: re.Match[str]) -> list[Part]:
        one, many = language.units[match["unit"]]
        space = "" if match["space"] else " "
        return [part(match, "unit", space + (one if match["number"] == "1" else many))]

    return Rule(re.compile(pattern), say)


def ranges(language: Quantities) -> Rule:
    """The dash of ``5-10``; not those of longer rows of numbers, nor of a word."""
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
    """Telephone numbers and the like: each group of digits one by one, with a short pause between them."""

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
    """``+44 20 7946 0958``."""
    return digit_by_digit(r"(?<![\w+])\+\d{1,3}(?:[ .-]?\(?\d{1,4}\)?){2,6}(?!\w)", plus)


def grouped_by_spaces() -> Rule:
    """``1 234 567``: the first of the words stands for the whole number, the others for nothing."""

    def say(match: re.Match[str]) -> list[Part]:
        first, *others = re.finditer(r"\d+", match[0])
        start = match.start()
        whole = re.sub(r"\D", "", match[0])
        return [(start, start + first.end(), whole), *((start + o.start(), start + o.end(), "") for o in others)]

    return Rule(
        re.compile(rf"(?<![\w.,])(?<!\d{_SPACE})[1-9]\d{{0,2}}(?:{_SPACE}\d{{3}})++(?![\w]|{_SPACE}\d|[.,]\d)"), say
    )


def _any_of(words: Mapping[str, object]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
