"""Tables of records that belong to owners."""

from abc import ABC, abstractmethod
from collections.abc import Collection
from dataclasses import replace
from typing import Any, ClassVar, Generic, TypeVar

from ownvoice.store.database import Database
from ownvoice.store.records import Row, StoredDictionary
from ownvoice.traits.voice import Voice

R = TypeVar("R", Voice, StoredDictionary)


class OwnedTable(ABC, Generic[R]):
    """The records of all owners. A record that was read does not change when its row does."""

    _table: ClassVar[str]
    _noun: ClassVar[str]
    """The word for a record in messages."""
    _changeable: ClassVar[Collection[str]]
    """The fields of a record that can be changed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @abstractmethod
    def _row(self, record: R) -> Row:
        """Return the row of a record."""

    @abstractmethod
    def _record(self, row: Row) -> R:
        """Return the record of a row."""

    def get(self, id: str, owner: str) -> R | None:
        """Return the record; None if it does not exist or belongs to another owner."""
        row = self._database.read(lambda rows: rows.find_one(self._table, id=id, owner=owner), None)
        return None if row is None else self._record(row)

    def _page(self, owner: str, cursor: str | None, limit: int, *, backward: bool, **conditions: str) -> list[R]:
        """Return records of an owner, as `Rows.page` does."""
        found = self._database.read(
            lambda rows: rows.page(self._table, cursor, limit, owner=owner, backward=backward, **conditions), ()
        )
        return [self._record(row) for row in found]

    def update(self, id: str, owner: str, **changes: Any) -> R | None:
        """Change fields of a record by their names, and return the changed record; None as `get`.

        Raises:
            ValueError: there is no such field, or it cannot be changed; otherwise as `add`.
        """
        if wrong := [name for name in changes if name not in self._changeable]:
            raise ValueError(
                f"{', '.join(wrong)} of a {self._noun} cannot be changed; what can is {', '.join(self._changeable)}"
            )
        if self.get(id, owner) is None:  # so that no file is created where there is none
            return None
        with self._database.writing() as rows:
            row = rows.find_one(self._table, lock=True, id=id, owner=owner)
            if row is None:
                return None
            record = replace(self._record(row), **changes)
            rows.update(self._table, self._row(record), id=id)
        return record
