"""Spanish."""

from typing import TYPE_CHECKING

from ownvoice.text.languages.record import Language, Numbers

if TYPE_CHECKING:
    from ownvoice.text.rules import RuleSet


def _rules(_locale: str) -> "RuleSet":
    # Imported late: it compiles its patterns.
    from ownvoice.text.languages.es import rules

    return rules.RULES


SPANISH = Language(
    "es",
    "Spanish",
    abbreviations=("Sra", "Srta", "Dra", "Ud", "Uds"),
    number_abbreviations=("nº",),
    numbers=Numbers(has_fractions=True, corrections={"punto": "coma"}),
    rules=_rules,
    accents={
        "es-ES": "European Spanish",
        "es-419": "Latin American Spanish",
        "es-MX": "Mexican Spanish",
        "es-AR": "Argentinian Spanish",
        "es-PE": "Peruvian Spanish",
    },
    dialects={"mx": "es-MX", "pe": "es-PE"},
)
