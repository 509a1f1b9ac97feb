"""The rules by which dates, years and times are normalized in English."""

import re

from ownvoice.text.rules import Part, Rule, part, replace

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_SHORT = {"Sept": "September", **{month[:3]: month for month in _MONTHS}}
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)}|(?:{'|'.join(_SHORT)})\.?(?!\w))"
_DAY = r"(?P<day>3[01]|[12]\d|0?[1-9])(?P<suffix>st|nd|rd|th)?"
_YEAR = r"(?P<year>1\d{3}|20\d\d)"


_DECADES = {
    "20": "twenties", "30": "thirties", "40": "forties", "50": "fifties", "60": "sixties", "70": "seventies",
    "80": "eighties", "90": "nineties",
}  # fmt: skip


def ordinal(number: int) -> str:
    """Return an ordinal as engines say it rightly: ``3rd``."""
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10 if number // 10 % 10 != 1 else 0, "th")
    return f"{number}{ending}"


def _year(year: int) -> str:
    """Return a year as a pair of numbers, or as one number where it is said so."""
    if 2000 <= year < 2010 or not 1010 <= year < 2100:
        return str(year)
    pair = year % 100
    if not pair:
        return f"{year // 100} hundred"
    return f"{year // 100} {'oh ' if pair < 10 else ''}{pair}"


def _numeric_date(british: bool) -> Rule:
    def say(match: re.Match[str]) -> list[Part] | None:
        first, second = int(match["first"]), int(match["second"])
        day, month = (first, second) if (british and second <= 12) or first > 12 else (second, first)
        return _date(match, int(match["year"]), month, day, british)

    pattern = r"(?<![\w/.-])(?P<first>\d{1,2})(?P<sign>[/.-])(?P<second>\d{1,2})(?P=sign)(?P<year>\d{4})(?![\w/-])"
    return Rule(re.compile(pattern), say)


def _iso_date(british: bool) -> Rule:
    def say(match: re.Match[str]) -> list[Part] | None:
        return _date(match, int(match["year"]), int(match["month"]), int(match["day"]), british)

    return Rule(re.compile(r"(?<![\w/-])(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)(?![\w-])"), say)


def _date(match: re.Match[str], year: int, month: int, day: int, british: bool) -> list[Part] | None:
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    name, number = _MONTHS[month - 1], ordinal(day)
    said = f"the {number} of {name} {_year(year)}" if british else f"{name} {number}, {_year(year)}"
    return [(*match.span(), said)]


def _named_month(match: re.Match[str]) -> Part:
    name = match["month"].removesuffix(".")
    return part(match, "month", _SHORT.get(name, name))


def _month_and_day(match: re.Match[str]) -> list[Part] | None:
    # "May" and "March" are words too, but not often before a number.
    parts = [_named_month(match), (match.start("day"), match.end("day" if not match["suffix"] else "suffix"), "")]
    start, end, _ = parts[1]
    parts[1] = (start, end, ordinal(int(match["day"])))
    if match["upto"]:
        parts += [part(match, "dash", " to "), part(match, "upto", ordinal(int(match["upto"])))]
    if match["year"]:
        parts.append(part(match, "year", _year(int(match["year"]))))
    return parts


def _day_and_month(match: re.Match[str]) -> list[Part]:
    article = "" if match["article"] else "the "
    start, end = match.start("day"), match.end("day" if not match["suffix"] else "suffix")
    parts = [(start, end, f"{article}{ordinal(int(match['day']))}{'' if match['of'] else ' of'}"), _named_month(match)]
    if match["year"]:
        parts.append(part(match, "year", _year(int(match["year"]))))
    return parts


def _month_and_year(match: re.Match[str]) -> list[Part]:
    return [_named_month(match), part(match, "year", _year(int(match["year"])))]


def _lone_year(match: re.Match[str]) -> list[Part] | None:
    year = int(match["year"])
    if year < 1100 and not match["context"]:
        return None
    return [part(match, "year", _year(year))]


_NAMED = (
    Rule(
        re.compile(rf"\b{_MONTH} {_DAY}(?:(?P<dash>[-–])(?P<upto>\d\d?)(?!\d))?(?![\w:/]|[.,]\d)(?:,? {_YEAR}(?!\w))?"),
        _month_and_day,
    ),
    Rule(
        re.compile(rf"(?<![\w.,:/$-])(?P<article>[Tt]he )?{_DAY} (?P<of>of )?{_MONTH}(?!\w)(?:,? {_YEAR}(?!\w))?"),
        _day_and_month,
    ),
    Rule(re.compile(rf"\b{_MONTH},? {_YEAR}(?!\w)"), _month_and_year),
)
_DECADE = replace(
    r"(?<![\w.,:/$€£#+-])(?P<century>1[1-9]|20)?(?P<decade>[2-9]0)'?s(?!\w)",
    lambda match: f"{match['century'] or ''} {_DECADES[match['decade']]}".strip(),
)
_CENTURY = replace(
    r"(?<![\w.,:/$€£#+-])(?P<year>1[1-9]00|2000)'?s(?!\w)",
    lambda match: "two thousands" if match["year"] == "2000" else f"{match['year'][:2]} hundreds",
)
YEARS = Rule(
    re.compile(
        r"(?P<context>\b(?:[Ii]n|[Ss]ince|[Bb]y|[Ff]rom|[Uu]ntil|[Yy]ear|[Aa]fter|[Bb]efore|AD) )?"
        r"(?<![\w.,:/$€£#+-])(?P<year>1\d{3}|20[1-9]\d)(?![\w/:%°-]|[.,]\d)"
    ),
    _lone_year,
)
YEAR_RANGE = Rule(
    re.compile(r"(?<![\w.,:/$€£#+-])(?P<year>1\d{3}|20\d\d)(?P<dash>[-–])(?P<upto>1\d{3}|20\d\d)(?![\w/:%°-])"),
    lambda match: [
        (*match.span(), f"{_year(int(match['year']))} to {_year(int(match['upto']))}"),
    ],
)


def _time(match: re.Match[str]) -> list[Part]:
    hour, minute, half = int(match["hour"]), int(match["minute"]), match["half"]
    end = match.start("half") if half else match.end()
    if minute:
        said = f"{hour} oh {minute}" if minute < 10 else f"{hour} {minute}"
    elif half:
        said = str(hour)
    else:
        said = f"{hour} o'clock" if 1 <= hour <= 12 else f"{hour} hundred"
    if half and match.end("minute") == end:
        said += " "
    return [(match.start("hour"), match.end("minute"), said)]


_TIME = Rule(
    re.compile(
        r"(?<![\w.:,])(?P<hour>2[0-3]|1\d|0?\d)(?:(?P<dot>\.)|:)(?P<minute>[0-5]\d)"
        r"(?(dot)(?= ?[ap]m\b))(?: ?(?P<half>[ap]\.?m\b|[AP]\.?M\b))?(?![\w:])"
    ),
    _time,
)

AMERICAN = (_numeric_date(british=False), _iso_date(british=False), *_NAMED)
BRITISH = (_numeric_date(british=True), _iso_date(british=True), *_NAMED)
"""Dates, where the month comes first and where the day does."""
TIMES = (_TIME, _DECADE, _CENTURY)
"""Times of the day, and decades and centuries, whose ``s`` is no second."""
