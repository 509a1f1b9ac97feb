"""The voices that users created."""

from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any

from ownvoice.store import vectors
from ownvoice.store.database import Database
from ownvoice.store.owned import OwnedTable
from ownvoice.store.recordings import RecordingTable
from ownvoice.store.records import Row, VoiceFilter, fold, microseconds
from ownvoice.traits.voice import Voice

_FIXED = {"id", "owner", "created_at", "recording"}
"""The fields that cannot be changed."""


class VoiceTable(OwnedTable[Voice]):
    """The voices of all owners."""

    _table = "voices"
    _noun = "voice"
    _changeable = tuple(field.name for field in fields(Voice) if field.name not in _FIXED)

    def __init__(self, database: Database, recordings: RecordingTable) -> None:
        super().__init__(database)
        self._recordings = recordings

    def _row(self, record: Voice) -> Row:
        return {
            **asdict(record),
            **vectors.embedding_columns(record.embedding),
            "folded": fold(f"{record.name}\x1f{record.description}"),
            "created": microseconds(record.created_at),
        }

    def _record(self, row: Row) -> Voice:
        values: dict[str, Any] = {field.name: row[field.name] for field in fields(Voice)}
        values["embedding"] = vectors.embedding_of(row)
        return Voice(**values)

    def add(self, voice: Voice) -> None:
        """Store a voice: when this returns, a crash does not lose it.

        Raises:
            ValueError: its recording does not exist or belongs to another owner; its embedding is empty or not finite;
                a time or a text in it cannot be stored.
            StoreError: the database cannot be written to.
        """
        row = self._row(voice)
        with self._database.writing() as rows:
            if voice.recording is not None and not rows.find_one(
                "recordings", lock=True, id=voice.recording, owner=voice.owner
            ):
                raise ValueError(f"there is no recording {voice.recording!r} to make a voice of")
            rows.insert("voices", row)

    def page(
        self, owner: str, filter: VoiceFilter, cursor: str | None, limit: int, *, backward: bool = False
    ) -> list[Voice]:
        """Return voices of an owner that come after one, or right before it, newest first either way.

        Args:
            owner: the owner of the voices.
            filter: the conditions that they meet.
            cursor: the id of that voice; None for the beginning, or backward for the end. There are none around one
                that is unknown or deleted.
            limit: how many voices to return at most.
            backward: return the voices before that one.
        """
        return self._page(owner, cursor, limit, backward=backward, **_conditions(filter))

    def count(self, owner: str) -> int:
        """Return the number of voices that an owner has."""
        return self._database.read(lambda rows: rows.count("voices", owner=owner), 0)

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
        return None if row is None else self._record(row)


def _conditions(filter: VoiceFilter) -> dict[str, str]:
    asked = {"containing": fold(filter.q or ""), "gender": filter.gender, "language": filter.language}
    return {name: value for name, value in asked.items() if value}
