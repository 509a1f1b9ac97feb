"""Spanish."""

from ownvoice.text.languages.record import Language, Numbers

SPANISH = Language(
    "es",
    "Spanish",
    abbreviations=("Sra", "Srta", "Dra", "Ud", "Uds"),
    number_abbreviations=("nº",),
    numbers=Numbers(has_fractions=True, corrections={"punto": "coma"}),
    has_rules=True,
    accents={
        "es-ES": "European Spanish",
        "es-419": "Latin American Spanish",
        "es-MX": "Mexican Spanish",
        "es-AR": "Argentinian Spanish",
        "es-PE": "Peruvian Spanish",
    },
    dialects={"mx": "es-MX", "pe": "es-PE"},
)
