"""What is stored: values, which stay as they are when the store goes on."""

import unicodedata
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def new_id() -> str:
    """A new id: a UUID in lower case."""
    return str(uuid.uuid4())


def now() -> str:
    """The time, in ISO 8601, UTC: ``2026-11-25T15:04:05.123456Z``."""
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


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
class StoredVoice:
    """A voice that somebody made."""

    id: str = field(default_factory=new_id)
    owner: str
    """Whose it is; nobody else sees it."""
    name: str
    description: str = ""
    language: str
    """A code of `languages.LANGUAGES`."""
    locale: str
    """The region it is from, and so the accent it has: ``en-GB``."""
    gender: str | None = None
    embedding: tuple[float, ...]
    created_at: str = field(default_factory=now)
    """ISO 8601, with its zone."""
    recording: str | None = None
    """The id of the recording that it was cloned from."""
    base_voice_id: str | None = None
    """The voice that it was made from."""
    tagline: str | None = None
    accent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRecording:
    """A recording of somebody's voice, without the sound itself."""

    id: str = field(default_factory=new_id)
    owner: str
    embedding: tuple[float, ...]
    """What was heard in it."""
    language: str
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
class Fitting:
    """Which voices are asked for; what is not given (None, or empty) is not asked about."""

    q: str | None = None
    """Is in the name or in the description, in whatever case; no character of it has a special meaning."""
    gender: str | None = None
    language: str | None = None
