"""The voices that somebody may use: the ones that are built in, and the owner's own, which the store keeps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ownvoice.engines.espeak import catalogue
from ownvoice.errors import NotPermitted
from ownvoice.store import Store, StoredRecording, VoiceFilter
from ownvoice.traits.voice import Voice


@dataclass(frozen=True, slots=True)
class Page:
    """Some voices of a list."""

    voices: list[Voice]
    has_more: bool
    """Whether the list goes on, in the direction in which it was asked for."""


class Shelf:
    """The voices of one owner, and those that are built in. Its calls may wait for the store."""

    def __init__(self, store: Store, owner: str, *, most_voices: int = 0, most_recordings: int = 0) -> None:
        """The shelf of an owner, with the most that may stand on it; 0 is no limit."""
        self.owner = owner
        self._store = store
        self._most_voices = most_voices
        self._most_recordings = most_recordings

    def by_id(self, id: str) -> Voice | None:
        """The voice with that id, in whatever case it is written; None if there is none, or it is somebody else's."""
        return catalogue.by_id(id) or self._store.voices.get(id.lower(), self.owner)

    def recognise(self, embedding: Sequence[float]) -> Voice | StoredRecording | None:
        """The voice, or the recording, of which these are the numbers, within rounding; None if there is none here.

        So a voice that a program sends by its embedding keeps its language and accent, which the numbers do not tell,
        and an engine that clones from sound finds the recording again.
        """
        return (
            catalogue.recognise(embedding)
            or self._store.voices.similar(embedding, self.owner)
            or self._store.recordings.similar(embedding, self.owner)
        )

    def page(
        self,
        fitting: VoiceFilter,
        *,
        limit: int,
        after: str | None = None,
        before: str | None = None,
        own: bool | None = None,
    ) -> Page:
        """Some of the voices that fit: the owner's, newest first, then those that are built in.

        Args:
            fitting: what they have to have in common.
            limit: how many.
            after: the id of the voice that they come after. After one that is gone comes nothing.
            before: the id of the voice that they come before, instead of ``after``.
            own: only the owner's voices, or only others.
        """
        if before is not None:
            voices = self._before(fitting, before, limit + 1, own)
            return Page(voices[-limit:], has_more=len(voices) > limit)
        voices = self._after(fitting, after, limit + 1, own)
        return Page(voices[:limit], has_more=len(voices) > limit)

    def check_room(self) -> None:
        """That there is room for a voice more; RequestError where there is none."""
        if self._most_voices and self._store.voices.count(self.owner) >= self._most_voices:
            raise NotPermitted(
                "Too many voices",
                f"there are {self._most_voices} voices of yours, which is all that there may be; delete one",
                error_code="voice_limit_reached",
            )

    def add(self, voice: Voice) -> None:
        """Keep a voice of the owner's; RequestError as `check_room`."""
        self.check_room()
        self._store.voices.add(voice)

    def update(self, voice: Voice, changes: Mapping[str, Any]) -> Voice:
        """Change what is told of a voice of the owner's, and return it as it is now; unchanged if it is gone."""
        return (self._store.voices.update(voice.id, self.owner, **changes) if changes else None) or voice

    def delete(self, id: str) -> None:
        """Forget a voice of the owner's."""
        self._store.voices.delete(id, self.owner)

    def keep_recording(self, sound: bytes, media_type: str, embedding: Sequence[float], locale: str) -> str:
        """Keep what a voice was cloned from, and return the id that it has got.

        Of recordings that no voice was made of, which nobody can delete, the oldest are dropped when they are too many.
        """
        kept = self._store.recordings.add(self.owner, sound, media_type, embedding, locale)
        if self._most_recordings:
            self._store.recordings.trim(self.owner, self._most_recordings)
        return kept.id

    def _after(self, fitting: VoiceFilter, after: str | None, most: int, own: bool | None) -> list[Voice]:
        built_in = _built_in(fitting) if own is not True else []
        if after is not None and (place := _PLACES.get(after.lower())) is not None:
            return [voice for voice in built_in if _PLACES[voice.id] > place][:most]
        after = after and after.lower()
        # A client that goes on until a page is empty must come to an end also after a voice that is gone.
        if after is not None and self._store.voices.get(after, self.owner) is None:
            return []
        voices = self._store.voices.after(self.owner, fitting, after, most) if own is not False else []
        return [*voices, *built_in[: most - len(voices)]]

    def _before(self, fitting: VoiceFilter, before: str, most: int, own: bool | None) -> list[Voice]:
        place = _PLACES.get(before.lower())
        if place is None:
            return self._store.voices.before(self.owner, fitting, before.lower(), most) if own is not False else []
        built_in = _built_in(fitting) if own is not True else []
        voices = [voice for voice in built_in if _PLACES[voice.id] < place][-most:]
        if own is not False and len(voices) < most:
            voices = [*self._store.voices.before(self.owner, fitting, None, most - len(voices)), *voices]
        return voices


_PLACES = {voice.id: place for place, voice in enumerate(catalogue.VOICES)}


def _built_in(fitting: VoiceFilter) -> list[Voice]:
    text = (fitting.q or "").casefold()
    return [
        voice
        for voice in catalogue.VOICES
        if (text in voice.name.casefold() or text in voice.description.casefold())
        and fitting.gender in (None, voice.gender)
        and fitting.language in (None, voice.language)
    ]
