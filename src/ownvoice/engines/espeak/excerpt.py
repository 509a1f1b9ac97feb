"""A part of a sentence as it sounds within the sentence: with the melody that goes on from what was said before it.

espeak-ng gives every text the melody of a whole one, which falls at its end and begins anew. So it is given what came
before too, and a word that comes after, and of what it says only the part between is taken.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ownvoice.engines.espeak.library import SAMPLE_RATE, Event, EventKind
from ownvoice.engines.espeak.workers import Piece

_FADE = round(0.003 * SAMPLE_RATE)
"""Samples in which the sound comes and goes where it was cut."""
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class TextInContext:
    """A text with what surrounds it."""

    text: str
    start: int
    """Where the text itself begins."""
    stop: int | None
    """Where it ends, if something comes after it."""


def add_context(before: str, text: str, *, continues: bool) -> TextInContext:
    """A text behind what was said before it and, if its sentence goes on, before some word of its language.

    That word is the longest of the text: a short one would be a preposition or the like, and no melody ends on those.
    """
    before = before.rstrip() + " " if before.strip() else ""
    words = _WORD.findall(text) if continues else []
    stop = len(before) + len(text) + 1 if words else None
    return TextInContext(before + text + (f" {max(words, key=len)}" if words else ""), len(before), stop)


def extract_text(pieces: Sequence[Piece], in_context: TextInContext, first_word: tuple[int, int]) -> Piece | None:
    """What is said of the text itself, with the places and times of its events counted from its beginning.

    Args:
        pieces: all that was said.
        in_context: what was to be said.
        first_word: where the first word of the text begins and ends, counted from the beginning of the text.

    Returns:
        The sound and the events; None where espeak-ng has run the text together with what surrounds it.
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
    return Piece(part.astype(np.int16).tobytes(), kept)


def _word_at(events: Sequence[Event], low: int, high: int) -> int | None:
    """The sample at which the first word begins that stands between those places."""
    return next(
        (event.sample for event in events if event.kind == EventKind.WORD and low <= event.position < high), None
    )
