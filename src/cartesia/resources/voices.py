"""Voices: listed and looked up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import quote

from cartesia._faces import awaitable, blocking
from cartesia._rest import Pages, Value
from cartesia.types import Voice

if TYPE_CHECKING:
    from cartesia._async_client import AsyncCartesia
    from cartesia._client import Cartesia

WITH_EMBEDDINGS = {"Prefer": "include=embedding"}
"""Asks for the numbers that newer versions of the protocol leave out. It may be ignored (RFC 7240)."""

LONGEST_PAGE = 100


def list_(
    *,
    limit: int | None = None,
    starting_after: str | None = None,
    ending_before: str | None = None,
    q: str | None = None,
    gender: str | None = None,
    language: str | None = None,
    is_owner: bool | None = None,
    expand: Sequence[str] | None = None,
) -> Pages[Voice]:
    """The voices that may be used: a list of the first ones, which fetches the rest as it is iterated.

    Args:
        limit: how many to fetch at once, 1 to 100.
        starting_after: the id of a voice; the list goes on after it.
        ending_before: the id of a voice; the list ends before it.
        q: text to look for in names and descriptions.
        gender: ``masculine``, ``feminine`` or ``gender_neutral``.
        language: the code of a language.
        is_owner: only one's own voices, or only those of others.
        expand: further fields to fetch.
    """
    query = {
        "limit": LONGEST_PAGE if limit is None else limit,
        "starting_after": starting_after,
        "ending_before": ending_before,
        "q": q,
        "gender": gender,
        "language": language,
        "is_owner": is_owner,
        "expand[]": list(expand) if expand else None,
    }
    return Pages(
        method="GET",
        path="/voices",
        item=Voice,
        query={name: value for name, value in query.items() if value is not None},
        headers=WITH_EMBEDDINGS,
    )


list_.__name__ = "list"  # what `help` shows; the builtin keeps its name in this module


def get(id: str, *, expand: Sequence[str] | None = None) -> Value[Voice]:
    """One voice by its id; NotFoundError where there is none."""
    if not id:
        raise ValueError("id should be the id of a voice; it is empty")
    query = {"expand[]": list(expand)} if expand else {}
    return Value(method="GET", path=f"/voices/{quote(id, safe='')}", result=Voice, query=query, headers=WITH_EMBEDDINGS)


class Voices:
    """The voices, of the blocking client."""

    def __init__(self, client: Cartesia) -> None:
        self._client = client

    get = blocking(get)
    list = blocking(list_)


class AsyncVoices:
    """The voices, of the asynchronous client. The calls may be awaited, or used at once, as in the first generation."""

    def __init__(self, client: AsyncCartesia) -> None:
        self._client = client

    get = awaitable(get)
    list = awaitable(list_)
