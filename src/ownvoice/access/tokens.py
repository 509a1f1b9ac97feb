"""Access tokens: short-lived credentials in place of a key, for programs that should not have the key."""

import os
import secrets
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import msgspec

from ownvoice.errors import NotAuthenticated, RequestError

Grant = Literal["tts", "stt", "agent"]
GRANTS: tuple[str, ...] = get_args(Grant)
"""What a token may permit. This server has only ``tts``."""
LONGEST = 3600
"""The longest lifetime of a token, in seconds."""

_ALGORITHM = "HS256"
_ISSUER = "ownvoice"
_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Token:
    """The content of a token that is valid."""

    key_id: str
    grants: frozenset[str]


class _Claims(msgspec.Struct):
    """The claims of a token that are read."""

    sub: str
    exp: float
    grants: dict[str, bool] = {}


class Tokens:
    """The maker and reader of tokens. Processes that share the file of the secret accept each other's tokens."""

    def __init__(self, file: Path, clock: Callable[[], float] = time.time) -> None:
        """Use a file for the secret, which is made for the first token, and a clock in seconds since 1970."""
        self._file = file
        self._clock = clock
        self._lock = threading.Lock()
        self._secret: bytes | None = None

    def issue(self, key_id: str, grants: Mapping[str, bool], seconds: int) -> str:
        """Make a token. Blocks: the first one reads or makes the secret.

        Args:
            key_id: the key that it stands in for.
            grants: what it permits.
            seconds: its lifetime.
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
        """Read a token; RequestError where it is not valid. Blocks, the first time."""
        secret = self._known_secret()
        if secret is None:  # no token has ever been made
            raise invalid_token()
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
            raise invalid_token() from error
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
    """Return whether a credential is a token rather than a key, which has no dots."""
    return credential.count(".") == 2


def invalid_token() -> RequestError:
    """Return the error for a token that is not valid, whatever the reason: a forger is not told."""
    return NotAuthenticated(
        "Invalid access token",
        "the access token was not made by this server, or was changed, or its key was revoked; "
        "POST /access-token makes another one",
        error_code="invalid_token",
    )


def _read(file: Path) -> bytes:
    secret = file.read_bytes().strip()
    if len(secret) < 2 * _SECRET_BYTES:
        raise ValueError(f"{file} should have {2 * _SECRET_BYTES} characters to sign tokens with; remove it")
    return secret


def _make(file: Path) -> None:
    """Make the file, complete from the moment that it exists. If several processes make it at once, one wins."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = file.with_name(f"{file.name}.{uuid.uuid4()}")
    with open(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="ascii") as writing:
        writing.write(secrets.token_hex(_SECRET_BYTES))
        writing.flush()
        os.fsync(writing.fileno())
    try:
        if os.name == "nt":
            os.rename(unfinished, file)  # fails on Windows where the file exists
        else:
            os.link(unfinished, file)
    except FileExistsError:
        pass
    finally:
        unfinished.unlink(missing_ok=True)
