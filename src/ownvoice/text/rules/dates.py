"""Rules that languages share for dates in digits."""

import re
from collections.abc import Callable

from ownvoice.text.rules import Part, Rule


def day_first(say: Callable[[int, int, str], str]) -> tuple[Rule, Rule]:
    """Return the rules for ``3/4/2025``, where the day comes first, and ``2025-04-03``.

    Args:
        say: returns what is said for a day, a month (1 to 12) and a year.
    """

    def date(match: re.Match[str]) -> list[Part] | None:
        day, month = int(match["day"]), int(match["month"])
        if not (1 <= day <= 31 and 1 <= month <= 12):
            return None
        return [(*match.span(), say(day, month, match["year"]))]

    numeric = r"(?<![\w/.-])(?P<day>\d{1,2})(?P<sign>[/.-])(?P<month>\d{1,2})(?P=sign)(?P<year>\d{4})(?![\w/-])"
    iso = r"(?<![\w/-])(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)(?![\w-])"
    return Rule(re.compile(numeric), date), Rule(re.compile(iso), date)
