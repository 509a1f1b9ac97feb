"""The queries that the tables make, in SQL. They know nothing of what the rows mean."""

from collections.abc import Mapping

from sqlalchemy import Connection, Table, delete, exists, false, func, insert, select, tuple_, update
from sqlalchemy.sql import ColumnElement

from ownvoice.store import schema
from ownvoice.store.records import Row, is_storable


class Rows:
    """The rows of all tables, in one transaction.

    Tables are given by their names, and ``equal`` names the values that rows must have in columns.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find_one(self, table: str, *, lock: bool = False, **equal: object) -> Row | None:
        """Return the row with those values; with ``lock``, no one else can change it in this transaction."""
        query = select(_table(table)).where(*_conditions(table, equal))
        row = self._connection.execute(query.with_for_update() if lock else query).first()
        return None if row is None else row._asdict()

    def find_all(self, table: str, **equal: object) -> list[Row]:
        """Return the rows with those values, in no order."""
        query = select(_table(table)).where(*_conditions(table, equal))
        return [row._asdict() for row in self._connection.execute(query)]

    def page(
        self,
        table: str,
        cursor: str | None,
        limit: int,
        *,
        owner: str,
        backward: bool = False,
        containing: str = "",
        **equal: object,
    ) -> list[Row]:
        """Return the owner's rows that follow one, or that come right before it, newest first either way.

        Args:
            table: the table, which has the columns ``id``, ``owner`` and ``created``.
            cursor: the id of that row; None for the beginning, or backward for the end. Around an unknown one there
                are no rows.
            limit: how many rows to return at most.
            owner: the owner of the rows.
            backward: return the rows before that one.
            containing: a text that has to be in the column ``folded``.
            equal: other values that the rows must have.
        """
        columns = _table(table).c
        where = _conditions(table, {"owner": owner, **equal}) + self._contains(table, containing)
        if cursor is not None:
            row = self.find_one(table, id=cursor, owner=owner)
            if row is None:  # so that a client that reads pages until one is empty comes to an end
                return []
            key = tuple_(columns.created, columns.id)
            here = (row["created"], row["id"])
            where.append(key > here if backward else key < here)
        order = (columns.created, columns.id)
        query = select(*columns).where(*where).order_by(*order if backward else (column.desc() for column in order))
        found: list[Row] = [row._asdict() for row in self._connection.execute(query.limit(limit))]
        return found[::-1] if backward else found

    def find_between(self, table: str, column: str, low: float, high: float, **equal: object) -> list[Row]:
        """Return the rows whose number in one column is within bounds.

        Args:
            table: the table of the rows.
            column: the column.
            low: the lowest number.
            high: the highest number.
            equal: other values that the rows must have.
        """
        found = _table(table)
        query = select(found).where(*_conditions(table, equal), found.c[column].between(low, high))
        return [row._asdict() for row in self._connection.execute(query)]

    def count(self, table: str, **equal: object) -> int:
        """Return the number of rows with those values."""
        query = select(func.count()).select_from(_table(table)).where(*_conditions(table, equal))
        return self._connection.execute(query).scalar_one()

    def find_unreferenced(self, table: str, by: str, column: str, skip: int, **equal: object) -> list[str]:
        """Return the ids of rows that no row of another table refers to.

        Args:
            table: the table of the rows.
            by: the other table.
            column: the column of the other table that has the ids.
            skip: how many of the newest such rows to leave out.
            equal: values that the rows must have.
        """
        found = _table(table)
        referenced = exists().where(_table(by).c[column] == found.c.id)
        order = (found.c.created.desc(), found.c.id.desc())
        query = select(found.c.id).where(*_conditions(table, equal), ~referenced).order_by(*order)
        return [row.id for row in self._connection.execute(query)][skip:]

    def insert(self, table: str, values: Row) -> None:
        """Add a row.

        Raises:
            ValueError: a text in it cannot be stored.
        """
        self._connection.execute(insert(_table(table)).values(_check_storable(values)))

    def update(self, table: str, values: Row, **equal: object) -> int:
        """Change the rows that have those values, and return how many there were.

        Raises:
            ValueError: a text in the new values cannot be stored.
        """
        statement = update(_table(table)).where(*_conditions(table, equal)).values(_check_storable(values))
        return self._connection.execute(statement).rowcount

    def delete(self, table: str, **equal: object) -> int:
        """Remove the rows with those values, and return how many there were."""
        return self._connection.execute(delete(_table(table)).where(*_conditions(table, equal))).rowcount

    def _contains(self, table: str, text: str) -> list[ColumnElement[bool]]:
        """Return the condition that a text is in a row.

        It is not LIKE, which gives some characters a meaning, and which SQLite limits.
        """
        if not text:
            return []
        if not is_storable(text):
            return [false()]
        position = func.instr if self._connection.dialect.name == "sqlite" else func.strpos
        return [position(_table(table).c.folded, text) > 0]


def _table(name: str) -> Table:
    return schema.metadata.tables[name]


def _conditions(table: str, equal: Mapping[str, object]) -> list[ColumnElement[bool]]:
    """Return the conditions on columns. A text that cannot be stored equals nothing; databases would raise."""
    columns = _table(table).c
    return [
        false() if isinstance(value, str) and not is_storable(value) else columns[name] == value
        for name, value in equal.items()
    ]


def _check_storable(values: Row) -> dict[str, object]:
    for name, value in values.items():
        if isinstance(value, str) and not is_storable(value):
            raise ValueError(f"{name} has a character that cannot be stored: NUL, or half of a surrogate pair")
    return dict(values)
