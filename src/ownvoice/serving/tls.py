"""Certificates for https and wss: those that are given, or one of our own making."""

import ipaddress
import os
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
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec

SELF_SIGNED = "self-signed"
LIFETIME = timedelta(days=397)
"""The longest that clients on every system accept."""
RENEWED_BEFORE = timedelta(days=30)
"""How long before its end a certificate is replaced when the server starts."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """The files of a certificate."""

    chain: Path
    key: Path
    trusted: Path | None = None
    """What clients have to trust, where they do not know it already."""


def certificate(settings: Settings) -> Certificate | None:
    """The certificate that the settings ask for, made if need be; None where the server speaks plain HTTP.

    Raises:
        ValueError: the setting or a file is wrong, or what makes certificates is not installed.
        OSError: a file cannot be read or written.
    """
    if settings.tls is None:
        return None
    if settings.tls == SELF_SIGNED:
        found = _self_signed(Path(settings.data) / "tls", _names(settings.host))
    else:
        chain, comma, key = settings.tls.partition(",")
        if not (comma and chain and key):
            raise ValueError(f"a setting is wrong: tls should be {SELF_SIGNED}, or CERT,KEY, not {settings.tls!r}")
        found = Certificate(Path(chain), Path(key))
    _check(found)
    return found


def _check(found: Certificate) -> None:
    """That the files are there and belong together."""
    for file in (found.chain, found.key):
        if not file.is_file():
            raise ValueError(f"a setting is wrong: tls names {file}, which is no file")
    try:
        # A key with a password is refused: nobody may be there to be asked for it.
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(found.chain, found.key, password="")
    except ssl.SSLError as error:
        raise ValueError(
            f"a setting is wrong: tls should name a certificate and its key, without a password, in PEM: {error}"
        ) from error


def _names(host: str) -> set[str]:
    """What a server on that address is called by its clients."""
    names = {"localhost", "127.0.0.1", "::1"}
    if host in ("", "0.0.0.0", "::"):
        name = socket.gethostname().lower()
        return names | {name} if name.isascii() and name else names
    return names | {host.lower()}


def _self_signed(directory: Path, names: set[str]) -> Certificate:
    """The certificate of a directory for at least those names; a new one where it is missing, or near its end.

    It is signed by an authority of its own, whose key is thrown away at once: clients trust the authority, and nobody
    can ever sign anything else with it.
    """
    try:
        from cryptography import x509
    except ImportError as error:
        raise ValueError(
            'a certificate of its own needs the package cryptography: pip install "ownvoice[tls]"'
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
            return Certificate(served, served, _written_if_new(trusted, authority))
    # Another server may use the directory under other names, so those stay.
    parts, authority = _made(sorted(names | old_names))
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write(served, parts)
    return Certificate(served, served, _written_if_new(trusted, authority))


def _names_in(leaf: "x509.Certificate") -> set[str]:
    from cryptography import x509

    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return {*names.get_values_for_type(x509.DNSName), *(str(ip) for ip in names.get_values_for_type(x509.IPAddress))}


def _made(names: Iterable[str]) -> tuple[bytes, "x509.Certificate"]:
    """A key, its certificate and that of the authority, in PEM; and the authority."""
    from cryptography import x509
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID

    authority_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    usage = dict.fromkeys(
        ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "encipher_only"), False
    ) | {"decipher_only": False}
    authority_name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "ownvoice serve, this machine's own")])
    authority = (
        _builder(authority_name, authority_name, authority_key.public_key(), authority_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.KeyUsage(digital_signature=False, key_cert_sign=True, crl_sign=False, **usage), critical=True
        )
        .sign(authority_key, _sha256())
    )
    leaf = (
        _builder(
            x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "ownvoice serve")]),
            authority_name,
            key.public_key(),
            authority_key.public_key(),
        )
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(digital_signature=True, key_cert_sign=False, crl_sign=False, **usage), critical=True
        )
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([_general_name(name) for name in names]), critical=False)
        .sign(authority_key, _sha256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return private + leaf.public_bytes(pem) + authority.public_bytes(pem), authority


def _sha256() -> "hashes.SHA256":
    from cryptography.hazmat.primitives import hashes

    return hashes.SHA256()


def _builder(
    subject: "x509.Name", issuer: "x509.Name", key: "ec.EllipticCurvePublicKey", issuer_key: "ec.EllipticCurvePublicKey"
) -> "x509.CertificateBuilder":
    from cryptography import x509

    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))  # clocks differ
        .not_valid_after(now + LIFETIME)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key), critical=False)
    )


def _general_name(name: str) -> "x509.GeneralName":
    from cryptography import x509

    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _written_if_new(trusted: Path, authority: "x509.Certificate") -> Path:
    from cryptography.hazmat.primitives import serialization

    content = authority.public_bytes(serialization.Encoding.PEM)
    if not trusted.is_file() or trusted.read_bytes() != content:
        _write(trusted, content)
    return trusted


def _write(file: Path, content: bytes) -> None:
    """Write a file that only this user reads, and that is complete whenever somebody reads it."""
    unfinished = file.with_name(f"{file.name}.{os.getpid()}")
    with open(os.open(unfinished, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as writing:
        writing.write(content)
    os.replace(unfinished, file)
