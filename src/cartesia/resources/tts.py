"""Text to speech: as bytes, as server-sent events, and over a WebSocket."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import Any, Unpack

from cartesia._calls import CallOptions, Events, Sound, taken_options
from cartesia._faces import M, Plain, Raw, Resource, Streamed, awaitable, blocking, method
from cartesia._legacy import checked_text, v1_merged, v1_output, voice_for
from cartesia._pending import Pending, PendingIterator
from cartesia._websocket.async_connection import AsyncConnection
from cartesia._websocket.async_contexts import (
    AsyncTTSResourceConnection,
    AsyncTTSResourceConnectionManager,
    AsyncWebSocket,
    AsyncWebSocketContext,
)
from cartesia._websocket.connection import Connection
from cartesia._websocket.contexts import (
    TTSResourceConnection,
    TTSResourceConnectionManager,
    WebSocket,
    WebSocketContext,
)
from cartesia.formats import get_output_format, get_sample_rate
from cartesia.types import (
    GenerationConfigParam,
    LegacyOutput,
    ModelSpeed,
    OutputFormatParam,
    VoiceParam,
    WebSocketTtsOutput,
)

__all__ = [
    "TTS",
    "AsyncTTS",
    "AsyncTTSResourceConnection",
    "AsyncTTSResourceConnectionManager",
    "AsyncWebSocketContext",
    "TTSResourceConnection",
    "TTSResourceConnectionManager",
    "WebSocketContext",
]

# Names of the published clients for the same things.
BackcompatTTSResourceConnection = WebSocket
AsyncBackcompatTTSResourceConnection = AsyncWebSocket
BackcompatWebSocketTtsOutput = WebSocketTtsOutput


def generate(
    *,
    model_id: str,
    transcript: str,
    voice: VoiceParam,
    output_format: OutputFormatParam,
    language: str | None = None,
    generation_config: GenerationConfigParam | None = None,
    speed: ModelSpeed | None = None,
    pronunciation_dict_id: str | None = None,
    save: bool | None = None,
    locale: str | None = None,
    normalization: str | None = None,
    **options: Unpack[CallOptions],
) -> Sound:
    """Speak a text into audio, which comes as it is made.

    Args:
        model_id: the model, such as ``sonic-3``.
        transcript: what to say.
        voice: the voice's id, or a dictionary with ``id`` or ``embedding``.
        output_format: container, encoding and sample rate of the audio.
        language: the language of the transcript; else the voice's.
        generation_config: speed, volume and emotion.
        speed: ``slow``, ``normal`` or ``fast``.
        pronunciation_dict_id: a dictionary of pronunciations.
        save: keep the audio on the server.
        locale: the language with its region, instead of ``language``.
        normalization: how numbers and the like are read.

    Raises:
        BadRequestError: the text is empty, or the format is not one of those there are.
        NotFoundError: there is no such voice or model.
    """
    return Sound(method="POST", path="/tts/bytes", body=_without_none(locals()))


def generate_sse(
    *,
    model_id: str,
    transcript: str,
    voice: VoiceParam,
    output_format: OutputFormatParam,
    language: str | None = None,
    generation_config: GenerationConfigParam | None = None,
    speed: ModelSpeed | None = None,
    pronunciation_dict_id: str | None = None,
    add_timestamps: bool | None = None,
    add_phoneme_timestamps: bool | None = None,
    use_normalized_timestamps: bool | None = None,
    context_id: str | None = None,
    locale: str | None = None,
    normalization: str | None = None,
    **options: Unpack[CallOptions],
) -> Events:
    """Speak a text into events: ``chunk`` with audio, ``timestamps``, and ``done`` or ``error`` at the end.

    Args:
        model_id: the model, such as ``sonic-3``.
        transcript: what to say.
        voice: the voice's id, or a dictionary with ``id`` or ``embedding``.
        output_format: encoding and sample rate of the audio; the container must be ``raw``.
        language: the language of the transcript; else the voice's.
        generation_config: speed, volume and emotion.
        speed: ``slow``, ``normal`` or ``fast``.
        pronunciation_dict_id: a dictionary of pronunciations.
        add_timestamps: also give the times of the words.
        add_phoneme_timestamps: also give the times of the phonemes.
        use_normalized_timestamps: name the words as they are spoken, not as they are written.
        context_id: comes back in every event.
        locale: the language with its region, instead of ``language``.
        normalization: how numbers and the like are read.

    Raises:
        BadRequestError: the text is empty, or the format is not one of those there are.
        NotFoundError: there is no such voice or model.
    """
    return Events(method="POST", path="/tts/sse", body=_without_none(locals()))


def bytes_(
    *,
    model_id: str,
    transcript: str,
    output_format: OutputFormatParam,
    voice_id: str | None = None,
    voice_embedding: Sequence[float] | None = None,
    duration: float | None = None,
    language: str | None = None,
    _experimental_voice_controls: Mapping[str, Any] | None = None,
    voice: VoiceParam | None = None,
    **more: Any,
) -> tuple[Sound, bool]:
    """Speak a text into audio.

    With ``voice_id`` or ``voice_embedding`` (first generation) the whole audio is returned, as `bytes`. With ``voice``
    it comes piece by piece as it is made, and ``more`` are further fields of the request and settings of the call: see
    `generate`.
    """
    options = taken_options(more)
    request = Sound(method="POST", path="/tts/bytes", body=_body_of_any_generation(locals()))
    return request.set(options), voice is None


def sse(
    model_id: str,
    transcript: str,
    output_format: OutputFormatParam,
    voice_id: str | None = None,
    voice_embedding: Sequence[float] | None = None,
    duration: float | None = None,
    language: str | None = None,
    stream: bool = True,
    _experimental_voice_controls: Mapping[str, Any] | None = None,
    *,
    voice: VoiceParam | None = None,
    **more: Any,
) -> tuple[Events, bool, bool]:
    """Speak a text into events.

    With ``voice_id`` or ``voice_embedding`` (first generation) the events are dictionaries with the key ``audio``, or
    with ``stream=False`` one such dictionary, and a failure is raised. With ``voice`` it is `generate_sse`, and
    ``more`` are further fields of the request and settings of the call.
    """
    options = taken_options(more)
    request = Events(method="POST", path="/tts/sse", body=_body_of_any_generation(locals()))
    return request.set(options), voice is None, stream


def websocket_connect(
    extra_query: Mapping[str, object] | None = None,
    extra_headers: Mapping[str, str] | None = None,
    websocket_connection_options: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """A WebSocket connection for contexts: open it with ``with`` (``async with``), or with `enter`.

    Args:
        extra_query: further parameters of the address.
        extra_headers: further headers of the handshake.
        websocket_connection_options: arguments for the `connect` function of the `websockets` library.
    """
    return {"query": extra_query, "headers": extra_headers, "options": websocket_connection_options}


bytes_.__name__ = "bytes"  # what `help` shows; the builtin keeps its name in this module


def _without_none(arguments: Mapping[str, Any]) -> dict[str, Any]:
    fields = {name: value for name, value in arguments.items() if value is not None and name != "options"}
    checked_text(fields.get("transcript"))
    if isinstance(voice := fields.get("voice"), str):
        fields["voice"] = {"mode": "id", "id": voice}
    return fields


def _body_of_any_generation(arguments: dict[str, Any]) -> dict[str, Any]:
    take = arguments.pop
    take("stream", None)
    voice = voice_for(take("voice"), take("voice_id"), take("voice_embedding"), take("_experimental_voice_controls"))
    return _without_none({**take("more"), **arguments, "voice": voice})


class TTS(Resource[M]):
    """Text to speech, of the blocking client."""

    @property
    def with_raw_response(self) -> TTS[Raw]:
        """The same calls, which give the HTTP answer."""
        return TTS(self._client, Raw)

    @property
    def with_streaming_response(self) -> TTS[Streamed]:
        """The same calls, which give the HTTP answer before its body, in a `with` block."""
        return TTS(self._client, Streamed)

    generate = blocking(generate)
    generate_sse = blocking(generate_sse)
    get_output_format = staticmethod(get_output_format)
    get_sample_rate = staticmethod(get_sample_rate)

    def _bytes(self, call: tuple[Sound, bool]) -> Any:
        request, whole = call
        audio = self._run(request)
        return audio.read() if whole and self._mode is Plain else audio

    def _sse(self, call: tuple[Events, bool, bool]) -> Any:
        request, first_generation, stream = call
        events = self._run(request)
        if not first_generation or self._mode is not Plain:
            return events
        outputs: Iterator[LegacyOutput] = (output for event in events if (output := v1_output(event)) is not None)
        return outputs if stream else v1_merged(outputs)

    bytes = method(bytes_, _bytes)
    sse = method(sse, _sse)

    def _connection(self, arguments: dict[str, Any]) -> TTSResourceConnectionManager:
        return TTSResourceConnectionManager(self._client, **arguments)

    websocket_connect = method(websocket_connect, _connection)

    def websocket(self) -> WebSocket:
        """Open a WebSocket connection for whole utterances and contexts."""
        connection = Connection(self._client)
        connection.connect()
        return WebSocket(self._client, connection)


class AsyncTTS(Resource[M]):
    """Text to speech, of the asynchronous client."""

    @property
    def with_raw_response(self) -> AsyncTTS[Raw]:
        """The same calls, which give the HTTP answer."""
        return AsyncTTS(self._client, Raw)

    @property
    def with_streaming_response(self) -> AsyncTTS[Streamed]:
        """The same calls, which give the HTTP answer before its body, in a `async with` block."""
        return AsyncTTS(self._client, Streamed)

    generate = awaitable(generate)
    generate_sse = awaitable(generate_sse)
    get_output_format = staticmethod(get_output_format)
    get_sample_rate = staticmethod(get_sample_rate)

    def _bytes(self, call: tuple[Sound, bool]) -> Any:
        request, whole = call

        async def read() -> Any:
            return await (await self._run(request)).read()

        return Pending(read, "tts.bytes") if whole and self._mode is Plain else self._run(request)

    def _sse(self, call: tuple[Events, bool, bool]) -> Any:
        request, first_generation, stream = call
        if not first_generation or self._mode is not Plain:
            return self._run(request)

        async def outputs() -> AsyncIterator[LegacyOutput]:
            events = await self._run(request)
            return (output async for event in events if (output := v1_output(event)) is not None)

        async def merged() -> LegacyOutput:
            return v1_merged([output async for output in await outputs()])

        return PendingIterator(outputs, "tts.sse") if stream else Pending(merged, "tts.sse")

    bytes = method(bytes_, _bytes)
    sse = method(sse, _sse)

    def _connection(self, arguments: dict[str, Any]) -> AsyncTTSResourceConnectionManager:
        return AsyncTTSResourceConnectionManager(self._client, **arguments)

    websocket_connect = method(websocket_connect, _connection)

    async def websocket(self) -> AsyncWebSocket:
        """Open a WebSocket connection for whole utterances and contexts."""
        connection = AsyncConnection(self._client)
        await connection.connect()
        return AsyncWebSocket(self._client, connection)
