"""The rules by which French is normalized."""

import re

from ownvoice.text.rules import Part, Rule, RuleSet, part, quantities, replace, symbols, words
from ownvoice.text.rules.dates import day_first
from ownvoice.text.rules.quantities import Currency, Quantities
from ownvoice.text.rules.roman import NUMERAL, roman

_UNITS = {
    "km": "kilomètre", "m": "mètre", "cm": "centimètre", "mm": "millimètre", "kg": "kilogramme", "g": "gramme",
    "mg": "milligramme", "l": "litre", "L": "litre", "ml": "millilitre", "cl": "centilitre", "min": "minute",
    "s": "seconde", "ms": "milliseconde", "W": "watt", "kW": "kilowatt", "kWh": "kilowattheure", "V": "volt",
    "Mo": "mégaoctet", "Go": "gigaoctet", "To": "téraoctet", "ha": "hectare", "dB": "décibel",
}  # fmt: skip
_INVARIABLE = {
    "Hz": "hertz", "kHz": "kilohertz", "MHz": "mégahertz", "GHz": "gigahertz", "km/h": "kilomètres à l'heure",
    "m/s": "mètres par seconde", "°C": "degrés Celsius", "°F": "degrés Fahrenheit", "m²": "mètres carrés",
    "km²": "kilomètres carrés", "m³": "mètres cubes", "%": "pour cent",
}  # fmt: skip
_QUANTITIES = Quantities(
    marks=".\u00a0\u202f ",
    point=",",
    one="un",
    to="à",
    joint="",
    currencies={
        "€": Currency("euro", "euros", "centime", "centimes"),
        "$": Currency("dollar", "dollars", "cent", "cents"),
        "£": Currency("livre", "livres", "penny", "pence"),
        "¥": Currency("yen", "yens"),
    },
    scales={"millions": "millions de", "million": "million de", "milliards": "milliards de", "M": "millions de"},
    units={
        **{unit: (name, f"{name}s") for unit, name in _UNITS.items()},
        **{unit: (name, name) for unit, name in _INVARIABLE.items()},
    },
    one_of={"min": "une", "s": "une", "ms": "une"},
)
_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
    "décembre",
)  # fmt: skip
_FRACTIONS = {
    "1/2": "un demi", "1/3": "un tiers", "2/3": "deux tiers", "1/4": "un quart", "3/4": "trois quarts",
    "1/5": "un cinquième",
}  # fmt: skip


def _date(day: int, month: int, year: str) -> str:
    return f"{'1er' if day == 1 else day} {_MONTHS[month - 1]} {year}"


def _hours(hour: str) -> str:
    return "heure" if int(hour) <= 1 else "heures"


def _time(match: re.Match[str]) -> list[Part]:
    minute = match["minute"]
    behind = f" {int(minute)}" if minute and int(minute) else ""
    number = "une" if int(match["hour"]) == 1 else str(int(match["hour"]))
    said = f"{number} {_hours(match['hour'])}{behind}"
    if " " not in match[0]:
        return [(*match.span(), said)]
    # "7 h 30": three words, of which the middle one is not said as it is written
    return [part(match, "sign", _hours(match["hour"]))]


def _ordinal(match: re.Match[str]) -> list[Part]:
    number, ending = match["number"], match["ending"]
    if int(number) == 1:
        return [(*match.span(), "premier" if ending.startswith("er") else "première")]
    return [(*match.span(), f"{number}ème")]


_RULES = RuleSet(
    *symbols.EMOJI,
    *symbols.addresses("point", "arobase", "slash", "tiret", "tiret bas"),
    *day_first(_date),
    Rule(
        re.compile(
            r"(?<![\w.:,])(?P<hour>2[0-4]|1\d|0?\d)(?P<space> ?)(?P<sign>[h:])(?P=space)(?P<minute>[0-5]\d)(?![\w:])"
        ),
        _time,
    ),
    Rule(re.compile(r"(?<![\w.:,])(?P<hour>2[0-4]|1\d|0?\d) ?(?P<sign>h)(?P<minute>)(?![\w/:])"), _time),
    quantities.international_number("plus"),
    quantities.digit_by_digit(r"(?<![\w.,+-])(?<!\d[ \u00a0\u202f])0\d++(?![\w%°]|[.,: ]\d)"),
    *quantities.amounts(_QUANTITIES),
    quantities.grouped_by_spaces(),
    quantities.fractions(_FRACTIONS),
    Rule(re.compile(r"(?<![\w.,])(?P<number>\d{1,4})(?P<ending>er|re|ère|ième|ème|e|nd|nde)(?!\w)"), _ordinal),
    replace(r"(?<!\w)Ier(?!\w)", "premier", words=("Ier",)),
    replace(r"(?<!\w)I(?:re|ère)(?!\w)", "première", words=("Ire", "Ière")),
    replace(rf"(?<!\w)(?P<roman>{NUMERAL})(?:e|ème)(?!\w)", lambda match: f"{roman(match['roman'])}ème"),
    Rule(
        re.compile(rf"\b[A-ZÀ-Ý][a-zà-ÿ]{{1,20}} (?P<roman>{NUMERAL})(?!\w)"),
        lambda match: [part(match, "roman", str(roman(match["roman"])))],
    ),
    words({"M.": "monsieur", "MM.": "messieurs", "Dr": "docteur", "p. ex.": "par exemple", "env.": "environ"}),
    *symbols.numero("[nN][°º]", "numéro"),
    symbols.hashtag("hashtag"),
    symbols.version("version"),
    *symbols.arithmetic("plus", "moins", "fois", "divisé par", "égale", "et"),
    quantities.ranges(_QUANTITIES),
    *symbols.MARKUP,
)


def rules_for(_locale: str) -> RuleSet:
    """Return the rules, which are the same in all regions."""
    return _RULES
