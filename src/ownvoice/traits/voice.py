"""A voice: what is told of it, and how it sounds."""

from dataclasses import dataclass, field
from functools import lru_cache

from ownvoice.ids import new_id, now
from ownvoice.traits.embedding import Traits, from_embedding

GENDERS = ("masculine", "feminine", "gender_neutral")
"""What a voice may be, as the protocol has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """A voice, built in or somebody's own."""

    id: str = field(default_factory=new_id)
    """A UUID in lower case."""
    name: str
    description: str = ""
    language: str
    """A code of `languages.LANGUAGES`."""
    locale: str
    """The region it is from, and so the accent it has: ``en-GB-scotland``."""
    gender: str | None = None
    """One of `GENDERS`."""
    embedding: tuple[float, ...]
    """How it sounds, as the 192 numbers of `embedding`."""
    created_at: str = field(default_factory=now)
    """ISO 8601, with its zone."""
    owner: str | None = None
    """Whose it is; nobody's are those that are built in, which everybody may use."""
    tagline: str | None = None
    """A few words, 32 characters at most."""
    base_voice_id: str | None = None
    """The voice that it was made from, if its maker said so."""
    recording: str | None = None
    """The id of the recording that it was cloned from, if it is kept."""

    @property
    def traits(self) -> Traits:
        """How it sounds, in natural units."""
        return _traits(self.embedding)


@lru_cache(maxsize=256)
def _traits(embedding: tuple[float, ...]) -> Traits:
    """What the numbers mean: every request asks, mostly for the same voices."""
    return from_embedding(embedding)
