"""French."""

from typing import TYPE_CHECKING

from ownvoice.text.languages.record import Language, Numbers

if TYPE_CHECKING:
    from ownvoice.text.rules import RuleSet


def _rules(_locale: str) -> "RuleSet":
    # Imported late: it compiles its patterns.
    from ownvoice.text.languages.fr import rules

    return rules.RULES


FRENCH = Language(
    "fr",
    "French",
    abbreviations=("Mme", "Mlle"),
    numbers=Numbers(has_fractions=True, ordinal_endings=frozenset({"er", "ème"})),
    rules=_rules,
    accents={"fr-FR": "French of France", "fr-BE": "Belgian French", "fr-CH": "Swiss French"},
    dialects={"ca": "fr-CA", "eu": "fr-FR"},
)
