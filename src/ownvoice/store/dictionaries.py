"""The pronunciation dictionaries that users created."""

from dataclasses import asdict, fields, replace
from typing import Any

import msgspec

from ownvoice.store.database import Database
from ownvoice.store.records import DictionaryItem, Row, StoredDictionary, microseconds

_CHANGEABLE = ("name", "items", "pinned")


class DictionaryTable:
    """The dictionaries of all owners. A dictionary that was read does not change when its row does."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, dictionary: StoredDictionary) -> None:
        """Store a dictionary: when this returns, a crash does not lose it.

        Raises:
            ValueError: a time or a text in it cannot be stored.
            StoreError: the database cannot be written to.
        """
        row = _row(dictionary)
        with self._database.writing() as rows:
            rows.insert("dictionaries", row)

    def get(self, id: str, owner: str) -> StoredDictionary | None:
        """Return the dictionary; None if it does not exist or belongs to another owner."""
        row = self._database.read(lambda rows: rows.find_one("dictionaries", id=id, owner=owner), None)
        return None if row is None else _dictionary(row)

    def after(self, owner: str, after: str | None, limit: int) -> list[StoredDictionary]:
        """Return dictionaries of an owner that come after a dictionary, newest first.

        Args:
            owner: the owner of the dictionaries.
            after: the id of that dictionary; None for the beginning. After one that is unknown or deleted there are
                none.
            limit: how many dictionaries to return at most.
        """
        found = self._database.read(lambda rows: rows.page_after("dictionaries", after, limit, owner=owner), ())
        return [_dictionary(row) for row in found]

    def before(self, owner: str, before: str | None, limit: int) -> list[StoredDictionary]:
        """Return dictionaries of an owner that come right before a dictionary, newest first too.

        Args:
            owner: the owner of the dictionaries.
            before: the id of that dictionary; None for the end. Before one that is unknown or deleted there are none.
            limit: how many dictionaries to return at most.
        """
        found = self._database.read(lambda rows: rows.page_before("dictionaries", before, limit, owner=owner), ())
        return [_dictionary(row) for row in found]

    def update(self, id: str, owner: str, **changes: Any) -> StoredDictionary | None:
        """Change fields of a dictionary by their names, and return the changed dictionary; None as `get`.

        Raises:
            ValueError: there is no such field, or it cannot be changed; otherwise as `add`.
        """
        if wrong := [name for name in changes if name not in _CHANGEABLE]:
            raise ValueError(
                f"{', '.join(wrong)} of a dictionary cannot be changed; what can is {', '.join(_CHANGEABLE)}"
            )
        if self.get(id, owner) is None:  # so that no file is created where there is none
            return None
        with self._database.writing() as rows:
            row = rows.find_one("dictionaries", lock=True, id=id, owner=owner)
            if row is None:
                return None
            dictionary = replace(_dictionary(row), **changes)
            rows.update("dictionaries", _row(dictionary), id=id)
        return dictionary

    def delete(self, id: str, owner: str) -> bool:
        """Remove a dictionary, and return whether it existed."""
        if self.get(id, owner) is None:
            return False
        with self._database.writing() as rows:
            return rows.delete("dictionaries", id=id, owner=owner) == 1


def _row(dictionary: StoredDictionary) -> Row:
    return {
        **asdict(dictionary),
        # As JSON, in which any text can be stored; the items are only ever read together.
        "items": msgspec.json.encode(dictionary.items),
        "created": microseconds(dictionary.created_at),
    }


def _dictionary(row: Row) -> StoredDictionary:
    values: dict[str, Any] = {field.name: row[field.name] for field in fields(StoredDictionary)}
    values["items"] = msgspec.json.decode(bytes(row["items"]), type=tuple[DictionaryItem, ...])
    return StoredDictionary(**values)
