"""The pronunciation dictionaries that users created."""

from dataclasses import asdict, fields
from typing import Any

import msgspec

from ownvoice.store.owned import OwnedTable
from ownvoice.store.records import DictionaryItem, Row, StoredDictionary, microseconds


class DictionaryTable(OwnedTable[StoredDictionary]):
    """The dictionaries of all owners."""

    _table = "dictionaries"
    _noun = "dictionary"
    _changeable = ("name", "items", "pinned")

    def _row(self, record: StoredDictionary) -> Row:
        return {
            **asdict(record),
            # As JSON, in which any text can be stored; the items are only ever read together.
            "items": msgspec.json.encode(record.items),
            "created": microseconds(record.created_at),
        }

    def _record(self, row: Row) -> StoredDictionary:
        values: dict[str, Any] = {field.name: row[field.name] for field in fields(StoredDictionary)}
        values["items"] = msgspec.json.decode(bytes(row["items"]), type=tuple[DictionaryItem, ...])
        return StoredDictionary(**values)

    def add(self, dictionary: StoredDictionary) -> None:
        """Store a dictionary: when this returns, a crash does not lose it.

        Raises:
            ValueError: a time or a text in it cannot be stored.
            StoreError: the database cannot be written to.
        """
        row = self._row(dictionary)
        with self._database.writing() as rows:
            rows.insert("dictionaries", row)

    def page(self, owner: str, cursor: str | None, limit: int, *, backward: bool = False) -> list[StoredDictionary]:
        """Return dictionaries of an owner that come after one, or right before it, newest first either way.

        Args:
            owner: the owner of the dictionaries.
            cursor: the id of that dictionary; None for the beginning, or backward for the end. There are none around
                one that is unknown or deleted.
            limit: how many dictionaries to return at most.
            backward: return the dictionaries before that one.
        """
        return self._page(owner, cursor, limit, backward=backward)

    def delete(self, id: str, owner: str) -> bool:
        """Remove a dictionary, and return whether it existed."""
        if self.get(id, owner) is None:
            return False
        with self._database.writing() as rows:
            return rows.delete("dictionaries", id=id, owner=owner) == 1
