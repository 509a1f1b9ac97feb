"""What the tables ask of a connection. Nothing here knows what the rows mean."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, delete, exists, false, func, insert, select, tuple_, update
from sqlalchemy.sql import ColumnElement

from ownvoice.store import schema
from ownvoice.store.database import Row
from ownvoice.store.records import storable


class Rows:
    """The rows of all tables, in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def one(self, table: str, *, lock: bool = False, **equal: object) -> Row | None:
        """The row with those values; locked, nobody else changes it before the transaction ends."""
        query = select(schema.metadata.tables[table]).where(*_equal(table, equal))
        row = self._connection.execute(query.with_for_update() if lock else query).first()
        return None if row is None else row._asdict()

    def many(self, table: str, **equal: object) -> list[Row]:
        """The rows with those values, in no order."""
        query = select(schema.metadata.tables[table]).where(*_equal(table, equal))
        return [row._asdict() for row in self._connection.execute(query)]

    def after(
        self, table: str, cursor: str | None, limit: int, *, owner: str, containing: str = "", **equal: object
    ) -> list[Row]:
        """The owner's rows that come after the one with the id `cursor` (None: from the beginning), newest first."""
        return self._page(table, cursor, limit, {"owner": owner, **equal}, containing, forward=True)

    def before(
        self, table: str, cursor: str | None, limit: int, *, owner: str, containing: str = "", **equal: object
    ) -> list[Row]:
        """Those that come right before it (None: before the end), newest first too."""
        return self._page(table, cursor, limit, {"owner": owner, **equal}, containing, forward=False)[::-1]

    def _page(
        self, table: str, cursor: str | None, limit: int, equal: Row, containing: str, *, forward: bool
    ) -> list[Row]:
        columns = schema.metadata.tables[table].c
        where = _equal(table, equal) + self._containing(table, containing)
        if cursor is not None:
            row = self.one(table, id=cursor, owner=equal["owner"])
            if row is None:  # so that a client that goes on until a page is empty comes to an end
                return []
            place = tuple_(columns.created, columns.id)
            here = (row["created"], row["id"])
            where.append(place < here if forward else place > here)
        order = (columns.created, columns.id)
        query = select(*columns).where(*where).order_by(*(column.desc() for column in order) if forward else order)
        return [row._asdict() for row in self._connection.execute(query.limit(limit))]

    def between(self, table: str, column: str, low: float, high: float, **equal: object) -> list[Row]:
        """The rows of which one number is in a range."""
        found = schema.metadata.tables[table]
        query = select(found).where(*_equal(table, equal), found.c[column].between(low, high))
        return [row._asdict() for row in self._connection.execute(query)]

    def count(self, table: str, **equal: object) -> int:
        """How many rows have those values."""
        query = select(func.count()).select_from(schema.metadata.tables[table]).where(*_equal(table, equal))
        return self._connection.execute(query).scalar_one()

    def unreferenced(self, table: str, by: str, column: str, skip: int, **equal: object) -> list[str]:
        """The ids of the rows that no row of another table names in that column, but for the newest ones."""
        found = schema.metadata.tables[table]
        named = exists().where(schema.metadata.tables[by].c[column] == found.c.id)
        order = (found.c.created.desc(), found.c.id.desc())
        query = select(found.c.id).where(*_equal(table, equal), ~named).order_by(*order)
        return [row.id for row in self._connection.execute(query)][skip:]

    def insert(self, table: str, values: Row) -> None:
        """One row more; ValueError if a text of it cannot be stored."""
        self._connection.execute(insert(schema.metadata.tables[table]).values(_storable(values)))

    def update(self, table: str, values: Row, **equal: object) -> int:
        """Changes the rows that have what is `equal`; how many there were. ValueError as `insert`."""
        statement = update(schema.metadata.tables[table]).where(*_equal(table, equal)).values(_storable(values))
        return self._connection.execute(statement).rowcount

    def delete(self, table: str, **equal: object) -> int:
        """Removes the rows with those values; how many there were."""
        return self._connection.execute(delete(schema.metadata.tables[table]).where(*_equal(table, equal))).rowcount

    def _containing(self, table: str, text: str) -> list[ColumnElement[bool]]:
        """Not LIKE: that gives some characters a meaning, and SQLite refuses long ones."""
        if not text:
            return []
        if not storable(text):
            return [false()]
        position = func.instr if self._connection.dialect.name == "sqlite" else func.strpos
        return [position(schema.metadata.tables[table].c.folded, text) > 0]


def _equal(table: str, values: Mapping[str, object]) -> list[ColumnElement[bool]]:
    """Nothing equals a text that cannot be stored; a database that is asked for it would raise."""
    columns = schema.metadata.tables[table].c
    return [
        false() if isinstance(value, str) and not storable(value) else columns[name] == value
        for name, value in values.items()
    ]


def _storable(values: Row) -> dict[str, Any]:
    for name, value in values.items():
        if isinstance(value, str) and not storable(value):
            raise ValueError(f"{name} has a character that cannot be stored: NUL, or half of a surrogate pair")
    return dict(values)
