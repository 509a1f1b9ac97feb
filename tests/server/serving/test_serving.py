"""The server on a socket: addresses, its thread, and what it takes with it when it stops."""

import asyncio
import logging
import socket
import threading

import httpx
import pytest

from asking import ask, next_event, speech, websocket
from odd_engines import CountingEngine
from ownvoice.serving.server import ServerThread, listen, store_of, uvicorn_server
from ownvoice.settings import Settings, is_loopback_address
from ownvoice.tts.runner.inline import InlineRunner


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1", "localhost"])
def test_addresses_that_only_this_machine_reaches(host: str) -> None:
    assert is_loopback_address(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.0.1", "example.org", ""])
def test_addresses_that_others_reach(host: str) -> None:
    assert not is_loopback_address(host)


def test_pieces_of_an_answer_do_not_wait_for_each_other() -> None:
    """The connections that are accepted have TCP_NODELAY: with it off, each small answer took 40 ms longer."""
    with listen("127.0.0.1", 0) as listening, socket.create_connection(listening.getsockname()):
        accepted, _ = listening.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_an_address_in_use_is_refused() -> None:
    with listen("127.0.0.1", 0) as listening, pytest.raises(OSError, match="in use"):
        listen("127.0.0.1", listening.getsockname()[1])


def test_it_serves_at_once_and_no_more_after_it_has_stopped() -> None:
    server = ServerThread(Settings(port=0, models={"sonic": "tone"}))
    assert httpx.get(server.base_url).json()["ok"]
    server.stop()
    with pytest.raises(httpx.ConnectError):
        httpx.get(server.base_url)


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
    server = ServerThread(Settings(port=0, models={"sonic": "odd"}), InlineRunner({"odd": engine}))
    with websocket(server.base_url) as connection:
        ask(connection)
        next_event(connection)
        server.stop()
        engine.wait_for_stops(1)


def test_answers_that_the_end_of_the_server_cuts_off_are_no_faults() -> None:
    runner = InlineRunner()
    uvicorn_server(Settings(), runner, store_of(Settings()), threading.current_thread().name)
    runner.close()
    logger = logging.getLogger("uvicorn.error")

    def is_told(error: BaseException) -> bool:
        raised = (type(error), error, None)
        message = "Exception in ASGI application"
        return bool(logger.filter(logger.makeRecord(logger.name, logging.ERROR, "", 0, message, (), raised)))

    assert not is_told(asyncio.CancelledError("timeout graceful shutdown exceeded"))
    assert is_told(ValueError("a fault"))
