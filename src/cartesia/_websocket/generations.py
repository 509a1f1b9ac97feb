"""The generations of the library that a context may belong to, and what it sends and returns in each.

A context belongs to the generation of the calls that opened it:

- ``websocket_connect()`` and its ``connection.context()``: the third, regardless of the calls on it;
- ``websocket()`` and its ``ws.context()``: decided by how the first call names the voice. ``send(voice_id=...)`` or
  ``send(voice_embedding=...)`` is the first, ``send(voice=...)`` the second, ``push(...)`` the third.

======  ====================  =======================  ==========================  ============================
        `send` without        an empty text, though    `receive` returns           an error of the server
        ``continue_``         more is to follow
======  ====================  =======================  ==========================  ============================
first   was all the text      ValueError               dictionaries                is raised
second  more may follow       ValueError               objects                     is raised
third   more may follow       is not sent              events, also the last one   is the last event
======  ====================  =======================  ==========================  ============================

In the second generation `send` without ``continue_`` was all the text. The same call means the opposite in the third,
so one of the two had to give way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cartesia._given import drop_none
from cartesia._legacy.calls import check_text, v1_output, v2_output, voice_for
from cartesia.types import AnyEvent, GenerationConfigParam, OutputFormatParam, VoiceParam

if TYPE_CHECKING:
    from typing_extensions import TypeVar

    # With a default, so that programs may write the class without saying what it gives.
    Output = TypeVar("Output", default=AnyEvent)
else:
    from typing import TypeVar

    Output = TypeVar("Output")


@dataclass(frozen=True)
class Generation:
    """The behaviour of contexts of one generation."""

    continues: bool
    """More text may follow a `send` without ``continue_``."""
    empty_text: bool
    """An empty text is allowed where more is to follow."""
    output: Callable[[AnyEvent], Any]
    """Returns the event in the form of `receive`, or None where it has none; raises where errors are raised."""


def _as_it_is(event: AnyEvent) -> AnyEvent:
    return event


FIRST = Generation(continues=False, empty_text=False, output=v1_output)
SECOND = Generation(continues=True, empty_text=False, output=v2_output)
THIRD = Generation(continues=True, empty_text=True, output=_as_it_is)

DEFAULTS: dict[str, Any] = {
    "model_id": "sonic-latest",
    "output_format": {"container": "raw", "encoding": "pcm_f32le", "sample_rate": 44100},
}
"""The model and format of contexts that name none. There is no default voice."""


@dataclass(frozen=True)
class TextRequest:
    """One call of `send` or `push`: the text, and the fields passed with it."""

    transcript: str | Iterable[str]
    fields: dict[str, Any]
    generation: Generation
    continue_: bool | None = None
    context_id: str | None = None


def send_request(
    model_id: str | None = None,
    transcript: str | Iterable[str] = "",
    output_format: OutputFormatParam | None = None,
    voice_id: str | None = None,
    voice_embedding: Sequence[float] | None = None,
    context_id: str | None = None,
    *,
    voice: VoiceParam | None = None,
    continue_: bool | None = None,
    flush: bool | None = None,
    duration: float | None = None,
    language: str | None = None,
    add_timestamps: bool | None = None,
    add_phoneme_timestamps: bool | None = None,
    generation_config: GenerationConfigParam | None = None,
    max_buffer_delay_ms: int | None = None,
    _experimental_voice_controls: Mapping[str, Any] | None = None,
    **more: Any,
) -> TextRequest:
    """Send text. Model, voice and format default to those of the context, or of the text before.

    Args:
        model_id: the model; by default ``sonic-latest``.
        transcript: the text; texts are joined as they are, so spaces between them belong to them. On the blocking
            client it may be an iterator of texts: then a generator is returned, which sends them while it yields audio.
        output_format: the format of the audio, with the container ``raw``; by default 32-bit float at 44100 Hz.
        voice_id: the voice by its id (first generation).
        voice_embedding: the voice by its 192 numbers (first generation).
        context_id: the id of this context; it may be left out.
        voice: the voice (later generations).
        continue_: more text may follow. By default False with ``voice_id`` or ``voice_embedding``, else True.
        flush: have all text so far spoken now.
        duration: the maximum length, in seconds.
        language: the code of the text's language; by default the voice's.
        add_timestamps: also send the times of the words.
        add_phoneme_timestamps: also send the times of the phonemes.
        generation_config: speed, volume and emotion.
        max_buffer_delay_ms: the longest time to wait for the rest of a sentence, in milliseconds.
        more: further fields of the request.

    Raises:
        ValueError: no voice was named, the context takes no more text, ``context_id`` is another context's, or the text
            is empty where it must not be.
        WebSocketConnectionClosedError: the connection was lost after the context had started.
        APIConnectionError: no connection can be opened.
    """
    named = (voice, voice_id, voice_embedding)
    fields: dict[str, Any] = {
        "model_id": model_id,
        "output_format": output_format,
        "voice": None if named == (None, None, None) else voice_for(*named, _experimental_voice_controls),
        "flush": flush,
        "duration": duration,
        "language": language,
        "add_timestamps": add_timestamps,
        "add_phoneme_timestamps": add_phoneme_timestamps,
        "generation_config": generation_config,
        "max_buffer_delay_ms": max_buffer_delay_ms,
        **more,
    }
    first = voice is None and (voice_id is not None or voice_embedding is not None)
    return TextRequest(check_text(transcript), drop_none(fields), FIRST if first else SECOND, continue_, context_id)


def push_request(
    transcript: str, *, continue_: bool = True, voice: VoiceParam | None = None, **more: Any
) -> TextRequest:
    """Send text. Model, voice and format default to those of the context, or of the text before.

    Args:
        transcript: the text; texts are joined as they are, so spaces between them belong to them. An empty one is
            not sent where more may follow.
        continue_: more text may follow.
        voice: the voice, if it differs from the context's.
        more: further fields of the request, such as ``flush`` or ``generation_config``.

    Raises:
        TypeError: the transcript is not a text.
        ValueError: no voice was named, or the context takes no more text.
        WebSocketConnectionClosedError: the connection was lost after the context had started.
        APIConnectionError: no connection can be opened.
    """
    if not isinstance(transcript, str):
        raise TypeError(f"push takes one text, not {type(transcript).__name__}; push each text as it comes")
    fields = {"voice": None if voice is None else voice_for(voice, None, None), **more}
    return TextRequest(transcript, drop_none(fields), THIRD, continue_)


@dataclass(frozen=True)
class ContextRequest:
    """One call of `connection.context`."""

    context_id: str | None
    timeout: float | None
    fields: dict[str, Any]


def context_request(
    context_id: str | None = None,
    *,
    timeout: float | None = None,
    model_id: str | None = None,
    voice: VoiceParam | None = None,
    output_format: OutputFormatParam | None = None,
    language: str | None = None,
    add_timestamps: bool | None = None,
    add_phoneme_timestamps: bool | None = None,
    generation_config: GenerationConfigParam | None = None,
    max_buffer_delay_ms: int | None = None,
    pronunciation_dict_id: str | None = None,
    use_normalized_timestamps: bool | None = None,
) -> ContextRequest:
    """Open a context: a text that is spoken while it is still being sent. Nothing is sent yet.

    Args:
        context_id: a name for it, unique among the open ones of the connection; by default one is generated.
        timeout: seconds that `receive` waits for each event; by default as long as the connection lasts.
        model_id: the model; by default ``sonic-latest``.
        voice: the voice.
        output_format: the format of the audio, with the container ``raw``; by default 32-bit float at 44100 Hz.
        language: the code of the text's language; by default the voice's.
        add_timestamps: also send the times of the words.
        add_phoneme_timestamps: also send the times of the phonemes.
        generation_config: speed, volume and emotion.
        max_buffer_delay_ms: the longest time to wait for the rest of a sentence, in milliseconds.
        pronunciation_dict_id: the id of a pronunciation dictionary.
        use_normalized_timestamps: name the words as they are spoken, not as they are written.

    Raises:
        ValueError: a context with that id is open.
    """
    fields = {
        "model_id": model_id,
        "voice": None if voice is None else voice_for(voice, None, None),
        "output_format": output_format,
        "language": language,
        "add_timestamps": add_timestamps,
        "add_phoneme_timestamps": add_phoneme_timestamps,
        "generation_config": generation_config,
        "max_buffer_delay_ms": max_buffer_delay_ms,
        "pronunciation_dict_id": pronunciation_dict_id,
        "use_normalized_timestamps": use_normalized_timestamps,
    }
    return ContextRequest(context_id, timeout, drop_none(fields))


class MessageBuilder:
    """The builder of the messages of one context. It remembers what later messages have to repeat."""

    def __init__(
        self, context_id: str, fields: dict[str, Any] | None = None, generation: Generation | None = None
    ) -> None:
        """Make a builder.

        Args:
            context_id: the id of the context.
            fields: the fields that the context was opened with; they are part of each message.
            generation: the generation of the context, where the first text does not decide it.
        """
        self._context_id = context_id
        self._fields = fields or {}
        self._repeated: dict[str, Any] = {}
        self._generation = generation

    def output(self, event: AnyEvent) -> Any:
        """Return the event in the form of the context's generation; None where it has none.

        The generation is looked up each time: a context may be received before the text that decides it is sent.
        """
        return (self._generation or THIRD).output(event)

    def check(self, text: TextRequest) -> Generation:
        """Check what was passed with a text, and remember what later messages have to repeat.

        Returns:
            The generation of the context.

        Raises:
            ValueError: it cannot be sent.
        """
        if text.context_id not in (None, self._context_id):
            raise ValueError(f"this is context {self._context_id!r}, not {text.context_id!r}")
        if "voice" not in {**self._fields, **self._repeated, **text.fields}:
            raise ValueError("which voice? pass voice= here, or where the context is opened")
        if self._generation is None:
            self._generation = text.generation
        # All messages of a context name the same model, voice and format; the rest is for one text alone.
        self._repeated |= {
            name: text.fields[name] for name in ("model_id", "voice", "output_format") if name in text.fields
        }
        return self._generation

    def text(self, text: TextRequest, transcript: str) -> tuple[dict[str, Any], bool] | None:
        """Return the fields of a message, and whether more may follow; None where nothing has to be sent.

        Args:
            text: the call.
            transcript: its text, or one of its texts.

        Raises:
            TypeError: the transcript is not a text.
            ValueError: it cannot be sent.
        """
        if not isinstance(transcript, str):
            raise TypeError(f"each text should be a str, not {type(transcript).__name__}")
        generation = self.check(text)
        more = generation.continues if text.continue_ is None else text.continue_
        if more and not transcript and not text.fields.get("flush"):
            if not generation.empty_text:
                raise ValueError("an empty transcript says nothing where more is to follow; pass flush=True to flush")
            return None
        return {**self._common_fields(), **text.fields, "transcript": transcript}, more

    def without_text(self, **fields: Any) -> dict[str, Any]:
        """Return the fields of a message that ends or flushes the text."""
        return {**self._common_fields(), **fields, "transcript": ""}

    def _common_fields(self) -> dict[str, Any]:
        return {**DEFAULTS, **self._fields, **self._repeated}
