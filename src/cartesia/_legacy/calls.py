"""Calls in the shapes of the first and second generation, and what they return.

The call itself decides its generation: ``voice_id=`` or ``voice_embedding=`` is the first, ``voice=`` a later one. The
first returns plain dictionaries, and raises errors where later ones return events.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from cartesia._given import drop_none
from cartesia._numbers import to_numbers
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

Times = TypeVar("Times", WordTimestamps, PhonemeTimestamps)


def voice_for(
    voice: VoiceParam | None,
    voice_id: str | None,
    voice_embedding: Sequence[float] | None,
    controls: Mapping[str, Any] | None = None,
) -> Any:
    """Return the voice as it goes over the wire, from the arguments of any generation.

    Args:
        voice: the voice's id, or a dictionary with ``id`` or ``embedding`` (later generations).
        voice_id: the voice by its id (first generation).
        voice_embedding: the voice by its 192 numbers (first generation).
        controls: the first generation's controls of speed and emotion.

    Raises:
        ValueError: none of them names a voice.
    """
    if voice is not None:
        named: dict[str, Any] = {"mode": "id", "id": voice} if isinstance(voice, str) else {**voice}
    elif voice_id is None and voice_embedding is None:
        raise ValueError("which voice? pass voice=, or voice_id= or voice_embedding=")
    else:
        named = {"mode": "id", "id": voice_id} if voice_embedding is None else {"mode": "embedding"}
        if voice_embedding is not None:
            named["embedding"] = to_numbers(voice_embedding, "voice_embedding")
            if voice_id is not None:
                named["id"] = voice_id
    return {**named, "__experimental_controls": controls} if controls else named


def check_text(transcript: Any) -> Any:
    """Return the transcript; TypeError where it is bytes, which would be sent as base64 and read out as such."""
    if isinstance(transcript, (bytes, bytearray, memoryview)):
        raise TypeError(f"the transcript should be a str, not {type(transcript).__name__}; decode it first")
    return transcript


@dataclass(frozen=True)
class UtteranceRequest:
    """One call of `ws.send`: what is sent, and the form of the answer."""

    fields: dict[str, Any]
    context_id: str | None
    first_generation: bool
    stream: bool
    add_timestamps: bool

    def output(self, event: AnyEvent) -> Any:
        """Return the event in the form of the call's generation; None where it has none. An error is raised."""
        return v1_output(event) if self.first_generation else v2_output(event)

    def merge(self, outputs: Iterable[Any]) -> Any:
        """Return all outputs of the call in one."""
        return merge_v1(outputs, add_timestamps=self.add_timestamps) if self.first_generation else merge_v2(outputs)


def utterance_request(
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
) -> UtteranceRequest:
    """Speak one utterance. It is sent at once; the answer is read as it is iterated.

    Args:
        model_id: the model.
        transcript: what to say.
        output_format: the format of the audio; the container must be ``raw``.
        voice_id: the voice by its id (first generation).
        voice_embedding: the voice by its 192 numbers (first generation).
        context_id: a name for this utterance, unique among those under way; by default one is generated.
        duration: the maximum length, in seconds.
        language: the code of the transcript's language; by default the voice's.
        stream: return the answer piece by piece, rather than all in one.
        add_timestamps: also send the times of the words.
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
        "transcript": check_text(transcript),
        "voice": voice_for(voice, voice_id, voice_embedding, _experimental_voice_controls),
        "output_format": output_format,
        "duration": duration,
        "language": language,
        "add_timestamps": add_timestamps or None,
        **more,
    }
    return UtteranceRequest(drop_none(fields), context_id, voice is None, stream, add_timestamps)


def error_from_event(event: Error) -> APIStatusError:
    """Return the exception that an error event stands for."""
    return error_from(event.status_code or 500, event.to_dict())


def v1_output(event: AnyEvent) -> LegacyOutput | None:
    """Return the event in the form of the first generation; None where it has none. An error is raised."""
    output: LegacyOutput
    match event:
        case Chunk():
            output = {"audio": event.audio}
        case Timestamps():
            output = {"word_timestamps": event.word_timestamps.to_dict()}
        case Error():
            raise error_from_event(event)
        case _:
            return None
    if event.context_id is not None:
        output["context_id"] = event.context_id
    return output


def merge_v1(outputs: Iterable[LegacyOutput], *, add_timestamps: bool = False) -> LegacyOutput:
    """Return all outputs of a call in one."""
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
    """Return the event in the form of ``ws.send(voice=...)``; None where it has none. An error is raised."""
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
            raise error_from_event(event)
        case _:
            return None
    return output


def merge_v2(outputs: Iterable[WebSocketTtsOutput]) -> WebSocketTtsOutput:
    """Return all outputs of a call in one."""
    merged = WebSocketTtsOutput()
    audio = bytearray()
    for output in outputs:
        merged.context_id = output.context_id
        audio += output.audio or b""
        merged.word_timestamps = _join(merged.word_timestamps, output.word_timestamps)
        merged.phoneme_timestamps = _join(merged.phoneme_timestamps, output.phoneme_timestamps)
    merged.audio = bytes(audio)
    return merged


def _join(first: Times | None, second: Times | None) -> Times | None:
    if first is None or second is None:
        return first or second
    lists = {name: first[name] + second[name] for name in first.__struct_fields__}
    return type(first)(**lists)
