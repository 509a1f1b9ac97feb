"""The store of voices, of the recordings they were cloned from, of pronunciation dictionaries and of keys.

Everything here blocks; a server calls it in a thread. SQLAlchemy is imported with the first access to a database that
exists, and Alembic only when its tables have to be created or changed.
"""

from pathlib import Path

from ownvoice.store.clips import Clips, FileClips
from ownvoice.store.database import Database
from ownvoice.store.dictionaries import DictionaryTable
from ownvoice.store.errors import StoreError
from ownvoice.store.keys import KeyTable
from ownvoice.store.recordings import RecordingTable
from ownvoice.store.records import (
    DictionaryItem,
    StoredDictionary,
    StoredKey,
    StoredRecording,
    VoiceFilter,
)
from ownvoice.store.voices import VoiceTable

__all__ = [
    "Clips",
    "DictionaryItem",
    "DictionaryTable",
    "FileClips",
    "KeyTable",
    "RecordingTable",
    "Store",
    "StoreError",
    "StoredDictionary",
    "StoredKey",
    "StoredRecording",
    "VoiceFilter",
    "VoiceTable",
    "open_store",
]


class Store:
    """A database and its clips. Threads, several processes and the child of a fork may share it.

    Reading creates nothing: an SQLite file that does not exist is read as an empty database. Any call raises
    `StoreError` when the database or a clip cannot be reached, read or written.
    """

    def __init__(self, url: str, clips: Clips) -> None:
        """Open nothing yet.

        Args:
            url: ``sqlite:///path/to/voices.db`` or ``postgresql://user:password@host/name``.
            clips: the storage of the sounds of this database, which no other database shares.

        Raises:
            ValueError: the URL is of neither form.
        """
        self._database = Database(url)
        self.recordings = RecordingTable(self._database, clips)
        self.voices = VoiceTable(self._database, self.recordings)
        self.dictionaries = DictionaryTable(self._database)
        self.keys = KeyTable(self._database)

    def close(self) -> None:
        """Close the connections. The next use opens them again."""
        self._database.close()


def open_store(directory: Path, database_url: str | None = None) -> Store:
    """Return the store of a data directory, without opening or creating anything yet.

    Args:
        directory: the directory of the clips and, without a URL, of the SQLite file ``voices.db``.
        database_url: the URL of another database, as `Store` takes it.
    """
    return Store(database_url or f"sqlite:///{directory / 'voices.db'}", FileClips(directory / "clips"))
