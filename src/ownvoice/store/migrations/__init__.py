"""The migration of a database to the tables of this version, by Alembic. The steps are in ``versions/``."""

import os
import threading
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from ownvoice.store import schema
from ownvoice.store.errors import StoreError

_LOCK = 0x766F696365  # an advisory lock of PostgreSQL: any number that is not used otherwise in this database

_one_at_a_time = threading.Lock()  # Alembic keeps its state in globals


def is_current(connection: Connection) -> bool:
    """Return whether the database has the newest tables."""
    return _revision(connection) == schema.REVISION


def upgrade(connection: Connection) -> None:
    """Bring the tables up to date, in the transaction of the connection.

    Another process may do the same at once: the second one waits, and finds it done.

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
    """Return the id of the last migration of the database; None for one without tables."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def _reset_after_fork() -> None:
    """Replace the lock in a forked child: the thread that held it may not exist here."""
    global _one_at_a_time
    _one_at_a_time = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_reset_after_fork)
