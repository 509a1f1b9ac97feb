"""The description of keys, tokens and limits, which concern all endpoints."""

from typing import Any

from ownvoice.access.clients import limits_of
from ownvoice.api.errors import OPENAI_PATHS
from ownvoice.api.gate import OPEN, SPEECH
from ownvoice.api.openapi_parts import BODY, REASONS, json, operation, refusal
from ownvoice.settings import Settings, keys_are_on

SCHEMES: dict[str, dict[str, Any]] = {
    "key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    "bearer": {"type": "http", "scheme": "bearer", "description": "A key, or an access token."},
    "key_in_query": {"type": "apiKey", "in": "query", "name": "api_key"},
    "token_in_query": {"type": "apiKey", "in": "query", "name": "access_token"},
}
NOT_ADMITTED = "An access token does not permit this, or a web page may not use the server"


def paths() -> dict[str, Any]:
    """Return the endpoints for tokens, and for what the server can do."""
    token, found = json("AccessToken"), json({"type": "object"})
    return {
        "/access-token": {
            "post": operation("make_token", "A short-lived access token", token, BODY, body=json("TokenRequest"))
        },
        "/v1/capabilities": {"get": operation("capabilities", "What the server can do", found)},
    }


def with_access(document: dict[str, Any], settings: Settings) -> dict[str, Any]:
    """Add to a document what all operations share: who may use them, the limits, and the id of a request."""
    document["components"]["headers"] = {"X-Request-Id": {"schema": {"type": "string"}}}
    if keys_are_on(settings):
        document["components"]["securitySchemes"] = SCHEMES
        document["security"] = [{name: []} for name in SCHEMES]
    for path, methods in document["paths"].items():
        for described in methods.values():
            if path in OPEN:
                described["security"] = []
            for status, reason in _gate_refusals(path, settings).items():
                described["responses"].setdefault(str(status), refusal(reason, openai=path.startswith(OPENAI_PATHS)))
            for answer in described["responses"].values():
                answer["headers"] = {"X-Request-Id": {"$ref": "#/components/headers/X-Request-Id"}}
            if "429" in described["responses"]:
                described["responses"]["429"]["headers"]["Retry-After"] = {"schema": {"type": "integer", "minimum": 1}}
    return document


def _gate_refusals(path: str, settings: Settings) -> dict[int, str]:
    """Return the statuses with which the gate and the limits may answer at a path, and their causes."""
    if path in OPEN:
        return {}
    limits = limits_of(settings)
    refusals = {403: NOT_ADMITTED}
    if keys_are_on(settings):
        refusals |= {401: REASONS[401], 503: REASONS[503]}
    if limits.requests_per_minute is not None or (path.startswith(SPEECH) and limits.contexts is not None):
        refusals[429] = REASONS[429]
    return refusals
