"""Chinese."""

from ownvoice.text.languages.record import Language, written_in

CHINESE = Language(
    "zh",
    "Chinese",
    written_in("CJK", "BOPOMOFO"),
    by_character=True,
    other_codes=frozenset({"cmn"}),
    default_of=frozenset({"CJK", "BOPOMOFO"}),
    has_rules=True,
)
