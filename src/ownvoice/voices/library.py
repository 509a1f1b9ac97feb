"""The voices that an owner may use: the built-in ones and the owner's own, which the store keeps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ownvoice.errors import NotPermitted
from ownvoice.store import Store, StoredRecording, VoiceFilter
from ownvoice.traits.voice import Voice
from ownvoice.voices.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list of voices."""

    voices: list[Voice]
    has_more: bool
    """Whether the list continues, in the direction in which it was asked for."""


class VoiceLibrary:
    """The voices of one owner and the built-in ones. Its calls may wait for the store."""

    def __init__(
        self, catalogue: Catalogue, store: Store, owner: str, *, most_voices: int = 0, most_recordings: int = 0
    ) -> None:
        """Make the library of an owner.

        Args:
            catalogue: the built-in voices.
            store: keeps the owner's own.
            owner: the id of the owner.
            most_voices: how many voices the owner may have; 0 is no limit.
            most_recordings: how many recordings are kept of which no voice was made; 0 is no limit.
        """
        self.catalogue = catalogue
        self.owner = owner
        self._store = store
        self._most_voices = most_voices
        self._most_recordings = most_recordings

    def by_id(self, id: str) -> Voice | None:
        """Return the voice with that id, in whatever case it is written; None if the owner has no such voice."""
        return self.catalogue.by_id(id) or self._store.voices.get(id.lower(), self.owner)

    def recognize(self, embedding: Sequence[float]) -> Voice | StoredRecording | None:
        """Return the voice or the recording with this embedding, within rounding; None if unknown.

        So a voice that a program sends by its embedding keeps its language and accent, which the embedding does not
        contain, and an engine that clones from sound finds the recording again.
        """
        return (
            self.catalogue.recognize(embedding)
            or self._store.voices.similar(embedding, self.owner)
            or self._store.recordings.similar(embedding, self.owner)
        )

    def page(
        self,
        wanted: VoiceFilter,
        *,
        limit: int,
        after: str | None = None,
        before: str | None = None,
        own: bool | None = None,
    ) -> Page:
        """List voices that fit a filter: the owner's, newest first, then the built-in ones.

        Args:
            wanted: the filter.
            limit: the most voices to return.
            after: the id of the voice after which the page begins; if that voice is gone, the page is empty.
            before: the id of the voice before which the page ends, instead of ``after``.
            own: True for the owner's voices alone, False for the built-in ones alone.
        """
        if before is not None:
            voices = self._before(wanted, before, limit + 1, own)
            return Page(voices[-limit:], has_more=len(voices) > limit)
        voices = self._after(wanted, after, limit + 1, own)
        return Page(voices[:limit], has_more=len(voices) > limit)

    def check_room(self) -> None:
        """Check that the owner may have one more voice.

        Raises:
            NotPermitted: the owner has the most voices that are allowed.
        """
        if self._most_voices and self._store.voices.count(self.owner) >= self._most_voices:
            raise NotPermitted(
                "Too many voices",
                f"the limit of {self._most_voices} voices is reached; delete one first",
                error_code="voice_limit_reached",
            )

    def add(self, voice: Voice) -> None:
        """Store a voice of the owner.

        Raises:
            NotPermitted: as `check_room`.
        """
        self.check_room()
        self._store.voices.add(voice)

    def update(self, voice: Voice, changes: Mapping[str, Any]) -> Voice:
        """Change the metadata of a voice of the owner, and return the new record; the old one if the voice is gone."""
        return (self._store.voices.update(voice.id, self.owner, **changes) if changes else None) or voice

    def delete(self, id: str) -> None:
        """Delete a voice of the owner."""
        self._store.voices.delete(id, self.owner)

    def keep_recording(self, sound: bytes, media_type: str, embedding: Sequence[float], locale: str) -> str:
        """Store the recording from which a voice was cloned.

        When there are more recordings without a voice than are allowed, the oldest of them are dropped.

        Args:
            sound: the file as it was uploaded.
            media_type: of the file.
            embedding: the 192 numbers that were measured in it.
            locale: the language and accent that is spoken in it.

        Returns:
            The id of the recording.
        """
        kept = self._store.recordings.add(self.owner, sound, media_type, embedding, locale)
        if self._most_recordings:
            self._store.recordings.trim(self.owner, self._most_recordings)
        return kept.id

    def _after(self, wanted: VoiceFilter, after: str | None, most: int, own: bool | None) -> list[Voice]:
        """List the first voices after one; without one, from the start."""
        built_in = self.catalogue.matching(wanted) if own is not True else []
        if after is not None and (place := self.catalogue.place(after)) is not None:
            return [voice for voice in built_in if self._place(voice) > place][:most]
        after = after and after.lower()
        # A client that pages until one is empty must come to an end, also after a voice that is gone.
        if after is not None and self._store.voices.get(after, self.owner) is None:
            return []
        voices = self._store.voices.page(self.owner, wanted, after, most) if own is not False else []
        return [*voices, *built_in[: most - len(voices)]]

    def _before(self, wanted: VoiceFilter, before: str, most: int, own: bool | None) -> list[Voice]:
        """List the last voices before one."""
        place = self.catalogue.place(before)
        if place is None:
            if own is False:
                return []
            return self._store.voices.page(self.owner, wanted, before.lower(), most, backward=True)
        built_in = self.catalogue.matching(wanted) if own is not True else []
        voices = [voice for voice in built_in if self._place(voice) < place][-most:]
        if own is not False and len(voices) < most:
            stored = self._store.voices.page(self.owner, wanted, None, most - len(voices), backward=True)
            voices = [*stored, *voices]
        return voices

    def _place(self, voice: Voice) -> int:
        """Return the place of a built-in voice in the list."""
        place = self.catalogue.place(voice.id)
        assert place is not None
        return place
