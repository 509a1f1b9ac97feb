"""The description of the HTTP endpoints, made from the types and the limits that they are served with."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from cartesia import types
from cartesia._version import __version__
from ownvoice.api import openapi_access, openapi_openai, openapi_speech, openapi_voices
from ownvoice.api.errors import OpenAIRefusal, Refusal
from ownvoice.api.openapi_parts import json, operation, schemas_of
from ownvoice.api.services import services_of
from ownvoice.api.tokens import TokenRequest
from ownvoice.settings import Settings

_EVENTS = (types.Chunk, types.Timestamps, types.PhonemeTimestampsEvent, types.Done, types.Error)
_TYPES = (*_EVENTS, types.AccessToken, types.Status, TokenRequest, Refusal, OpenAIRefusal)


async def document(request: Request) -> Response:
    """Answer with the OpenAPI document."""
    return JSONResponse(openapi(services_of(request).settings))


def openapi(settings: Settings) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of a server with these settings."""
    this = json({"type": "object"})
    described: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {
            "title": "Cartesia-compatible speech server",
            "version": __version__,
            "description": "Text to speech. OpenAPI cannot describe the WebSocket at `/tts/websocket`.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": {
            "/": {"get": operation("status", "The server's state", json("Status"))},
            "/openapi.json": {"get": operation("openapi", "This document", this)},
            **openapi_speech.speech_paths([event.__name__ for event in _EVENTS]),
            **openapi_voices.paths(),
            **openapi_access.paths(),
            **openapi_openai.paths(),
        },
        "components": {
            "schemas": {
                **schemas_of(*_TYPES),
                **openapi_voices.schemas(),
                **openapi_openai.schemas(settings),
                "GenerationRequest": openapi_speech.generation_request(settings),
            }
        },
    }
    return openapi_access.with_access(described, settings)
