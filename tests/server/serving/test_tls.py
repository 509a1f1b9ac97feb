"""Https and wss: certificates that are made here and those of users, and what clients need to trust them."""

import socket
import ssl
import stat
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography import x509

from asking import RAW, ask, events, speech, websocket
from cartesia.errors import APIConnectionError
from conversations import items, settled
from faces import Face
from ownvoice.serving import tls
from ownvoice.serving.server import ServerThread
from ownvoice.settings import Settings
from ownvoice.traits.voice import DEFAULT_ID


def settings(data: Path, **changes: object) -> Settings:
    return Settings(**{"port": 0, "data": str(data), "models": {"sonic": "tone"}, "tls": "self-signed", **changes})  # type: ignore[arg-type]


def made(data: Path, **changes: object) -> tls.Certificate:
    found = tls.load_certificate(settings(data, **changes))
    assert found is not None
    return found


def names(found: tls.Certificate) -> set[str]:
    leaf = x509.load_pem_x509_certificates(found.chain.read_bytes())[0]
    return tls._names_in(leaf)


def test_a_client_that_trusts_the_file_is_served_and_no_other(tmp_path: Path) -> None:
    server = ServerThread(settings(tmp_path))
    trusted = str(tmp_path / "tls" / "trust.pem")
    try:
        assert server.base_url.startswith("https://127.0.0.1:")
        for host in ("127.0.0.1", "localhost"):
            url = server.base_url.replace("127.0.0.1", host)
            context = ssl.create_default_context(cafile=trusted)
            assert httpx.get(url, verify=context).json()["ok"]
            assert httpx.post(url + "/tts/bytes", json=speech(), verify=context).content
            with websocket(url, ssl=context) as connection:
                ask(connection)
                assert events(connection)[-1]["type"] == "done"
        with pytest.raises(httpx.ConnectError, match="certificate verify failed"):
            httpx.get(server.base_url)
        with pytest.raises(httpx.HTTPError):
            httpx.get(server.base_url.replace("https", "http"))
    finally:
        server.stop()


def test_no_tickets_cross_the_request_of_a_client_that_reads_in_another_thread(tmp_path: Path) -> None:
    server = ServerThread(settings(tmp_path))
    context = ssl.create_default_context(cafile=str(tmp_path / "tls" / "trust.pem"))
    try:
        address = (server.base_url.removeprefix("https://").split(":")[0], int(server.base_url.split(":")[-1]))
        with (
            socket.create_connection(address) as plain,
            context.wrap_socket(plain, server_hostname="localhost") as secure,
        ):
            assert secure.version() == "TLSv1.3"
            secure.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert secure.recv(65536).startswith(b"HTTP/1.1 200")
            assert secure.session is None or not secure.session.has_ticket
    finally:
        server.stop()


def test_the_library_trusts_what_the_environment_names(
    tmp_path: Path, face: Face, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = ServerThread(settings(tmp_path))

    async def scene(client: Any) -> None:
        voice = DEFAULT_ID
        audio = await client.tts.generate(model_id="sonic-3", transcript="Hi.", voice=voice, output_format=RAW)
        assert await audio.read()
        async with await settled(client.tts.websocket_connect()) as connection:
            context = await settled(connection.context(model_id="sonic-3", voice=voice, output_format=RAW))
            await context.push("Hi.")
            await context.no_more_inputs()
            assert (await items(context.receive()))[-1].type == "done"

    try:
        with pytest.raises(APIConnectionError, match="certificate verify failed"):
            face.run(scene, base_url=server.base_url, max_retries=0)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "tls" / "trust.pem"))
        face.run(scene, base_url=server.base_url)
    finally:
        server.stop()


def test_the_strictest_checks(tmp_path: Path) -> None:
    """What Python 3.13 asks of certificates, and other TLS libraries before it."""
    server = ServerThread(settings(tmp_path))
    context = ssl.create_default_context(cafile=str(tmp_path / "tls" / "trust.pem"))
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    try:
        assert httpx.get(server.base_url, verify=context).json()["ok"]
    finally:
        server.stop()


def test_it_is_kept_until_it_ends_soon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = made(tmp_path)
    assert first.trusted is not None
    served, trusted = first.chain.read_bytes(), first.trusted.read_bytes()
    made(tmp_path)
    assert (first.chain.read_bytes(), first.trusted.read_bytes()) == (served, trusted)
    leaf = x509.load_pem_x509_certificates(served)[0]
    assert timedelta(days=300) < leaf.not_valid_after_utc - datetime.now(UTC) < timedelta(days=398)
    monkeypatch.setattr(tls, "RENEWED_BEFORE", timedelta(days=399))
    made(tmp_path)
    assert first.chain.read_bytes() != served
    assert first.trusted.read_bytes() != trusted
    tls._check(first)


def test_it_names_what_the_server_is_called(tmp_path: Path) -> None:
    always = {"localhost", "127.0.0.1", "::1"}
    assert names(made(tmp_path)) == always
    assert names(made(tmp_path, host="192.168.7.7")) == always | {"192.168.7.7"}
    # One that shares the directory keeps its names, and no new certificate is needed for it.
    served = made(tmp_path, host="speech.example").chain.read_bytes()
    assert names(made(tmp_path)) == always | {"192.168.7.7", "speech.example"}
    assert made(tmp_path, host="SPEECH.example").chain.read_bytes() == served
    assert names(made(tmp_path / "other", host="0.0.0.0")) >= always


def test_the_authority_can_sign_nothing_else(tmp_path: Path) -> None:
    found = made(tmp_path)
    assert found.trusted is not None
    assert b"PRIVATE KEY" not in found.trusted.read_bytes()
    leaf, authority = x509.load_pem_x509_certificates(found.chain.read_bytes())
    leaf.verify_directly_issued_by(authority)
    assert leaf.extensions.get_extension_for_class(x509.BasicConstraints).value.ca is False
    assert found.chain.read_bytes().count(b"PRIVATE KEY-----\n") == 2  # begin and end of the server's own
    if sys.platform != "win32":
        assert stat.S_IMODE(found.key.stat().st_mode) == 0o600


def test_files_of_somebody_else(tmp_path: Path) -> None:
    mine = made(tmp_path)
    server = ServerThread(settings(tmp_path / "nothing", tls=f"{mine.chain},{mine.key}"))
    try:
        context = ssl.create_default_context(cafile=str(mine.trusted))
        assert httpx.get(server.base_url, verify=context).json()["ok"]
    finally:
        server.stop()
    assert not (tmp_path / "nothing").exists()


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("yes", "tls should be self-signed, or CERT,KEY, not 'yes'"),
        ("a.pem,", "tls should be self-signed"),
        ("{folder}/none.pem,{folder}/none.key", "which is no file"),
        ("{folder}/text.pem,{folder}/text.pem", "should name a certificate and its key"),
        ("{folder}/tls/server.pem,{folder}/other/tls/server.pem", "should name a certificate and its key"),
    ],
)
def test_wrong_settings(tmp_path: Path, setting: str, message: str) -> None:
    made(tmp_path)
    made(tmp_path / "other")
    (tmp_path / "text.pem").write_text("no certificate")
    with pytest.raises(ValueError, match=message):
        made(tmp_path, tls=setting.format(folder=tmp_path))


def test_a_file_that_is_no_certificate_of_ours_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "tls").mkdir()
    (tmp_path / "tls" / "server.pem").write_text("something else")
    with pytest.raises(ValueError, match=r"server\.pem is no certificate that this program made; remove it"):
        made(tmp_path)


@pytest.mark.parametrize("package", ["cryptography", "trustme"])
def test_without_the_package_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ValueError, match=rf"needs the package {package}: pip install \"ownvoice\[tls\]\""):
        made(tmp_path)


def test_a_host_that_no_certificate_can_name_is_explained(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="host is no name that a certificate can have"):
        made(tmp_path, host="not_a_name")
    assert not (tmp_path / "tls").exists()


def test_plain_http_needs_none(tmp_path: Path) -> None:
    assert tls.load_certificate(settings(tmp_path, tls=None)) is None
