"""Building blocks of the OpenAPI document."""

from collections.abc import Mapping
from typing import Any

import msgspec

from ownvoice.api.paging import DEFAULT_LIMIT, HIGHEST_LIMIT
from ownvoice.versions import VERSIONS

REASONS = {
    400: "Something in the request is missing or wrong",
    401: "The key is missing or not valid",
    403: "You do not own this resource",
    404: "There is no such voice, model or dictionary",
    408: "The body did not arrive in time",
    413: "The body, the transcript or the recording is too large",
    415: "The body, or the recording in it, is of a kind that cannot be read",
    429: "A limit of the key is reached; `Retry-After` says when to try again",
    500: "The server failed",
    501: "A package that this needs is not installed on the server",
    503: "The server is shutting down, or its store cannot be read now",
}
"""The cause of each status."""

BODY = (400, 408, 413, 500)
"""The refusals that any request with a body may meet."""

Schema = dict[str, Any]

VERSION: Schema = {
    "name": "Cartesia-Version",
    "in": "header",
    "description": "The version of the protocol; another one, or none, is the newest.",
    "schema": {"type": "string", "examples": list(VERSIONS)},
}


def schemas_of(*types: type) -> dict[str, Schema]:
    """Return the schemas of Structs, and of those in their fields, by name."""
    return msgspec.json.schema_components(types, ref_template="#/components/schemas/{name}")[1]


def refine(schema: Schema, required: tuple[str, ...] = (), **properties: Any) -> Schema:
    """Return the schema of an object with what its type does not say.

    Args:
        schema: the schema of a Struct.
        required: the properties that have to be there.
        properties: schemas that replace those of the Struct, by the name of the property.
    """
    return {**schema, "required": list(required), "properties": {**schema["properties"], **properties}}


def ref(name: str) -> Schema:
    """Return a reference to a schema of the components."""
    return {"$ref": f"#/components/schemas/{name}"}


def media(media_type: str, schema: Schema) -> Schema:
    """Return content of a media type."""
    return {media_type: {"schema": schema}}


def json(schema: Schema | str) -> Schema:
    """Return JSON content, of a schema or of one of the components by its name."""
    return media("application/json", ref(schema) if isinstance(schema, str) else schema)


def query(name: str, schema: Schema) -> Schema:
    """Return a parameter of the query."""
    return {"name": name, "in": "query", "schema": schema}


def id_in_path() -> Schema:
    """Return the parameter for the id at the end of a path."""
    return {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}


def paging() -> tuple[Schema, ...]:
    """Return the parameters of every list."""
    limit = {"type": "integer", "minimum": 1, "maximum": HIGHEST_LIMIT, "default": DEFAULT_LIMIT}
    cursors = ("starting_after", "ending_before")
    return query("limit", limit), *(query(name, {"type": "string"}) for name in cursors)


def list_of(name: str) -> Schema:
    """Return the content of a list: a page, or all of it in the first version of the protocol."""
    items = {"type": "array", "items": ref(name)}
    page = {
        "type": "object",
        "required": ["data", "has_more", "next_page"],
        "properties": {"data": items, "has_more": {"type": "boolean"}, "next_page": {"type": ["string", "null"]}},
    }
    return json({"oneOf": [page, items]})


def refusal(reason: str, *, openai: bool = False) -> Schema:
    """Return an answer that refuses a request for a reason, in the protocol's shape or in that of OpenAI's API."""
    if openai:
        return {"description": reason, "content": json("OpenAIRefusal")}
    return {"description": reason, "content": {**json("Refusal"), **media("text/plain", {"type": "string"})}}


def operation(
    name: str,
    summary: str,
    answer: Mapping[str, Any] | None,
    refusals: tuple[int, ...] = (),
    *,
    parameters: tuple[Schema, ...] = (),
    body: Mapping[str, Any] | None = None,
    openai: bool = False,
) -> Schema:
    """Return the description of an endpoint.

    Args:
        name: its operationId.
        summary: what it does, in a few words.
        answer: the content of its answer; None for an answer without content.
        refusals: the other statuses that it may answer with.
        parameters: those of the query and the path.
        body: the content of its request; None for a request without a body.
        openai: whether it is in the shape of OpenAI's API, which has no versions and its own errors.
    """
    good = {"204": {"description": summary}} if answer is None else {"200": {"description": summary, "content": answer}}
    described: Schema = {
        "operationId": name,
        "summary": summary,
        "parameters": [*(() if openai else (VERSION,)), *parameters],
        "responses": {**good, **{str(status): refusal(REASONS[status], openai=openai) for status in refusals}},
    }
    return described if body is None else {**described, "requestBody": {"required": True, "content": body}}
