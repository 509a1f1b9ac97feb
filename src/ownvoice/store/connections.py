"""Connections to SQLite and PostgreSQL, set up so that several processes may write at once."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from ownvoice.store import migrations
from ownvoice.store.errors import StoreError

LOCK_TIMEOUT = 30.0
"""Seconds to wait for another process that is writing."""


def open_engine(where: str | Path) -> Engine:
    """Open the database of a URL (PostgreSQL) or a file (SQLite), and bring its tables up to date.

    Raises:
        StoreError: it cannot be reached, or a newer version of this program wrote it.
    """
    engine = _sqlite(where) if isinstance(where, Path) else _postgresql(where)
    try:
        with translate_errors("opened", engine.url):
            with transaction(engine, writing=False) as connection:
                current = migrations.is_current(connection)
            if not current:
                with transaction(engine, writing=True) as connection:
                    migrations.upgrade(connection)
    except BaseException:
        engine.dispose()
        raise
    return engine


@contextmanager
def transaction(engine: Engine, *, writing: bool) -> Iterator[Connection]:
    """Give a connection in a transaction, which is committed when the block ends and rolled back when it raises."""
    with engine.connect() as connection, connection.execution_options(writing=writing).begin():
        yield connection


@contextmanager
def translate_errors(action: str, url: URL) -> Iterator[None]:
    """Raise errors of SQLAlchemy as StoreError, which says what could not be done with which database, and why."""
    try:
        yield
    except SQLAlchemyError as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        reason = " ".join(str(cause).split())
        raise StoreError(f"{_describe(url)} cannot be {action}: {reason}") from error


def _describe(url: URL) -> str:
    """Name the database, without the secrets of its URL."""
    if url.get_backend_name() == "sqlite":
        return f"the database {url.database}"
    host = url.host or url.query.get("host") or "localhost"
    return f"the PostgreSQL database {url.database} at {host}"


def _sqlite(file: Path) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(file)),
        connect_args={"timeout": LOCK_TIMEOUT},
        hide_parameters=True,  # what is stored does not belong in a log
    )
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)
    return engine


def _configure(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    assert isinstance(connection, sqlite3.Connection)
    connection.isolation_level = None  # transactions begin in `_begin`, not where the driver guesses
    connection.execute("PRAGMA foreign_keys = ON")
    _enable_write_ahead_log(connection)
    connection.execute("PRAGMA synchronous = FULL")  # what is committed is on the disk


def _enable_write_ahead_log(connection: sqlite3.Connection) -> None:
    """Let readers and a writer not wait for each other. It is a property of the file, and so set only once.

    SQLite's own timeout does not apply to this statement, and two processes may create a new database at once.
    """
    deadline = time.monotonic() + LOCK_TIMEOUT
    while connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return  # even if the file system cannot do it: that is slower, and as safe
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
        time.sleep(0.01)


def _begin(connection: Connection) -> None:
    """Begin a transaction that will write with its lock: two that read first and then write could not both go on."""
    writing = connection.get_execution_options().get("writing")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _postgresql(url: str) -> Engine:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):  # their messages show parts of the URL, and so perhaps of the password
        raise StoreError(
            "the URL of the database cannot be read; it should be postgresql://USER:PASSWORD@HOST:PORT/NAME, "
            "with characters such as / and @ of the password as %2F and %40"
        ) from None
    try:
        return create_engine(
            parsed,
            connect_args={} if "connect_timeout" in parsed.query else {"connect_timeout": 10},
            pool_pre_ping=True,  # the server may have been restarted
            hide_parameters=True,
        )
    except ImportError as error:
        raise StoreError(f'PostgreSQL needs {error.name}: pip install "ownvoice[postgres]"') from error
