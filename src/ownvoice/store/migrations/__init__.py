"""From the tables that a database has to those that this version wants. The steps are in ``versions/``, by Alembic."""

import os
import threading
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from ownvoice.store import schema
from ownvoice.store.errors import StoreError

_LOCK = 0x766F696365  # of PostgreSQL: any number that nobody else uses in this database

_one_at_a_time = threading.Lock()  # Alembic keeps what it works on in globals


def is_current(connection: Connection) -> bool:
    """Whether the database has the newest tables."""
    return _revision(connection) == schema.REVISION


def upgrade(connection: Connection) -> None:
    """Makes the tables the newest ones, in the transaction of the connection.

    Another process may do the same at once: whoever comes second waits, and finds it done.

    Raises:
        StoreError: the database comes from a newer version of this program.
    """
    if connection.dialect.name == "postgresql":  # SQLite has one writer at a time anyway
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK})
    if is_current(connection):
        return
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    revision = _revision(connection)
    if revision not in {None, *(step.revision for step in ScriptDirectory.from_config(config).walk_revisions())}:
        raise StoreError(
            f"the database {connection.engine.url.database} was written by a newer version of this program: "
            f"its tables are of revision {revision}, and this version knows them up to {schema.REVISION}; "
            "install the newer version again, or name another database"
        )
    with _one_at_a_time:
        command.upgrade(config, "head")


def _revision(connection: Connection) -> str | None:
    """Of which migration the tables are; None for a database without any."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def _forget() -> None:
    """In a forked child: the thread that held the lock may not exist here."""
    global _one_at_a_time
    _one_at_a_time = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
