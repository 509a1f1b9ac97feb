"""French."""

from ownvoice.text.languages.record import Language, Numbers

FRENCH = Language(
    "fr",
    "French",
    abbreviations=("Mme", "Mlle"),
    numbers=Numbers(has_fractions=True, ordinal_endings=frozenset({"er", "ème"})),
    has_rules=True,
    accents={"fr-FR": "French of France", "fr-BE": "Belgian French", "fr-CH": "Swiss French"},
    dialects={"ca": "fr-CA", "eu": "fr-FR"},
)
