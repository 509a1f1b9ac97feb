"""The rules by which German is normalized."""

import re

from ownvoice.text.rules import Part, Rule, RuleSet, part, quantities, replace, symbols, words
from ownvoice.text.rules.quantities import Currency, Quantities
from ownvoice.text.rules.roman import NUMERAL, roman

_UNITS = {
    "km": "Kilometer", "m": "Meter", "cm": "Zentimeter", "mm": "Millimeter", "kg": "Kilogramm", "g": "Gramm",
    "mg": "Milligramm", "l": "Liter", "L": "Liter", "ml": "Milliliter", "W": "Watt", "kW": "Kilowatt",
    "kWh": "Kilowattstunden", "V": "Volt", "Hz": "Hertz", "kHz": "Kilohertz", "MHz": "Megahertz", "GHz": "Gigahertz",
    "kB": "Kilobyte", "MB": "Megabyte", "GB": "Gigabyte", "TB": "Terabyte", "km/h": "Kilometer pro Stunde",
    "m/s": "Meter pro Sekunde", "°C": "Grad Celsius", "°F": "Grad Fahrenheit", "m²": "Quadratmeter",
    "km²": "Quadratkilometer", "m³": "Kubikmeter", "ha": "Hektar", "dB": "Dezibel", "px": "Pixel", "%": "Prozent",
}  # fmt: skip
_FEMININE = {
    "h": ("Stunde", "Stunden"), "Std.": ("Stunde", "Stunden"), "min": ("Minute", "Minuten"),
    "Min.": ("Minute", "Minuten"), "s": ("Sekunde", "Sekunden"), "ms": ("Millisekunde", "Millisekunden"),
}  # fmt: skip
_QUANTITIES = Quantities(
    marks=".\u00a0\u202f",
    point=",",
    one="ein",
    to="bis",
    joint="",
    currencies={
        "€": Currency("Euro", "Euro", "Cent", "Cent"),
        "$": Currency("Dollar", "Dollar", "Cent", "Cent"),
        "£": Currency("Pfund", "Pfund", "Penny", "Pence"),
        "¥": Currency("Yen", "Yen"),
    },
    scales={"Mio.": "Millionen", "Mrd.": "Milliarden", "Millionen": "Millionen", "Milliarden": "Milliarden"},
    units={**{unit: (name, name) for unit, name in _UNITS.items()}, **_FEMININE},
    one_of=dict.fromkeys(_FEMININE, "eine"),
)
_MONTHS = (
    "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
    "Dezember",
)  # fmt: skip
_MONTH = "|".join(_MONTHS)
_NUMBERED = rf"{_MONTH}|Jahrhundert|Geburtstag|Stock|Klasse|Platz|Mal|Tag|Woche|Kapitel|Liga|Etage|Jahr|Advent"
_SMALL = (
    "null", "ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf",
    "dreizehn", "vierzehn", "fünfzehn", "sechzehn", "siebzehn", "achtzehn", "neunzehn",
)  # fmt: skip
_TENS = ["-", "-", "zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig"]
_FRACTIONS = {
    "1/2": "ein halb", "1/3": "ein Drittel", "2/3": "zwei Drittel", "1/4": "ein Viertel", "3/4": "drei Viertel",
    "1/5": "ein Fünftel", "1/8": "ein Achtel",
}  # fmt: skip
_IRREGULAR = {1: "erst", 3: "dritt", 7: "siebt", 8: "acht"}
_ABBREVIATIONS = {
    "z. B.": "zum Beispiel", "z.B.": "zum Beispiel", "d. h.": "das heißt", "d.h.": "das heißt",
    "u. a.": "unter anderem", "u.a.": "unter anderem", "usw.": "und so weiter", "bzw.": "beziehungsweise",
    "Dr.": "Doktor", "Prof.": "Professor", "Hr.": "Herr", "Fr.": "Frau", "Str.": "Straße", "ca.": "circa",
    "inkl.": "inklusive", "evtl.": "eventuell", "ggf.": "gegebenenfalls", "vgl.": "vergleiche", "Nr.": "Nummer",
    "USA": "U S A",
}  # fmt: skip
_AFTER_DATIVE = (
    r"(?:am|Am|vom|Vom|zum|Zum|dem|Dem|den|Den|im|Im|beim|bis|Bis|seit|Seit|ab|Ab|des|der|Der|die|Die|das|Das)"
)


def _cardinal(number: int) -> str:
    """Spell a number below 100 as it begins a longer word."""
    if number < 20:
        return _SMALL[number]
    ten, one = divmod(number, 10)
    return f"{_SMALL[one]}und{_TENS[ten]}" if one else _TENS[ten]


def _ordinal(number: int, before: str) -> str:
    """Spell an ordinal below 100, with the ending that it has after the word before it."""
    stem = _IRREGULAR.get(number) or _cardinal(number) + ("t" if number < 20 else "st")
    word = before.strip().lower()
    # "der" is taken for the nominative, which dates have where they are not behind a preposition.
    ending = "e" if word in ("der", "die", "das") else "en" if word else "er"
    return stem + ending


def _date(match: re.Match[str]) -> list[Part] | None:
    day, month = int(match["day"]), int(match["month"])
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return None
    said = f"{_ordinal(day, match['before'] or '')} {_MONTHS[month - 1]}"
    year = match["year"]
    return [(match.start("date"), match.end(), said + (f" {_year(int(year))}" if year else ""))]


def _year(year: int) -> str:
    if not 1100 <= year < 2000:
        return str(year)
    rest = _hundredth(year % 100) if year % 100 else ""
    return f"{_cardinal(year // 100)}hundert{rest}"


def _hundredth(number: int) -> str:
    return "eins" if number == 1 else _cardinal(number)


def _time(match: re.Match[str]) -> list[Part]:
    hour, minute = int(match["hour"]), int(match["minute"])
    number = "ein" if hour == 1 else str(hour)
    behind = f"Uhr {minute}" if minute else "Uhr"
    if match["clock"]:
        return [part(match, "time", number), part(match, "clock", behind)]
    return [part(match, "time", f"{number} {behind}")]


_BEFORE = rf"(?P<before>\b{_AFTER_DATIVE} )?(?<![\w.,/-])"
_RULES = RuleSet(
    *symbols.EMOJI,
    *symbols.addresses("Punkt", "at", "Schrägstrich", "Minus", "Unterstrich"),
    Rule(
        re.compile(rf"{_BEFORE}(?P<date>(?P<day>\d{{1,2}})\.(?P<month>\d{{1,2}})\.(?P<year>\d{{4}})?)(?![\w-])"), _date
    ),
    Rule(re.compile(rf"{_BEFORE}(?P<date>(?P<year>\d{{4}})-(?P<month>\d\d)-(?P<day>\d\d))(?![\w-])"), _date),
    Rule(
        re.compile(rf"{_BEFORE}(?P<day>\d{{1,2}}\.)(?= (?:{_NUMBERED}))"),
        lambda match: [part(match, "day", _ordinal(int(match["day"][:-1]), match["before"] or ""))],
    ),
    Rule(
        re.compile(
            r"(?<![\w.:,])(?P<time>(?P<hour>2[0-4]|1\d|0?\d)(?:(?P<dot>\.)|:)(?P<minute>[0-5]\d))"
            r"(?(dot)(?= Uhr))(?: (?P<clock>Uhr))?(?![\w:])"
        ),
        _time,
    ),
    replace(r"(?<![\w.,:/+-])(?<!\d )1(?= Uhr\b)", "ein"),
    quantities.international_number("plus"),
    quantities.digit_by_digit(r"(?<![\w.,+-])0\d{2,5}[ /-]\d{3,9}(?![\w-])"),
    quantities.digit_by_digit(r"(?<![\w.,+-])0\d++(?![\w%°]|[.,:]\d)"),
    *quantities.amounts(_QUANTITIES),
    quantities.fractions(_FRACTIONS),
    replace(r"(?<![\w.,:/$€#+-])(?P<year>1[1-9]\d\d)(?![\w/:%°-]|[.,]\d)", lambda match: _year(int(match["year"]))),
    Rule(
        re.compile(rf"\b[A-ZÄÖÜ][a-zäöüß]{{1,20}} (?P<roman>{NUMERAL}\.?)(?!\w)"),
        lambda match: [
            part(
                match,
                "roman",
                f"der {_ordinal(roman(match['roman'][:-1]), 'der')}"
                if match["roman"].endswith(".")
                else str(roman(match["roman"])),
            )
        ],
    ),
    words(_ABBREVIATIONS),
    symbols.hashtag("Hashtag"),
    symbols.version("Version"),
    *symbols.arithmetic("plus", "minus", "mal", "geteilt durch", "gleich", "und"),
    quantities.ranges(_QUANTITIES),
    *symbols.MARKUP,
)


def rules_for(_locale: str) -> RuleSet:
    """Return the rules, which are the same in all regions."""
    return _RULES
