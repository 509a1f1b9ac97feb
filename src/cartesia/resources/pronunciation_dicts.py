"""Dictionaries of pronunciations: made, listed, changed and deleted. `tts` calls name one by its id."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Unpack

from cartesia._addresses import segment
from cartesia._calls import CallOptions, Pages, Value
from cartesia._faces import M, Raw, Resource, Streamed, awaitable, blocking
from cartesia._given import without_none
from cartesia.types import PronunciationDict, PronunciationDictItemParam

COLLECTION = "/pronunciation-dicts/"


def create(
    name: str, items: Iterable[PronunciationDictItemParam] | None = None, **options: Unpack[CallOptions]
) -> Value[PronunciationDict]:
    """Make a dictionary.

    Args:
        name: what to call it.
        items: dictionaries with ``text``, what it is said as (``alias`` or ``pronunciation``: words, or IPA), and
            ``case_sensitive`` where small and capital letters matter.
    """
    body = {"name": name, **_items(items)}
    return Value(method="POST", path=COLLECTION, result=PronunciationDict, body=body)


def retrieve(id: str, **options: Unpack[CallOptions]) -> Value[PronunciationDict]:
    """One dictionary by its id; NotFoundError where there is none."""
    return Value(method="GET", path=_path(id), result=PronunciationDict)


def list_(
    *,
    limit: int | None = None,
    starting_after: str | None = None,
    ending_before: str | None = None,
    **options: Unpack[CallOptions],
) -> Pages[PronunciationDict]:
    """One's own dictionaries: a list of the first ones, which fetches the rest as it is iterated.

    Args:
        limit: how many to fetch at once.
        starting_after: the id of a dictionary; the list goes on after it.
        ending_before: the id of a dictionary; the list ends before it.
    """
    query = {"limit": limit, "starting_after": starting_after, "ending_before": ending_before}
    return Pages(method="GET", path=COLLECTION, item=PronunciationDict, query=without_none(query))


list_.__name__ = "list"  # what `help` shows; the builtin keeps its name in this module


def update(
    id: str,
    *,
    name: str | None = None,
    items: Iterable[PronunciationDictItemParam] | None = None,
    **options: Unpack[CallOptions],
) -> Value[PronunciationDict]:
    """Change a dictionary; what is not named stays.

    Args:
        id: the id of the dictionary.
        name: what to call it.
        items: all that is to be in it from now on, in the form of `create`.
    """
    body = {**({} if name is None else {"name": name}), **_items(items)}
    if not body:
        raise ValueError("nothing to change; name at least one of name= and items=")
    return Value(method="PATCH", path=_path(id), result=PronunciationDict, body=body)


def delete(id: str, **options: Unpack[CallOptions]) -> Value[None]:
    """Delete a dictionary. On the asynchronous client this has to be awaited: else it is not made."""
    return Value(method="DELETE", path=_path(id), result=type(None))


def _path(id: str) -> str:
    return COLLECTION + segment(id, "id", "a pronunciation dictionary")


def _items(items: Iterable[Any] | None) -> dict[str, Any]:
    if items is None:
        return {}
    if isinstance(items, str | bytes | Mapping):
        raise TypeError(f"items should be a list of dictionaries, not {type(items).__name__}")
    return {"items": [_item(item, number) for number, item in enumerate(items)]}


def _item(given: Any, number: int) -> dict[str, Any]:
    if not hasattr(given, "keys"):  # the items of an answer read like dictionaries too
        raise TypeError(f"items[{number}] should be a dictionary, not {type(given).__name__}")
    item: dict[str, Any] = dict(given)
    if not item.get("text") or item.get("alias", item.get("pronunciation")) is None:
        raise ValueError(f'items[{number}] should have "text", and "alias" or "pronunciation"')
    return item


class PronunciationDicts(Resource[M]):
    """The dictionaries, of the blocking client."""

    @property
    def with_raw_response(self) -> PronunciationDicts[Raw]:
        """The same calls, which give the HTTP answer."""
        return PronunciationDicts(self._client, Raw)

    @property
    def with_streaming_response(self) -> PronunciationDicts[Streamed]:
        """The same calls, which give the HTTP answer before its body, in a `with` block."""
        return PronunciationDicts(self._client, Streamed)

    create = blocking(create)
    retrieve = get = blocking(retrieve)
    update = blocking(update)
    delete = blocking(delete)
    list = blocking(list_)


class AsyncPronunciationDicts(Resource[M]):
    """The dictionaries, of the asynchronous client."""

    @property
    def with_raw_response(self) -> AsyncPronunciationDicts[Raw]:
        """The same calls, which give the HTTP answer."""
        return AsyncPronunciationDicts(self._client, Raw)

    @property
    def with_streaming_response(self) -> AsyncPronunciationDicts[Streamed]:
        """The same calls, which give the HTTP answer before its body, in an `async with` block."""
        return AsyncPronunciationDicts(self._client, Streamed)

    create = awaitable(create)
    retrieve = get = awaitable(retrieve)
    update = awaitable(update)
    delete = awaitable(delete)
    list = awaitable(list_)
