"""How people want words to be pronounced."""

from dataclasses import asdict, fields, replace
from typing import Any

import msgspec

from ownvoice.store.database import Database, Row
from ownvoice.store.records import DictionaryItem, StoredDictionary, microseconds

_CHANGEABLE = ("name", "items", "pinned")


class DictionaryTable:
    """The dictionaries of all owners. Whoever has one keeps it as it was, whatever becomes of the row."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, dictionary: StoredDictionary) -> None:
        """Keeps a dictionary: when this returns, a crash does not lose it.

        Raises:
            ValueError: a time or a text of it cannot be stored.
            StoreError: the database cannot be written to.
        """
        row = _row(dictionary)
        with self._database.writing() as rows:
            rows.insert("dictionaries", row)

    def get(self, id: str, owner: str) -> StoredDictionary | None:
        """The dictionary; None if there is none, or not of this owner."""
        with self._database.reading() as rows:
            row = rows.one("dictionaries", id=id, owner=owner)
        return None if row is None else _dictionary(row)

    def after(self, owner: str, after: str | None, limit: int) -> list[StoredDictionary]:
        """The owner's dictionaries, newest first: at most `limit` that come after the one with that id.

        Without an id from the beginning; after one that is unknown or deleted there is nothing.
        """
        with self._database.reading() as rows:
            found = rows.after("dictionaries", after, limit, owner=owner)
        return [_dictionary(row) for row in found]

    def before(self, owner: str, before: str | None, limit: int) -> list[StoredDictionary]:
        """The same for those that come right before it; without an id the last ones. They are newest first too."""
        with self._database.reading() as rows:
            found = rows.before("dictionaries", before, limit, owner=owner)
        return [_dictionary(row) for row in found]

    def update(self, id: str, owner: str, **changes: Any) -> StoredDictionary | None:
        """Changes fields of a dictionary by their names, and gives it as it is then; None as `get`.

        Raises:
            ValueError: there is no such field, or it stays as it was made; otherwise as `add`.
        """
        if wrong := [name for name in changes if name not in _CHANGEABLE]:
            raise ValueError(
                f"{', '.join(wrong)} of a dictionary cannot be changed; what can is {', '.join(_CHANGEABLE)}"
            )
        if self.get(id, owner) is None:  # which makes no file where there is none
            return None
        with self._database.writing() as rows:
            row = rows.one("dictionaries", lock=True, id=id, owner=owner)
            if row is None:
                return None
            dictionary = replace(_dictionary(row), **changes)
            rows.update("dictionaries", _row(dictionary), id=id)
        return dictionary

    def delete(self, id: str, owner: str) -> bool:
        """Removes a dictionary; whether there was one."""
        if self.get(id, owner) is None:
            return False
        with self._database.writing() as rows:
            return rows.delete("dictionaries", id=id, owner=owner) == 1


def _row(dictionary: StoredDictionary) -> Row:
    return {
        **asdict(dictionary),
        # As JSON in which every text can be stored, whatever is in it: the items are read only all together.
        "items": msgspec.json.encode(dictionary.items),
        "created": microseconds(dictionary.created_at),
    }


def _dictionary(row: Row) -> StoredDictionary:
    values: dict[str, Any] = {field.name: row[field.name] for field in fields(StoredDictionary)}
    values["items"] = msgspec.json.decode(bytes(row["items"]), type=tuple[DictionaryItem, ...])
    return StoredDictionary(**values)
