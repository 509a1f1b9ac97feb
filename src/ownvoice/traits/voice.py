"""The record of a voice: its metadata and its embedding."""

from dataclasses import dataclass, field
from functools import lru_cache

from ownvoice.ids import new_id, now
from ownvoice.traits.embedding import Traits, from_embedding

DEFAULT_ID = "a0e99841-438c-4a64-b679-ae501e7d6091"
"""The id of the voice for requests that name none: programs and examples of the protocol call it by this id."""

GENDERS = ("masculine", "feminine", "gender_neutral")
"""The genders of voices, as the protocol names them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """A voice, built in or owned by a client."""

    id: str = field(default_factory=new_id)
    """A UUID in lower case, or any other name that the engine of the voice gives it. Case makes no difference."""
    name: str
    description: str = ""
    language: str
    """A code of `languages.LANGUAGES`."""
    locale: str
    """The language with the region, which decides the accent: ``en-GB-scotland``."""
    gender: str | None = None
    """One of `GENDERS`."""
    embedding: tuple[float, ...]
    """Its 192 numbers: see `ownvoice.traits.embedding`."""
    created_at: str = field(default_factory=now)
    """ISO 8601, with its zone."""
    owner: str | None = None
    """The owner; None for built-in voices, which every client may use."""
    tagline: str | None = None
    """A short description, 32 characters at most."""
    base_voice_id: str | None = None
    """The voice that it was derived from, if its owner named it."""
    recording: str | None = None
    """The id of the recording that it was cloned from, if it is kept."""

    @property
    def traits(self) -> Traits:
        """The sound of the voice in natural units."""
        return _traits(self.embedding)


@lru_cache(maxsize=256)
def _traits(embedding: tuple[float, ...]) -> Traits:
    """Return the traits of an embedding. Every request asks, mostly for the same voices."""
    return from_embedding(embedding)
