"""Chinese."""

from typing import TYPE_CHECKING

from ownvoice.text.languages.record import Language, written_in

if TYPE_CHECKING:
    from ownvoice.text.rules import RuleSet


def _rules(_locale: str) -> "RuleSet":
    # Imported late: it compiles its patterns.
    from ownvoice.text.languages.zh import rules

    return rules.RULES


CHINESE = Language(
    "zh",
    "Chinese",
    written_in("CJK", "BOPOMOFO"),
    by_character=True,
    other_codes=frozenset({"cmn"}),
    default_of=frozenset({"CJK", "BOPOMOFO"}),
    rules=_rules,
)
