"""Rules of reading: a pattern, and what is said for what it finds."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ownvoice.text.readings import Reading

Part = tuple[int, int, str]
"""A stretch of the text, and what is said for it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What matches the pattern is read by this rule, unless one before it has read some of that already.

    Patterns look at a bounded stretch of text or never go back in it, so that the time of a rule grows with the length
    of the text alone.
    """

    pattern: re.Pattern[str]
    say: Callable[[re.Match[str]], Iterable[Part] | None]
    """The parts of a match that are said otherwise than they are written, in order; None: this is none of its kind."""


def apply(rules: Iterable[Rule], text: str) -> tuple[Reading, ...]:
    """The readings of a text by some rules, of which the earlier ones take precedence; in the text's order."""
    taken = bytearray(len(text))
    found: list[Reading] = []
    for rule in rules:
        for match in rule.pattern.finditer(text):
            start, end = match.span()
            if any(taken[start : max(end, start + 1)]) or (parts := rule.say(match)) is None:
                continue
            taken[start:end] = b"\1" * (end - start)
            found += (Reading(*part) for part in parts if text[part[0] : part[1]] != part[2])
    return tuple(sorted(found, key=lambda reading: (reading.start, reading.end)))


def part(match: re.Match[str], group: str, said: str) -> Part:
    """A group of a match, said as that."""
    start, end = match.span(group)
    return start, end, said


def replaced(pattern: str, said: str | Callable[[re.Match[str]], str], flags: int = 0) -> Rule:
    """A rule that says all that it finds as something else."""

    def say(match: re.Match[str]) -> list[Part]:
        return [(*match.span(), said if isinstance(said, str) else said(match))]

    return Rule(re.compile(pattern, flags), say)


def words(table: dict[str, str]) -> Rule:
    """A rule for abbreviations, which stand by themselves: as they are written, and what they stand for.

    One of several words (``z. B.``) has a word for each, so that each has its time.
    """
    written = "|".join(re.escape(word) for word in sorted(table, key=len, reverse=True))

    def say(match: re.Match[str]) -> list[Part]:
        tokens = [token.span() for token in re.finditer(r"\S+", match[0])]
        said = table[match[0]].split(maxsplit=len(tokens) - 1)
        return [
            (match.start() + begin, match.start() + end, word) for (begin, end), word in zip(tokens, said, strict=True)
        ]

    return Rule(re.compile(rf"(?<![\w.])(?:{written})(?!\w)"), say)


def number(marks: str, point: str) -> str:
    """The pattern of a number, whose thousands are parted by one of the marks and its fraction by the point."""
    return rf"(?:\d{{1,3}}(?:[{marks}]\d{{3}})++(?!\d)(?:{point}\d++)?|\d++(?:[.,]\d++)?)"
