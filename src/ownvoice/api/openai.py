"""Speech in the shape of OpenAI's API, for programs that know no other."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Annotated, Any, Literal

import msgspec
import pybase64
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from cartesia.types import GenerationRequest, OutputFormat
from ownvoice.api.errors import failure, openai_error
from ownvoice.api.request import read_json
from ownvoice.api.rest import MEDIA_TYPES, audio_response
from ownvoice.api.services import Services, services_of
from ownvoice.api.speech import StartedSpeech, start_speech
from ownvoice.errors import InvalidRequest
from ownvoice.settings import Settings
from ownvoice.traits.voice import Voice
from ownvoice.voices.catalogue import Catalogue

SAMPLE_RATE = 24000
"""Hz, in every format: clients of raw samples are not told the rate and rely on this one."""
FORMATS = {"mp3": "mp3", "opus": "ogg", "flac": "flac", "wav": "wav", "pcm": "raw"}
"""The containers by their names in that API."""
DEFAULT_FORMAT = "mp3"

THEIR_MODELS = ("tts-", "gpt-")
"""Beginnings of the names of the other service's models, for which the first model of the settings speaks."""
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
"""The built-in voices that stand in for those of the other service."""


class SpeechRequest(msgspec.Struct):
    """A request for speech. Unknown fields, such as ``instructions``, are ignored."""

    model: str | None = None
    input: str | None = None
    voice: Any = None
    response_format: Literal["mp3", "opus", "flac", "wav", "pcm"] | None = None
    speed: Annotated[float, Meta(ge=0.5, le=2.0)] | None = None
    stream_format: Literal["audio", "sse"] | None = None
    language: str | None = None
    """The language of the text, which the other service guesses."""


class Model(msgspec.Struct):
    """A model in the list of models."""

    id: str
    object: Literal["model"] = "model"
    created: int = 0
    owned_by: str = "local"


class ModelList(msgspec.Struct):
    """The list of models."""

    data: list[Model]
    object: Literal["list"] = "list"


async def speech(request: Request) -> Response:
    """Answer with speech, sent as it is made: the bytes alone, or in events."""
    asked = await read_json(request, SpeechRequest)
    generation = _generation(asked, services_of(request))
    started = await start_speech(request, generation, containers=tuple(MEDIA_TYPES), rate=asked.speed)
    if asked.stream_format == "sse":
        return StreamingResponse(_events(request, started), media_type="text/event-stream")
    return audio_response(request, started)


async def models(request: Request) -> Response:
    """Answer with the list of models."""
    listed = ModelList([Model(name) for name in services_of(request).settings.models])
    return Response(msgspec.json.encode(listed), media_type="application/json")


def _generation(asked: SpeechRequest, services: Services) -> GenerationRequest:
    container = FORMATS[asked.response_format or DEFAULT_FORMAT]
    encoding = "pcm_s16le" if container in ("raw", "wav") else None
    return GenerationRequest(
        model_id=_model(asked.model, services.settings),
        transcript=asked.input,
        voice=_voice(asked.voice, services.catalogue),
        output_format=OutputFormat(container=container, encoding=encoding, sample_rate=SAMPLE_RATE),
        language=asked.language,
    )


def _model(name: str | None, settings: Settings) -> str | None:
    is_known = name is None or name.startswith(tuple(settings.models))
    return next(iter(settings.models)) if not is_known and str(name).startswith(THEIR_MODELS) else name


def _voice(named: Any, catalogue: Catalogue) -> dict[str, Any]:
    """Return the voice by its id, its name, or the name of one of theirs; also as an object with the id."""
    if isinstance(named, dict):
        named = named.get("id")
    if not isinstance(named, str):
        raise InvalidRequest("Voice missing", "set `voice` to the name or the id of a voice, for example to 'alloy'")
    name = named.casefold()
    voice = catalogue.by_name(VOICES.get(name, name)) or _stand_in(name, catalogue)
    return {"mode": "id", "id": voice.id if voice is not None else named}


def _stand_in(name: str, catalogue: Catalogue) -> Voice | None:
    """Return a voice for one of theirs where the engines do not have the one that is meant to stand in for it."""
    candidates = catalogue.of_language("en") or catalogue.voices
    return candidates[list(VOICES).index(name) % len(candidates)] if name in VOICES and candidates else None


async def _events(request: Request, speech: StartedSpeech) -> AsyncIterator[bytes]:
    async with aclosing(speech.pieces()) as pieces:
        try:
            async for piece in pieces:
                if piece.audio:
                    audio = pybase64.b64encode_as_string(piece.audio)
                    yield _frame({"type": "speech.audio.delta", "audio": audio})
        except Exception as error:
            yield b"data: %s\n\n" % openai_error(failure(error, request))
        else:
            characters = len(speech.job.text)
            usage = {"input_tokens": characters, "output_tokens": 0, "total_tokens": characters}
            yield _frame({"type": "speech.audio.done", "usage": usage})


def _frame(event: dict[str, Any]) -> bytes:
    return b"data: %s\n\n" % msgspec.json.encode(event)
