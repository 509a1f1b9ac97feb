"""The rules by which Chinese is normalized: years, percentages and times, which engines read as plain numbers."""

import re

from ownvoice.text.rules import Rule, RuleSet, part, replace, symbols

_DIGITS = str.maketrans("0123456789", "零一二三四五六七八九")


def _time(match: re.Match[str]) -> str:
    minute = match["minute"]
    if minute == "00":
        return f"{int(match['hour'])}点"
    return f"{int(match['hour'])}点{'零' if minute < '10' else ''}{int(minute)}分"


_RULES = RuleSet(
    *symbols.EMOJI,
    replace(r"(?<![\d.])(?:1\d{3}|20\d\d)(?=年)", lambda match: match[0].translate(_DIGITS)),
    Rule(
        re.compile(r"(?<![\d.])(?=\d)(?P<before>)\d{1,12}(?:\.\d{1,12})?(?P<sign>[%％])"),
        lambda match: [part(match, "before", "百分之"), part(match, "sign", "")],
    ),
    replace(r"(?<![\d:])(?P<hour>[01]?\d|2[0-3])[:：](?P<minute>[0-5]\d)(?![\d:])", _time),
)


def rules_for(_locale: str) -> RuleSet:
    """Return the rules, which are the same in all regions."""
    return _RULES
