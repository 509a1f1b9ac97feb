"""The voices that users created."""

from collections.abc import Sequence
from dataclasses import asdict, fields, replace
from typing import Any

from ownvoice.store import vectors
from ownvoice.store.database import Database
from ownvoice.store.recordings import RecordingTable
from ownvoice.store.records import Row, VoiceFilter, fold, microseconds
from ownvoice.traits.voice import Voice

_FIXED = {"id", "owner", "created_at", "recording"}
"""The fields that cannot be changed."""


class VoiceTable:
    """The voices of all owners. A voice that was read does not change when its row does."""

    def __init__(self, database: Database, recordings: RecordingTable) -> None:
        self._database = database
        self._recordings = recordings

    def add(self, voice: Voice) -> None:
        """Store a voice: when this returns, a crash does not lose it.

        Raises:
            ValueError: its recording does not exist or belongs to another owner; its embedding is empty or not finite;
                a time or a text in it cannot be stored.
            StoreError: the database cannot be written to.
        """
        row = _row(voice)
        with self._database.writing() as rows:
            if voice.recording is not None and not rows.find_one(
                "recordings", lock=True, id=voice.recording, owner=voice.owner
            ):
                raise ValueError(f"there is no recording {voice.recording!r} to make a voice of")
            rows.insert("voices", row)

    def get(self, id: str, owner: str) -> Voice | None:
        """Return the voice; None if it does not exist or belongs to another owner."""
        row = self._database.read(lambda rows: rows.find_one("voices", id=id, owner=owner), None)
        return None if row is None else _voice(row)

    def after(self, owner: str, filter: VoiceFilter, after: str | None, limit: int) -> list[Voice]:
        """Return voices of an owner that come after a voice, newest first.

        Args:
            owner: the owner of the voices.
            filter: the conditions that they meet.
            after: the id of that voice; None for the beginning. After one that is unknown or deleted there are none.
            limit: how many voices to return at most.
        """
        found = self._database.read(
            lambda rows: rows.page_after("voices", after, limit, owner=owner, **_conditions(filter)), ()
        )
        return [_voice(row) for row in found]

    def before(self, owner: str, filter: VoiceFilter, before: str | None, limit: int) -> list[Voice]:
        """Return voices of an owner that come right before a voice, newest first too.

        Args:
            owner: the owner of the voices.
            filter: the conditions that they meet.
            before: the id of that voice; None for the end. Before one that is unknown or deleted there are none.
            limit: how many voices to return at most.
        """
        found = self._database.read(
            lambda rows: rows.page_before("voices", before, limit, owner=owner, **_conditions(filter)), ()
        )
        return [_voice(row) for row in found]

    def count(self, owner: str) -> int:
        """Return the number of voices that an owner has."""
        return self._database.read(lambda rows: rows.count("voices", owner=owner), 0)

    def update(self, id: str, owner: str, **changes: Any) -> Voice | None:
        """Change fields of a voice by their names, and return the changed voice; None as `get`.

        Raises:
            ValueError: there is no such field, or it cannot be changed; otherwise as `add`.
        """
        changeable = [field.name for field in fields(Voice) if field.name not in _FIXED]
        if wrong := [name for name in changes if name not in changeable]:
            raise ValueError(f"{', '.join(wrong)} of a voice cannot be changed; what can is {', '.join(changeable)}")
        if self.get(id, owner) is None:  # so that no file is created where there is none
            return None
        with self._database.writing() as rows:
            row = rows.find_one("voices", lock=True, id=id, owner=owner)
            if row is None:
                return None
            voice = replace(_voice(row), **changes)
            rows.update("voices", _row(voice), id=id)
        return voice

    def delete(self, id: str, owner: str) -> bool:
        """Remove a voice, and its recording unless another voice uses it; return whether the voice existed."""
        if self.get(id, owner) is None:
            return False
        with self._database.writing() as rows:
            row = rows.find_one("voices", lock=True, id=id, owner=owner)
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
        """Return the owner's voice with the nearest embedding, or None if there is none within the tolerance.

        Args:
            embedding: the numbers to look for.
            owner: the owner of the voices.
            tolerance: how far each number may be off.
        """
        row = self._database.read(lambda rows: vectors.find_nearest(rows, "voices", owner, embedding, tolerance), None)
        return None if row is None else _voice(row)


def _conditions(filter: VoiceFilter) -> dict[str, str]:
    asked = {"containing": fold(filter.q or ""), "gender": filter.gender, "language": filter.language}
    return {name: value for name, value in asked.items() if value}


def _row(voice: Voice) -> Row:
    return {
        **asdict(voice),
        **vectors.embedding_columns(voice.embedding),
        "folded": fold(f"{voice.name}\x1f{voice.description}"),
        "created": microseconds(voice.created_at),
    }


def _voice(row: Row) -> Voice:
    values: dict[str, Any] = {field.name: row[field.name] for field in fields(Voice)}
    values["embedding"] = vectors.embedding_of(row)
    return Voice(**values)
