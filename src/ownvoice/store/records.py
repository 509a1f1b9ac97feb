"""The values that are stored, which do not change with the store."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from ownvoice.ids import new_id, now

Row = Mapping[str, Any]
"""The columns of a row by their names."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def microseconds(time: str) -> int:
    """Return a time in ISO 8601 as microseconds since 1970, by which records are ordered.

    Raises:
        ValueError: it is not such a time, or lacks its time zone.
    """
    moment = datetime.fromisoformat(time)
    if moment.tzinfo is None:
        raise ValueError(f"a time should name its zone, as in {time}Z")
    return (moment - _EPOCH) // timedelta(microseconds=1)


def fold(text: str) -> str:
    """Return a text in the form that is searched: cases, and the ways to write an accent, make no difference."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def is_storable(text: str) -> bool:
    """Return whether every database can hold the text: no NUL (PostgreSQL), no half of a surrogate pair (UTF-8)."""
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A stored record."""

    id: str = field(default_factory=new_id)
    created_at: str = field(default_factory=now)
    """ISO 8601, with its zone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owned(Stored):
    """A stored record that belongs to an owner."""

    owner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRecording(Owned):
    """A recording of a voice, without the sound itself."""

    embedding: tuple[float, ...]
    """The embedding that was measured in it."""
    locale: str
    """The language that is spoken in it."""
    media_type: str
    """The type of the sound: ``audio/wav``."""


@dataclass(frozen=True, slots=True)
class DictionaryItem:
    """A word of a dictionary, and what is said in its place."""

    text: str
    alias: str
    case_sensitive: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDictionary(Owned):
    """A pronunciation dictionary."""

    name: str
    items: tuple[DictionaryItem, ...] = ()
    pinned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredKey(Stored):
    """A key without its secret, which is stored nowhere."""

    name: str
    prefix: str
    """The beginning of the secret, by which users recognise the key."""
    revoked_at: str | None = None


@dataclass(frozen=True, slots=True)
class VoiceFilter:
    """The conditions on the voices of a list; None or an empty text is no condition."""

    q: str | None = None
    """A text in the name or the description, in any case; no character has a special meaning."""
    gender: str | None = None
    language: str | None = None
