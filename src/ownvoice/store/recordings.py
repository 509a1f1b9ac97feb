"""The recordings that voices were cloned from: a row each, and a clip.

A row is visible only when its clip is on the disk. The id of a clip is in ``unsettled_clips`` before it is written or
removed, so that after a crash `remove_orphaned_clips` knows what to remove, and never looks at anything else.
"""

import logging
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ownvoice.store import vectors
from ownvoice.store.clips import Clips
from ownvoice.store.database import Database
from ownvoice.store.errors import StoreError
from ownvoice.store.records import Row, StoredRecording, microseconds

if TYPE_CHECKING:
    from ownvoice.store.rows import Rows

logger = logging.getLogger("ownvoice")

ABANDONED = 3600.0
"""Seconds after which an unsettled clip is taken to belong to a process that is gone."""


class RecordingTable:
    """The recordings of all owners."""

    def __init__(self, database: Database, clips: Clips) -> None:
        self._database = database
        self._clips = clips

    def add(
        self, owner: str, sound: bytes, media_type: str, embedding: Sequence[float], locale: str
    ) -> StoredRecording:
        """Store a recording: when this returns, a crash loses neither the row nor the sound.

        Args:
            owner: its owner.
            sound: the bytes of the sound file.
            media_type: the type of the sound, such as ``audio/wav``.
            embedding: the embedding that was measured in it.
            locale: the language that is spoken in it.

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
            raise StoreError(f"the recording {recording.id} took so long to write that it was removed as orphaned")
        return recording

    def get(self, id: str, owner: str) -> StoredRecording | None:
        """Return the recording; None if it does not exist or belongs to another owner."""
        row = self._database.read(lambda rows: rows.find_one("recordings", id=id, owner=owner), None)
        return None if row is None else _recording(row)

    def sound(self, id: str, owner: str) -> bytes | None:
        """Return the bytes of its sound; None as `get`."""
        return None if self.get(id, owner) is None else self._clips.get(id)

    def similar(
        self, embedding: Sequence[float], owner: str, tolerance: float = vectors.TOLERANCE
    ) -> StoredRecording | None:
        """Return the owner's recording with the nearest embedding, or None if there is none within the tolerance.

        Args:
            embedding: the numbers to look for.
            owner: the owner of the recordings.
            tolerance: how far each number may be off.
        """
        row = self._database.read(
            lambda rows: vectors.find_nearest(rows, "recordings", owner, embedding, tolerance), None
        )
        return None if row is None else _recording(row)

    def delete(self, id: str, owner: str) -> bool:
        """Remove a recording, and return whether it existed.

        Raises:
            ValueError: a voice that was cloned from it still exists.
        """
        if self.get(id, owner) is None:
            return False
        with self._database.writing() as rows:
            if rows.find_one("recordings", lock=True, id=id, owner=owner) is None:
                return False
            if not self.drop_unused(rows, id):
                raise ValueError(f"the recording {id} is still used by a voice; delete that first")
        self.remove_clip(id)
        return True

    def trim(self, owner: str, most: int) -> int:
        """Remove an owner's oldest recordings that no voice uses, and return how many there were.

        Args:
            owner: the owner of the recordings.
            most: how many unused ones, the newest, to keep.
        """
        unused = self._database.read(
            lambda rows: rows.find_unreferenced("recordings", "voices", "recording", most, owner=owner), ()
        )
        dropped = 0
        for id in unused:
            with self._database.writing() as rows:
                gone = self.drop_unused(rows, id)
            if gone:
                self.remove_clip(id)
                dropped += 1
        return dropped

    def drop_unused(self, rows: "Rows", id: str) -> bool:
        """Drop the row of a recording unless a voice uses it, and return whether it was dropped.

        If it was, `remove_clip` has to be called after the transaction.
        """
        rows.find_one("recordings", lock=True, id=id)  # so that no other voice is made of it meanwhile
        if rows.find_all("voices", recording=id):
            return False
        rows.delete("recordings", id=id)
        rows.insert("unsettled_clips", {"id": id, "since": _now()})
        return True

    def remove_clip(self, id: str) -> None:
        """Remove the clip of a recording whose row is gone; if it fails, `remove_orphaned_clips` does it later."""
        try:
            self._clips.delete(id)
            with self._database.writing() as rows:
                rows.delete("unsettled_clips", id=id)
        except StoreError as error:
            logger.warning(
                "the clip of a deleted recording is left to the next start of a server: %s",
                error,
            )

    def remove_orphaned_clips(self, older_than: float = ABANDONED) -> int:
        """Remove the clips of processes that ended while they wrote or removed them, and return how many there were.

        The number counts clips that are complete, incomplete, and not even begun.

        Args:
            older_than: seconds that a clip has been unsettled; a process may still be working on newer ones.
        """
        unsettled = self._database.read(lambda rows: rows.find_all("unsettled_clips"), ())
        orphaned = [row["id"] for row in unsettled if row["since"] <= _now() - older_than * 1e6]
        for id in orphaned:
            with self._database.writing() as rows:  # so that a process still working on it cannot commit it any more
                rows.delete("unsettled_clips", id=id)
                self._clips.delete(id)
        return len(orphaned)


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
        **vectors.embedding_columns(recording.embedding),
    }


def _recording(row: Row) -> StoredRecording:
    return StoredRecording(
        id=row["id"],
        owner=row["owner"],
        embedding=vectors.embedding_of(row),
        locale=row["locale"],
        created_at=row["created_at"],
        media_type=row["media_type"],
    )
