"""Web pages against a server without keys: what a browser on this machine must not do for them."""

import socket
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin

from asking import ask, events, speech, websocket
from ownvoice.access.pages import AllowedOrigins
from ownvoice.errors import RequestError
from ownvoice.serving.server import ServerThread
from ownvoice.settings import Settings

PAGE = "https://app.example"
EVIL = "https://evil.example"


@pytest.fixture(scope="module")
def listing() -> Iterator[str]:
    """Serve with one listed page."""
    server = ServerThread(Settings(port=0, models={"sonic": "tone"}, cors_origins=(PAGE,)))
    yield server.base_url
    server.stop()


def refusal(asked_as: str, origin: str | None, *, is_socket: bool = False, **settings: Any) -> str | None:
    """Return the code of a refusal; None where the request may pass."""
    try:
        AllowedOrigins(Settings(**settings)).check(asked_as, origin, is_socket=is_socket)
    except RequestError as error:
        return error.error_code
    return None


@pytest.mark.parametrize(
    "origin", [EVIL, "http://localhost.evil.example", "http://127.0.0.1.evil.example:80", "null", ""]
)
def test_pages_of_others_make_nothing_here(tone_server: ServerThread, origin: str) -> None:
    # What browsers send without a question before: a form, or text.
    for path in ("/tts/bytes", "/voices", "/v1/audio/speech"):
        headers = {"Origin": origin, "Content-Type": "text/plain", "Cartesia-Version": "2026-08-14"}
        answer = httpx.post(tone_server.base_url + path, json=speech(), headers=headers)
        assert answer.status_code == 403
        assert "origin_not_allowed" in answer.text
    with (
        pytest.raises(InvalidStatus) as refused,
        websocket(tone_server.base_url, additional_headers={"Origin": origin}),
    ):
        pass
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize("origin", [None, "http://localhost:3000", "https://app.localhost", "http://[::1]", "own"])
def test_programs_and_pages_of_this_machine_speak(tone_server: ServerThread, origin: str | None) -> None:
    origin = tone_server.base_url if origin == "own" else origin
    headers = {} if origin is None else {"Origin": origin}
    assert httpx.post(tone_server.base_url + "/tts/bytes", json=speech(), headers=headers).status_code == 200
    with websocket(tone_server.base_url, origin=Origin(origin) if origin else None) as connection:
        ask(connection)
        assert events(connection)[-1]["type"] == "done"


def test_pages_that_are_listed_speak(listing: str) -> None:
    assert httpx.post(listing + "/tts/bytes", json=speech(), headers={"Origin": PAGE}).status_code == 200
    assert httpx.post(listing + "/tts/bytes", json=speech(), headers={"Origin": EVIL}).status_code == 403
    with websocket(listing, origin=Origin(PAGE)) as connection:
        ask(connection)
        assert events(connection)[-1]["type"] == "done"


def test_a_name_that_leads_here_for_a_moment(tone_server: ServerThread) -> None:
    for headers in ({"Host": "evil.example:8000"}, {"Host": "evil.example", "Origin": "http://evil.example"}):
        answer = httpx.get(tone_server.base_url + "/voices", headers=headers)
        assert answer.status_code == 403
        assert answer.json()["error_code"] == "host_not_allowed"
        assert "keys" in answer.json()["message"]


def test_without_a_host(tone_server: ServerThread) -> None:
    address = ("127.0.0.1", int(tone_server.base_url.rpartition(":")[2]))
    with socket.create_connection(address) as connection:
        connection.sendall(b"GET /voices?limit=1 HTTP/1.0\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 200")


NO_WEB_SITES = ["localhost:8000", "LOCALHOST", "localhost.", "127.0.0.1:8000", "[::1]:8000", "192.168.0.7", "box"]
NO_WEB_SITES += ["box.local:1", "host.docker.internal:8000", "app.localhost"]


@pytest.mark.parametrize("host", NO_WEB_SITES)
def test_names_that_no_web_site_has(host: str) -> None:
    assert refusal(host, None) is None


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "1.2.3.4.evil.example", "a.b:8000"])
def test_names_of_web_sites(host: str) -> None:
    assert refusal(host, None) == "host_not_allowed"
    assert refusal(host, None, cors_origins=(f"https://{host}",)) is None, "it serves under that name"
    assert refusal(host, None, cors_origins=("*",)) is None
    assert refusal(host, None, keys=True) is None
    assert refusal(host, None, host="0.0.0.0", keys=False) is None, "others reach it by its name"


def test_elsewhere_without_keys_its_own_pages_may() -> None:
    elsewhere: dict[str, Any] = {"host": "0.0.0.0", "keys": False}
    assert refusal("speech.example:8000", "http://speech.example:8000", **elsewhere) is None
    assert refusal("speech.example:8000", EVIL, **elsewhere) == "origin_not_allowed"


def test_with_keys_the_key_decides_unless_pages_are_listed() -> None:
    for is_socket in (False, True):
        assert refusal("here", EVIL, is_socket=is_socket, keys=True) is None
    assert refusal("here", EVIL, keys=True, cors_origins=(PAGE,)) is None
    assert refusal("here", EVIL, is_socket=True, keys=True, cors_origins=(PAGE,)) == "origin_not_allowed"
