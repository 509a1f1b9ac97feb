"""Access tokens: short-lived leave to use the server in a key's name, for programs that should not have the key."""

import os
import secrets
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from ownvoice.errors import NotAuthenticated, RequestError

GRANTS = ("tts", "stt", "agent")
"""What a token may be good for. This server has nothing but ``tts``."""
LONGEST = 3600
"""Seconds that a token may live."""

_ALGORITHM = "HS256"
_ISSUER = "ownvoice"
_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Token:
    """What a token says, once it is known to be ours and not to have expired."""

    key_id: str
    grants: frozenset[str]


class _Claims(msgspec.Struct):
    """What is read of a token."""

    sub: str
    exp: float
    grants: dict[str, bool] = {}


class Tokens:
    """Makes and reads tokens. All processes that share the file of the secret take each other's."""

    def __init__(self, file: Path, clock: Callable[[], float] = time.time) -> None:
        """Neither read nor made yet: the file is made for the first token."""
        self._file = file
        self._clock = clock
        self._lock = threading.Lock()
        self._secret: bytes | None = None

    def issue(self, key_id: str, grants: Mapping[str, bool], seconds: int) -> str:
        """A new token. Blocks: the first one reads or makes the secret.

        Args:
            key_id: the key in whose name it is.
            grants: what it is good for.
            seconds: how long.
        """
        now = int(self._clock())
        claims = {
            "iss": _ISSUER,
            "sub": key_id,
            "iat": now,
            "exp": now + seconds,
            "jti": str(uuid.uuid4()),
            "grants": {name: bool(grants.get(name)) for name in GRANTS},
        }
        import jwt  # late: it brings cryptography along, and most servers make no tokens

        return jwt.encode(claims, self._signing_secret(), _ALGORITHM)

    def read(self, token: str) -> Token:
        """What a token says; RequestError (401) where it is not one of ours. Blocks, the first time."""
        secret = self._known_secret()
        if secret is None:  # no token has ever been made
            raise _invalid()
        import jwt

        try:
            decoded = jwt.decode(
                token,
                secret,
                algorithms=[_ALGORITHM],
                issuer=_ISSUER,
                options={"require": ["exp", "iat", "jti", "sub"], "verify_exp": False, "verify_iat": False},
            )
            claims = msgspec.convert(decoded, _Claims)
        except (jwt.InvalidTokenError, msgspec.ValidationError) as error:
            raise _invalid() from error  # whoever sends something forged is not told what gave it away
        if claims.exp <= self._clock():
            raise NotAuthenticated(
                "Access token expired",
                "the access token has expired; POST /access-token makes another one",
                error_code="token_expired",
            )
        return Token(claims.sub, frozenset(name for name in GRANTS if claims.grants.get(name)))

    def _known_secret(self) -> bytes | None:
        with self._lock:
            if self._secret is None:
                try:
                    self._secret = _read(self._file)
                except FileNotFoundError:
                    return None
            return self._secret

    def _signing_secret(self) -> bytes:
        secret = self._known_secret()
        if secret is not None:
            return secret
        _make(self._file)
        secret = self._known_secret()
        assert secret is not None
        return secret


def looks_like_token(credential: str) -> bool:
    """Whether something is a token rather than a key, which has no dots."""
    return credential.count(".") == 2


def _invalid() -> RequestError:
    return NotAuthenticated(
        "Invalid access token",
        "the access token is none of this server's, or was changed, or its key was revoked; "
        "POST /access-token makes another one",
        error_code="invalid_token",
    )


def revoked() -> RequestError:
    """For a token whose key is valid no more: the same as for any other that is no good."""
    return _invalid()


def _read(file: Path) -> bytes:
    secret = file.read_bytes().strip()
    if len(secret) < 2 * _SECRET_BYTES:
        raise ValueError(f"{file} should have {2 * _SECRET_BYTES} characters to sign tokens with; remove it")
    return secret


def _make(file: Path) -> None:
    """Make the file, complete from the moment that it is there; of processes that all make it, one wins."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = file.with_name(f"{file.name}.{uuid.uuid4()}")
    with open(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="ascii") as writing:
        writing.write(secrets.token_hex(_SECRET_BYTES))
        writing.flush()
        os.fsync(writing.fileno())
    try:
        if os.name == "nt":
            os.rename(unfinished, file)  # which fails there where the file exists
        else:
            os.link(unfinished, file)
    except FileExistsError:
        pass
    finally:
        unfinished.unlink(missing_ok=True)
