"""The differences between the versions of the protocol, which stand nowhere else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ownvoice.traits.voice import Voice

VERSIONS = ("2024-06-10", "2024-11-13", "2025-04-16", "2025-11-04", "2026-03-01", "2026-08-14")
NEWEST = VERSIONS[-1]


@dataclass(frozen=True, slots=True)
class Version:
    """A version of the protocol that a request asked for; dates compare as text."""

    date: str

    @property
    def errors_are_text(self) -> bool:
        """Whether the body of an error is plain text rather than JSON."""
        return self.date < "2026-03-01"

    def voice(self, voice: Voice, *, embedding: bool) -> dict[str, Any]:
        """Return a voice as clients of this version know it. Clients see built-in voices and their own only.

        Args:
            voice: the voice.
            embedding: whether to include the embedding where this version would leave it out.
        """
        public = voice.owner is None
        shape: dict[str, Any] = {
            "id": voice.id,
            "name": voice.name,
            "description": voice.description,
            "created_at": voice.created_at,
            "language": voice.language,
        }
        if self.date == "2024-06-10":
            shape |= {"user_id": voice.owner, "is_public": public}
        else:
            shape |= {"is_owner": not public}
        if "2025-04-16" <= self.date < "2026-08-14":
            shape |= {"is_public": public}
        if self.date >= "2025-04-16":
            shape |= {"gender": voice.gender}
        if self.date >= "2026-08-14":
            shape |= {
                "access": "public" if public else "private",
                "visibility": "all" if public else "owner",
                "tagline": voice.tagline or voice.name[:32],
                "locales": [{"locale": voice.locale, "is_native": True}],
            }
        if embedding or self.date == "2024-06-10":
            shape["embedding"] = list(voice.embedding)
        return shape

    def voice_metadata(self, voice: Voice, *, embedding: bool) -> dict[str, Any]:
        """Return a voice as the answer to the call that cloned or localized it, in which clients expect its owner."""
        shape = self.voice(voice, embedding=embedding) | {"user_id": voice.owner}
        if self.date < "2026-08-14":
            shape |= {"is_public": voice.owner is None}
        return shape

    def list_of(self, items: Sequence[dict[str, Any]], *, has_more: bool) -> Any:
        """Return the answer to a request for a list."""
        if self.lists_are_whole:
            return items
        return {"data": items, "has_more": has_more, "next_page": items[-1]["id"] if has_more else None}

    @property
    def buffer_delay(self) -> float:
        """Seconds that an unfinished sentence waits for its end, unless the request says otherwise."""
        return 0.0 if self.date < "2025-11-04" else 3.0

    @property
    def first_flush_id(self) -> int:
        """The number of the first flush: 0 for the first clients, which use it as an index."""
        return 0 if self.date <= "2024-11-13" else 1

    @property
    def expires_after_input(self) -> bool:
        """Whether contexts expire some time after their last input, rather than after their last audio."""
        return self.date <= "2024-11-13"

    @property
    def lists_are_whole(self) -> bool:
        """Whether a list is one JSON array without pages."""
        return self.date == "2024-06-10"


def requested_version(headers: Mapping[str, str], query: Mapping[str, str]) -> Version:
    """Return the version that a request asks for, in its query or else its header; the newest if unknown or none."""
    asked = query.get("cartesia_version") or headers.get("cartesia-version") or NEWEST
    return Version(asked if asked in VERSIONS else NEWEST)
