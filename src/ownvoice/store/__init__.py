"""What people made, kept: voices, the recordings they were cloned from, pronunciation dictionaries and keys.

Everything here blocks; a server calls it in a thread. Importing this is cheap: SQLAlchemy comes with the first access
to a database that exists, and Alembic only when its tables have to be made or changed.
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
    """A database and its clips. Threads may share it, several processes may use the same database, and so may the child
    of a fork.

    Reading makes nothing: as long as an SQLite file does not exist, everything in it is not there. Any call raises
    `StoreError` when the database or a clip cannot be reached, read or written.
    """

    def __init__(self, url: str, clips: Clips) -> None:
        """Opens nothing yet.

        Args:
            url: ``sqlite:///path/to/voices.db`` or ``postgresql://user:password@host/name``.
            clips: where the sounds are kept; they belong to this one database.

        Raises:
            ValueError: the URL is neither of these.
        """
        self._database = Database(url)
        self.recordings = RecordingTable(self._database, clips)
        self.voices = VoiceTable(self._database, self.recordings)
        self.dictionaries = DictionaryTable(self._database)
        self.keys = KeyTable(self._database)

    def close(self) -> None:
        """Closes the connections. The store may still be used, and opens them again."""
        self._database.close()


def open_store(directory: Path, database_url: str | None = None) -> Store:
    """The store of a data directory; nothing is opened or made yet.

    Args:
        directory: for the clips and, without a URL, the SQLite file ``voices.db``.
        database_url: another database, as `Store` takes it.
    """
    return Store(database_url or f"sqlite:///{directory / 'voices.db'}", FileClips(directory / "clips"))
