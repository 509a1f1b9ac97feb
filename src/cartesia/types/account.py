"""The types of an account on the wire, pronunciation dictionaries and access tokens, and the server's status."""

from typing import NotRequired, TypedDict

from msgspec import field

from cartesia.types.record import Record


class PronunciationDictItemParam(TypedDict):
    """The pronunciation of a word: other words, or IPA between angle brackets."""

    text: str
    alias: NotRequired[str]
    pronunciation: NotRequired[str]
    """The newer name of ``alias``."""
    case_sensitive: NotRequired[bool]


class GrantsParam(TypedDict, total=False):
    """The calls that an access token allows."""

    tts: bool
    stt: bool
    agent: bool


class PronunciationDictItem(Record, kw_only=True):
    """The pronunciation of a word."""

    text: str
    alias: str | None = None
    pronunciation: str | None = None
    case_sensitive: bool | None = None

    def __post_init__(self) -> None:
        # Two names for one field; which of them the server uses depends on the version.
        self.alias = self.pronunciation if self.alias is None else self.alias
        self.pronunciation = self.alias if self.pronunciation is None else self.pronunciation


class PronunciationDict(Record, kw_only=True):
    """A dictionary of pronunciations."""

    id: str
    name: str = ""
    items: list[PronunciationDictItem] = field(default_factory=list)
    owner_id: str | None = None
    pinned: bool | None = None
    created_at: str | None = None
    """ISO 8601."""


class AccessToken(Record, kw_only=True):
    """A token that replaces a key for a limited time."""

    token: str


class Status(Record, kw_only=True):
    """The status of the server, and the newest version of the protocol that it speaks."""

    ok: bool
    version: str
