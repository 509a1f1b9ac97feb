"""Clients that do not read: they hold up only themselves, and what they may hold is bounded."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from asking import ask, events, next_event, serving, websocket
from odd_engines import DEADLINE, RATE, CountingEngine, wait_until

STEP = RATE // 5
"""Samples of a step of the engine: as many as in the longest chunk, so each step is one message."""


@contextmanager
def idle_client(url: str) -> Iterator[ClientConnection]:
    """Connect with small buffers, and read nothing unless told to."""
    with socket.socket() as connected:
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 32 * 1024)
        connected.connect(("127.0.0.1", int(url.rpartition(":")[2])))
        with websocket(url, sock=connected, max_queue=1, close_timeout=0.1) as connection:
            yield connection


def push(connection: ClientConnection, context_id: str, **changes: Any) -> None:
    ask(connection, transcript="Hello. ", context_id=context_id, **{"continue": True, **changes})


def read_to_the_end(connection: ClientConnection) -> None:
    while True:
        connection.recv(DEADLINE)


def test_a_client_that_reads_nothing_for_long_is_closed_and_no_other_waits() -> None:
    engine = CountingEngine(STEP)
    with serving(engine, send_timeout=0.5) as url, websocket(url) as other, idle_client(url) as idle:
        push(other, "other")
        for number in range(5):
            push(idle, f"c{number}")
        heard = 0
        deadline = time.monotonic() + DEADLINE
        while engine.stopped < 5:
            heard += next_event(other)["type"] == "chunk"
            assert time.monotonic() < deadline, "the engines of who does not read go on"
        assert heard > 100
        assert engine.begun == 6
        # What was under way is all that it still gets, and then why.
        with pytest.raises(ConnectionClosed) as closed:
            read_to_the_end(idle)
        assert closed.value.rcvd is not None
        assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (1008, "the client reads too slowly")


def steps_when_nothing_more_is_made(engine: CountingEngine) -> int:
    steps = -1
    while engine.steps > steps:
        steps = engine.steps
        time.sleep(0.3)
    return steps


@pytest.mark.parametrize("bound", [32 * 1024, 512 * 1024])
def test_what_is_unsent_is_bounded(bound: int) -> None:
    contexts, chunk, own = 5, 2 * STEP * 4 // 3, 256 * 1024
    engine = CountingEngine(STEP)
    with serving(engine, max_unsent_bytes=bound) as url, idle_client(url) as idle:
        for number in range(contexts):
            push(idle, f"c{number}")
        wait_until(lambda: engine.begun == contexts, "not all have begun")
        unsent = steps_when_nothing_more_is_made(engine) * chunk
        # Beside the bound: a chunk each that waits and one that is in the making, one that went just over the bound,
        # and what the client's own end of the connection holds.
        assert unsent < 2 * bound + (2 * contexts + 1) * chunk + own
        assert engine.stopped == 0
        for _ in range(100):
            next_event(idle)  # and when it reads again, all goes on
    engine.wait_for_stops(contexts)


def test_who_does_not_read_can_cancel_all_the_same() -> None:
    engine = CountingEngine(STEP)
    with serving(engine) as url, idle_client(url) as idle:
        for number in range(10):
            push(idle, f"c{number}")
        wait_until(lambda: engine.begun == 10, "not all have begun")
        steps_when_nothing_more_is_made(engine)
        for number in range(10):
            idle.send(f'{{"context_id": "c{number}", "cancel": true}}')
        engine.wait_for_stops(10)
        assert {event["context_id"] for event in events(idle, contexts=10) if event["done"]} == {
            f"c{number}" for number in range(10)
        }


def test_a_client_that_sends_and_never_reads_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its answers would fill the memory otherwise; other clients are still served."""
    monkeypatch.setattr("ownvoice.serving.protocols.CLOSE_TIMEOUT", 1.0)
    engine = CountingEngine(STEP)
    with serving(engine, send_timeout=0.5) as url, websocket(url) as other, idle_client(url) as idle:

        def send_for_ever() -> None:
            for _ in range(1_000_000):
                idle.send("x" * 1000)

        with pytest.raises(ConnectionClosed):
            send_for_ever()
        push(other, "other")
        assert next_event(other)["type"] == "chunk"


def test_a_slow_client_gets_all_of_it() -> None:
    engine = CountingEngine(STEP)
    with serving(engine, send_timeout=1.0) as url, idle_client(url) as idle:
        push(idle, "c1", duration=10.0)
        push(idle, "c2", duration=10.0)
        heard = 0
        while heard < 2 * 2 * 10 * RATE:  # two contexts, two bytes a sample, ten seconds
            heard += len(next_event(idle)["data"]) * 3 // 4
            time.sleep(0.02)
        assert engine.begun == 2
