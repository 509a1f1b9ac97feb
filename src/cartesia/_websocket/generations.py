"""Which generation of the library a context belongs to, and what it sends and gives for that.

A context belongs to the generation of the calls that opened it:

- ``websocket_connect()`` and its ``connection.context()``: the third, whatever is called on it;
- ``websocket()`` and its ``ws.context()``: what the first call names the voice with decides. ``send(voice_id=...)`` or
  ``send(voice_embedding=...)`` is the first, ``send(voice=...)`` the second, ``push(...)`` the third.

======  ====================  =======================  ==========================  ============================
        `send` without        an empty text, though    `receive` gives             an error of the server
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

from cartesia._legacy import checked_text, v1_output, v2_output, voice_for
from cartesia._websocket.router import ContextState
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
    """How contexts of one generation behave."""

    continues: bool
    """More text may follow a `send` that does not say."""
    empty_text: bool
    """An empty text is allowed where more is to follow."""
    output: Callable[[AnyEvent], Any]
    """The event as `receive` gives it, None for those that it does not give; raises where errors are raised."""


def _event(event: AnyEvent) -> AnyEvent:
    return event


FIRST = Generation(continues=False, empty_text=False, output=v1_output)
SECOND = Generation(continues=True, empty_text=False, output=v2_output)
THIRD = Generation(continues=True, empty_text=True, output=_event)

DEFAULTS: dict[str, Any] = {
    "model_id": "sonic-latest",
    "output_format": {"container": "raw", "encoding": "pcm_f32le", "sample_rate": 44100},
}
"""What a context asks for where the program names neither model nor format. There is no such voice."""


@dataclass(frozen=True)
class Text:
    """One call of `send` or `push`: what to say, and what was given along with it."""

    transcript: str | Iterable[str]
    fields: dict[str, Any]
    generation: Generation
    continue_: bool | None = None
    context_id: str | None = None


def send(
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
) -> Text:
    """Send text. What is not given is as the context was opened with, or as it was sent before.

    Args:
        model_id: the model; else ``sonic-latest``.
        transcript: the text; texts are joined as they are, so spaces between them belong to them. On the blocking
            client also an iterator of texts: then a generator is returned, which sends them while it gives the audio.
        output_format: how the audio is wanted, with the container ``raw``; else 32-bit float at 44100 Hz.
        voice_id: the voice by its id (first generation).
        voice_embedding: the voice by its 192 numbers (first generation).
        context_id: the id of this context, if anything.
        voice: the voice (later generations).
        continue_: more text may follow. Without it: False with ``voice_id`` or ``voice_embedding``, else True.
        flush: have all text so far spoken now.
        duration: the greatest length, in seconds.
        language: the language of the text; else the voice's.
        add_timestamps: also give the times of the words.
        add_phoneme_timestamps: also give the times of the phonemes.
        generation_config: speed, volume and emotion.
        max_buffer_delay_ms: how long the server may wait for the rest of a sentence, in milliseconds.
        more: further fields of the request.

    Raises:
        ValueError: no voice is known, the context takes no more text, ``context_id`` is another context's, or the text
            is empty where it may not be.
        WebSocketConnectionClosedError: the connection was lost after the context had started.
        APIConnectionError: no connection can be had.
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
    return Text(checked_text(transcript), _given(fields), FIRST if first else SECOND, continue_, context_id)


def push(transcript: str, *, continue_: bool = True, voice: VoiceParam | None = None, **more: Any) -> Text:
    """Send text. What is not given is as the context was opened with, or as it was sent before.

    Args:
        transcript: the text; texts are joined as they are, so spaces between them belong to them. Nothing is sent for
            an empty one that more may follow.
        continue_: more text may follow.
        voice: the voice, where it is another than the context's.
        more: further fields of the request, such as ``flush`` or ``generation_config``.

    Raises:
        TypeError: the transcript is not a text.
        ValueError: no voice is known, or the context takes no more text.
        WebSocketConnectionClosedError: the connection was lost after the context had started.
        APIConnectionError: no connection can be had.
    """
    if not isinstance(transcript, str):
        raise TypeError(f"push takes one text, not {type(transcript).__name__}; push each text as it comes")
    fields = {"voice": None if voice is None else voice_for(voice, None, None), **more}
    return Text(transcript, _given(fields), THIRD, continue_)


@dataclass(frozen=True)
class Opening:
    """One call of `connection.context`."""

    context_id: str | None
    timeout: float | None
    fields: dict[str, Any]


def context(
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
) -> Opening:
    """Open a context: a text that is spoken while it is still being sent. Nothing is sent yet.

    Args:
        context_id: a name for it, unique among the open ones of the connection; else one is made.
        timeout: how many seconds `receive` waits for each event; else as long as the connection lasts.
        model_id: the model; else ``sonic-latest``.
        voice: the voice.
        output_format: how the audio is wanted, with the container ``raw``; else 32-bit float at 44100 Hz.
        language: the language of the text; else the voice's.
        add_timestamps: also give the times of the words.
        add_phoneme_timestamps: also give the times of the phonemes.
        generation_config: speed, volume and emotion.
        max_buffer_delay_ms: how long the server may wait for the rest of a sentence, in milliseconds.
        pronunciation_dict_id: a dictionary of pronunciations.
        use_normalized_timestamps: name the words as they are spoken, not as they are written.

    Raises:
        ValueError: a context of that id is open.
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
    return Opening(context_id, timeout, _given(fields))


def _given(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


class Sending:
    """What the messages of one context say."""

    def __init__(self, state: ContextState, fields: dict[str, Any], generation: Generation | None) -> None:
        self._state = state
        self._fields = fields
        self._kept: dict[str, Any] = {}
        self._generation = generation

    @property
    def generation(self) -> Generation:
        """The generation of the context; of no importance before anything was sent."""
        return self._generation or THIRD

    def begin(self, text: Text) -> None:
        """Check what was given with a text, and keep what the rest of the context needs again.

        Raises:
            ValueError: it cannot be sent.
        """
        if text.context_id not in (None, self._state.id):
            raise ValueError(f"this is context {self._state.id!r}, not {text.context_id!r}")
        if "voice" not in {**self._fields, **self._kept, **text.fields}:
            raise ValueError("which voice? pass voice= here, or where the context is opened")
        if self._generation is None:
            self._generation = text.generation
        # All messages of a context name the same model, voice and format; the rest is for one text alone.
        self._kept |= {
            name: text.fields[name] for name in ("model_id", "voice", "output_format") if name in text.fields
        }

    def message(self, text: Text, transcript: str) -> tuple[dict[str, Any], bool] | None:
        """The fields of a message, and whether more may follow; None where nothing has to be sent.

        Raises:
            TypeError: it is not a text.
            ValueError: it cannot be sent.
        """
        if not isinstance(transcript, str):  # one of those of an iterator
            raise TypeError(f"each text should be a str, not {type(transcript).__name__}")
        self.begin(text)
        more = self.generation.continues if text.continue_ is None else text.continue_
        if more and not transcript and not text.fields.get("flush"):
            if not self.generation.empty_text:
                raise ValueError("an empty transcript says nothing where more is to follow; pass flush=True to flush")
            return None
        return {**self._fields_of_all(), **text.fields, "transcript": transcript}, more

    def without_text(self, **fields: Any) -> dict[str, Any]:
        """The fields of a message that ends or flushes the text."""
        return {**self._fields_of_all(), **fields, "transcript": ""}

    def _fields_of_all(self) -> dict[str, Any]:
        return {**DEFAULTS, **self._fields, **self._kept}
