"""Where the rows are: a database that is opened when it is first asked, and made when it is first written to."""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from ownvoice.store.clips import make_directory, sync_directory
from ownvoice.store.errors import StoreError

if TYPE_CHECKING:
    from sqlalchemy import Engine

Row = Mapping[str, Any]
"""The columns of a row by their names."""

_SQLITE = "sqlite:///"
_POSTGRESQL = ("postgresql", "postgres", "postgresql+psycopg")


class Reading(Protocol):
    """The rows, to read: `rows.Rows` says what each of these does."""

    def one(self, table: str, *, lock: bool = False, **equal: object) -> Row | None: ...

    def many(self, table: str, **equal: object) -> list[Row]: ...

    def after(
        self, table: str, cursor: str | None, limit: int, *, owner: str, containing: str = "", **equal: object
    ) -> list[Row]: ...

    def before(
        self, table: str, cursor: str | None, limit: int, *, owner: str, containing: str = "", **equal: object
    ) -> list[Row]: ...

    def between(self, table: str, column: str, low: float, high: float, **equal: object) -> list[Row]: ...

    def count(self, table: str, **equal: object) -> int: ...

    def unreferenced(self, table: str, by: str, column: str, skip: int, **equal: object) -> list[str]: ...


class Writing(Reading, Protocol):
    """The rows, to change them as well."""

    def insert(self, table: str, values: Row) -> None: ...

    def update(self, table: str, values: Row, **equal: object) -> int: ...

    def delete(self, table: str, **equal: object) -> int: ...


class _NoRows:
    """What is in a database that does not exist yet."""

    def one(self, table: str, *, lock: bool = False, **equal: object) -> Row | None:
        return None

    def many(self, table: str, **equal: object) -> list[Row]:
        return []

    def after(
        self, table: str, cursor: str | None, limit: int, *, owner: str, containing: str = "", **equal: object
    ) -> list[Row]:
        return []

    def before(
        self, table: str, cursor: str | None, limit: int, *, owner: str, containing: str = "", **equal: object
    ) -> list[Row]:
        return []

    def between(self, table: str, column: str, low: float, high: float, **equal: object) -> list[Row]:
        return []

    def count(self, table: str, **equal: object) -> int:
        return 0

    def unreferenced(self, table: str, by: str, column: str, skip: int, **equal: object) -> list[str]:
        return []


class Database:
    """A database by its URL. It may be used by many threads, and after a fork by both processes.

    SQLAlchemy is imported when the database is really opened: for a file that does not exist, by the first write.
    """

    def __init__(self, url: str) -> None:
        """Opens nothing yet.

        Raises:
            ValueError: the URL is of no kind of database that is known here.
        """
        self._file: Path | None = None
        self._url = url
        scheme, _, rest = url.partition("://")
        if url.startswith(_SQLITE) and url.removeprefix(_SQLITE) not in ("", ":memory:"):
            self._file = Path(url.removeprefix(_SQLITE)).absolute()
        elif scheme in _POSTGRESQL and rest:
            self._url = f"postgresql+psycopg://{rest}"
        else:  # what was given is not shown: it may have a password
            raise ValueError("the URL of a database should be sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME")
        self._lock = threading.Lock()
        self._engine: Engine | None = None
        self._identity: tuple[int, int] | None = None
        _all.add(self)

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """The rows as they are at one time.

        Raises:
            StoreError: the database cannot be reached or read.
        """
        if self._file is not None and not self._file.exists():
            yield _NoRows()
        else:
            with self._transaction(writing=False) as rows:
                yield rows

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """The rows, to change them: when the block ends, all changes are kept; when it raises, none.

        Raises:
            StoreError: the database cannot be reached or written to.
        """
        with self._transaction(writing=True) as rows:
            yield rows

    def close(self) -> None:
        """Closes the connections. Whoever asks again opens the database again."""
        with self._lock:
            if self._engine is not None:
                self._engine.dispose()
            self._engine = None

    @contextmanager
    def _transaction(self, *, writing: bool) -> Iterator[Writing]:
        engine = self._opened()
        from ownvoice.store.connections import failures, transaction
        from ownvoice.store.rows import Rows

        with failures("written to" if writing else "read", engine.url), transaction(engine, writing=writing) as found:
            yield Rows(found)

    def _opened(self) -> Engine:
        with self._lock:
            if self._engine is not None and self._identity != self._file_identity():
                # The file was removed, or another one is in its place: what is written to the old one would be lost.
                self._engine.dispose()
                self._engine = None
            if self._engine is None:
                if self._file is not None:
                    _make_file(self._file)
                try:
                    from ownvoice.store.connections import opened
                except ImportError as error:
                    raise StoreError(
                        f'the store needs {error.name}, which is part of the server: pip install "ownvoice[server]"'
                    ) from error
                self._engine = opened(self._url if self._file is None else self._file)
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

    def _forget(self) -> None:
        """In a forked child: the connections are the parent's, and another thread may have held the lock."""
        self._lock = threading.Lock()
        if self._engine is not None:
            _of_the_parent.append(self._engine)
        self._engine = None


def _make_file(file: Path) -> None:
    """The file, empty, which is an empty database: nobody else may read it, because it has people's voices."""
    try:
        make_directory(file.parent)
        with suppress(FileExistsError):
            os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            sync_directory(file.parent)
    except OSError as error:
        raise StoreError(f"the database {file} cannot be made: {error.strerror}") from error


_all: weakref.WeakSet[Database] = weakref.WeakSet()
_of_the_parent: list[Engine] = []  # kept, because a connection that is collected is closed, for the parent too


def _forget_all() -> None:
    for database in list(_all):
        database._forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_all)
