"""The description of the HTTP endpoints, made from the types and the limits that they are served with."""

from collections.abc import Collection, Iterator
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from cartesia import types
from cartesia._version import __version__
from ownvoice.api import openapi_voices
from ownvoice.api.openapi_access import access_paths, with_access
from ownvoice.api.openapi_parts import BODY, json, media, operation, ref, refusal
from ownvoice.api.rest import MEDIA_TYPES
from ownvoice.audio.containers import CONTAINERS, Container
from ownvoice.settings import Settings
from ownvoice.tts import controls

_EVENTS = (types.Chunk, types.Timestamps, types.PhonemeTimestampsEvent, types.Done, types.Error)


async def document(request: Request) -> Response:
    """The OpenAPI document."""
    return JSONResponse(openapi(request.app.state.settings))


def openapi(settings: Settings) -> dict[str, Any]:
    """What the server takes and answers, as OpenAPI 3.1 has it."""
    _, schemas = msgspec.json.schema_components(
        [types.Voice, types.PronunciationDict, types.Status, *_EVENTS], ref_template="#/components/schemas/{name}"
    )
    document = {
        "openapi": "3.1.0",
        "info": {
            "title": "Cartesia-compatible speech server",
            "version": __version__,
            "description": "Text to speech. The WebSocket at `/tts/websocket` is beyond what OpenAPI describes.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": {
            "/": {"get": operation("status", "The server's state", json("Status"), refusals=())},
            "/openapi.json": {"get": operation("openapi", "This document", json({"type": "object"}), ())},
            "/tts/bytes": {"post": _speech("tts_bytes", "Speech as bytes", list(MEDIA_TYPES), _audio(), (501,))},
            "/tts/sse": {"post": _speech("tts_sse", "Speech as server-sent events", ["raw"], _event_stream(), ())},
            **openapi_voices.paths(),
            **access_paths(settings),
        },
        "components": {
            "schemas": {
                **schemas,
                "GenerationRequest": _generation_request(settings),
                **openapi_voices.schemas(),
                "Refusal": refusal(),
            }
        },
    }
    return with_access(document, settings)


def _audio() -> dict[str, Any]:
    binary = {"type": "string", "format": "binary"}
    return {media_type: {"schema": binary} for media_type in MEDIA_TYPES.values()}


def _event_stream() -> dict[str, Any]:
    # OpenAPI before 3.2 has no words for a stream, so as many tools do, this is the schema of each event in it.
    data = {"type": "string", "contentMediaType": "application/json"}
    names = {"type": "string", "description": f"`data` is one of: {', '.join(event.__name__ for event in _EVENTS)}."}
    event = {"type": "object", "required": ["event", "data"], "properties": {"event": names, "data": data}}
    return media("text/event-stream", {**event, "description": "Each event of the stream."})


def _speech(
    name: str, summary: str, containers: list[str], content: dict[str, Any], refusals: tuple[int, ...]
) -> dict[str, Any]:
    schema = {
        "allOf": [
            ref("GenerationRequest"),
            {"properties": {"output_format": {"properties": {"container": {"enum": containers}}}}},
        ]
    }
    return operation(name, summary, content, (*BODY, 404, *refusals, 503), body=json(schema))


def _generation_request(settings: Settings) -> dict[str, Any]:
    # Every field that is decoded, by its type; and for those that are checked further, what they are checked for.
    _, decoded = msgspec.json.schema_components([types.GenerationRequest], ref_template="#/{name}")
    properties = {
        **decoded["GenerationRequest"]["properties"],
        "model_id": {"type": "string", "minLength": 1},
        "transcript": {
            "type": "string",
            "minLength": 1,
            "maxLength": settings.max_transcript_chars,
            "description": "Something to say: a letter, a digit, a symbol or a pause at least. It may have tags in it.",
        },
        "voice": _voice_specifier(),
        "output_format": _output_format(),
        "duration": {
            "type": ["number", "null"],
            "exclusiveMinimum": 0,
            "description": "The longest audio, in seconds.",
        },
        **controls.schemas(),
    }
    required = ["model_id", "transcript", "voice", "output_format"]
    return {"type": "object", "required": required, "properties": properties}


def _voice_specifier() -> dict[str, Any]:
    voice_id = {"type": "string", "minLength": 1}
    # An id that is null is that of a client which has none set, and gets the voice of those.
    nullable_id = {**voice_id, "type": ["string", "null"]}
    by_id = {"required": ["id"], "properties": {"id": nullable_id, "mode": {"enum": ["id", None]}}}
    by_embedding = {"required": ["embedding"], "properties": {"embedding": openapi_voices.embedding()}}
    controlled = dict.fromkeys(controls.CONTROLS, controls.voice_controls())
    return {"anyOf": [voice_id, {"type": "object", "anyOf": [by_embedding, by_id], "properties": controlled}]}


def _output_format() -> dict[str, Any]:
    forms = [form for name, container in CONTAINERS.items() for form in _forms(name, container)]
    return {"type": "object", "required": ["container", "sample_rate"], "anyOf": forms}


def _forms(name: str, container: Container) -> Iterator[dict[str, Any]]:
    """What a container can hold: one schema for all sample rates that can have the same bit rates."""
    rates: dict[Any, list[int]] = {}
    for rate in container.rates:
        rates.setdefault(container.bit_rates(rate) if container.bit_rates is not None else None, []).append(rate)
    for bit_rates, those in rates.items():
        bit_rate: dict[str, Any] = {"type": ["integer", "null"]}
        if bit_rates is not None:
            bit_rate = {"anyOf": [{"type": "null"}, _integers(bit_rates)]}
        encoding: dict[str, Any] = {"enum": list(container.encodings)}
        if not container.needs_encoding:
            encoding["enum"].append(None)
        yield {
            "required": ["encoding"] if container.needs_encoding else [],
            "properties": {
                "container": {"const": name},
                "encoding": encoding,
                "sample_rate": _integers(container.rates if len(those) == len(container.rates) else those),
                "bit_rate": bit_rate,
            },
        }


def _integers(values: Collection[int]) -> dict[str, Any]:
    if isinstance(values, range):
        return {"type": "integer", "minimum": min(values), "maximum": max(values)}
    return {"type": "integer", "enum": list(values)}
