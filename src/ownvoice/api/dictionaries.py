"""Pronunciation dictionaries: made, listed, changed and deleted by their owner."""

import asyncio
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ownvoice.api.paging import limit_of
from ownvoice.api.request import json_of, owner_of, store_of, version_of
from ownvoice.errors import InvalidRequest
from ownvoice.store import DictionaryItem, StoredDictionary
from ownvoice.voices.resolution import dictionary_by_id
from ownvoice.voices.voice_requests import check_name

MOST_ITEMS = 1000
LONGEST_TEXT = 200
LONGEST_ALIAS = 500
"""Characters."""


class _Item(msgspec.Struct, kw_only=True):
    text: str | None = None
    alias: str | None = None
    pronunciation: str | None = None
    case_sensitive: bool | None = None


class _Dictionary(msgspec.Struct, kw_only=True):
    """What somebody wants of a dictionary. Nulls are absent, unknown keys are ignored."""

    name: str | None = None
    items: list[_Item] | None = None
    pinned: bool | None = None


async def create_dictionary(request: Request) -> Response:
    """A new dictionary."""
    given = await json_of(request, _Dictionary)
    if given.name is None:
        raise InvalidRequest("Name missing", "set `name` to what the dictionary is to be called")
    made = StoredDictionary(owner=owner_of(request), **_changes(given))
    await asyncio.to_thread(store_of(request).dictionaries.add, made)
    return JSONResponse(_shape(made))


async def list_dictionaries(request: Request) -> Response:
    """The owner's dictionaries, newest first, a page of them."""
    query = request.query_params
    limit = limit_of(request)
    table, owner = store_of(request).dictionaries, owner_of(request)
    if (before := query.get("ending_before")) is not None:
        found = await asyncio.to_thread(table.before, owner, before, limit + 1)
        page = found[-limit:]
    else:
        found = await asyncio.to_thread(table.after, owner, query.get("starting_after"), limit + 1)
        page = found[:limit]
    shapes = [_shape(dictionary) for dictionary in page]
    return JSONResponse(version_of(request).list_of(shapes, has_more=len(found) > limit))


async def get_dictionary(request: Request) -> Response:
    """One dictionary."""
    return JSONResponse(_shape(await asyncio.to_thread(_named, request)))


async def update_dictionary(request: Request) -> Response:
    """Another name, or other items."""
    before = await asyncio.to_thread(_named, request)
    changes = _changes(await json_of(request, _Dictionary))
    changed = None
    if changes:
        changed = await asyncio.to_thread(
            lambda: store_of(request).dictionaries.update(before.id, before.owner, **changes)
        )
    return JSONResponse(_shape(changed or before))


async def delete_dictionary(request: Request) -> Response:
    """Forget a dictionary. What speaks with it already goes on."""
    found = await asyncio.to_thread(_named, request)
    await asyncio.to_thread(store_of(request).dictionaries.delete, found.id, found.owner)
    return Response(status_code=204)


def _named(request: Request) -> StoredDictionary:
    return dictionary_by_id(request.path_params["id"], store_of(request), owner_of(request))


def _changes(given: _Dictionary) -> dict[str, Any]:
    """What is said of a dictionary, checked: only the fields that are set."""
    changes: dict[str, Any] = {}
    if given.name is not None:
        changes["name"] = check_name(given.name)
    if given.items is not None:
        if len(given.items) > MOST_ITEMS:
            raise InvalidRequest(
                "Too many items", f"a dictionary should have at most {MOST_ITEMS} items, not {len(given.items)}"
            )
        changes["items"] = tuple(_item(item, place) for place, item in enumerate(given.items))
    if given.pinned is not None:
        changes["pinned"] = given.pinned
    return changes


def _item(given: _Item, place: int) -> DictionaryItem:
    said = given.pronunciation if given.alias is None else given.alias
    if not (given.text or "").strip() or said is None:
        raise InvalidRequest(
            "Invalid item", f"items[{place}] should have a `text`, and an `alias` or a `pronunciation` of it"
        )
    text = given.text or ""
    aliases = {"alias": given.alias, "pronunciation": given.pronunciation}
    for name, value, longest in (("text", text, LONGEST_TEXT), *((*each, LONGEST_ALIAS) for each in aliases.items())):
        if value is not None and len(value) > longest:
            raise InvalidRequest(
                "Invalid item", f"items[{place}].{name} should have at most {longest} characters, not {len(value)}"
            )
    return DictionaryItem(text.strip(), said, bool(given.case_sensitive))


def _shape(dictionary: StoredDictionary) -> dict[str, Any]:
    return {
        "id": dictionary.id,
        "name": dictionary.name,
        "owner_id": dictionary.owner,
        "pinned": dictionary.pinned,
        "created_at": dictionary.created_at,
        "items": [
            # Both names of it: each generation of clients reads its own.
            {
                "text": item.text,
                "alias": item.alias,
                "pronunciation": item.alias,
                "case_sensitive": item.case_sensitive,
            }
            for item in dictionary.items
        ],
    }
