"""Parts of a sentence as they sound within it, with a melody that continues.

espeak-ng gives every text the melody of a whole sentence, which falls at its end and begins anew. So it is given the
text before a part too, and a word after it, and only the sound of the part itself is cut out.
"""

from collections.abc import Sequence

import numpy as np

from ownvoice.engines.espeak.library import SAMPLE_RATE, Event, EventKind
from ownvoice.engines.espeak.workers import SynthesizedPiece
from ownvoice.text.context import TextInContext

_FADE = round(0.003 * SAMPLE_RATE)
"""The length of the fades at the cuts, in samples."""


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
