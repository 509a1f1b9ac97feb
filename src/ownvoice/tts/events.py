"""The events of the protocol that carry pieces of speech."""

from collections.abc import Iterator, Sequence

import msgspec
import pybase64

from cartesia.types import (
    AnyEvent,
    Chunk,
    PhonemeTimestamps,
    PhonemeTimestampsEvent,
    Timestamps,
    WordTimestamps,
)
from ownvoice.engines import Timing
from ownvoice.tts.speech import Piece

PARTIAL = 206
"""The status of every event that is not the last one."""
MOST_AUDIO_BYTES = 44_000
"""The most audio of one event: in base64, with the fields around it, a message stays under 64 KiB."""
_DIGITS = 4
_MOST_TIME_BYTES = 40
"""The longest start and end of a word in JSON, with the commas after them."""


def events_of(piece: Piece, context_id: str | None, step_time: float) -> Iterator[AnyEvent]:
    """Yield the events that carry a piece.

    Args:
        piece: some audio, and the words and phonemes that became known with it.
        context_id: the context that every event names; None for none.
        step_time: how long the piece took to make, in milliseconds.
    """
    for start in range(0, len(piece.audio), MOST_AUDIO_BYTES):
        audio = piece.audio[start : start + MOST_AUDIO_BYTES]
        data = pybase64.b64encode_as_string(audio)
        yield Chunk(data=data, context_id=context_id, status_code=PARTIAL, step_time=round(step_time, 3))
    for some in _batches(piece.words):
        texts, starts, ends = _columns(some)
        words = WordTimestamps(words=texts, start=starts, end=ends)
        yield Timestamps(word_timestamps=words, context_id=context_id, status_code=PARTIAL)
    for some in _batches(piece.phonemes):
        texts, starts, ends = _columns(some)
        phonemes = PhonemeTimestamps(phonemes=texts, start=starts, end=ends)
        yield PhonemeTimestampsEvent(phoneme_timestamps=phonemes, context_id=context_id, status_code=PARTIAL)


def _columns(timings: Sequence[Timing]) -> tuple[list[str], list[float], list[float]]:
    return (
        [timing.text for timing in timings],
        [round(timing.start, _DIGITS) for timing in timings],
        [round(timing.end, _DIGITS) for timing in timings],
    )


def _batches(timings: Sequence[Timing]) -> Iterator[Sequence[Timing]]:
    """Yield the times in batches whose messages each stay under 64 KiB."""
    first = size = 0
    for place, timing in enumerate(timings):
        needed = len(msgspec.json.encode(timing.text)) + _MOST_TIME_BYTES
        size += needed
        if size > MOST_AUDIO_BYTES and place > first:
            yield timings[first:place]
            first, size = place, needed
    if timings:
        yield timings[first:]
