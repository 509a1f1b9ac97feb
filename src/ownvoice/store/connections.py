"""Connections to SQLite and PostgreSQL, and what each needs so that two processes may write at once."""

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

PATIENCE = 30.0
"""Seconds to wait for another process that writes."""


def opened(where: str | Path) -> Engine:
    """The database of a URL (PostgreSQL) or in a file (SQLite), with the newest tables.

    Raises:
        StoreError: it cannot be reached, or a newer version of this program has written it.
    """
    engine = _sqlite(where) if isinstance(where, Path) else _postgresql(where)
    try:
        with failures("opened", engine.url):
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
    """A connection in a transaction, which is kept when the block ends and undone when it raises."""
    with engine.connect() as connection, connection.execution_options(writing=writing).begin():
        yield connection


@contextmanager
def failures(what: str, url: URL) -> Iterator[None]:
    """Says of a failure what could not be done with which database, and why."""
    try:
        yield
    except SQLAlchemyError as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        reason = " ".join(str(cause).split())
        raise StoreError(f"{_shown(url)} cannot be {what}: {reason}") from error


def _shown(url: URL) -> str:
    """Which database it is, without the secrets of its URL."""
    if url.get_backend_name() == "sqlite":
        return f"the database {url.database}"
    host = url.host or url.query.get("host") or "localhost"
    return f"the PostgreSQL database {url.database} at {host}"


def _sqlite(file: Path) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(file)),
        connect_args={"timeout": PATIENCE},
        hide_parameters=True,  # what is stored is nobody's business in a log
    )
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)
    return engine


def _configure(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    assert isinstance(connection, sqlite3.Connection)
    connection.isolation_level = None  # transactions begin where `_begin` says, not where the driver guesses
    connection.execute("PRAGMA foreign_keys = ON")
    _write_ahead(connection)
    connection.execute("PRAGMA synchronous = FULL")  # what is committed is on the disk


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Readers and a writer do not wait for each other. It is a property of the file, and so set only once.

    SQLite does not wait for others with this as it does otherwise, and two processes may make a new database at once.
    """
    deadline = time.monotonic() + PATIENCE
    while connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return  # also where the file system cannot: it is slower then, and as safe
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
        time.sleep(0.01)


def _begin(connection: Connection) -> None:
    """Who means to write says so at once: two that read first and then want to write could not both go on."""
    writing = connection.get_execution_options().get("writing")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _postgresql(url: str) -> Engine:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):  # whose messages show parts of the URL, and so perhaps of the password
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
