"""The types of everything that travels over the wire: what users write, clients send and servers answer.

The ``...Param`` classes are plain dictionaries with known keys, for users to write. The rest are Structs, which the
client decodes and the server encodes. A Struct also reads like a dictionary: ``event["audio"]`` is ``event.audio``.
"""

from typing import Any, ClassVar, Literal, NotRequired, TypeAlias, TypedDict

import msgspec
import pybase64
from msgspec import field

from cartesia.errors import APIResponseValidationError
from cartesia.types.account import (
    AccessToken,
    GrantsParam,
    PronunciationDict,
    PronunciationDictItem,
    PronunciationDictItemParam,
    Status,
)
from cartesia.types.record import Record
from cartesia.types.voices import (
    Accent,
    CloneMode,
    Embedding,
    Gender,
    ListAccentsResponse,
    MixItemParam,
    Voice,
)

__all__ = [
    "Accent",
    "AccessToken",
    "AccessTokenCreateResponse",
    "AnyEvent",
    "Chunk",
    "CloneMode",
    "Done",
    "Embedding",
    "EmbeddingResponse",
    "Error",
    "Event",
    "FlushDone",
    "Gender",
    "GenerationConfigParam",
    "GenerationRequest",
    "GetStatusResponse",
    "GrantsParam",
    "LegacyOutput",
    "ListAccentsResponse",
    "MP3OutputFormatParam",
    "MixItemParam",
    "ModelSpeed",
    "OutputFormat",
    "OutputFormatParam",
    "PhonemeTimestamps",
    "PhonemeTimestampsEvent",
    "PronunciationDict",
    "PronunciationDictItem",
    "PronunciationDictItemParam",
    "RawEncoding",
    "RawOutputFormatParam",
    "Record",
    "Status",
    "TTSSSEChunkEvent",
    "TTSSSEDoneEvent",
    "TTSSSEErrorEvent",
    "TTSSSEEvent",
    "TTSSSEPhonemeTimestampsEvent",
    "TTSSSETimestampsEvent",
    "Timestamps",
    "TokenResponse",
    "Unknown",
    "Voice",
    "VoiceControlsParam",
    "VoiceEmbeddingParam",
    "VoiceIDParam",
    "VoiceMetadata",
    "VoiceParam",
    "VoiceSpecifierParam",
    "WAVOutputFormatParam",
    "WebSocketTtsOutput",
    "WebsocketResponse",
    "WordTimestamps",
    "decode_event",
]

# --- what users write ---

RawEncoding: TypeAlias = Literal["pcm_f32le", "pcm_s16le", "pcm_mulaw", "pcm_alaw"]
"""Encodings of samples, little endian, mono: 32-bit float, 16-bit signed, and G.711 with one byte a sample."""

ModelSpeed: TypeAlias = Literal["slow", "normal", "fast"]


class SamplesParam(TypedDict):
    """The parameters of uncompressed audio."""

    encoding: RawEncoding
    sample_rate: int


class RawOutputFormatParam(SamplesParam):
    """Samples without a header."""

    container: Literal["raw"]


class WAVOutputFormatParam(SamplesParam):
    """Samples after a WAV header."""

    container: Literal["wav"]


class MP3OutputFormatParam(TypedDict):
    """MP3; ``bit_rate`` in bits per second."""

    container: Literal["mp3"]
    sample_rate: int
    bit_rate: NotRequired[int]


class OggOutputFormatParam(TypedDict):
    """Opus in Ogg; ``bit_rate`` in bits per second. Beyond the protocol: this project's server has it."""

    container: Literal["ogg"]
    sample_rate: int
    bit_rate: NotRequired[int]


class FLACOutputFormatParam(TypedDict):
    """The samples of pcm_s16le as FLAC. Beyond the protocol: this project's server has it."""

    container: Literal["flac"]
    sample_rate: int


OutputFormatParam: TypeAlias = (
    RawOutputFormatParam | WAVOutputFormatParam | MP3OutputFormatParam | OggOutputFormatParam | FLACOutputFormatParam
)


class VoiceControlsParam(TypedDict, total=False):
    """The first generation's voice controls."""

    speed: str | float
    emotion: list[str]


VoiceIDParam = TypedDict(
    "VoiceIDParam",
    {"mode": NotRequired[Literal["id"]], "id": str, "__experimental_controls": NotRequired[VoiceControlsParam]},
)
"""A voice by its id."""

VoiceEmbeddingParam = TypedDict(
    "VoiceEmbeddingParam",
    {
        "mode": NotRequired[Literal["embedding"]],
        "embedding": list[float],
        "__experimental_controls": NotRequired[VoiceControlsParam],
    },
)
"""A voice by the 192 numbers of its sound."""

VoiceSpecifierParam: TypeAlias = VoiceIDParam | VoiceEmbeddingParam
VoiceParam: TypeAlias = str | VoiceSpecifierParam
"""The voice of a call; a string is an id."""


class GenerationConfigParam(TypedDict, total=False):
    """Controls of the third generation."""

    volume: float
    speed: float
    emotion: str


class LegacyOutput(TypedDict, total=False):
    """The result of the first generation's calls; keys without a value are absent."""

    audio: bytes
    word_timestamps: dict[str, list[Any]]
    context_id: str


# --- Structs ---


class OutputFormat(Record, kw_only=True):
    """The format in which audio is requested."""

    container: str
    encoding: str | None = None
    sample_rate: int | None = None
    """In Hz."""
    bit_rate: int | None = None
    """In bits per second; for compressed containers only."""


class GenerationRequest(Record, kw_only=True):
    """A request for speech, as any generation of clients sends it: unknown keys are ignored, nulls are absent keys."""

    model_id: str | None = None
    transcript: str | None = None
    voice: Any = None
    output_format: OutputFormat | None = None
    language: str | None = None
    locale: str | None = None
    """The language with its region; newer clients send it instead of ``language``."""
    duration: float | None = None
    speed: str | float | None = None
    experimental_controls: Any = field(name="__experimental_controls", default=None)
    """The first generation's controls, where they are not part of the voice."""
    generation_config: dict[str, Any] | None = None
    pronunciation_dict_id: str | None = None
    context_id: str | None = None
    add_timestamps: bool | None = None
    add_phoneme_timestamps: bool | None = None
    use_normalized_timestamps: bool | None = None
    continue_: bool | None = field(name="continue", default=None)
    flush: bool | None = None
    cancel: bool | None = None
    max_buffer_delay_ms: int | None = None


class WordTimestamps(Record, kw_only=True):
    """The times of words, in seconds from the start of the context's audio. The lists have equal lengths."""

    words: list[str]
    start: list[float]
    end: list[float]


class PhonemeTimestamps(Record, kw_only=True):
    """The times of phonemes (IPA), in seconds from the start of the context's audio. The lists have equal lengths."""

    phonemes: list[str]
    start: list[float]
    end: list[float]


class Event(Record, kw_only=True, tag_field="type"):
    """A message from the server about one context."""

    context_id: str | None = None
    status_code: int | None = None
    # A default factory, because clients of the first generation need the key also where it is false, and
    # `omit_defaults` leaves out a plain default.
    done: bool = field(default_factory=bool)
    flush_id: int | None = None


class Chunk(Event, kw_only=True, tag="chunk"):
    """A piece of audio."""

    # msgspec has the tag on the wire only, so each event declares it again; checkers narrow unions of events by it.
    type: ClassVar[Literal["chunk"]] = "chunk"
    data: str
    """The audio in base64, as on the wire."""
    step_time: float | None = None
    """The milliseconds that generating the piece took."""

    also: ClassVar[tuple[str, ...]] = ("audio",)

    @property
    def audio(self) -> bytes:
        """The samples, in the requested encoding; APIResponseValidationError where they are not base64.

        Decoded here, and not with the rest of the message, because that takes a third of the time
        (benchmarks/decode.py): with ``validate`` the decoder need not look for characters to skip.
        """
        try:
            return pybase64.b64decode(self.data, validate=True)
        except ValueError as error:
            raise APIResponseValidationError(f"the audio of a chunk is not base64: {error}") from error


class Timestamps(Event, kw_only=True, tag="timestamps"):
    """Times of words."""

    type: ClassVar[Literal["timestamps"]] = "timestamps"
    word_timestamps: WordTimestamps


class PhonemeTimestampsEvent(Event, kw_only=True, tag="phoneme_timestamps"):
    """Times of phonemes."""

    type: ClassVar[Literal["phoneme_timestamps"]] = "phoneme_timestamps"
    phoneme_timestamps: PhonemeTimestamps


class FlushDone(Event, kw_only=True, tag="flush_done"):
    """The end of the audio of the text before a flush."""

    type: ClassVar[Literal["flush_done"]] = "flush_done"
    flush_done: bool = field(default_factory=lambda: True)


class Done(Event, kw_only=True, tag="done"):
    """The end of a context."""

    type: ClassVar[Literal["done"]] = "done"


class Error(Event, kw_only=True, tag="error"):
    """The failure of a context. The older form on the wire has ``error`` alone, the newer ``title`` and ``message``."""

    type: ClassVar[Literal["error"]] = "error"
    title: str | None = None
    message: str | None = None
    error_code: str | None = None
    request_id: str | None = None
    doc_url: str | None = None
    error: str | None = None
    """``title: message``."""

    def __post_init__(self) -> None:
        if self.error is None:
            self.error = ": ".join(part for part in (self.title, self.message) if part) or None
        elif self.title is None and self.message is None:
            title, separator, message = self.error.partition(": ")
            self.title, self.message = (title, message) if separator else (None, self.error)


class Unknown(Event, kw_only=True, tag="unknown"):
    """A message of a type that this version of the library does not know."""

    type: ClassVar[Literal["unknown"]] = "unknown"
    body: dict[str, Any] = field(default_factory=dict)


AnyEvent: TypeAlias = Chunk | Timestamps | PhonemeTimestampsEvent | FlushDone | Done | Error | Unknown

_decoder = msgspec.json.Decoder(Chunk | Timestamps | PhonemeTimestampsEvent | FlushDone | Done | Error)


def decode_event(data: bytes | str) -> AnyEvent:
    """Decode one message of the server. An unknown message becomes an ``Unknown``; nothing is raised."""
    try:
        event: AnyEvent = _decoder.decode(data)
        return event
    except msgspec.MsgspecError:
        pass
    try:
        body = msgspec.json.decode(data)
    except msgspec.MsgspecError:
        body = None
    if not isinstance(body, dict):
        return Unknown()
    context_id = body.get("context_id")
    # A last message must end its context even if nothing else in it can be decoded.
    done = body.get("done") is True
    if body.get("type") == "error" or (done and body.get("error")):
        text = body.get("error") or body.get("message") or "the server's error message could not be read"
        return Error(context_id=context_id if isinstance(context_id, str) else None, error=str(text), done=True)
    return Unknown(context_id=context_id if isinstance(context_id, str) else None, done=done, body=body)


class WebSocketTtsOutput(Record, kw_only=True):
    """The result of ``ws.send(voice=...)``: one piece of the answer, or with ``stream=False`` all of it."""

    audio: bytes | None = None
    word_timestamps: WordTimestamps | None = None
    phoneme_timestamps: PhonemeTimestamps | None = None
    context_id: str | None = None
    flush_done: bool | None = None
    flush_id: int | None = None


# Names of the published clients for the same things.
WebsocketResponse: TypeAlias = AnyEvent
TTSSSEEvent: TypeAlias = AnyEvent
TTSSSEChunkEvent: TypeAlias = Chunk
TTSSSETimestampsEvent: TypeAlias = Timestamps
TTSSSEPhonemeTimestampsEvent: TypeAlias = PhonemeTimestampsEvent
TTSSSEDoneEvent: TypeAlias = Done
TTSSSEErrorEvent: TypeAlias = Error
VoiceMetadata: TypeAlias = Voice
EmbeddingResponse: TypeAlias = Embedding
GetStatusResponse: TypeAlias = Status
AccessTokenCreateResponse: TypeAlias = AccessToken
TokenResponse: TypeAlias = AccessToken
