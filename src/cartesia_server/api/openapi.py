"""The description of the HTTP endpoints, made from the types and the limits that they are served with."""

from collections.abc import Collection, Iterator
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from cartesia import types
from cartesia._version import __version__
from cartesia_server.api.openapi_access import access_paths, with_access
from cartesia_server.api.rest import MEDIA_TYPES
from cartesia_server.api.voices import CHOICES, DEFAULT_LIMIT, HIGHEST_LIMIT
from cartesia_server.audio.containers import CONTAINERS, Container
from cartesia_server.settings import Settings
from cartesia_server.versions import VERSIONS
from cartesia_server.voices.embedding import SIZE

_EVENTS = (types.Chunk, types.Timestamps, types.PhonemeTimestampsEvent, types.Done, types.Error)


async def document(request: Request) -> Response:
    """The OpenAPI document."""
    return JSONResponse(openapi(request.app.state.settings))


def openapi(settings: Settings) -> dict[str, Any]:
    """What the server takes and answers, as OpenAPI 3.1 has it."""
    _, schemas = msgspec.json.schema_components(
        [types.Voice, types.Status, *_EVENTS], ref_template="#/components/schemas/{name}"
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
            "/": {"get": _operation("status", "The server's state", _json("Status"), refusals=())},
            "/openapi.json": {
                "get": _operation("openapi", "This document", _content("application/json", {"type": "object"}), ())
            },
            "/tts/bytes": {"post": _speech("tts_bytes", "Speech as bytes", list(MEDIA_TYPES), _audio(), (501,))},
            "/tts/sse": {"post": _speech("tts_sse", "Speech as server-sent events", ["raw"], _event_stream(), ())},
            "/voices": {"get": _voices()},
            "/voices/{id}": {"get": _voice()},
            **access_paths(settings),
        },
        "components": {
            "schemas": {
                **schemas,
                "GenerationRequest": _generation_request(settings),
                "VoicePage": _voice_page(),
                "Refusal": _refusal(),
            }
        },
    }
    return with_access(document, settings)


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def _content(media_type: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {media_type: {"schema": schema}}


def _json(name: str) -> dict[str, Any]:
    return _content("application/json", _ref(name))


def _audio() -> dict[str, Any]:
    binary = {"type": "string", "format": "binary"}
    return {media_type: {"schema": binary} for media_type in MEDIA_TYPES.values()}


def _event_stream() -> dict[str, Any]:
    names = ", ".join(event.__name__ for event in _EVENTS)
    return _content("text/event-stream", {"type": "string", "description": f"Events whose data is one of: {names}."})


def _operation(
    name: str,
    summary: str,
    content: dict[str, Any],
    refusals: tuple[int, ...],
    parameters: tuple[dict[str, Any], ...] = (),
) -> dict[str, Any]:
    version = {
        "name": "Cartesia-Version",
        "in": "header",
        "description": "The version of the protocol; another one, or none, is the newest.",
        "schema": {"type": "string", "examples": list(VERSIONS)},
    }
    refused = {"application/json": {"schema": _ref("Refusal")}, "text/plain": {"schema": {"type": "string"}}}
    answers = {str(status): {"description": _REASONS[status], "content": refused} for status in refusals}
    return {
        "operationId": name,
        "summary": summary,
        "parameters": [version, *parameters],
        "responses": {"200": {"description": summary, "content": content}, **answers},
    }


_REASONS = {
    400: "Something in the request is missing or wrong",
    404: "There is no such voice or model",
    408: "The body did not arrive in time",
    413: "The body or the transcript is too long",
    500: "The server failed",
    501: "It takes a package that is not installed here",
    503: "The server is shutting down",
}


def _speech(
    name: str, summary: str, containers: list[str], content: dict[str, Any], refusals: tuple[int, ...]
) -> dict[str, Any]:
    schema = {
        "allOf": [
            _ref("GenerationRequest"),
            {"properties": {"output_format": {"properties": {"container": {"enum": containers}}}}},
        ]
    }
    body = {"required": True, "content": _content("application/json", schema)}
    return {**_operation(name, summary, content, (400, 404, 408, 413, 500, *refusals, 503)), "requestBody": body}


def _voices() -> dict[str, Any]:
    text = {"type": "string"}
    parameters = (
        _query("limit", {"type": "integer", "minimum": 1, "maximum": HIGHEST_LIMIT, "default": DEFAULT_LIMIT}),
        _query("starting_after", text),
        _query("ending_before", text),
        _query("q", text),
        _query("gender", {"type": "string", "enum": [*CHOICES["gender"], ""]}),
        _query("language", text),
        _query("is_owner", {"type": "boolean"}),
        _query("expand[]", {"type": "array", "items": text}),
    )
    either = {"oneOf": [_ref("VoicePage"), {"type": "array", "items": _ref("Voice")}]}
    return _operation("list_voices", "Voices", _content("application/json", either), (400,), parameters)


def _voice() -> dict[str, Any]:
    voice_id = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    expand = _query("expand[]", {"type": "array", "items": {"type": "string"}})
    return _operation("get_voice", "One voice", _json("Voice"), (404,), (voice_id, expand))


def _query(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": schema}


def _voice_page() -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["data", "has_more", "next_page"],
        "properties": {
            "data": {"type": "array", "items": _ref("Voice")},
            "has_more": {"type": "boolean"},
            "next_page": {"type": ["string", "null"]},
        },
    }


def _refusal() -> dict[str, Any]:
    return {
        "type": "object",
        "description": "From version 2026-03-01 on; before, the body is the text `title: message`.",
        "required": ["error_code", "title", "message", "request_id"],
        "properties": {
            "error_code": {"type": ["string", "null"]},
            "title": {"type": "string"},
            "message": {"type": "string"},
            "request_id": {"type": "string"},
        },
    }


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
            "description": "Something to say: a letter, a digit or a symbol at least.",
        },
        "voice": _voice_specifier(),
        "output_format": _output_format(),
        "duration": {
            "type": ["number", "null"],
            "exclusiveMinimum": 0,
            "description": "The longest audio, in seconds.",
        },
    }
    required = ["model_id", "transcript", "voice", "output_format"]
    return {"type": "object", "required": required, "properties": properties}


def _voice_specifier() -> dict[str, Any]:
    voice_id = {"type": "string", "minLength": 1}
    embedding = {"type": "array", "items": {"type": "number"}, "minItems": SIZE, "maxItems": SIZE}
    # An id that is null is that of a client which has none set, and gets the voice of those.
    nullable_id = {**voice_id, "type": ["string", "null"]}
    by_id = {"required": ["id"], "properties": {"id": nullable_id, "mode": {"enum": ["id", None]}}}
    by_embedding = {"required": ["embedding"], "properties": {"embedding": embedding}}
    return {"anyOf": [voice_id, {"type": "object", "anyOf": [by_embedding, by_id]}]}


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
