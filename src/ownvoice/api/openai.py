"""Speech in the shape of OpenAI's API, for programs that know only that."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from typing import Any, Literal

import msgspec
import pybase64
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from cartesia.types import GenerationRequest, OutputFormat
from ownvoice.api.errors import failure, openai_error
from ownvoice.api.request import catalogue_of, json_of, speaker_for, take_context
from ownvoice.api.rest import MEDIA_TYPES, speech_response
from ownvoice.errors import InvalidRequest
from ownvoice.settings import Settings
from ownvoice.tts.requests import job_for
from ownvoice.tts.runner import Runner, spoken
from ownvoice.tts.speech import Job
from ownvoice.voices.catalogue import Catalogue

SAMPLE_RATE = 24000
"""Hz, of every format: clients of raw samples are told nothing and count on it."""
_OTHER_NAMES = {"raw": "pcm", "ogg": "opus"}
FORMATS = {_OTHER_NAMES.get(container, container): container for container in MEDIA_TYPES}
"""The containers by their names there."""
DEFAULT_FORMAT = "mp3" if "mp3" in FORMATS else "wav"
SPEEDS = (0.5, 2.0)
"""The lowest and the highest speed."""

THEIR_MODELS = ("tts-", "gpt-")
"""Beginnings of the names of models that only the other service has; here the first of the settings speaks instead."""
VOICES = {
    "alloy": "Sage River",
    "ash": "Barbershop Man",
    "ballad": "Edmund Quill",
    "cedar": "Callum Cairn",
    "coral": "Cedar Reception",
    "echo": "Newsman",
    "fable": "Old Hollow Wizard",
    "marin": "Maple Desk",
    "nova": "Imogen Orchard",
    "onyx": "Harold Loom",
    "sage": "Rosalind Hearth",
    "shimmer": "Lamplight Storyteller",
    "verse": "Winston Cove",
}
"""Which of the built-in voices speak for those of the other service, for programs that ask for no other."""


class SpeechRequest(msgspec.Struct):
    """A request; what else it has, such as ``instructions``, is ignored."""

    model: str | None = None
    input: str | None = None
    voice: Any = None
    response_format: str | None = None
    speed: float | None = None
    stream_format: Literal["audio", "sse"] | None = None
    language: str | None = None
    """The language of the text, which the other service guesses."""


async def speech(request: Request) -> Response:
    """Speech, sent as it is made: the bytes alone, or in events."""
    settings: Settings = request.app.state.settings
    asked = await json_of(request, SpeechRequest)
    generation = _generation(asked, settings, catalogue_of(request))
    job = job_for(generation, await speaker_for(generation, request), settings, containers=tuple(MEDIA_TYPES))
    job = _at_speed(job, asked.speed)
    if asked.stream_format != "sse":
        return await speech_response(request, job)
    take_context(request)
    return StreamingResponse(_events(request, job), media_type="text/event-stream")


async def models(request: Request) -> Response:
    """The models."""
    settings: Settings = request.app.state.settings
    listed = [{"id": model, "object": "model", "created": 0, "owned_by": "local"} for model in settings.models]
    return JSONResponse({"object": "list", "data": listed})


def _generation(asked: SpeechRequest, settings: Settings, catalogue: Catalogue) -> GenerationRequest:
    name = DEFAULT_FORMAT if asked.response_format is None else asked.response_format
    if name not in FORMATS:
        raise InvalidRequest("Invalid response_format", f"response_format should be one of {', '.join(FORMATS)}")
    container = FORMATS[name]
    encoding = "pcm_s16le" if container in ("raw", "wav") else None
    return GenerationRequest(
        model_id=_model(asked.model, settings),
        transcript=asked.input,
        voice=_voice(asked.voice, catalogue),
        output_format=OutputFormat(container=container, encoding=encoding, sample_rate=SAMPLE_RATE),
        language=asked.language,
    )


def _model(name: str | None, settings: Settings) -> str | None:
    is_known = name is None or name.startswith(tuple(settings.models))
    return next(iter(settings.models)) if not is_known and str(name).startswith(THEIR_MODELS) else name


def _voice(named: Any, catalogue: Catalogue) -> dict[str, Any]:
    """The voice by its id, its name, or the name of one of theirs; also as an object with the id."""
    if isinstance(named, dict):
        named = named.get("id")
    if not isinstance(named, str):
        raise InvalidRequest("Voice missing", "set `voice` to the name or the id of a voice, for example to 'alloy'")
    voice = catalogue.by_name(VOICES.get(named.casefold(), named))
    return {"mode": "id", "id": voice.id if voice is not None else named}


def _at_speed(job: Job, speed: float | None) -> Job:
    if speed is None:
        return job
    if not SPEEDS[0] <= speed <= SPEEDS[1]:
        raise InvalidRequest("Invalid speed", f"speed should be from {SPEEDS[0]} to {SPEEDS[1]}, not {speed}")
    return replace(job, style=replace(job.style, expression=replace(job.style.expression, rate=speed)))


async def _events(request: Request, job: Job) -> AsyncIterator[bytes]:
    runner: Runner = request.app.state.runner
    async with aclosing(spoken(runner, job)) as pieces:
        try:
            async for piece in pieces:
                if piece.audio:
                    audio = pybase64.b64encode_as_string(piece.audio)
                    yield _framed({"type": "speech.audio.delta", "audio": audio})
        except Exception as error:
            yield b"data: %s\n\n" % openai_error(failure(error, request))
        else:
            characters = len(job.text)
            usage = {"input_tokens": characters, "output_tokens": 0, "total_tokens": characters}
            yield _framed({"type": "speech.audio.done", "usage": usage})


def _framed(event: dict[str, Any]) -> bytes:
    return b"data: %s\n\n" % msgspec.json.encode(event)
