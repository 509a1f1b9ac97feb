"""The storage of the sounds of recordings: files beside the database, or anything that stores bytes by an id."""

import os
import re
from pathlib import Path
from typing import Protocol

from ownvoice.store.errors import StoreError

_ID = re.compile(r"[0-9a-f-]{36}", re.ASCII)


class Clips(Protocol):
    """A storage of sounds, by ids that the store chooses."""

    def put(self, id: str, sound: bytes) -> None:
        """Store a sound: when this returns, a crash does not lose it. Raises StoreError."""

    def get(self, id: str) -> bytes | None:
        """Return the sound; None if there is none. Raises StoreError."""

    def delete(self, id: str) -> None:
        """Remove the sound, or what an interrupted `put` left of it. Raises StoreError."""


class FileClips:
    """A storage of sounds as files of one directory, which is created with the first of them."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory.absolute()

    def put(self, id: str, sound: bytes) -> None:
        """Store a sound. The file has its final name only when all of it is on the disk."""
        path, unfinished = self._paths(id)
        try:
            make_directory(self._directory)
            with open(os.open(unfinished, os.O_CREAT | os.O_TRUNC | os.O_WRONLY | _BINARY, 0o600), "wb") as file:
                file.write(sound)
                file.flush()
                os.fsync(file.fileno())
            os.replace(unfinished, path)
            sync_directory(self._directory)
        except OSError as error:
            raise StoreError(f"the recording {path} cannot be written: {error.strerror}") from error

    def get(self, id: str) -> bytes | None:
        """Return the sound; None if there is none."""
        path, _ = self._paths(id)
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreError(f"the recording {path} cannot be read: {error.strerror}") from error

    def delete(self, id: str) -> None:
        """Remove the sound, complete or not; it is no error if there is none."""
        for path in self._paths(id):
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                raise StoreError(f"the recording {path} cannot be removed: {error.strerror}") from error

    def _paths(self, id: str) -> tuple[Path, Path]:
        if not _ID.fullmatch(id):
            raise ValueError(f"{id!r} is no id of a recording")  # so that it never is a path to elsewhere
        return self._directory / id, self._directory / f"{id}.unfinished"


_BINARY = getattr(os, "O_BINARY", 0)


def make_directory(directory: Path) -> None:
    """Make a directory that only its user can read; one that exists is left as it is. Raises OSError."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)


def sync_directory(directory: Path) -> None:
    """Write the names in a directory to the disk, so that a crash does not lose a new file. Raises OSError."""
    if os.name == "nt":  # it has no such call: the file system does it by itself
        return
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
