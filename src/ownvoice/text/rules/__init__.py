"""Rules of normalization: patterns, and what is said for what they find. Each language has its own, made of these."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ownvoice.text.readings import Reading

Part = tuple[int, int, str]
"""A stretch of the text, ``text[start:end]``, and what is said for it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern whose matches are read by this rule, unless a rule before it has read some of them already.

    Patterns look at a bounded stretch of text or never go back in it, so that the time of a rule grows with the length
    of the text alone.
    """

    pattern: re.Pattern[str]
    say: Callable[[re.Match[str]], Iterable[Part] | None]
    """Returns the parts of a match that are said otherwise than they are written, in order; None if the rule does not
    apply to this match after all."""
    words: tuple[str, ...] = ()
    """The words it finds, where it looks for a few fixed ones that have no sign in them."""


_SIGNS = r"[^\w\s,;:!?'’\"“”«»()…¿¡.-]|[\d_²³ªº½⅓⅔¼¾⅕⅛⅜⅝⅞]|[A-Z]{2}|\.\S|\b[VXMv]\b|\s-|-\s|\b\w\."
"""The signs that rules of any language begin with, beside words of their own. Most sentences have none of them."""


class RuleSet:
    """The rules of a language, of which the earlier ones take precedence."""

    def __init__(self, *rules: Rule) -> None:
        self.rules = rules
        words = sorted({word for rule in self.rules for word in rule.words})
        self._hint = re.compile(rf"{_SIGNS}|\b(?:{'|'.join(map(re.escape, words))})(?!\w)" if words else _SIGNS)

    def is_plain(self, text: str) -> bool:
        """Tell whether a text surely has nothing for the rules. They take longer than the engine."""
        return self._hint.search(text) is None

    def readings(self, text: str) -> tuple[Reading, ...]:
        """Return what of a text is said otherwise than it is written, in the text's order."""
        return () if self.is_plain(text) else self._apply(text)

    def _apply(self, text: str) -> tuple[Reading, ...]:
        taken = bytearray(len(text))
        found: list[Reading] = []
        for rule in self.rules:
            for match in rule.pattern.finditer(text):
                start, end = match.span()
                if any(taken[start : max(end, start + 1)]) or (parts := rule.say(match)) is None:
                    continue
                taken[start:end] = b"\1" * (end - start)
                found += (Reading(*part) for part in parts if text[part[0] : part[1]] != part[2])
        return tuple(sorted(found, key=lambda reading: (reading.start, reading.end)))


def part(match: re.Match[str], group: str, said: str) -> Part:
    """Return the part for one group of a match.

    Args:
        match: the match.
        group: the name of the group.
        said: what is said for it.
    """
    start, end = match.span(group)
    return start, end, said


def replace(
    pattern: str, said: str | Callable[[re.Match[str]], str], flags: int = 0, *, words: tuple[str, ...] = ()
) -> Rule:
    """Return a rule that says something else for all that it finds.

    Args:
        pattern: what it finds.
        said: what is said for it, or a function that tells.
        flags: of the regular expression.
        words: as `Rule.words`.
    """

    def say(match: re.Match[str]) -> list[Part]:
        return [(*match.span(), said if isinstance(said, str) else said(match))]

    return Rule(re.compile(pattern, flags), say, words)


def words(table: dict[str, str]) -> Rule:
    """Return a rule for abbreviations, which stand by themselves.

    One of several words (``z. B.``) has a word for each, so that each has its time.

    Args:
        table: what is said, by what is written.
    """
    written = "|".join(re.escape(word) for word in sorted(table, key=len, reverse=True))

    def say(match: re.Match[str]) -> list[Part]:
        tokens = [token.span() for token in re.finditer(r"\S+", match[0])]
        said = table[match[0]].split(maxsplit=len(tokens) - 1)
        return [
            (match.start() + begin, match.start() + end, word) for (begin, end), word in zip(tokens, said, strict=True)
        ]

    return Rule(re.compile(rf"(?<![\w.])(?:{written})(?!\w)"), say, tuple(table))


def number(marks: str, point: str) -> str:
    """Return the pattern of a number.

    Args:
        marks: the characters that group thousands, as the inside of a regular expression's class.
        point: what comes before a fraction, as a regular expression.
    """
    return rf"(?:\d{{1,3}}(?:[{marks}]\d{{3}})++(?!\d)(?:{point}\d++)?|\d++(?:[.,]\d++)?)"
