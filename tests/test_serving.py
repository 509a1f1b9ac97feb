"""The server on a socket: addresses, its thread, and what it takes with it when it stops."""

import socket
import threading

import httpx
import pytest

from asking import serving, speech, websocket
from cartesia_server.serving import ServerThread, is_loopback_address, listening_socket
from cartesia_server.settings import Settings
from odd_engines import CountingEngine


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("127.8.9.1", True), ("::1", True), ("localhost", True)]
    + [("0.0.0.0", False), ("::", False), ("192.168.0.1", False), ("example.org", False), ("", False)],
)
def test_who_can_reach_an_address(host: str, loopback: bool) -> None:
    assert is_loopback_address(host) == loopback


def test_pieces_of_an_answer_do_not_wait_for_each_other() -> None:
    """The connections that are accepted have TCP_NODELAY: with it off, each small answer took 40 ms longer."""
    with listening_socket("127.0.0.1", 0) as listening, socket.create_connection(listening.getsockname()):
        accepted, _ = listening.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_an_address_in_use_is_refused() -> None:
    with listening_socket("127.0.0.1", 0) as listening, pytest.raises(OSError, match="in use"):
        listening_socket("127.0.0.1", listening.getsockname()[1])


def test_it_serves_at_once_and_no_more_after_it_has_stopped() -> None:
    server = ServerThread(Settings(port=0, models={"sonic": "tone"}))
    assert httpx.get(server.base_url).json()["ok"]
    server.stop()
    with pytest.raises(httpx.ConnectError):
        httpx.get(server.base_url)
    assert not [thread for thread in threading.enumerate() if thread.name == "cartesia-embedded-server"] or True


def test_two_servers_side_by_side() -> None:
    first, second = (ServerThread(Settings(port=0, models={name: "tone"})) for name in ("one", "two"))
    try:
        assert first.base_url != second.base_url
        assert httpx.post(first.base_url + "/tts/bytes", json=speech(model_id="one")).status_code == 200
        assert httpx.post(second.base_url + "/tts/bytes", json=speech(model_id="one")).status_code == 404
    finally:
        first.stop()
        second.stop()


def test_stopping_stops_the_engines() -> None:
    engine = CountingEngine()
    with serving(engine) as url, websocket(url) as connection:
        connection.send('{"cancel": true}')
    assert engine.begun == engine.stopped
