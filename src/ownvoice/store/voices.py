"""The voices that people made."""

from collections.abc import Sequence
from dataclasses import asdict, fields, replace
from typing import Any

from ownvoice.store import vectors
from ownvoice.store.database import Database, Row
from ownvoice.store.recordings import RecordingTable
from ownvoice.store.records import VoiceFilter, folded, microseconds
from ownvoice.traits.voice import Voice

_FIXED = {"id", "owner", "created_at", "recording"}
"""What stays as it was when the voice was made."""


class VoiceTable:
    """The voices of all owners. Whoever has a voice keeps it as it was, whatever becomes of the row."""

    def __init__(self, database: Database, recordings: RecordingTable) -> None:
        self._database = database
        self._recordings = recordings

    def add(self, voice: Voice) -> None:
        """Keeps a voice: when this returns, a crash does not lose it.

        Raises:
            ValueError: its recording is not there, or not of the same owner; its embedding is empty or not finite; a
                time or a text of it cannot be stored.
            StoreError: the database cannot be written to.
        """
        row = _row(voice)
        with self._database.writing() as rows:
            if voice.recording is not None and not rows.one(
                "recordings", lock=True, id=voice.recording, owner=voice.owner
            ):
                raise ValueError(f"there is no recording {voice.recording!r} to make a voice of")
            rows.insert("voices", row)

    def get(self, id: str, owner: str) -> Voice | None:
        """The voice; None if there is none, or not of this owner."""
        with self._database.reading() as rows:
            row = rows.one("voices", id=id, owner=owner)
        return None if row is None else _voice(row)

    def after(self, owner: str, fitting: VoiceFilter, after: str | None, limit: int) -> list[Voice]:
        """The owner's voices that fit, newest first: at most `limit` that come after the voice with that id.

        Without an id from the beginning; after one that is unknown or deleted there is nothing.
        """
        with self._database.reading() as rows:
            found = rows.after(
                "voices", after, limit, owner=owner, containing=folded(fitting.q or ""), **_equal(fitting)
            )
        return [_voice(row) for row in found]

    def before(self, owner: str, fitting: VoiceFilter, before: str | None, limit: int) -> list[Voice]:
        """The same for those that come right before it; without an id the last ones. They are newest first too."""
        with self._database.reading() as rows:
            found = rows.before(
                "voices", before, limit, owner=owner, containing=folded(fitting.q or ""), **_equal(fitting)
            )
        return [_voice(row) for row in found]

    def count(self, owner: str) -> int:
        """How many voices an owner has."""
        with self._database.reading() as rows:
            return rows.count("voices", owner=owner)

    def update(self, id: str, owner: str, **changes: Any) -> Voice | None:
        """Changes fields of a voice by their names, and gives it as it is then; None as `get`.

        Raises:
            ValueError: there is no such field, or it stays as it was made; otherwise as `add`.
        """
        changeable = [field.name for field in fields(Voice) if field.name not in _FIXED]
        if wrong := [name for name in changes if name not in changeable]:
            raise ValueError(f"{', '.join(wrong)} of a voice cannot be changed; what can is {', '.join(changeable)}")
        if self.get(id, owner) is None:  # which makes no file where there is none
            return None
        with self._database.writing() as rows:
            row = rows.one("voices", lock=True, id=id, owner=owner)
            if row is None:
                return None
            voice = replace(_voice(row), **changes)
            rows.update("voices", _row(voice), id=id)
        return voice

    def delete(self, id: str, owner: str) -> bool:
        """Removes a voice, and its recording when no other voice uses that; whether there was one."""
        if self.get(id, owner) is None:
            return False
        with self._database.writing() as rows:
            row = rows.one("voices", lock=True, id=id, owner=owner)
            if row is None:
                return False
            rows.delete("voices", id=id)
            recording = row["recording"]
            if recording is not None and not self._recordings.drop_unused(rows, recording):
                recording = None  # another voice uses it
        if recording is not None:
            self._recordings.remove_clip(recording)
        return True

    def similar(self, embedding: Sequence[float], owner: str, tolerance: float = vectors.TOLERANCE) -> Voice | None:
        """The owner's voice of this embedding, the nearest one: no number is off by more than the tolerance."""
        with self._database.reading() as rows:
            row = vectors.nearest(rows, "voices", owner, embedding, tolerance)
        return None if row is None else _voice(row)


def _equal(fitting: VoiceFilter) -> dict[str, str]:
    asked = {"gender": fitting.gender, "language": fitting.language}
    return {name: value for name, value in asked.items() if value}


def _row(voice: Voice) -> Row:
    return {
        **asdict(voice),
        **vectors.columns(voice.embedding),
        "folded": folded(f"{voice.name}\x1f{voice.description}"),
        "created": microseconds(voice.created_at),
    }


def _voice(row: Row) -> Voice:
    values: dict[str, Any] = {field.name: row[field.name] for field in fields(Voice)}
    values["embedding"] = vectors.read(row)
    return Voice(**values)
