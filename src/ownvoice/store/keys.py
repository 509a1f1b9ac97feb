"""The keys by which programs say whose they are."""

import hashlib
import hmac
import secrets
import threading
import time
from dataclasses import dataclass, fields

from ownvoice.ids import now
from ownvoice.store.database import Database, Row
from ownvoice.store.records import StoredKey, microseconds

MARK = "sk_own_"
"""How every secret begins, so that one that lies somewhere open is seen to be one."""
REMEMBERED = 2.0
"""Seconds for which a key that was found is taken for good; so long may one live that another process revoked."""

_SHOWN = len(MARK) + 8
"""Characters of a secret that are its prefix. Over 200 random bits follow, which nobody guesses."""
_MOST_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class _Remembered:
    key: StoredKey
    until: float


class KeyTable:
    """All keys. Of a secret there are its prefix and a salted hash; the secret itself is shown once and kept nowhere.

    The hash is SHA-256, not one of the slow ones for passwords: those make up for what people choose, and take the time
    of a request. A secret is 256 random bits, which cannot be tried out however fast the hash is.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._found: dict[bytes, _Remembered] = {}

    def create(self, name: str) -> tuple[StoredKey, str]:
        """A new key, and its secret, which cannot be had again.

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
        """The key of a secret; None if there is none, or if it was revoked: by this process at once, by another one
        for `REMEMBERED` seconds at most it may still be found."""
        fingerprint = hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
        with self._lock:
            remembered = self._found.get(fingerprint)
        if remembered is not None and time.monotonic() < remembered.until:
            return remembered.key
        with self._database.reading() as rows:
            candidates = rows.many("keys", prefix=secret[:_SHOWN], revoked_at=None)
        for row in candidates:
            if hmac.compare_digest(_hash(bytes(row["salt"]), secret), bytes(row["hash"])):
                return self._remember(fingerprint, _key(row))
        return None

    def list(self) -> list[StoredKey]:
        """All keys, newest first, with the revoked ones."""
        with self._database.reading() as rows:
            found = rows.many("keys")
        return [_key(row) for row in sorted(found, key=lambda row: (row["created"], row["id"]), reverse=True)]

    def revoke(self, id_or_prefix: str) -> bool:
        """Makes a key useless for ever; whether there was one, and it was not revoked before."""
        if not [key for key in self.list() if id_or_prefix in (key.id, key.prefix)]:
            return False  # which makes no file where there is none
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
