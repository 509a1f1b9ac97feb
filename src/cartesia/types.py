"""Everything that travels over the wire, once: what users write, what clients send, what servers answer.

The ``...Param`` classes are plain dictionaries with known keys, for users to write. The rest are Structs, which the
client decodes and the server encodes. A Struct also reads like a dictionary: ``event["audio"]`` is ``event.audio``.
"""

from collections.abc import Iterator
from typing import Any, ClassVar, Literal, NotRequired, TypeAlias, TypedDict

import msgspec
import pybase64
from msgspec import field

from cartesia.errors import APIResponseValidationError

# --- what users write ---

RawEncoding: TypeAlias = Literal["pcm_f32le", "pcm_s16le", "pcm_mulaw", "pcm_alaw"]
"""Little endian, mono: 32-bit float, 16-bit signed, and G.711 with one byte a sample."""

ModelSpeed: TypeAlias = Literal["slow", "normal", "fast"]


class RawOutputFormatParam(TypedDict):
    """Samples and nothing else."""

    container: Literal["raw"]
    encoding: RawEncoding
    sample_rate: int


class WAVOutputFormatParam(TypedDict):
    """Samples after a WAV header."""

    container: Literal["wav"]
    encoding: RawEncoding
    sample_rate: int


class MP3OutputFormatParam(TypedDict):
    """MP3; ``bit_rate`` in bits per second."""

    container: Literal["mp3"]
    sample_rate: int
    bit_rate: NotRequired[int]


OutputFormatParam: TypeAlias = RawOutputFormatParam | WAVOutputFormatParam | MP3OutputFormatParam


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
"""How a call names its voice; a string is an id."""


class GenerationConfigParam(TypedDict, total=False):
    """Controls of the third generation."""

    volume: float
    speed: float
    emotion: str


class MixItemParam(TypedDict, total=False):
    """One part of a mix: an id or an embedding, and its weight."""

    id: str
    embedding: list[float]
    weight: float


class LegacyOutput(TypedDict, total=False):
    """What the first generation's calls give: only the keys that an item has are there."""

    audio: bytes
    word_timestamps: dict[str, list[Any]]
    context_id: str


# --- Structs ---


class Record(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A Struct that also reads like a dictionary. Fields that are None count as absent keys."""

    also: ClassVar[tuple[str, ...]] = ()
    """Keys that are not fields but made of them."""

    def __getitem__(self, key: str) -> Any:
        if key not in self.__struct_fields__ and key not in self.also:
            raise KeyError(key)
        return getattr(self, key)

    def get(self, key: str, default: Any = None) -> Any:
        """The field of that name, or the default where it is absent."""
        value = self[key] if key in self.__struct_fields__ or key in self.also else None
        return default if value is None else value

    def keys(self) -> list[str]:
        """The names of the fields that are set."""
        return [name for name in (*self.__struct_fields__, *self.also) if getattr(self, name) is not None]

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def __contains__(self, key: object) -> bool:
        return key in self.keys()

    def to_dict(self) -> dict[str, Any]:
        """The fields that are set, in plain dictionaries and lists."""
        plain: dict[str, Any] = msgspec.to_builtins(self)
        return plain


class OutputFormat(Record, kw_only=True):
    """The form that audio is asked for in."""

    container: str
    encoding: str | None = None
    sample_rate: int | None = None
    """In Hz."""
    bit_rate: int | None = None
    """In bits per second; of compressed containers only."""


class GenerationRequest(Record, kw_only=True):
    """A request for speech, as any generation of clients sends it: unknown keys are ignored, nulls are absent keys."""

    model_id: str | None = None
    transcript: str | None = None
    voice: Any = None
    output_format: OutputFormat | None = None
    language: str | None = None
    duration: float | None = None
    speed: str | float | None = None
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
    """When each word sounds, in seconds from the start of the context's audio. The lists have equal lengths."""

    words: list[str]
    start: list[float]
    end: list[float]


class PhonemeTimestamps(Record, kw_only=True):
    """When each phoneme sounds (IPA), in seconds from the start of the context's audio."""

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

    # msgspec keeps the tag to the wire, so each event says it again; checkers narrow a union of events on it.
    type: ClassVar[Literal["chunk"]] = "chunk"
    data: str
    """The audio as it is on the wire: base64."""
    step_time: float | None = None
    """Milliseconds that the piece took to make."""

    also: ClassVar[tuple[str, ...]] = ("audio",)

    @property
    def audio(self) -> bytes:
        """The samples, in the encoding that was asked for; APIResponseValidationError where they are not base64.

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
    """All audio of the text before a flush has been sent."""

    type: ClassVar[Literal["flush_done"]] = "flush_done"
    flush_done: bool = field(default_factory=lambda: True)


class Done(Event, kw_only=True, tag="done"):
    """The context has ended."""

    type: ClassVar[Literal["done"]] = "done"


class Error(Event, kw_only=True, tag="error"):
    """The context has failed. The older form on the wire has ``error`` alone, the newer ``title`` and ``message``."""

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
    body: dict[str, Any] = {}


AnyEvent: TypeAlias = Chunk | Timestamps | PhonemeTimestampsEvent | FlushDone | Done | Error | Unknown

_decoder = msgspec.json.Decoder(Chunk | Timestamps | PhonemeTimestampsEvent | FlushDone | Done | Error)


def decode_event(data: bytes | str) -> AnyEvent:
    """Decode one message of the server. What is not a known event becomes an ``Unknown``; nothing is raised."""
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
    # A last message must end its context even when nothing else in it can be understood.
    done = body.get("done") is True
    if body.get("type") == "error" or (done and body.get("error")):
        text = body.get("error") or body.get("message") or "the server's error message could not be read"
        return Error(context_id=context_id if isinstance(context_id, str) else None, error=str(text), done=True)
    return Unknown(context_id=context_id if isinstance(context_id, str) else None, done=done, body=body)


class WebSocketTtsOutput(Record, kw_only=True):
    """What ``ws.send(voice=...)`` gives: one piece of the answer, or with ``stream=False`` all of it."""

    audio: bytes | None = None
    word_timestamps: WordTimestamps | None = None
    phoneme_timestamps: PhonemeTimestamps | None = None
    context_id: str | None = None
    flush_done: bool | None = None
    flush_id: int | None = None


class Voice(Record, kw_only=True):
    """A voice. Which fields are set depends on the version of the protocol that was asked for."""

    id: str
    name: str = ""
    description: str = ""
    language: str | None = None
    embedding: list[float] | None = None
    """192 numbers that determine how the voice sounds."""
    gender: str | None = None
    """``masculine``, ``feminine`` or ``gender_neutral``."""
    created_at: str | None = None
    """ISO 8601."""
    user_id: str | None = None
    is_public: bool | None = None
    is_owner: bool | None = None
    is_starred: bool | None = None
    access: str | None = None
    visibility: str | None = None
    tagline: str | None = None
    locales: list[dict[str, Any]] | None = None
    accent: Any = None
    country: str | None = None
    preview_file_url: str | None = None


class Status(Record, kw_only=True):
    """That the server is there, and the newest version of the protocol that it speaks."""

    ok: bool
    version: str


# Names of the published clients for the same things.
WebsocketResponse: TypeAlias = AnyEvent
TTSSSEEvent: TypeAlias = AnyEvent
TTSSSEChunkEvent: TypeAlias = Chunk
TTSSSETimestampsEvent: TypeAlias = Timestamps
TTSSSEPhonemeTimestampsEvent: TypeAlias = PhonemeTimestampsEvent
TTSSSEDoneEvent: TypeAlias = Done
TTSSSEErrorEvent: TypeAlias = Error
