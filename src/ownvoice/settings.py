"""The settings of a server: flags, then environment variables, then a TOML file, then the defaults here."""

import ipaddress
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import platformdirs
from msgspec import Meta

from ownvoice.constraints import explain

PREFIX = "OWNVOICE_"
"""The beginning of the environment variables: ``OWNVOICE_PORT`` sets ``port``."""

Positive = Annotated[float, Meta(gt=0)]
PositiveInt = Annotated[int, Meta(gt=0)]
Models = Annotated[dict[str, str], Meta(min_length=1)]
Limit = Annotated[int, Meta(ge=0)]
"""A limit, where 0 means unlimited."""
Origin = Annotated[str, Meta(pattern=r"^(\*|[a-z][a-z0-9+.-]*://[^/?#\s,]+)\Z", examples=["https://example.org", "*"])]


def default_data() -> str:
    """Return the directory for the user's data: ``OWNVOICE_DATA``, or the place that the operating system provides.

    The embedded server, whose settings are not loaded from anywhere, keeps its data there too.
    """
    if given := os.environ.get(PREFIX + "DATA"):
        return given
    try:
        return platformdirs.PlatformDirs("ownvoice", appauthor=False).user_data_dir
    except RuntimeError:  # the user has no home directory, as in some containers
        return str(Path.cwd() / ".local" / "share" / "ownvoice")


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The settings of a server. `load` checks their types and bounds."""

    host: str = "127.0.0.1"
    """The address to listen on."""
    port: Annotated[int, Meta(ge=0, le=65535)] = 8000
    """The port to listen on; 0 takes a free one."""
    keys: bool | None = None
    """Whether clients need a key; None: only if other machines can reach the address."""
    max_contexts: Limit | None = None
    """How many contexts of one key may speak at once, and a tenth of its WebSockets; 0 is unlimited. None: 100 where
    keys are needed, else unlimited."""
    requests_per_minute: Limit | None = None
    """How many requests, handshakes and contexts one key may start in a minute; 0 is unlimited. None: 600 where keys
    are needed, else unlimited."""
    tls: str | None = None
    """``self-signed``, or the files of a certificate and its key as ``CERT,KEY``: serve https and wss."""
    cors_origins: tuple[Origin, ...] = ()
    """The origins of web pages that may use the server: ``https://example.org``, or ``*`` for all."""
    models: Models = msgspec.field(default_factory=lambda: {"sonic": "auto", "upbeat-moon": "auto"})
    """The engine of each model, by the beginning of the model's id; the longest match counts."""
    engines: dict[str, dict[str, Any]] = msgspec.field(default_factory=dict)
    """Options for engines, by their names: keyword arguments that they are made with."""
    runner: Literal["inline"] = "inline"
    """Where engines run: ``inline`` is the server's own process."""
    max_transcript_chars: PositiveInt = 200_000
    """The longest text of one request, in characters; about four hours of speech."""
    max_body_bytes: PositiveInt = 2_000_000
    """The largest body of an HTTP request."""
    max_upload_bytes: PositiveInt = 10 * 1024 * 1024
    """The largest recording to clone a voice from."""
    head_timeout: Positive = 10.0
    """How long a connection may take to send the head of its next request, in seconds."""
    max_voices: Limit = 10_000
    """How many voices one owner may have; 0 is unlimited."""
    max_recordings: Limit = 1_000
    """How many recordings of one owner are kept without a voice made from them, the newest ones; 0 is unlimited."""
    body_timeout: Positive = 20.0
    """How long the body of a request may take to arrive, in seconds."""
    expiry_after_audio: Positive = 1.0
    """Seconds without input after which a context ends, counted from when its audio has been played."""
    expiry_after_input: Positive = 5.0
    """The same for the first versions of the protocol (2024), counted from the last input."""
    idle_timeout: Positive = 300.0
    """Seconds after which a WebSocket connection without contexts is closed."""
    send_timeout: Positive = 30.0
    """Seconds after which a WebSocket connection is closed whose client reads nothing."""
    max_unsent_bytes: PositiveInt = 256 * 1024
    """How much may be in transit to a client that does not read. Each of its contexts holds one more chunk."""
    first_chunk: Positive = 0.04
    """Seconds of audio in the first chunk of a context. Each later one is twice as long as the one before."""
    longest_chunk: Positive = 0.4
    """Seconds of audio in the longest chunk, and so the most that a context holds unsent."""
    data: str = msgspec.field(default_factory=default_data)
    """The directory for voices, recordings, dictionaries and keys. It is made when it is first needed."""
    database_url: str | None = None
    """The database for everything but recordings: ``postgresql://user:password@host/name``, or ``sqlite:///file``.
    None: an SQLite file in `data`."""


def engines_in_use(settings: Settings) -> tuple[str, ...]:
    """Return the names of the engines that speak for the models, in the order of the settings."""
    return tuple(dict.fromkeys(settings.models.values()))


def is_loopback_address(host: str) -> bool:
    """Return whether only this machine can reach the address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def keys_are_on(settings: Settings) -> bool:
    """Return whether the server asks for a key."""
    return not is_loopback_address(settings.host) if settings.keys is None else settings.keys


def load(flags: Mapping[str, Any] | None = None, file: Path | None = None) -> Settings:
    """Load the settings from all their sources.

    Raises:
        ValueError: a source cannot be read, or a setting is wrong; the message says which, and what would be right.
    """
    values: dict[str, Any] = {}
    if file is not None:
        try:
            values |= tomllib.loads(file.read_text(encoding="utf-8"))
        except OSError as error:
            raise ValueError(f"{file} cannot be read: {error.strerror}") from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ValueError(f"{file} is not a TOML file: {error}") from error
    for name in Settings.__struct_fields__:
        value = os.environ.get(PREFIX + name.upper())
        if value is not None and (
            value or name != "data"
        ):  # as in `default_data`: else "" would be the working directory
            values[name] = _parse_variable(PREFIX + name.upper(), value)
    values |= {name: value for name, value in (flags or {}).items() if value is not None}
    try:
        return msgspec.convert(values, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise ValueError(f"a setting is wrong: {explain(error, Settings, values) or error}") from error


def _parse_variable(variable: str, value: str) -> Any:
    """Parse an environment variable: objects and arrays are written as JSON, everything else as it is."""
    if not value.startswith(("{", "[")):
        return value
    try:
        return msgspec.json.decode(value)
    except msgspec.DecodeError as error:
        kind = "object" if value.startswith("{") else "array"
        raise ValueError(f"{variable} should be a JSON {kind}: {error}") from error
