"""The recordings that voices were cloned from: a row each, and a clip.

A row is visible only when its clip is on the disk. What is under way stands in ``unsettled_clips`` before its clip is
touched, so that after a crash `sweep` knows what to remove, and never looks at anything else.
"""

import logging
import time
from collections.abc import Sequence

from ownvoice.store import vectors
from ownvoice.store.clips import Clips
from ownvoice.store.database import Database, Row, Writing
from ownvoice.store.errors import StoreError
from ownvoice.store.records import StoredRecording, microseconds

logger = logging.getLogger("ownvoice")

ABANDONED = 3600.0
"""Seconds after which a clip that is still under way belongs to a process that is gone."""


class RecordingTable:
    """The recordings of all owners."""

    def __init__(self, database: Database, clips: Clips) -> None:
        self._database = database
        self._clips = clips

    def add(
        self, owner: str, sound: bytes, media_type: str, embedding: Sequence[float], locale: str
    ) -> StoredRecording:
        """Keeps a recording: when this returns, a crash loses neither the row nor the sound.

        Raises:
            ValueError: the embedding is empty or not finite, or a text cannot be stored.
            StoreError: the database or the clip cannot be written.
        """
        recording = StoredRecording(owner=owner, embedding=tuple(embedding), locale=locale, media_type=media_type)
        row = _row(recording)
        with self._database.writing() as rows:
            rows.insert("unsettled_clips", {"id": recording.id, "since": _now()})
        try:
            self._clips.put(recording.id, sound)
        except StoreError:
            self.remove_clip(recording.id)
            raise
        with self._database.writing() as rows:
            settled = rows.delete("unsettled_clips", id=recording.id) == 1
            if settled:
                rows.insert("recordings", row)
        if not settled:
            self._clips.delete(recording.id)
            raise StoreError(f"the recording {recording.id} took so long to write that it was swept away")
        return recording

    def get(self, id: str, owner: str) -> StoredRecording | None:
        """The recording; None if there is none, or not of this owner."""
        with self._database.reading() as rows:
            row = rows.one("recordings", id=id, owner=owner)
        return None if row is None else _recording(row)

    def sound(self, id: str, owner: str) -> bytes | None:
        """Its sound; None as `get`."""
        return None if self.get(id, owner) is None else self._clips.get(id)

    def similar(
        self, embedding: Sequence[float], owner: str, tolerance: float = vectors.TOLERANCE
    ) -> StoredRecording | None:
        """The owner's recording that was heard as this embedding: no number is off by more than the tolerance."""
        with self._database.reading() as rows:
            row = vectors.nearest(rows, "recordings", owner, embedding, tolerance)
        return None if row is None else _recording(row)

    def delete(self, id: str, owner: str) -> bool:
        """Removes a recording; whether there was one.

        Raises:
            ValueError: a voice was cloned from it, and is still there.
        """
        if self.get(id, owner) is None:
            return False
        with self._database.writing() as rows:
            if rows.one("recordings", lock=True, id=id, owner=owner) is None:
                return False
            if not self.drop_unused(rows, id):
                raise ValueError(f"the recording {id} is still used by a voice; delete that first")
        self.remove_clip(id)
        return True

    def trim(self, owner: str, most: int) -> int:
        """Removes an owner's recordings that no voice was made of, but for the newest ones; how many there were.

        Args:
            owner: whose they are.
            most: how many of them are kept.
        """
        with self._database.reading() as rows:
            unused = rows.unreferenced("recordings", "voices", "recording", most, owner=owner)
        dropped = 0
        for id in unused:
            with self._database.writing() as rows:
                gone = self.drop_unused(rows, id)
            if gone:
                self.remove_clip(id)
                dropped += 1
        return dropped

    def drop_unused(self, rows: Writing, id: str) -> bool:
        """Drops the row of a recording unless a voice uses it; after the transaction `remove_clip` has to be called."""
        rows.one("recordings", lock=True, id=id)  # nobody makes another voice of it meanwhile
        if rows.many("voices", recording=id):
            return False
        rows.delete("recordings", id=id)
        rows.insert("unsettled_clips", {"id": id, "since": _now()})
        return True

    def remove_clip(self, id: str) -> None:
        """Removes the clip of a recording whose row is gone. What cannot be removed now is left to the next sweep."""
        try:
            self._clips.delete(id)
            with self._database.writing() as rows:
                rows.delete("unsettled_clips", id=id)
        except StoreError as error:
            logger.warning("the sound of a recording that is gone is still there, until the next sweep: %s", error)

    def sweep(self, older_than: float = ABANDONED) -> int:
        """Removes the clips that processes left behind which ended while they wrote or removed them.

        Args:
            older_than: seconds for which a clip has been under way; below them, a process may still be at work on it.

        Returns:
            How many there were, whole, half or only meant to be.
        """
        with self._database.reading() as rows:
            left = [row["id"] for row in rows.many("unsettled_clips") if row["since"] <= _now() - older_than * 1e6]
        for id in left:
            with self._database.writing() as rows:  # so that whoever is still at work on it cannot commit it any more
                rows.delete("unsettled_clips", id=id)
                self._clips.delete(id)
        return len(left)


def _now() -> int:
    return time.time_ns() // 1000


def _row(recording: StoredRecording) -> Row:
    return {
        "id": recording.id,
        "owner": recording.owner,
        "locale": recording.locale,
        "media_type": recording.media_type,
        "created": microseconds(recording.created_at),
        "created_at": recording.created_at,
        **vectors.columns(recording.embedding),
    }


def _recording(row: Row) -> StoredRecording:
    return StoredRecording(
        id=row["id"],
        owner=row["owner"],
        embedding=vectors.read(row),
        locale=row["locale"],
        created_at=row["created_at"],
        media_type=row["media_type"],
    )
