"""What the OpenAPI document says of keys, tokens, limits, and of the endpoints that go with them."""

from typing import Any

from ownvoice.access.clients import limits_of
from ownvoice.access.tokens import GRANTS, LONGEST
from ownvoice.api.errors import OPENAI_PATHS
from ownvoice.api.gate import OPEN
from ownvoice.api.openai import DEFAULT_FORMAT, FORMATS, SPEEDS
from ownvoice.api.rest import MEDIA_TYPES
from ownvoice.settings import Settings, keys_are_on
from ownvoice.text.languages import LANGUAGES

SCHEMES: dict[str, dict[str, Any]] = {
    "key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    "bearer": {"type": "http", "scheme": "bearer", "description": "A key, or an access token."},
    "key_in_query": {"type": "apiKey", "in": "query", "name": "api_key"},
    "token_in_query": {"type": "apiKey", "in": "query", "name": "access_token"},
}
REASONS = {
    401: "There is no key, or none that is known here",
    403: "An access token is not enough for this, or a web page may not use the server",
    429: "The limits of the key are reached; `Retry-After` says when to try again",
    500: "The server failed",
    503: "The server is shutting down, or its keys cannot be read now",
}


def access_paths(settings: Settings) -> dict[str, Any]:
    """The endpoints for tokens, in the shape of OpenAI's API, and for what the server can do."""
    refusals = {400: "Something in the request is missing or wrong", 408: "The body did not arrive in time"}
    refusals |= {413: "The body is too long", 500: REASONS[500]}
    speech = {**refusals, 404: "There is no such voice or model", 413: "The body or the input is too long"}
    speech |= {501: "It takes a package that is not installed here", 503: "The server is shutting down"}
    token = {"type": "object", "required": ["token"], "properties": {"token": {"type": "string"}}}
    return {
        "/access-token": {
            "post": _operation("make_token", "A short-lived access token", _json(token), refusals, _token_request())
        },
        "/v1/audio/speech": {
            "post": _operation("speech", "Speech, as OpenAI's API has it", _speech(), speech, _speech_request(settings))
        },
        "/v1/models": {"get": _operation("models", "The models, as OpenAI's API has them", _json(_models()), {})},
        "/v1/capabilities": {
            "get": _operation("capabilities", "What the server can do", _json({"type": "object"}), {}),
        },
    }


def with_access(document: dict[str, Any], settings: Settings) -> dict[str, Any]:
    """A document with what is the same of all its operations: who may use them, the limits, and the id of a request."""
    refusals: tuple[int, ...] = ()
    if keys_are_on(settings):
        refusals += (401, 503)
    limits = limits_of(settings)
    document["components"]["headers"] = {"X-Request-Id": {"schema": {"type": "string"}}}
    document["components"]["schemas"]["OpenAIRefusal"] = _openai_refusal()
    if keys_are_on(settings):
        document["components"]["securitySchemes"] = SCHEMES
        document["security"] = [{name: []} for name in SCHEMES]
    for path, methods in document["paths"].items():
        for operation in methods.values():
            if path in OPEN:
                operation["security"] = []
            else:
                speaks = path.startswith(("/tts/", "/v1/audio/"))
                late = limits.requests_per_minute is not None or (speaks and limits.contexts is not None)
                for status in sorted({*refusals, 403, *((429,) if late else ())}):
                    operation["responses"].setdefault(str(status), _refusal(path, REASONS[status]))
            for answer in operation["responses"].values():
                answer["headers"] = {"X-Request-Id": {"$ref": "#/components/headers/X-Request-Id"}}
            if "429" in operation["responses"]:
                operation["responses"]["429"]["headers"]["Retry-After"] = {"schema": {"type": "integer", "minimum": 1}}
    return document


def _operation(
    name: str, summary: str, content: dict[str, Any], refusals: dict[int, str], body: dict[str, Any] | None = None
) -> dict[str, Any]:
    path = "/v1/audio/" if name == "speech" else "/"
    operation: dict[str, Any] = {
        "operationId": name,
        "summary": summary,
        "responses": {
            "200": {"description": summary, "content": content},
            **{str(status): _refusal(path, reason) for status, reason in sorted(refusals.items())},
        },
    }
    if body is not None:
        operation["requestBody"] = {"required": True, "content": _json(body)}
    return operation


def _refusal(path: str, reason: str) -> dict[str, Any]:
    if path.startswith(OPENAI_PATHS):
        return {"description": reason, "content": _json({"$ref": "#/components/schemas/OpenAIRefusal"})}
    content = {**_json({"$ref": "#/components/schemas/Refusal"}), "text/plain": {"schema": {"type": "string"}}}
    return {"description": reason, "content": content}


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _token_request() -> dict[str, Any]:
    grants = {name: {"type": ["boolean", "null"]} for name in GRANTS}
    return {
        "type": "object",
        "properties": {
            "grants": {"type": ["object", "null"], "properties": grants, "additionalProperties": False},
            "expires_in": {"type": ["integer", "null"], "minimum": 1, "maximum": LONGEST},
        },
    }


def _speech_request(settings: Settings) -> dict[str, Any]:
    voice = {"type": "string", "minLength": 1, "examples": ["alloy"]}
    return {
        "type": "object",
        "required": ["model", "input", "voice"],
        "properties": {
            "model": {"type": "string", "minLength": 1, "examples": ["sonic-3", "tts-1"]},
            "input": {"type": "string", "minLength": 1, "maxLength": settings.max_transcript_chars},
            "voice": {"anyOf": [voice, {"type": "object", "required": ["id"], "properties": {"id": voice}}]},
            "response_format": {"enum": [*FORMATS, None], "default": DEFAULT_FORMAT},
            "speed": {"type": ["number", "null"], "minimum": SPEEDS[0], "maximum": SPEEDS[1]},
            "stream_format": {"enum": ["audio", "sse", None]},
            "language": {"type": ["string", "null"], "pattern": f"^(?:{'|'.join(sorted(LANGUAGES))})(?:[-_].*)?$"},
        },
    }


def _speech() -> dict[str, Any]:
    binary = {"schema": {"type": "string", "format": "binary"}}
    event = {"type": "object", "required": ["data"], "properties": {"data": {"type": "string"}}}
    return {**dict.fromkeys(MEDIA_TYPES.values(), binary), "text/event-stream": {"schema": event}}


def _models() -> dict[str, Any]:
    model = {"type": "object", "required": ["id", "object"], "properties": {"id": {"type": "string"}}}
    return {
        "type": "object",
        "required": ["object", "data"],
        "properties": {"object": {"const": "list"}, "data": {"type": "array", "items": model}},
    }


def _openai_refusal() -> dict[str, Any]:
    text, nullable = {"type": "string"}, {"type": ["string", "null"]}
    error = {
        "type": "object",
        "required": ["message", "type", "param", "code"],
        "properties": {"message": text, "type": text, "param": nullable, "code": nullable},
    }
    return {"type": "object", "required": ["error"], "properties": {"error": error}}
