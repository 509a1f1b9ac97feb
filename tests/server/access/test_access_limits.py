"""Limits over sockets: what is refused, what stays open, and what stops counting as soon as it ends."""

import json
import socket
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from asking import ask, events, next_event, serving, speech, version, websocket
from guarded import guarded
from odd_engines import BrokenEngine, CountingEngine, GatedEngine, wait_until
from ownvoice.access.clients import CONTEXTS, REQUESTS_PER_MINUTE, limits_of
from ownvoice.access.limits import SOCKETS_PER_CONTEXT, Limits
from ownvoice.settings import Settings

LIMITED = "concurrency_limited"


def test_the_limits_that_are_set() -> None:
    assert limits_of(Settings()) == Limits(None, None)
    assert limits_of(Settings(host="0.0.0.0")) == Limits(CONTEXTS, REQUESTS_PER_MINUTE)
    assert limits_of(Settings(keys=True)) == Limits(CONTEXTS, REQUESTS_PER_MINUTE)
    assert limits_of(Settings(host="0.0.0.0", keys=False)) == Limits(None, None)
    assert limits_of(Settings(keys=True, max_contexts=0, requests_per_minute=0)) == Limits(None, None)
    assert limits_of(Settings(max_contexts=3, requests_per_minute=5)) == Limits(3, 5)


def test_too_many_contexts_of_a_socket() -> None:
    engine = CountingEngine()
    with serving(engine, max_contexts=2) as url, websocket(url) as connection:
        for name in ("a", "b"):
            ask(connection, context_id=name)
            while next_event(connection)["context_id"] != name:
                pass
        ask(connection, context_id="c")
        refused = until(connection, "c")
        assert (refused["type"], refused["status_code"], refused["error_code"]) == ("error", 429, LIMITED)
        assert refused["done"] is True
        assert refused["error"].startswith("Too much at once: the limit of 2 open contexts is reached")
        # The socket stays open, the others go on, and a place that is given up is free at once.
        assert next_event(connection)["context_id"] in ("a", "b")
        connection.send(json.dumps({"context_id": "a", "cancel": True}))
        ask(connection, context_id="d")
        assert until(connection, "d")["type"] == "chunk"
        for name in ("b", "d"):
            connection.send(json.dumps({"context_id": name, "cancel": True}))
        engine.wait_for_stops(3)


def until(connection: Any, context_id: str) -> dict[str, Any]:
    """Return the next event of a context."""
    while True:
        event = next_event(connection)
        if event["context_id"] == context_id:
            return event


def test_contexts_of_all_sockets_and_streams_are_counted_together() -> None:
    engine = GatedEngine()
    with serving(engine, max_contexts=1, first_chunk=0.01) as url, websocket(url) as one, websocket(url) as other:
        ask(one, context_id="a")
        until(one, "a")
        ask(other, context_id="b")
        assert until(other, "b")["error_code"] == LIMITED
        for path in ("/tts/bytes", "/tts/sse"):
            answer = httpx.post(url + path, json=speech(), headers=version("2026-08-14"))
            assert (answer.status_code, answer.json()["error_code"]) == (429, LIMITED)
            assert answer.headers["retry-after"] == "1"
        theirs = httpx.post(url + "/v1/audio/speech", json={"model": "sonic-3", "input": "Hi.", "voice": "alloy"})
        assert (theirs.status_code, theirs.json()["error"]["type"]) == (429, "rate_limit_error")
        engine.gate.set()
        assert events(one)[-1]["type"] == "done"
        ask(other, context_id="b")
        assert events(other)[-1]["type"] == "done"


def test_an_end_an_error_and_a_refusal_each_free_the_place() -> None:
    with serving(BrokenEngine(pieces=1), max_contexts=1) as url:
        with websocket(url) as connection:
            for _ in range(5):
                ask(connection, transcript="fine")
                assert events(connection)[-1]["type"] == "done"
                ask(connection)
                assert events(connection)[-1]["status_code"] == 500
                ask(connection, model_id="tenor")
                assert events(connection)[-1]["status_code"] == 404
        for path in ("/tts/bytes", "/tts/sse"):
            for transcript in ("fine", "broken", "fine"):
                try:
                    answer = httpx.post(url + path, json=speech(transcript=transcript))
                except httpx.RemoteProtocolError:
                    continue  # it broke off in the middle
                assert answer.status_code != 429
            assert httpx.post(url + path, json=speech(voice="nobody")).status_code == 404


@pytest.mark.parametrize("path", ["/tts/bytes", "/tts/sse", "/v1/audio/speech"])
def test_a_stream_whose_client_goes_away_frees_its_place(path: str) -> None:
    engine = CountingEngine()
    body = {**speech(), "model": "sonic-3", "input": "Hello there.", "voice": speech()["voice"]}
    with serving(engine, max_contexts=1) as url, httpx.Client(base_url=url, timeout=20) as http:
        for _ in range(3):
            wait_until(lambda: streams(http, path, body), "the place was not freed")
        engine.wait_for_stops(engine.begun)


def streams(http: httpx.Client, path: str, body: dict[str, Any]) -> bool:
    """Return whether a stream begins; the client then goes away at once."""
    with http.stream("POST", path, json=body) as answer:
        if answer.status_code == 429:
            return False
        assert next(answer.iter_raw())
        return True


def test_a_socket_that_is_cut_off_frees_its_places() -> None:
    engine = CountingEngine()
    with serving(engine, max_contexts=1) as url:
        for _ in range(3):
            with websocket(url) as connection:
                wait_until(lambda: begins(connection), "the place was not freed")
                connection.socket.shutdown(socket.SHUT_RDWR)
        engine.wait_for_stops(3)


def begins(connection: Any) -> bool:
    ask(connection)
    return bool(next_event(connection)["type"] == "chunk")


def test_too_many_sockets() -> None:
    with serving(GatedEngine(), max_contexts=1) as url:
        opened = [websocket(url) for _ in range(SOCKETS_PER_CONTEXT)]
        connections = [one.__enter__() for one in opened]
        with pytest.raises(InvalidStatus) as refused, websocket(url):
            pass
        assert refused.value.response.status_code == 429
        assert refused.value.response.headers["Retry-After"] == "1"
        opened.pop().__exit__(None, None, None)
        wait_until(lambda: opens(url), "the place was not freed")
        for one in opened:
            one.__exit__(None, None, None)
        assert len(connections) == SOCKETS_PER_CONTEXT


def opens(url: str) -> bool:
    try:
        with websocket(url):
            return True
    except InvalidStatus:
        return False


def test_requests_of_a_minute() -> None:
    with serving(BrokenEngine(), requests_per_minute=4) as url, websocket(url) as connection:
        for name in ("a", "b", "c"):
            ask(connection, context_id=name, transcript="fine")
            assert events(connection)[-1]["type"] == "done"
        ask(connection, context_id="d", transcript="fine")
        refused = next_event(connection)
        assert (refused["status_code"], refused["error_code"], refused["done"]) == (429, "rate_limited", True)
        answer = httpx.get(url + "/voices")
        assert (answer.status_code, answer.json()["error_code"]) == (429, "rate_limited")
        assert 1 <= int(answer.headers["retry-after"]) <= 15
        with pytest.raises(InvalidStatus) as handshake, websocket(url):
            pass
        assert handshake.value.response.status_code == 429
        assert httpx.get(url + "/").status_code == 200


def test_each_key_has_limits_of_its_own(tmp_path: Path) -> None:
    with guarded(tmp_path, requests_per_minute=1) as server:
        _, other = server.store.keys.create("other")
        for secret in (server.secret, other):
            statuses = [httpx.get(server.url + "/voices", headers={"X-API-Key": secret}).status_code for _ in range(2)]
            assert statuses == [200, 429]
        # A key that is none is never told of limits, and no limit makes a key that is good look like none.
        assert httpx.get(server.url + "/voices").status_code == 401


def test_tokens_count_for_their_key(tmp_path: Path) -> None:
    with guarded(tmp_path, requests_per_minute=2) as server:
        token = server.token()
        headers = {"Authorization": f"Bearer {token}"}
        assert [httpx.get(server.url + "/voices", headers=headers).status_code for _ in range(2)] == [200, 429]
        assert httpx.get(server.url + "/voices", headers=server.headers).status_code == 429


def test_a_head_that_does_not_come_to_its_end() -> None:
    with serving(BrokenEngine(), head_timeout=0.3) as url:
        address = ("127.0.0.1", int(url.rpartition(":")[2]))
        for beginning in (b"", b"GET / HTTP/1.1\r\nHost: here\r\nX-Slow: "):
            with socket.create_connection(address, timeout=20) as connection:
                connection.sendall(beginning)
                assert connection.recv(1000) == b""
        # Nor does the second request of a connection, but a whole one is answered however long that takes.
        with socket.create_connection(address, timeout=20) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n")
            answer = b""
            while not answer.endswith(b"}"):
                answer += connection.recv(1000)
            connection.sendall(b"GET / HTT")
            assert connection.recv(1000) == b""


def test_a_long_answer_outlives_the_time_for_heads() -> None:
    engine = GatedEngine()
    with serving(engine, head_timeout=0.2, first_chunk=0.01) as url, httpx.Client(base_url=url, timeout=20) as http:
        with http.stream("POST", "/tts/bytes", json=speech()) as answer:
            pieces = answer.iter_raw()
            next(pieces)
            assert not engine.gate.wait(0.6)
            engine.gate.set()
            assert next(pieces)
        with websocket(url) as connection:
            engine.gate.clear()
            ask(connection)
            next_event(connection)
            assert not engine.gate.wait(0.6)
            engine.gate.set()
            assert events(connection)[-1]["type"] == "done"
