"""A part of a sentence with the text around it, for engines that give every text the melody of a whole sentence."""

import re
from dataclasses import dataclass

_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class TextInContext:
    """A text with the text before and after it."""

    text: str
    start: int
    """The place at which the text itself begins."""
    stop: int | None
    """The place at which the text after it begins, if there is any."""


def add_context(before: str, text: str, *, continues: bool) -> TextInContext:
    """Put a text behind the part of its sentence that was said before and, if the sentence continues, before a word.

    That word is the longest one of the text: a short one would be a preposition or the like, and no melody ends on
    those.

    Args:
        before: the part of the sentence that was said before; may be empty.
        text: the text.
        continues: whether the sentence continues after the text.
    """
    before = before.rstrip() + " " if before.strip() else ""
    words = _WORD.findall(text) if continues else []
    stop = len(before) + len(text) + 1 if words else None
    return TextInContext(before + text + (f" {max(words, key=len)}" if words else ""), len(before), stop)
