"""Pieces of speech as the events of the protocol."""

from collections.abc import Iterator

import pybase64

from cartesia.types import (
    AnyEvent,
    Chunk,
    PhonemeTimestamps,
    PhonemeTimestampsEvent,
    Timestamps,
    WordTimestamps,
)
from cartesia_server.speech import Piece

PARTIAL = 206
"""The status of every event that is not the last one."""
MOST_AUDIO_BYTES = 44_000
"""Of one event: in base64 and with what stands around it a message stays under 64 KiB."""
_DIGITS = 4


def events_of(piece: Piece, context_id: str | None, step_time: float) -> Iterator[AnyEvent]:
    """The events that carry a piece.

    Args:
        piece: some audio, and the words and phonemes that became known with it.
        context_id: of every event.
        step_time: how long the piece took to make, in milliseconds.
    """
    for start in range(0, len(piece.audio), MOST_AUDIO_BYTES):
        audio = piece.audio[start : start + MOST_AUDIO_BYTES]
        data = pybase64.b64encode_as_string(audio)
        yield Chunk(data=data, context_id=context_id, status_code=PARTIAL, step_time=round(step_time, 3))
    if piece.words:
        words = WordTimestamps(
            words=[word.text for word in piece.words],
            start=[round(word.start, _DIGITS) for word in piece.words],
            end=[round(word.end, _DIGITS) for word in piece.words],
        )
        yield Timestamps(word_timestamps=words, context_id=context_id, status_code=PARTIAL)
    if piece.phonemes:
        phonemes = PhonemeTimestamps(
            phonemes=[phoneme.text for phoneme in piece.phonemes],
            start=[round(phoneme.start, _DIGITS) for phoneme in piece.phonemes],
            end=[round(phoneme.end, _DIGITS) for phoneme in piece.phonemes],
        )
        yield PhonemeTimestampsEvent(phoneme_timestamps=phonemes, context_id=context_id, status_code=PARTIAL)
