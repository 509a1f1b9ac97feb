"""Parts of a sentence as they sound within it, with a melody that continues.

espeak-ng gives every text the melody of a whole sentence, which falls at its end and begins anew. So it is given the
text before a part too, and a word after it, and only the sound of the part itself is cut out.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ownvoice.engines.espeak.library import SAMPLE_RATE, Event, EventKind
from ownvoice.engines.espeak.workers import SynthesizedPiece

_FADE = round(0.003 * SAMPLE_RATE)
"""The length of the fades at the cuts, in samples."""
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


def extract_text(
    pieces: Sequence[SynthesizedPiece], in_context: TextInContext, first_word: tuple[int, int]
) -> SynthesizedPiece | None:
    """Cut out the sound of the text itself; the places and times of its events then count from its beginning.

    Args:
        pieces: the sound of the text in its context.
        in_context: the text in its context.
        first_word: the start and the end of the first word of the text, in characters from the beginning of the text.

    Returns:
        The sound and the events; None where espeak-ng has run the text together with its context.
    """
    sound = np.concatenate([np.frombuffer(piece.sound, np.int16) for piece in pieces])
    events = [event for piece in pieces for event in piece.events]
    begin, end = 0, len(sound)
    if in_context.start:
        low, high = (in_context.start + place for place in first_word)
        found = _word_at(events, low, high)
        if found is None:
            return None
        begin = found
    if in_context.stop is not None:
        found = _word_at(events, in_context.stop, len(in_context.text))
        if found is None or found <= begin:
            return None
        end = found
    part = sound[begin:end].astype(np.float32)
    fade = np.linspace(0.0, 1.0, min(_FADE, len(part)), dtype=np.float32)
    if in_context.start:
        part[: len(fade)] *= fade
    if in_context.stop is not None:
        part[len(part) - len(fade) :] *= fade[::-1]
    kept = [
        event._replace(sample=event.sample - begin, position=event.position - in_context.start)
        for event in events
        if begin <= event.sample < end and not (event.kind == EventKind.WORD and event.position < in_context.start)
    ]
    return SynthesizedPiece(part.astype(np.int16).tobytes(), kept)


def _word_at(events: Sequence[Event], low: int, high: int) -> int | None:
    """Return the sample at which the first word between those places of the text begins; None if there is none."""
    return next(
        (event.sample for event in events if event.kind == EventKind.WORD and low <= event.position < high), None
    )
