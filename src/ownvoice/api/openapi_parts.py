"""What the descriptions of endpoints are made of."""

from collections.abc import Mapping
from typing import Any

from ownvoice.api.paging import DEFAULT_LIMIT, HIGHEST_LIMIT
from ownvoice.versions import VERSIONS

REASONS = {
    400: "Something in the request is missing or wrong",
    403: "It is not the client's to change",
    404: "There is no such voice, model or dictionary",
    408: "The body did not arrive in time",
    413: "The body, the transcript or the recording is too large",
    415: "The body, or the recording in it, is of another kind than what can be read",
    500: "The server failed",
    501: "It takes a package that is not installed here",
    503: "The server is shutting down",
}
"""Why a status is answered."""

BODY = (400, 408, 413, 500)
"""What may become of any request with a body."""

Schema = dict[str, Any]


def ref(name: str) -> Schema:
    """A schema of the components."""
    return {"$ref": f"#/components/schemas/{name}"}


def media(media_type: str, schema: Schema) -> Schema:
    """Something of that type."""
    return {media_type: {"schema": schema}}


def json(schema: Schema | str) -> Schema:
    """JSON: a schema, or one of the components by its name."""
    return media("application/json", ref(schema) if isinstance(schema, str) else schema)


def query(name: str, schema: Schema) -> Schema:
    """A parameter of the query."""
    return {"name": name, "in": "query", "schema": schema}


def id_in_path() -> Schema:
    """The id that a path ends with."""
    return {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}


def paging() -> tuple[Schema, ...]:
    """The parameters of every list."""
    limit = {"type": "integer", "minimum": 1, "maximum": HIGHEST_LIMIT, "default": DEFAULT_LIMIT}
    cursors = ("starting_after", "ending_before")
    return query("limit", limit), *(query(name, {"type": "string"}) for name in cursors)


def page_of(name: str) -> Schema:
    """A page of a list."""
    return {
        "type": "object",
        "required": ["data", "has_more", "next_page"],
        "properties": {
            "data": {"type": "array", "items": ref(name)},
            "has_more": {"type": "boolean"},
            "next_page": {"type": ["string", "null"]},
        },
    }


def list_of(name: str) -> Schema:
    """The answer to a request for a list: a page, or all of it for the first version of the protocol."""
    return json({"oneOf": [page_of(name), {"type": "array", "items": ref(name)}]})


def operation(
    name: str,
    summary: str,
    answer: Mapping[str, Any] | None,
    refusals: tuple[int, ...],
    *,
    parameters: tuple[Schema, ...] = (),
    body: Mapping[str, Any] | None = None,
) -> Schema:
    """An endpoint.

    Args:
        name: its operationId.
        summary: what it does, in a few words.
        answer: what it answers with when all is well; None for nothing.
        refusals: the other statuses that it may answer with.
        parameters: of the query and the path.
        body: what the request carries.
    """
    version = {
        "name": "Cartesia-Version",
        "in": "header",
        "description": "The version of the protocol; another one, or none, is the newest.",
        "schema": {"type": "string", "examples": list(VERSIONS)},
    }
    refused = {"application/json": {"schema": ref("Refusal")}, "text/plain": {"schema": {"type": "string"}}}
    answers = {str(status): {"description": REASONS[status], "content": refused} for status in refusals}
    good = {"204": {"description": summary}} if answer is None else {"200": {"description": summary, "content": answer}}
    described = {
        "operationId": name,
        "summary": summary,
        "parameters": [version, *parameters],
        "responses": {**good, **answers},
    }
    return described if body is None else {**described, "requestBody": {"required": True, "content": body}}


def refusal() -> Schema:
    """The body of an answer that refuses."""
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
