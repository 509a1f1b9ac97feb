"""The description of the endpoints in the shape of OpenAI's API."""

from typing import Any

from ownvoice.api.openai import DEFAULT_FORMAT, ModelList, SpeechRequest
from ownvoice.api.openapi_parts import BODY, Schema, json, media, operation, refine, schemas_of
from ownvoice.api.openapi_speech import BINARY
from ownvoice.api.rest import MEDIA_TYPES
from ownvoice.settings import Settings
from ownvoice.text.languages import LANGUAGES


def paths() -> dict[str, Any]:
    """Return the endpoints."""
    event = {"type": "object", "required": ["data"], "properties": {"data": {"type": "string"}}}
    audio = {media_type: {"schema": BINARY} for media_type in MEDIA_TYPES.values()}
    return {
        "/v1/audio/speech": {
            "post": operation(
                "speech",
                "Speech, as OpenAI's API has it",
                {**audio, **media("text/event-stream", event)},
                (*BODY, 404, 501, 503),
                body=json("SpeechRequest"),
                openai=True,
            )
        },
        "/v1/models": {
            "get": operation("models", "The models, as OpenAI's API has them", json("ModelList"), openai=True)
        },
    }


def schemas(settings: Settings) -> dict[str, Schema]:
    """Return the schemas that the endpoints name."""
    found = schemas_of(SpeechRequest, ModelList)
    text: Schema = {"type": "string", "minLength": 1}
    voice = {**text, "examples": ["alloy"]}
    found["SpeechRequest"] = refine(
        found["SpeechRequest"],
        required=("model", "input", "voice"),
        model={**text, "examples": ["sonic-3", "tts-1"]},
        input={**text, "maxLength": settings.max_transcript_chars},
        voice={"anyOf": [voice, {"type": "object", "required": ["id"], "properties": {"id": voice}}]},
        response_format={**found["SpeechRequest"]["properties"]["response_format"], "default": DEFAULT_FORMAT},
        language={"type": ["string", "null"], "pattern": f"^(?:{'|'.join(sorted(LANGUAGES))})(?:[-_].*)?$"},
    )
    return found
