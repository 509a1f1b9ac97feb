"""What belongs to an account on the wire: pronunciation dictionaries, access tokens; and the server's own state."""

from typing import NotRequired, TypedDict

from msgspec import field

from cartesia.types.record import Record


class PronunciationDictItemParam(TypedDict):
    """How a word is said: by other words, or in IPA between angle brackets."""

    text: str
    alias: NotRequired[str]
    pronunciation: NotRequired[str]
    """The newer name of ``alias``."""
    case_sensitive: NotRequired[bool]


class GrantsParam(TypedDict, total=False):
    """What an access token is good for."""

    tts: bool
    stt: bool
    agent: bool


class PronunciationDictItem(Record, kw_only=True):
    """How a word is said."""

    text: str
    alias: str | None = None
    pronunciation: str | None = None
    case_sensitive: bool | None = None

    def __post_init__(self) -> None:
        # Two names for one thing; which of them the server answers with depends on its version.
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
    """A token that stands in for a key for a while."""

    token: str


class Status(Record, kw_only=True):
    """That the server is there, and the newest version of the protocol that it speaks."""

    ok: bool
    version: str
