"""Pronunciation dictionaries, which their owner makes, lists, changes and deletes."""

import asyncio
from typing import Annotated, Any

import msgspec
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ownvoice.api.paging import limit_of
from ownvoice.api.request import owner_of, read_json, version_of
from ownvoice.api.services import services_of
from ownvoice.errors import InvalidRequest
from ownvoice.store import DictionaryItem, StoredDictionary
from ownvoice.voices.resolution import dictionary_by_id
from ownvoice.voices.voice_requests import check_name

Spoken = Annotated[str, Meta(max_length=500)]


class DictionaryItemRequest(msgspec.Struct, kw_only=True):
    """A text and how it is said. ``alias`` and ``pronunciation`` are two names of the same, of which one is needed."""

    text: Annotated[str, Meta(max_length=200)] | None = None
    alias: Spoken | None = None
    pronunciation: Spoken | None = None
    case_sensitive: bool | None = None


class DictionaryRequest(msgspec.Struct, kw_only=True):
    """A new dictionary, or changes to one. Nulls count as absent, unknown keys are ignored."""

    name: str | None = None
    items: Annotated[list[DictionaryItemRequest], Meta(max_length=1000)] | None = None
    pinned: bool | None = None


async def create_dictionary(request: Request) -> Response:
    """Make a dictionary."""
    given = await read_json(request, DictionaryRequest)
    if given.name is None:
        raise InvalidRequest("Name missing", "set `name` to the name of the dictionary")
    made = StoredDictionary(owner=owner_of(request), **_changes(given))
    await asyncio.to_thread(services_of(request).store.dictionaries.add, made)
    return JSONResponse(_shape(made))


async def list_dictionaries(request: Request) -> Response:
    """Answer with a page of the owner's dictionaries, newest first."""
    query = request.query_params
    limit = limit_of(request)
    table, owner = services_of(request).store.dictionaries, owner_of(request)
    before = query.get("ending_before")
    backward = before is not None
    cursor = before if backward else query.get("starting_after")
    found = await asyncio.to_thread(table.page, owner, cursor, limit + 1, backward=backward)
    page = found[-limit:] if backward else found[:limit]
    shapes = [_shape(dictionary) for dictionary in page]
    return JSONResponse(version_of(request).list_of(shapes, has_more=len(found) > limit))


async def get_dictionary(request: Request) -> Response:
    """Answer with one dictionary."""
    return JSONResponse(_shape(await asyncio.to_thread(_find, request)))


async def update_dictionary(request: Request) -> Response:
    """Change the name, the items or the pin of a dictionary."""
    before = await asyncio.to_thread(_find, request)
    changes = _changes(await read_json(request, DictionaryRequest))
    changed = None
    if changes:
        changed = await asyncio.to_thread(
            lambda: services_of(request).store.dictionaries.update(before.id, before.owner, **changes)
        )
    return JSONResponse(_shape(changed or before))


async def delete_dictionary(request: Request) -> Response:
    """Delete a dictionary. Speech that uses it already goes on."""
    found = await asyncio.to_thread(_find, request)
    await asyncio.to_thread(services_of(request).store.dictionaries.delete, found.id, found.owner)
    return Response(status_code=204)


def _find(request: Request) -> StoredDictionary:
    return dictionary_by_id(request.path_params["id"], services_of(request).store, owner_of(request))


def _changes(given: DictionaryRequest) -> dict[str, Any]:
    """Return the fields that a request sets, checked."""
    changes: dict[str, Any] = {}
    if given.name is not None:
        changes["name"] = check_name(given.name)
    if given.items is not None:
        changes["items"] = tuple(_item(item, place) for place, item in enumerate(given.items))
    if given.pinned is not None:
        changes["pinned"] = given.pinned
    return changes


def _item(given: DictionaryItemRequest, place: int) -> DictionaryItem:
    text = (given.text or "").strip()
    spoken = given.pronunciation if given.alias is None else given.alias
    if not text or spoken is None:
        raise InvalidRequest(
            "Invalid item", f"items[{place}] should have a `text`, and an `alias` or a `pronunciation` of it"
        )
    return DictionaryItem(text, spoken, bool(given.case_sensitive))


def _shape(dictionary: StoredDictionary) -> dict[str, Any]:
    return {
        "id": dictionary.id,
        "name": dictionary.name,
        "owner_id": dictionary.owner,
        "pinned": dictionary.pinned,
        "created_at": dictionary.created_at,
        "items": [
            # Under both names, since each generation of clients reads its own.
            {
                "text": item.text,
                "alias": item.alias,
                "pronunciation": item.alias,
                "case_sensitive": item.case_sensitive,
            }
            for item in dictionary.items
        ],
    }
