"""Pronunciation dictionaries. Calls of `tts` refer to one by its id."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Unpack

from cartesia._addresses import path_segment
from cartesia._calls import CallOptions, Pages, Value
from cartesia._faces import F, M, Raw, Resource, Streamed, endpoint
from cartesia._given import drop_none
from cartesia.types import PronunciationDict, PronunciationDictItemParam

COLLECTION = "/pronunciation-dicts/"


def create_request(
    name: str, items: Iterable[PronunciationDictItemParam] | None = None, **options: Unpack[CallOptions]
) -> Value[PronunciationDict]:
    """Create a dictionary.

    Args:
        name: its name.
        items: dictionaries with ``text``, its pronunciation (``alias`` or ``pronunciation``: words, or IPA), and
            ``case_sensitive`` where upper and lower case matter.
    """
    body = {"name": name, **_items(items)}
    return Value(method="POST", path=COLLECTION, result=PronunciationDict, body=body)


def retrieve_request(id: str, **options: Unpack[CallOptions]) -> Value[PronunciationDict]:
    """Return the dictionary with that id; NotFoundError where there is none."""
    return Value(method="GET", path=_path(id), result=PronunciationDict)


def list_request(
    *,
    limit: int | None = None,
    starting_after: str | None = None,
    ending_before: str | None = None,
    **options: Unpack[CallOptions],
) -> Pages[PronunciationDict]:
    """List your own dictionaries: the first ones, and the rest as the list is iterated.

    Args:
        limit: the number to fetch at once.
        starting_after: the id of a dictionary; the list continues after it.
        ending_before: the id of a dictionary; the list ends before it.
    """
    query = {"limit": limit, "starting_after": starting_after, "ending_before": ending_before}
    return Pages(method="GET", path=COLLECTION, item=PronunciationDict, query=drop_none(query))


def update_request(
    id: str,
    *,
    name: str | None = None,
    items: Iterable[PronunciationDictItemParam] | None = None,
    **options: Unpack[CallOptions],
) -> Value[PronunciationDict]:
    """Change a dictionary; what is not passed stays as it is.

    Args:
        id: the id of the dictionary.
        name: its name.
        items: its new content, in the form of `create`.
    """
    body = {**({} if name is None else {"name": name}), **_items(items)}
    if not body:
        raise ValueError("nothing to change; pass at least one of name= and items=")
    return Value(method="PATCH", path=_path(id), result=PronunciationDict, body=body)


def delete_request(id: str, **options: Unpack[CallOptions]) -> Value[None]:
    """Delete a dictionary. With the asynchronous client the call is not made unless it is awaited."""
    return Value(method="DELETE", path=_path(id), result=type(None))


def _path(id: str) -> str:
    return COLLECTION + path_segment(id, "id", "a pronunciation dictionary")


def _items(items: Iterable[Any] | None) -> dict[str, Any]:
    if items is None:
        return {}
    if isinstance(items, str | bytes | Mapping):
        raise TypeError(f"items should be a list of dictionaries, not {type(items).__name__}")
    return {"items": [_item(item, number) for number, item in enumerate(items)]}


def _item(given: Any, number: int) -> dict[str, Any]:
    if not hasattr(given, "keys"):  # items of an answer are not dictionaries, but read like them
        raise TypeError(f"items[{number}] should be a dictionary, not {type(given).__name__}")
    item: dict[str, Any] = dict(given)
    if not item.get("text") or item.get("alias", item.get("pronunciation")) is None:
        raise ValueError(f'items[{number}] should have "text", and "alias" or "pronunciation"')
    return item


class PronunciationDicts(Resource[F, M]):
    """The calls about pronunciation dictionaries."""

    with_raw_response: PronunciationDicts[F, Raw]
    with_streaming_response: PronunciationDicts[F, Streamed]
    create = endpoint(create_request)
    retrieve = get = endpoint(retrieve_request)
    update = endpoint(update_request)
    delete = endpoint(delete_request)
    list = endpoint(list_request)
