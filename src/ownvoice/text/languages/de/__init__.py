"""German."""

from typing import TYPE_CHECKING

from ownvoice.text.languages.record import Language, Numbers

if TYPE_CHECKING:
    from ownvoice.text.rules import RuleSet


def _rules(_locale: str) -> "RuleSet":
    # Imported late: it compiles its patterns.
    from ownvoice.text.languages.de import rules

    return rules.RULES


GERMAN = Language(
    "de",
    "German",
    abbreviations=("bzw", "usw", "bspw", "z.B", "d.h"),
    number_abbreviations=("nr", "abb"),
    numbers=Numbers(has_fractions=True),
    rules=_rules,
)
