"""A database that is opened when it is first used, and created when it is first written to."""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from ownvoice.store.clips import make_directory, sync_directory
from ownvoice.store.errors import StoreError

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from ownvoice.store.rows import Rows

T = TypeVar("T")
D = TypeVar("D")

_SQLITE = "sqlite:///"
_POSTGRESQL = ("postgresql", "postgres", "postgresql+psycopg")


class Database:
    """A database by its URL. Threads may share it, and after a fork so may both processes.

    SQLAlchemy is imported when the database is really opened; if its file does not exist, that is the first write.
    """

    def __init__(self, url: str) -> None:
        """Open nothing yet.

        Raises:
            ValueError: the URL is not of a supported kind of database.
        """
        self._file: Path | None = None
        self._url = url
        scheme, _, rest = url.partition("://")
        if url.startswith(_SQLITE) and url.removeprefix(_SQLITE) not in ("", ":memory:"):
            self._file = Path(url.removeprefix(_SQLITE)).absolute()
        elif scheme in _POSTGRESQL and rest:
            self._url = f"postgresql+psycopg://{rest}"
        else:  # the URL is not shown, because it may contain a password
            raise ValueError("the URL of a database should be sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME")
        self._lock = threading.Lock()
        self._engine: Engine | None = None
        self._identity: tuple[int, int] | None = None
        _databases.add(self)

    def read(self, query: Callable[[Rows], T], if_missing: D) -> T | D:
        """Return the result of a query, which sees the rows as they are at one time.

        Args:
            query: the function that reads the rows.
            if_missing: the result for an SQLite file that does not exist: reading creates none.

        Raises:
            StoreError: the database cannot be reached or read.
        """
        if self._file is not None and not self._file.exists():
            return if_missing
        with self._transaction(writing=False) as rows:
            return query(rows)

    @contextmanager
    def writing(self) -> Iterator[Rows]:
        """Give the rows, to change them: all changes are committed when the block ends, and none when it raises.

        Raises:
            StoreError: the database cannot be reached or written to.
        """
        with self._transaction(writing=True) as rows:
            yield rows

    def close(self) -> None:
        """Close the connections. The next use opens them again."""
        with self._lock:
            if self._engine is not None:
                self._engine.dispose()
            self._engine = None

    @contextmanager
    def _transaction(self, *, writing: bool) -> Iterator[Rows]:
        engine = self._open_engine()
        from ownvoice.store.connections import transaction, translate_errors
        from ownvoice.store.rows import Rows

        action = "written to" if writing else "read"
        with translate_errors(action, engine.url), transaction(engine, writing=writing) as connection:
            yield Rows(connection)

    def _open_engine(self) -> Engine:
        with self._lock:
            if self._engine is not None and self._identity != self._file_identity():
                # The file was removed or replaced: what is written to the old one would be lost.
                self._engine.dispose()
                self._engine = None
            if self._engine is None:
                if self._file is not None:
                    _create_file(self._file)
                try:
                    from ownvoice.store.connections import open_engine
                except ImportError as error:
                    raise StoreError(
                        f'the store needs {error.name}, which is part of the server: pip install "ownvoice[server]"'
                    ) from error
                self._engine = open_engine(self._url if self._file is None else self._file)
                self._identity = self._file_identity()
            return self._engine

    def _file_identity(self) -> tuple[int, int] | None:
        if self._file is None:
            return None
        try:
            status = self._file.stat()
        except OSError:
            return None
        return status.st_dev, status.st_ino

    def _reset_after_fork(self) -> None:
        """Drop, in a forked child, the connections of the parent, and the lock that another thread may have held."""
        self._lock = threading.Lock()
        if self._engine is not None:
            _engines_of_the_parent.append(self._engine)
        self._engine = None


def _create_file(file: Path) -> None:
    """Create an empty file, which is an empty database. Only its user may read it: it holds people's voices."""
    try:
        make_directory(file.parent)
        with suppress(FileExistsError):
            os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            sync_directory(file.parent)
    except OSError as error:
        raise StoreError(f"the database {file} cannot be made: {error.strerror}") from error


_databases: weakref.WeakSet[Database] = weakref.WeakSet()
_engines_of_the_parent: list[Engine] = []  # kept, because a collected connection is closed, for the parent too


def _reset_all_after_fork() -> None:
    for database in list(_databases):
        database._reset_after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_reset_all_after_fork)
