"""Text to speech: as bytes, as server-sent events, and over a WebSocket."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Unpack

from cartesia._calls import CallOptions, Events, Sound, take_options
from cartesia._faces import Awaited, Blocking, M, Plain, Raw, Resource, Streamed, endpoint, method
from cartesia._given import drop_none
from cartesia._legacy.calls import check_text, merge_v1, v1_output, voice_for
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
from cartesia._websocket.handshake import Handshake
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


def generate_request(
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
    """Speak a text into audio, which comes as it is generated.

    Args:
        model_id: the model, such as ``sonic-3``.
        transcript: the text to say.
        voice: the voice's id, or a dictionary with ``id`` or ``embedding``.
        output_format: container, encoding and sample rate (in Hz) of the audio.
        language: the code of the transcript's language; by default the voice's.
        generation_config: speed, volume and emotion.
        speed: ``slow``, ``normal`` or ``fast``.
        pronunciation_dict_id: the id of a pronunciation dictionary.
        save: keep the audio on the server.
        locale: the language with its region, instead of ``language``.
        normalization: how numbers and the like are read.

    Raises:
        BadRequestError: the text is empty, or there is no such format.
        NotFoundError: there is no such voice or model.
    """
    body = {
        "model_id": model_id,
        "transcript": check_text(transcript),
        "voice": _voice(voice),
        "output_format": output_format,
        "language": language,
        "generation_config": generation_config,
        "speed": speed,
        "pronunciation_dict_id": pronunciation_dict_id,
        "save": save,
        "locale": locale,
        "normalization": normalization,
    }
    return Sound(method="POST", path="/tts/bytes", body=drop_none(body))


def generate_sse_request(
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
        transcript: the text to say.
        voice: the voice's id, or a dictionary with ``id`` or ``embedding``.
        output_format: encoding and sample rate (in Hz) of the audio; the container must be ``raw``.
        language: the code of the transcript's language; by default the voice's.
        generation_config: speed, volume and emotion.
        speed: ``slow``, ``normal`` or ``fast``.
        pronunciation_dict_id: the id of a pronunciation dictionary.
        add_timestamps: also send the times of the words.
        add_phoneme_timestamps: also send the times of the phonemes.
        use_normalized_timestamps: name the words as they are spoken, not as they are written.
        context_id: comes back in every event.
        locale: the language with its region, instead of ``language``.
        normalization: how numbers and the like are read.

    Raises:
        BadRequestError: the text is empty, or there is no such format.
        NotFoundError: there is no such voice or model.
    """
    body = {
        "model_id": model_id,
        "transcript": check_text(transcript),
        "voice": _voice(voice),
        "output_format": output_format,
        "language": language,
        "generation_config": generation_config,
        "speed": speed,
        "pronunciation_dict_id": pronunciation_dict_id,
        "add_timestamps": add_timestamps,
        "add_phoneme_timestamps": add_phoneme_timestamps,
        "use_normalized_timestamps": use_normalized_timestamps,
        "context_id": context_id,
        "locale": locale,
        "normalization": normalization,
    }
    return Events(method="POST", path="/tts/sse", body=drop_none(body))


def bytes_request(
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
    it comes piece by piece as it is generated.

    Args:
        model_id: the model.
        transcript: the text to say.
        output_format: container, encoding and sample rate (in Hz) of the audio.
        voice_id: the voice by its id (first generation).
        voice_embedding: the voice by its 192 numbers (first generation).
        duration: the maximum length, in seconds.
        language: the code of the transcript's language; by default the voice's.
        voice: the voice (later generations): its id, or a dictionary with ``id`` or ``embedding``.
        more: further fields of the request and settings of the call, as `generate` has them.

    Raises:
        ValueError: no voice was named.
        APIError: the call failed.
    """
    options = take_options(more)
    body = {
        **more,
        "model_id": model_id,
        "transcript": check_text(transcript),
        "output_format": output_format,
        "duration": duration,
        "language": language,
        "voice": voice_for(voice, voice_id, voice_embedding, _experimental_voice_controls),
    }
    return Sound(method="POST", path="/tts/bytes", body=drop_none(body)).set(options), voice is None


def sse_request(
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

    With ``voice_id`` or ``voice_embedding`` (first generation) the events are dictionaries with the key ``audio``, and
    a failure is raised. With ``voice`` it is the same as `generate_sse`.

    Args:
        model_id: the model.
        transcript: the text to say.
        output_format: encoding and sample rate (in Hz) of the audio; the container must be ``raw``.
        voice_id: the voice by its id (first generation).
        voice_embedding: the voice by its 192 numbers (first generation).
        duration: the maximum length, in seconds.
        language: the code of the transcript's language; by default the voice's.
        stream: return the events one by one, rather than one dictionary with all audio (first generation).
        voice: the voice (later generations): its id, or a dictionary with ``id`` or ``embedding``.
        more: further fields of the request and settings of the call, as `generate_sse` has them.

    Raises:
        ValueError: no voice was named.
        APIError: the call failed.
    """
    options = take_options(more)
    body = {
        **more,
        "model_id": model_id,
        "transcript": check_text(transcript),
        "output_format": output_format,
        "duration": duration,
        "language": language,
        "voice": voice_for(voice, voice_id, voice_embedding, _experimental_voice_controls),
    }
    return Events(method="POST", path="/tts/sse", body=drop_none(body)).set(options), voice is None, stream


def _handshake(client: Any, **arguments: Any) -> Callable[[], Handshake]:
    """Return what opens a connection: called late, because the address of an embedded server may change."""
    return partial(client.websocket_handshake, "/tts/websocket", **arguments)


def _voice(voice: Any) -> Any:
    return {"mode": "id", "id": voice} if isinstance(voice, str) else voice


def websocket_connect_request(
    extra_query: Mapping[str, object] | None = None,
    extra_headers: Mapping[str, str] | None = None,
    websocket_connection_options: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Make a WebSocket connection for contexts: open it with ``with`` (``async with``), or with `enter`.

    Args:
        extra_query: further parameters of the address.
        extra_headers: further headers of the handshake.
        websocket_connection_options: arguments for the `connect` function of the `websockets` library.
    """
    return {"query": extra_query, "headers": extra_headers, "options": websocket_connection_options}


class TTS(Resource[Blocking, M]):
    """Text to speech with the blocking client."""

    with_raw_response: TTS[Raw]
    with_streaming_response: TTS[Streamed]

    generate = endpoint(generate_request)
    generate_sse = endpoint(generate_sse_request)
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
        return outputs if stream else merge_v1(outputs)

    bytes = method(bytes_request, _bytes)
    sse = method(sse_request, _sse)

    def _connect(self, arguments: dict[str, Any]) -> TTSResourceConnectionManager:
        return TTSResourceConnectionManager(Connection(_handshake(self._client, **arguments)))

    websocket_connect = method(websocket_connect_request, _connect)

    def websocket(self) -> WebSocket:
        """Open a WebSocket connection for whole utterances and contexts."""
        websocket = WebSocket(Connection(_handshake(self._client)), self._client.seconds_to_wait)
        websocket.connect()
        return websocket


class AsyncTTS(Resource[Awaited, M]):
    """Text to speech with the asynchronous client."""

    with_raw_response: AsyncTTS[Raw]
    with_streaming_response: AsyncTTS[Streamed]

    generate = endpoint(generate_request)
    generate_sse = endpoint(generate_sse_request)
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
            return merge_v1([output async for output in await outputs()])

        return PendingIterator(outputs, "tts.sse") if stream else Pending(merged, "tts.sse")

    bytes = method(bytes_request, _bytes)
    sse = method(sse_request, _sse)

    def _connect(self, arguments: dict[str, Any]) -> AsyncTTSResourceConnectionManager:
        return AsyncTTSResourceConnectionManager(AsyncConnection(_handshake(self._client, **arguments)))

    websocket_connect = method(websocket_connect_request, _connect)

    async def websocket(self) -> AsyncWebSocket:
        """Open a WebSocket connection for whole utterances and contexts."""
        websocket = AsyncWebSocket(AsyncConnection(_handshake(self._client)), self._client.seconds_to_wait)
        await websocket.connect()
        return websocket
