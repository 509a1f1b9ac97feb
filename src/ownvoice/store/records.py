"""What is stored: values, which stay as they are when the store goes on."""

import unicodedata
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from ownvoice.ids import new_id, now

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def microseconds(time: str) -> int:
    """A time in ISO 8601 as microseconds since 1970, by which records are ordered.

    Raises:
        ValueError: it is no such time, or it does not say which zone it is in.
    """
    moment = datetime.fromisoformat(time)
    if moment.tzinfo is None:
        raise ValueError(f"a time should name its zone, as in {time}Z")
    return (moment - _EPOCH) // timedelta(microseconds=1)


def folded(text: str) -> str:
    """The text as it is searched for: without a difference between cases, and between ways to write an accent."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def storable(text: str) -> bool:
    """Whether every database can hold the text: no NUL (PostgreSQL), no half of a surrogate pair (UTF-8)."""
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRecording:
    """A recording of somebody's voice, without the sound itself."""

    id: str = field(default_factory=new_id)
    owner: str
    embedding: tuple[float, ...]
    """What was heard in it."""
    locale: str
    """What is spoken in it."""
    created_at: str = field(default_factory=now)
    media_type: str
    """Of the sound: ``audio/wav``."""


@dataclass(frozen=True, slots=True)
class DictionaryItem:
    """One word of a dictionary, and what is said for it."""

    text: str
    alias: str
    case_sensitive: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDictionary:
    """How somebody wants words to be pronounced."""

    id: str = field(default_factory=new_id)
    owner: str
    name: str
    items: tuple[DictionaryItem, ...] = ()
    created_at: str = field(default_factory=now)
    pinned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredKey:
    """A key, without its secret, which is nowhere."""

    id: str = field(default_factory=new_id)
    name: str
    prefix: str
    """How the secret begins, by which its user knows it again."""
    created_at: str = field(default_factory=now)
    revoked_at: str | None = None


@dataclass(frozen=True, slots=True)
class VoiceFilter:
    """Which voices are asked for; what is not given (None, or empty) is not asked about."""

    q: str | None = None
    """Is in the name or in the description, in whatever case; no character of it has a special meaning."""
    gender: str | None = None
    language: str | None = None
