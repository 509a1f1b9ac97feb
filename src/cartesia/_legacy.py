"""The call shapes of the first and second generation onto the core.

Which generation a call belongs to is decided by the call itself: ``voice_id=`` or ``voice_embedding=`` is the first,
``voice=`` a later one. The first is answered with plain dictionaries and raises errors where later ones give events.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cartesia._numbers import numbers
from cartesia.errors import APIStatusError, error_from
from cartesia.types import (
    AnyEvent,
    Chunk,
    Error,
    FlushDone,
    LegacyOutput,
    OutputFormatParam,
    PhonemeTimestamps,
    PhonemeTimestampsEvent,
    Timestamps,
    VoiceParam,
    WebSocketTtsOutput,
    WordTimestamps,
)


def voice_for(
    voice: VoiceParam | None,
    voice_id: str | None,
    voice_embedding: Sequence[float] | None,
    controls: Mapping[str, Any] | None = None,
) -> Any:
    """The voice as it goes over the wire, from any generation's arguments; ValueError where none names one."""
    if voice is not None:
        named: dict[str, Any] = {"mode": "id", "id": voice} if isinstance(voice, str) else {**voice}
    elif voice_id is None and voice_embedding is None:
        raise ValueError("which voice? pass voice=, or voice_id= or voice_embedding=")
    else:
        named = {"mode": "id", "id": voice_id} if voice_embedding is None else {"mode": "embedding"}
        if voice_embedding is not None:
            named["embedding"] = numbers(voice_embedding, "voice_embedding")
            if voice_id is not None:
                named["id"] = voice_id
    return {**named, "__experimental_controls": controls} if controls else named


def checked_text(transcript: Any) -> Any:
    """The transcript; TypeError where it is bytes, which would go over the wire as base64 and be read out as such."""
    if isinstance(transcript, (bytes, bytearray, memoryview)):
        raise TypeError(f"the transcript should be a str, not {type(transcript).__name__}; decode it first")
    return transcript


@dataclass(frozen=True)
class WholeUtterance:
    """One call of `ws.send`: what is sent, and in which form the answer is wanted."""

    fields: dict[str, Any]
    context_id: str | None
    first_generation: bool
    stream: bool
    add_timestamps: bool


def send(
    model_id: str,
    transcript: str,
    output_format: OutputFormatParam,
    voice_id: str | None = None,
    voice_embedding: Sequence[float] | None = None,
    context_id: str | None = None,
    duration: float | None = None,
    language: str | None = None,
    stream: bool = True,
    add_timestamps: bool = False,
    _experimental_voice_controls: Mapping[str, Any] | None = None,
    *,
    voice: VoiceParam | None = None,
    **more: Any,
) -> WholeUtterance:
    """Speak one utterance. It is sent at once; the answer is read as it is iterated.

    Args:
        model_id: the model.
        transcript: what to say.
        output_format: how the audio is wanted; the container must be ``raw``.
        voice_id: the voice by its id (first generation).
        voice_embedding: the voice by its 192 numbers (first generation).
        context_id: a name for this utterance, unique among those under way; else one is made.
        duration: the greatest length, in seconds.
        language: the language of the transcript; else the voice's.
        stream: give the answer piece by piece, else all in one.
        add_timestamps: also give the times of the words.
        voice: the voice (later generations).
        more: further fields of the request.

    Returns:
        With ``voice_id`` or ``voice_embedding`` dictionaries with the keys ``audio`` (bytes) or ``word_timestamps``,
        and ``context_id``; with ``voice`` objects with attributes of these names.

    Raises:
        ValueError: no voice was named, or the context is already open.
        APIError: the server refused, or the connection broke; also a RuntimeError.
    """
    fields = {
        "model_id": model_id,
        "transcript": checked_text(transcript),
        "voice": voice_for(voice, voice_id, voice_embedding, _experimental_voice_controls),
        "output_format": output_format,
        "duration": duration,
        "language": language,
        "add_timestamps": add_timestamps or None,
        **more,
    }
    fields = {name: value for name, value in fields.items() if value is not None}
    return WholeUtterance(fields, context_id, voice is None, stream, add_timestamps)


def error_of(event: Error) -> APIStatusError:
    """The exception that an error event stands for."""
    return error_from(event.status_code or 500, event.to_dict())


def v1_output(event: AnyEvent) -> LegacyOutput | None:
    """The event as the first generation gave it, None for those that it did not give; an error is raised."""
    output: LegacyOutput
    match event:
        case Chunk():
            output = {"audio": event.audio}
        case Timestamps():
            output = {"word_timestamps": event.word_timestamps.to_dict()}
        case Error():
            raise error_of(event)
        case _:
            return None
    if event.context_id is not None:
        output["context_id"] = event.context_id
    return output


def v1_merged(outputs: Iterable[LegacyOutput], *, add_timestamps: bool = False) -> LegacyOutput:
    """All outputs of a call in one."""
    merged: LegacyOutput = {"audio": b""}
    audio = bytearray()
    words: dict[str, list[Any]] = {"words": [], "start": [], "end": []}
    for output in outputs:
        audio += output.get("audio", b"")
        for key, values in output.get("word_timestamps", {}).items():
            words[key] += values
        if "context_id" in output:
            merged["context_id"] = output["context_id"]
    merged["audio"] = bytes(audio)
    if add_timestamps:
        merged["word_timestamps"] = words
    return merged


def v2_output(event: AnyEvent) -> WebSocketTtsOutput | None:
    """The event as ``ws.send(voice=...)`` gives it, None for those that it does not give; an error is raised."""
    output = WebSocketTtsOutput(context_id=event.context_id, flush_id=event.flush_id)
    match event:
        case Chunk():
            output.audio = event.audio
        case Timestamps():
            output.word_timestamps = event.word_timestamps
        case PhonemeTimestampsEvent():
            output.phoneme_timestamps = event.phoneme_timestamps
        case FlushDone():
            output.flush_done = True
        case Error():
            raise error_of(event)
        case _:
            return None
    return output


def v2_merged(outputs: Iterable[WebSocketTtsOutput]) -> WebSocketTtsOutput:
    """All outputs of a call in one."""
    merged = WebSocketTtsOutput()
    audio = bytearray()
    for output in outputs:
        merged.context_id = output.context_id
        audio += output.audio or b""
        if (words := output.word_timestamps) is not None:
            all_words = merged.word_timestamps or WordTimestamps(words=[], start=[], end=[])
            all_words.words += words.words
            all_words.start += words.start
            all_words.end += words.end
            merged.word_timestamps = all_words
        if (phonemes := output.phoneme_timestamps) is not None:
            all_phonemes = merged.phoneme_timestamps or PhonemeTimestamps(phonemes=[], start=[], end=[])
            all_phonemes.phonemes += phonemes.phonemes
            all_phonemes.start += phonemes.start
            all_phonemes.end += phonemes.end
            merged.phoneme_timestamps = all_phonemes
    merged.audio = bytes(audio)
    return merged
