"""What can be set about a server: flags, then environment, then a TOML file, then the defaults here."""

import ipaddress
import os
import re
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

POSITIVE = (
    "max_transcript_chars",
    "max_body_bytes",
    "max_upload_bytes",
    "head_timeout",
    "body_timeout",
    "expiry_after_audio",
    "expiry_after_input",
    "idle_timeout",
    "send_timeout",
    "max_unsent_bytes",
    "first_chunk",
    "longest_chunk",
)

_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://[^/?#\s,]+")

PREFIX = "OWNVOICE_"
"""Of the environment variables: ``OWNVOICE_PORT`` sets ``port``."""


def default_data() -> str:
    """The user's directory for what is kept: what the environment says, or where the system puts such things.

    The embedded server, whose settings nobody loads, keeps its data where the others do.
    """
    if given := os.environ.get(PREFIX + "DATA"):
        return given
    try:
        home = Path.home()
    except RuntimeError:  # a user that the system does not know, as in some containers
        home = Path.cwd()
    if sys.platform == "win32":
        return str(Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "ownvoice")
    if sys.platform == "darwin":
        return str(home / "Library" / "Application Support" / "ownvoice")
    # The specification of that variable has relative paths ignored.
    given = os.environ.get("XDG_DATA_HOME", "")
    return str((Path(given) if Path(given).is_absolute() else home / ".local" / "share") / "ownvoice")


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The settings of a server, checked."""

    host: str = "127.0.0.1"
    """The address to listen on."""
    port: int = 8000
    """The port to listen on; 0 takes a free one."""
    keys: bool | None = None
    """Whether a key is needed; else it is where others than this machine can reach the address."""
    max_contexts: int | None = None
    """How many contexts of one key may speak at once, and a tenth of its WebSockets; 0 is no limit. Else 100 where keys
    are needed, and no limit otherwise."""
    requests_per_minute: int | None = None
    """How many requests, handshakes and contexts of one key there may be in a minute; 0 is no limit. Else 600 where
    keys are needed, and no limit otherwise."""
    tls: str | None = None
    """``self-signed``, or the files of a certificate and its key as ``CERT,KEY``: serve https and wss."""
    cors_origins: tuple[str, ...] = ()
    """The origins of web pages that may use the server: ``https://example.org``, or ``*`` for all."""
    models: dict[str, str] = msgspec.field(default_factory=lambda: {"sonic": "espeak", "upbeat-moon": "espeak"})
    """Which engine speaks for a model: by the beginning of the model's id, the longest that fits."""
    max_transcript_chars: int = 200_000
    """The longest text of one request, in characters; about four hours of speech."""
    max_body_bytes: int = 2_000_000
    """The largest body of an HTTP request."""
    max_upload_bytes: int = 10 * 1024 * 1024
    """The largest recording to clone a voice from."""
    head_timeout: float = 10.0
    """How long a connection may take to send the head of its next request, in seconds."""
    max_voices: int = 10_000
    """How many voices one owner may have; 0 is no limit."""
    max_recordings: int = 1_000
    """How many recordings of one owner are kept that no voice was made of, the newest ones; 0 is no limit."""
    body_timeout: float = 20.0
    """How long the body of a request may take to arrive, in seconds."""
    expiry_after_audio: float = 1.0
    """Seconds after which a context ends that has been heard to its last word and gets no more text."""
    expiry_after_input: float = 5.0
    """The same for the first versions of the protocol (2024), counted from the last text."""
    idle_timeout: float = 300.0
    """Seconds after which a WebSocket connection without contexts is closed."""
    send_timeout: float = 30.0
    """Seconds after which a WebSocket connection is closed whose client takes nothing of what is sent."""
    max_unsent_bytes: int = 256 * 1024
    """How much may be on its way to a client that does not take it. Each of its contexts waits with one chunk more."""
    first_chunk: float = 0.04
    """Seconds of audio in the first chunk of a context. The later ones grow, each twice as long as the one before."""
    longest_chunk: float = 0.4
    """Seconds to which chunks grow, and so how much unsent audio a context may hold."""
    data: str = msgspec.field(default_factory=default_data)
    """The directory for what is kept: voices, recordings, dictionaries and keys. It is made when it is first needed."""
    database_url: str | None = None
    """A database for all of it but the recordings: ``postgresql://user:password@host/name``, or ``sqlite:///file``.
    Without one it is a file of SQLite in `data`."""


def is_loopback_address(host: str) -> bool:
    """Whether only this machine can reach the address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def keys_are_on(settings: Settings) -> bool:
    """Whether the server asks for a key."""
    return not is_loopback_address(settings.host) if settings.keys is None else settings.keys


def load(flags: Mapping[str, Any] | None = None, file: Path | None = None) -> Settings:
    """The settings from all their sources; ValueError says which one is wrong, and how."""
    values: dict[str, Any] = {}
    if file is not None:
        try:
            values |= tomllib.loads(file.read_text(encoding="utf-8"))
        except OSError as error:
            raise ValueError(f"{file} cannot be read: {error.strerror}") from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ValueError(f"{file} is not a TOML file: {error}") from error
    for name in Settings.__struct_fields__:
        if (value := os.environ.get(PREFIX + name.upper())) is not None:
            values[name] = _from_variable(PREFIX + name.upper(), value)
    values |= {name: value for name, value in (flags or {}).items() if value is not None}
    try:
        settings = msgspec.convert(values, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise ValueError(f"a setting is wrong: {error}") from error
    for name in POSITIVE:
        if not getattr(settings, name) > 0:  # which is also so for "not a number"
            raise ValueError(f"a setting is wrong: {name} should be above 0")
    if not 0 <= settings.port <= 65535:
        raise ValueError(f"a setting is wrong: port should be from 0 to 65535, not {settings.port}")
    for name in ("max_contexts", "requests_per_minute"):
        if (getattr(settings, name) or 0) < 0:
            raise ValueError(f"a setting is wrong: {name} should be 0, for no limit, or above it")
    for origin in settings.cors_origins:
        if origin != "*" and not _ORIGIN.fullmatch(origin):
            raise ValueError(
                f"a setting is wrong: cors_origins has origins such as https://example.org, or *, not {origin!r}"
            )
    return settings


def _from_variable(variable: str, value: str) -> Any:
    """Only what has parts is written as JSON in a variable; everything else stands there as it is."""
    if not value.startswith(("{", "[")):
        return value
    try:
        return msgspec.json.decode(value)
    except msgspec.DecodeError as error:
        kind = "object" if value.startswith("{") else "array"
        raise ValueError(f"{variable} should be a JSON {kind}: {error}") from error
