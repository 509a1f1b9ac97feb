"""The rules by which English is normalized."""

import re

from ownvoice.text.languages.en import dates
from ownvoice.text.rules import Part, Rule, RuleSet, part, quantities, replace, symbols, words
from ownvoice.text.rules.quantities import Currency, Quantities
from ownvoice.text.rules.roman import NUMERAL, roman

_DOLLAR = Currency("dollar", "dollars", "cent", "cents")
_CURRENCIES = {
    "$": _DOLLAR,
    "US$": Currency("US dollar", "US dollars", "cent", "cents"),
    "€": Currency("euro", "euros", "cent", "cents"),
    "£": Currency("pound", "pounds", "penny", "pence"),
    "¥": Currency("yen", "yen"),
    "¢": Currency("cent", "cents"),
    "₹": Currency("rupee", "rupees", "paisa", "paise"),
}
_SCALES = {
    "thousand": "thousand", "million": "million", "billion": "billion", "trillion": "trillion",
    "k": "thousand", "K": "thousand", "m": "million", "M": "million", "mn": "million",
    "b": "billion", "B": "billion", "bn": "billion", "T": "trillion",
}  # fmt: skip
_UNITS = {
    "km": "kilometer", "cm": "centimeter", "mm": "millimeter", "m": "meter", "µm": "micrometer", "nm": "nanometer",
    "mi": "mile", "yd": "yard", "kg": "kilogram", "g": "gram", "mg": "milligram", "µg": "microgram",
    "lb": "pound", "lbs": "pound", "oz": "ounce", "L": "liter", "l": "liter", "mL": "milliliter", "ml": "milliliter",
    "cl": "centiliter", "dl": "deciliter", "gal": "gallon", "kWh": "kilowatt hour", "Wh": "watt hour",
    "W": "watt", "kW": "kilowatt", "MW": "megawatt", "GW": "gigawatt", "V": "volt", "kV": "kilovolt",
    "mV": "millivolt", "mA": "milliamp", "mAh": "milliamp hour", "kJ": "kilojoule", "kcal": "kilocalorie",
    "kPa": "kilopascal", "hPa": "hectopascal", "dB": "decibel", "kB": "kilobyte", "KB": "kilobyte", "MB": "megabyte",
    "GB": "gigabyte", "TB": "terabyte", "PB": "petabyte", "s": "second", "sec": "second", "ms": "millisecond",
    "min": "minute", "mins": "minute", "h": "hour", "hr": "hour", "hrs": "hour", "ha": "hectare",
    "px": "pixel", "yr": "year", "yrs": "year", "m²": "square meter", "km²": "square kilometer", "m³": "cubic meter",
}  # fmt: skip
_INVARIABLE = {
    "Hz": "hertz", "kHz": "kilohertz", "MHz": "megahertz", "GHz": "gigahertz", "mph": "miles per hour",
    "km/h": "kilometers per hour", "kmh": "kilometers per hour", "kph": "kilometers per hour",
    "m/s": "meters per second", "Mbps": "megabits per second", "Gbps": "gigabits per second",
    "kbps": "kilobits per second", "MB/s": "megabytes per second", "GB/s": "gigabytes per second",
    "rpm": "revolutions per minute", "fps": "frames per second", "psi": "pounds per square inch",
    "°C": "degrees Celsius", "°F": "degrees Fahrenheit", "sq ft": "square feet", "ft": "feet", "%": "percent",
}  # fmt: skip
_ONE = {"°C": "degree Celsius", "°F": "degree Fahrenheit", "ft": "foot", "sq ft": "square foot", "mph": "mile per hour"}
_QUANTITIES = Quantities(
    marks=",",
    point=r"\.",
    one="1",
    to="to",
    joint="and",
    currencies=_CURRENCIES,
    scales=_SCALES,
    units={
        **{unit: (name, f"{name}s") for unit, name in _UNITS.items()},
        **{unit: (_ONE.get(unit, name), name) for unit, name in _INVARIABLE.items()},
    },
)

_RATIO = replace(r"(?<=\d):(?=\d(?!\d))|(?<=16):(?=10(?!\d))|(?<=21):(?=9(?!\d))", " to ")

_DENOMINATORS = {
    2: "half", 3: "third", 4: "quarter", 5: "fifth", 6: "sixth", 7: "seventh", 8: "eighth", 9: "ninth",
    16: "sixteenth", 32: "thirty-second", 64: "sixty-fourth",
}  # fmt: skip


def _fraction(match: re.Match[str]) -> list[Part] | None:
    top, bottom = (int(number) for number in quantities.in_digits(match["fraction"]).split("/"))
    before = match["whole"] or ""
    start = match.end("whole") if before else match.start()
    space = " and " if before and match["gap"] != " " else "and " if before else ""
    if before and match["gap"] == " ":
        start += 1
    if 0 < top < bottom and bottom in _DENOMINATORS:
        name = _DENOMINATORS[bottom]
        if top > 1:
            name = "halves" if bottom == 2 else f"{name}s"
        number = ("a" if bottom != 2 or before else "one") if top == 1 else str(top)
        return [(start, match.end(), f"{space}{number} {name}")]
    if top <= bottom and bottom in (5, 10, 100) and not before:
        return [(*match.span(), f"{top} out of {bottom}")]
    return [(*match.span(), f"{top} {bottom}")] if (top, bottom) in ((24, 7), (9, 11)) and not before else None


_PARTS = Rule(
    re.compile(
        r"(?<![\w.,/:$€£-])(?:(?P<whole>\d{1,4})(?P<gap> ?)(?=[½⅓⅔¼¾⅕⅛⅜⅝⅞]|(?<= )\d{1,2}/\d))?"
        r"(?P<fraction>[½⅓⅔¼¾⅕⅛⅜⅝⅞]|\d{1,3}/\d{1,3})(?![\w/]|[.,]\d)"
    ),
    _fraction,
)

_KINGS = """
    Albert Alexander Alfonso Benedict Boniface Carl Carlos Catherine Charles Christian Clement Constantine Edward
    Elizabeth Felipe Ferdinand Francis Frederick George Gregory Gustav Harald Henry Innocent Ivan James John Julius Leo
    Leopold Louis Napoleon Nicholas Olaf Otto Paul Peter Philip Pius Ptolemy Ramesses Ramses Richard Robert Thutmose
    Umberto Urban Victor Vittorio Wilhelm William
""".split()  # noqa: SIM905 - a list of sixty quoted names is no easier to read


def _numeral(match: re.Match[str]) -> list[Part]:
    number = roman(match["roman"])
    return [part(match, "roman", f"the {dates.ordinal(number)}" if match["name"] in _KINGS else str(number))]


_ROMANS = (
    Rule(re.compile(rf"\b(?P<name>{'|'.join(_KINGS)}) (?P<roman>[VX](?=[,.;:!?)\s']|\Z))(?![.]\w)"), _numeral),
    Rule(re.compile(rf"\b(?P<name>[A-Z][a-z]{{1,20}}) (?P<roman>{NUMERAL})(?!\w)"), _numeral),
)

_SHORT_FORMS = {
    "vs.": "versus", "vs": "versus", "approx.": "approximately", "Jr.": "Junior", "Sr.": "Senior",
    "Inc.": "Incorporated", "Corp.": "Corporation", "Blvd.": "Boulevard", "w/o": "without", "and/or": "and or",
    "C#": "C sharp", "F#": "F sharp", "AWS": "A.W.S.", "ETA": "E.T.A.", "LED": "L.E.D.", "LEDs": "L.E.D.s",
}  # fmt: skip
_NUMBERED = {
    "[Nn]o": "number", "[Ff]igs?": "figure", "[Vv]ol": "volume", "[Cc]h": "chapter", "pp": "pages", "p": "page",
}  # fmt: skip
_ABBREVIATIONS = (
    words(_SHORT_FORMS),
    replace(r"(?<!\w)w/(?=[ \w])", "with "),
    *(replace(rf"(?<!\w){written}\.(?= \d)", said) for written, said in _NUMBERED.items()),
    replace(r"(?<!\w)Mt\.(?= [A-Z])", "Mount", words=("Mt.",)),
    replace(r"(?<!\w)Ave\.(?!\w)", "Avenue", words=("Ave.",)),
)


def _hashtag(match: re.Match[str]) -> str:
    name = re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", match["tag"])
    return f"hashtag {name}"


_SIGNS = (
    replace(r"(?<=\d)(?=[ap]m\b)", " "),
    replace(r"(?<=\d)/(?=(?:month|mo|year|yr|week|day|hour|hr|user|person|kg|lb)\b)", " per "),
    replace(r"(?<!\w)#(?=\d)", "number "),
    replace(r"(?<![\w&/#])#(?P<tag>[^\W\d]\w{0,100})", _hashtag),
    symbols.version("version"),
    replace(r"(?<=\w)²", " squared"),
    replace(r"(?<=\w)³", " cubed"),
    replace(r"(?<=\w)\^2(?!\w)", " squared"),
    replace(r"(?<=\w)\^(?=\w)", " to the power of "),
    replace(r"(?<=[\w)] )<(?= ?[\w(-])", "is less than"),
    replace(r"(?<=[\w)] )>(?= ?[\w(-])", "is greater than"),
    replace(r"(?<=\s)≤(?=\s)", "is at most"),
    replace(r"(?<=\s)≥(?=\s)", "is at least"),
    replace(r"(?<![\w~])[~≈](?=\d)", "about "),
    replace(r"(?<![\w.])(?=\.\d)", "0"),
    Rule(
        re.compile(r"(?<![\w.,'])(?P<feet>\d{1,2})['’′](?P<inches>\d{1,2})[\"”″]"),
        lambda match: [(*match.span(), f"{match['feet']} foot {match['inches']}")],
    ),
    Rule(
        re.compile(rf"(?<![\w.,$]){_QUANTITIES.number}(?P<scale>M|bn)(?!\w)"),
        lambda match: [part(match, "scale", " million" if match["scale"] == "M" else " billion")],
    ),
)
_NUMBERS = (
    quantities.digit_by_digit(r"(?<![\w.+$-])(?:\+?1[ .-])?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}(?![\w-])"),
    quantities.digit_by_digit(r"(?<![\w.+$€£-])[2-9]\d\d-\d{4}(?![\w-])"),
    quantities.digit_by_digit(r"(?<![\w.+$€£-])0\d{2,4} \d{3,4} \d{3,4}(?![\w-])"),
    quantities.international_number("plus"),
    quantities.digit_by_digit(r"(?<![\w.,+$€£-])(?:\d{10,}+|0\d++)(?![\w%°]|[.,:]\d)"),
)


def rules_for(locale: str) -> RuleSet:
    """Return the rules of American English, which a bare ``en`` stands for, or of English elsewhere."""
    return _DAY_FIRST if _is_day_first(locale) else _MONTH_FIRST


def _is_day_first(locale: str) -> bool:
    """Tell whether 3/4 is the third of April: everywhere but in the United States."""
    region = re.split("[-_]", locale.strip().lower())[1:2]
    return bool(region) and region != ["us"]


def _rules(*, british: bool) -> RuleSet:
    return RuleSet(
        symbols.NEW_EMOJI,
        *symbols.EMOJI,
        *symbols.addresses("dot", "at", "slash", "dash", "underscore"),
        *(dates.BRITISH if british else dates.AMERICAN),
        *dates.TIMES,
        *_NUMBERS,
        *quantities.amounts(_QUANTITIES),
        _PARTS,
        *_ROMANS,
        *_ABBREVIATIONS,
        *symbols.arithmetic("plus", "minus", "times", "divided by", "equals", "and"),
        dates.YEAR_RANGE,
        quantities.ranges(_QUANTITIES),
        _RATIO,
        dates.YEARS,
        *_SIGNS,
        *symbols.MARKUP,
    )


_MONTH_FIRST = _rules(british=False)
_DAY_FIRST = _rules(british=True)
