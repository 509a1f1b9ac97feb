"""How Chinese is read: of what engines read as plain numbers, years and percentages."""

import re

from ownvoice.text.reading import symbols
from ownvoice.text.reading.rules import Rule, part, replaced

_DIGITS = str.maketrans("0123456789", "零一二三四五六七八九")


def _time(match: re.Match[str]) -> str:
    minute = match["minute"]
    if minute == "00":
        return f"{int(match['hour'])}点"
    return f"{int(match['hour'])}点{'零' if minute < '10' else ''}{int(minute)}分"


RULES = (
    *symbols.EMOJI,
    replaced(r"(?<![\d.])(?:1\d{3}|20\d\d)(?=年)", lambda match: match[0].translate(_DIGITS)),
    Rule(
        re.compile(r"(?<![\d.])(?=\d)(?P<before>)\d{1,12}(?:\.\d{1,12})?(?P<sign>[%％])"),
        lambda match: [part(match, "before", "百分之"), part(match, "sign", "")],
    ),
    replaced(r"(?<![\d:])(?P<hour>[01]?\d|2[0-3])[:：](?P<minute>[0-5]\d)(?![\d:])", _time),
)
