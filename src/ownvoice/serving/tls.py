"""The certificate for https and wss: files of the user's, or one that is made here."""

import os
import re
import socket
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from ownvoice.settings import Settings

if TYPE_CHECKING:
    from cryptography import x509

SELF_SIGNED = "self-signed"
LIFETIME = timedelta(days=397)
"""The longest lifetime that clients on every system accept."""
RENEWED_BEFORE = timedelta(days=30)
"""The time before its end from which a certificate is replaced when the server starts."""

_HOST_NAME = re.compile(r"[a-z0-9.-]+")


@dataclass(frozen=True, slots=True)
class Certificate:
    """The files of a certificate."""

    chain: Path
    key: Path
    trusted: Path | None = None
    """The file that clients have to trust; None for a certificate of the user's, which they know already."""


def load_certificate(settings: Settings) -> Certificate | None:
    """Return the certificate that the settings ask for, made if need be; None where the server speaks plain HTTP.

    Raises:
        ValueError: the setting or a file is wrong, or the packages that make certificates are not installed.
        OSError: a file cannot be read or written.
    """
    if settings.tls is None:
        return None
    if settings.tls == SELF_SIGNED:
        found = _self_signed(Path(settings.data) / "tls", _host_names(settings.host))
    else:
        chain, comma, key = settings.tls.partition(",")
        if not (comma and chain and key):
            raise ValueError(f"a setting is wrong: tls should be {SELF_SIGNED}, or CERT,KEY, not {settings.tls!r}")
        found = Certificate(Path(chain), Path(key))
    _check(found)
    return found


def _check(found: Certificate) -> None:
    """Raise ValueError unless the files exist and belong together."""
    for file in (found.chain, found.key):
        if not file.is_file():
            raise ValueError(f"a setting is wrong: tls names {file}, which is no file")
    try:
        # A key with a password is refused: there may be no one to ask for it.
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(found.chain, found.key, password="")
    except ssl.SSLError as error:
        raise ValueError(
            f"a setting is wrong: tls should name a certificate and its key, without a password, in PEM: {error}"
        ) from error


def _host_names(host: str) -> set[str]:
    """Return the names and addresses under which clients reach a server on that address."""
    names = {"localhost", "127.0.0.1", "::1"}
    if host in ("", "0.0.0.0", "::"):
        name = socket.gethostname().lower()
        return names | {name} if _HOST_NAME.fullmatch(name) else names
    return names | {host.lower()}


def _self_signed(directory: Path, names: set[str]) -> Certificate:
    """Return the certificate in a directory for at least those names; a new one if it is missing or ends soon."""
    try:
        import trustme  # noqa: F401 - `_issue` needs it, and it brings cryptography
        from cryptography import x509
        from cryptography.hazmat.primitives.serialization import Encoding
    except ImportError as error:
        raise ValueError(
            f'a self-signed certificate needs the package {error.name}: pip install "ownvoice[tls]"'
        ) from error
    served, trusted = directory / "server.pem", directory / "trust.pem"
    old_names: set[str] = set()
    if served.is_file():
        try:
            leaf, authority = x509.load_pem_x509_certificates(served.read_bytes())
        except ValueError as error:
            raise ValueError(f"{served} is no certificate that this program made; remove it") from error
        old_names = _names_in(leaf)
        if leaf.not_valid_after_utc - datetime.now(UTC) > RENEWED_BEFORE and names <= old_names:
            _write_if_changed(trusted, authority.public_bytes(Encoding.PEM))
            return Certificate(served, served, trusted)
    # Another server may use the directory under other names, so those stay.
    key_and_chain, authority_pem = _issue(sorted(names | old_names))
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write(served, key_and_chain)
    _write_if_changed(trusted, authority_pem)
    return Certificate(served, served, trusted)


def _names_in(leaf: "x509.Certificate") -> set[str]:
    from cryptography import x509

    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return {*names.get_values_for_type(x509.DNSName), *(str(ip) for ip in names.get_values_for_type(x509.IPAddress))}


def _issue(names: Iterable[str]) -> tuple[bytes, bytes]:
    """Return a key with its certificate and that of the authority, and that of the authority alone, in PEM.

    The key of the authority is thrown away at once: clients trust the authority, and it can never sign anything else.
    """
    import trustme

    authority = trustme.CA(path_length=0, organization_name="ownvoice serve", organization_unit_name="this machine")
    now = datetime.now(UTC)
    try:
        leaf = authority.issue_cert(
            *names,
            organization_name="ownvoice serve",
            not_before=now - timedelta(hours=1),  # clocks differ
            not_after=now + LIFETIME,
        )
    except UnicodeError as error:
        raise ValueError(f"a setting is wrong: host is no name that a certificate can have: {error}") from error
    authority_pem = authority.cert_pem.bytes()
    return leaf.private_key_and_cert_chain_pem.bytes() + authority_pem, authority_pem


def _write_if_changed(file: Path, content: bytes) -> None:
    if not file.is_file() or file.read_bytes() != content:
        _write(file, content)


def _write(file: Path, content: bytes) -> None:
    """Write a file that only this user can read, and that is complete whenever it is read."""
    unfinished = file.with_name(f"{file.name}.{os.getpid()}")
    with open(os.open(unfinished, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as writing:
        writing.write(content)
    os.replace(unfinished, file)
