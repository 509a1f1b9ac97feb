"""The keys by which clients identify themselves."""

import hashlib
import hmac
import secrets
import threading
import time
from dataclasses import dataclass, fields

from ownvoice.ids import now
from ownvoice.store.database import Database
from ownvoice.store.records import Row, StoredKey, microseconds

MARK = "sk_own_"
"""The beginning of every secret, so that one that leaked is recognised."""
REMEMBERED = 2.0
"""Seconds for which a found key is cached, and so for which one that another process revoked still works."""

_SHOWN = len(MARK) + 8
"""Characters in the prefix of a secret. Over 200 random bits follow, which cannot be guessed."""
_MOST_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class _Remembered:
    key: StoredKey
    until: float


class KeyTable:
    """All keys. The prefix and a salted hash of each secret are stored; the secret itself is shown once.

    The hash is SHA-256, not one of the slow ones for passwords: those make up for weak passwords, and would slow down
    each request. A secret is 256 random bits, which cannot be found by trying, however fast the hash is.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._found: dict[bytes, _Remembered] = {}

    def create(self, name: str) -> tuple[StoredKey, str]:
        """Create a key, and return it with its secret, which cannot be read again.

        Raises:
            ValueError: the name cannot be stored.
            StoreError: the database cannot be written to.
        """
        secret = MARK + secrets.token_urlsafe(32)
        salt = secrets.token_bytes(16)
        key = StoredKey(name=name, prefix=secret[:_SHOWN])
        with self._database.writing() as rows:
            rows.insert(
                "keys",
                {
                    "id": key.id,
                    "name": key.name,
                    "prefix": key.prefix,
                    "salt": salt,
                    "hash": _hash(salt, secret),
                    "created": microseconds(key.created_at),
                    "created_at": key.created_at,
                    "revoked_at": None,
                },
            )
        return key, secret

    def find(self, secret: str) -> StoredKey | None:
        """Return the key of a secret; None if there is none, or if it was revoked.

        A key that another process revoked may still be found for `REMEMBERED` seconds.
        """
        fingerprint = hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
        with self._lock:
            remembered = self._found.get(fingerprint)
        if remembered is not None and time.monotonic() < remembered.until:
            return remembered.key
        prefix = secret[:_SHOWN]
        candidates = self._database.read(lambda rows: rows.find_all("keys", prefix=prefix, revoked_at=None), ())
        for row in candidates:
            if hmac.compare_digest(_hash(bytes(row["salt"]), secret), bytes(row["hash"])):
                return self._remember(fingerprint, _key(row))
        return None

    def list(self) -> list[StoredKey]:
        """Return all keys, newest first, with the revoked ones."""
        found = self._database.read(lambda rows: rows.find_all("keys"), ())
        return [_key(row) for row in sorted(found, key=lambda row: (row["created"], row["id"]), reverse=True)]

    def revoke(self, id_or_prefix: str) -> bool:
        """Revoke a key for ever, and return whether there was one that was not revoked before."""
        if not [key for key in self.list() if id_or_prefix in (key.id, key.prefix)]:
            return False  # so that no file is created where there is none
        changes = {"revoked_at": now()}
        with self._database.writing() as rows:
            revoked = rows.update("keys", changes, id=id_or_prefix, revoked_at=None)
            revoked += rows.update("keys", changes, prefix=id_or_prefix, revoked_at=None)
        with self._lock:
            self._found.clear()
        return revoked > 0

    def _remember(self, fingerprint: bytes, key: StoredKey) -> StoredKey:
        with self._lock:
            if len(self._found) >= _MOST_REMEMBERED:
                self._found.clear()
            self._found[fingerprint] = _Remembered(key, time.monotonic() + REMEMBERED)
        return key


def _hash(salt: bytes, secret: str) -> bytes:
    return hashlib.sha256(salt + secret.encode("utf-8", "surrogatepass")).digest()


def _key(row: Row) -> StoredKey:
    return StoredKey(**{field.name: row[field.name] for field in fields(StoredKey)})
