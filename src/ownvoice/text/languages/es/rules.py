"""The rules by which Spanish is normalized."""

import re

from ownvoice.text.rules import Part, Rule, RuleSet, quantities, replace, symbols, words
from ownvoice.text.rules.dates import day_first
from ownvoice.text.rules.quantities import Currency, Quantities

_UNITS = {
    "km": ("kilómetro", "kilómetros"), "m": ("metro", "metros"), "cm": ("centímetro", "centímetros"),
    "mm": ("milímetro", "milímetros"), "kg": ("kilogramo", "kilogramos"), "g": ("gramo", "gramos"),
    "mg": ("miligramo", "miligramos"), "l": ("litro", "litros"), "L": ("litro", "litros"),
    "ml": ("mililitro", "mililitros"), "h": ("hora", "horas"), "min": ("minuto", "minutos"),
    "s": ("segundo", "segundos"), "ms": ("milisegundo", "milisegundos"), "W": ("vatio", "vatios"),
    "kW": ("kilovatio", "kilovatios"), "kWh": ("kilovatio hora", "kilovatios hora"), "V": ("voltio", "voltios"),
    "Hz": ("hercio", "hercios"), "kHz": ("kilohercio", "kilohercios"), "MHz": ("megahercio", "megahercios"),
    "GHz": ("gigahercio", "gigahercios"), "MB": ("megabyte", "megabytes"), "GB": ("gigabyte", "gigabytes"),
    "TB": ("terabyte", "terabytes"), "km/h": ("kilómetro por hora", "kilómetros por hora"),
    "m/s": ("metro por segundo", "metros por segundo"), "°C": ("grado Celsius", "grados Celsius"),
    "ºC": ("grado Celsius", "grados Celsius"), "°F": ("grado Fahrenheit", "grados Fahrenheit"),
    "m²": ("metro cuadrado", "metros cuadrados"), "km²": ("kilómetro cuadrado", "kilómetros cuadrados"),
    "%": ("por ciento", "por ciento"),
    "m³": ("metro cúbico", "metros cúbicos"), "ha": ("hectárea", "hectáreas"), "dB": ("decibelio", "decibelios"),
}  # fmt: skip
_QUANTITIES = Quantities(
    marks=".\u00a0\u202f ",
    point=",",
    one="un",
    to="a",
    joint="con",
    currencies={
        "€": Currency("euro", "euros", "céntimo", "céntimos"),
        "$": Currency("dólar", "dólares", "centavo", "centavos"),
        "US$": Currency("dólar", "dólares", "centavo", "centavos"),
        "£": Currency("libra", "libras", "penique", "peniques"),
        "¥": Currency("yen", "yenes"),
    },
    scales={"mil": "mil", "millones": "millones de", "millón": "millón de", "M": "millones de"},
    units=_UNITS,
    one_of={"h": "una", "ha": "una", "%": "uno"},
    millions="de",
)
_MONTHS = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre",
    "diciembre",
)  # fmt: skip
_FRACTIONS = {
    "1/2": "un medio", "1/3": "un tercio", "2/3": "dos tercios", "1/4": "un cuarto", "3/4": "tres cuartos",
    "1/5": "un quinto",
}  # fmt: skip
_ORDINALS = ["primer", "segund", "tercer", "cuart", "quint", "sext", "séptim", "octav", "noven", "décim"]
_ABBREVIATIONS = {
    "EE. UU.": "Estados Unidos", "EE.UU.": "Estados Unidos", "EEUU": "Estados Unidos", "p. ej.": "por ejemplo",
    "Sr.": "señor", "Sra.": "señora", "Srta.": "señorita", "Dr.": "doctor", "Dra.": "doctora", "Ud.": "usted",
    "Uds.": "ustedes", "pág.": "página", "núm.": "número", "aprox.": "aproximadamente", "Avda.": "avenida",
}  # fmt: skip


def _date(day: int, month: int, year: str) -> str:
    return f"{day} de {_MONTHS[month - 1]} de {year}"


def _ordinal(match: re.Match[str]) -> list[Part] | None:
    number = int(match["number"])
    if not 1 <= number <= len(_ORDINALS):
        return None
    ending = {"º": "o", "o": "o", "ª": "a", "a": "a", "er": ""}[match["gender"]]
    return [(*match.span(), _ORDINALS[number - 1] + (ending or ("" if number in (1, 3) else "o")))]


def _time(match: re.Match[str]) -> list[Part]:
    minute = int(match["minute"])
    hour = "una" if int(match["hour"]) == 1 else str(int(match["hour"]))
    return [
        (
            *match.span(),
            f"{hour} en punto" if not minute else f"{hour} y {minute}" if minute < 10 else f"{hour} {minute}",
        )
    ]


_RULES = RuleSet(
    *symbols.EMOJI,
    *symbols.addresses("punto", "arroba", "barra", "guion", "guion bajo"),
    *day_first(_date),
    Rule(re.compile(r"(?<![\w.:,])(?P<hour>2[0-3]|1\d|0?\d):(?P<minute>[0-5]\d)(?![\w:])"), _time),
    replace(r"(?<=:\d\d )h(?:s|rs)?\.?(?!\w)", "horas"),
    quantities.international_number("más"),
    quantities.digit_by_digit(r"(?<![\w.,+-])[6789]\d\d(?:(?:[ -]\d\d){3}|(?:[ -]\d{3}){2})(?![\w-])"),
    quantities.digit_by_digit(r"(?<![\w.,+-])(?<!\d[ \u00a0\u202f])0\d++(?![\w%°]|[.,:]\d)"),
    *quantities.amounts(_QUANTITIES),
    quantities.grouped_by_spaces(),
    quantities.fractions(_FRACTIONS),
    Rule(re.compile(r"(?<![\w.,])(?P<number>\d{1,2})\.?(?P<gender>[ºª]|(?<=\.)[oa]|er)(?!\w)"), _ordinal),
    words(_ABBREVIATIONS),
    *symbols.numero(r"[nN]\.?º", "número"),
    symbols.hashtag("etiqueta"),
    symbols.version("versión"),
    *symbols.arithmetic("más", "menos", "por", "entre", "igual a", "y"),
    quantities.ranges(_QUANTITIES),
    *symbols.MARKUP,
)


def rules_for(_locale: str) -> RuleSet:
    """Return the rules, which are the same in all regions."""
    return _RULES
