"""German."""

from ownvoice.text.languages.record import Language, Numbers

GERMAN = Language(
    "de",
    "German",
    abbreviations=("bzw", "usw", "bspw", "z.B", "d.h"),
    number_abbreviations=("nr", "abb"),
    numbers=Numbers(has_fractions=True),
    has_rules=True,
)
