"""The WebSocket over real sockets, as clients without our library use it."""

import base64
import json
import logging
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from asking import NEW, OLD, RAW, WAV, ask, events, next_event, serving, speech, version, websocket
from odd_engines import DEADLINE, RATE, CountingEngine, GatedEngine, wait_until
from ownvoice.serving.server import LARGEST_MESSAGE, ServerThread
from tone_speech import samples_in

KEY = "sk_car_not_for_the_log"
TRANSCRIPT = "Not for the log either."


@pytest.fixture
def url(tone_server: ServerThread, server_log: list[logging.LogRecord]) -> Iterator[str]:
    """Serve; check after the test that it still speaks, and has logged no error and nothing that it was sent."""
    yield tone_server.base_url
    with websocket(tone_server.base_url, f"?api_key={KEY}") as connection:
        ask(connection, transcript=TRANSCRIPT)
        assert events(connection)[-1]["type"] == "done"
    assert not [record.getMessage() for record in server_log if record.levelno >= logging.ERROR or record.exc_info]
    logged = "".join(record.getMessage() for record in server_log)
    assert KEY not in logged
    assert TRANSCRIPT not in logged


def audio_of(found: list[dict[str, Any]]) -> bytes:
    return b"".join(base64.b64decode(event["data"], validate=True) for event in found if event["type"] == "chunk")


def test_chunks_and_done(url: str) -> None:
    with websocket(url) as connection:
        ask(connection, context_id="c1")
        found = events(connection)
    assert [event["type"] for event in found] == ["chunk"] * (len(found) - 1) + ["done"]
    for event in found[:-1]:
        assert set(event) == {"type", "data", "done", "status_code", "step_time", "context_id"}
        assert (event["done"], event["status_code"], event["context_id"]) == (False, 206, "c1")
        assert event["data"]
    assert found[-1] == {"type": "done", "done": True, "status_code": 200, "context_id": "c1"}
    assert audio_of(found) == httpx.post(url + "/tts/bytes", json=speech()).content


@pytest.mark.parametrize("query", ["", f"?api_key={KEY}&cartesia_version={OLD}", f"?access_token={KEY}"])
@pytest.mark.parametrize("headers", [{}, {"X-API-Key": KEY}, {"Authorization": f"Bearer {KEY}", **version(NEW)}])
def test_every_way_to_authenticate_and_to_name_a_version(url: str, query: str, headers: dict[str, str]) -> None:
    with websocket(url, query, additional_headers=headers) as connection:
        ask(connection)
        assert events(connection)[-1]["type"] == "done"


@pytest.mark.parametrize("compression", [None, "deflate"])
def test_with_and_without_compression(url: str, compression: str | None) -> None:
    with websocket(url, compression=compression) as connection:
        ask(connection)
        assert len(audio_of(events(connection))) == 2 * samples_in("Hello there.")


def test_a_slash_at_the_end(url: str) -> None:
    with connect(url.replace("http", "ws", 1) + "/tts/websocket/?api_key=x") as connection:
        ask(connection)
        assert events(connection)[-1]["type"] == "done"


def test_unknown_keys_nulls_and_binary_frames(url: str) -> None:
    nulls = dict.fromkeys(
        ("language", "duration", "generation_config", "add_timestamps", "flush", "max_buffer_delay_ms")
    )
    body = speech(context_id="c1", stream=True, use_original_timestamps=False, output_format={**RAW, "bit_rate": None})
    with websocket(url) as connection:
        connection.send(json.dumps({**body, **nulls}).encode())
        assert events(connection)[-1]["type"] == "done"


def test_a_message_in_fragments(url: str) -> None:
    text = json.dumps(speech())
    with websocket(url) as connection:
        connection.send([text[:50], text[50:51], text[51:]])
        assert events(connection)[-1]["type"] == "done"


def test_contexts_interleave_and_keep_apart(url: str) -> None:
    texts = {f"c{number}": "A longer text. " * number for number in range(1, 9)}
    with websocket(url) as connection:
        for context_id, text in texts.items():
            ask(connection, context_id=context_id, transcript=text, add_timestamps=True)
        found = events(connection, contexts=len(texts))
    for context_id, text in texts.items():
        own = [event for event in found if event["context_id"] == context_id]
        assert own[-1]["type"] == "done"
        assert len(audio_of(own)) == 2 * samples_in(text)
        words = [word for event in own if event["type"] == "timestamps" for word in event["word_timestamps"]["words"]]
        assert words == text.split()
    order = [event["context_id"] for event in found]
    assert order != sorted(order)  # none waits for another's end


def test_a_short_context_overtakes_one_that_hangs() -> None:
    engine = GatedEngine()
    with serving(engine) as url, websocket(url) as connection:
        ask(connection, context_id="slow")
        assert next_event(connection)["context_id"] == "slow"
        ask(connection, context_id="wrong", transcript="")
        while (event := next_event(connection))["context_id"] == "slow":
            pass
        assert (event["context_id"], event["type"]) == ("wrong", "error")
        engine.gate.set()
        assert events(connection)[-1]["context_id"] == "slow"


def test_a_context_without_an_id_gets_one(url: str) -> None:
    with websocket(url) as connection:
        ask(connection)
        ids = {event["context_id"] for event in events(connection)}
        ask(connection)
        ids |= {event["context_id"] for event in events(connection)}
    assert len(ids) == 2


def test_a_client_that_goes_away_stops_the_engines() -> None:
    engine = CountingEngine()
    with serving(engine) as url:
        with websocket(url) as connection:
            for number in range(3):
                ask(connection, context_id=str(number))
            while engine.begun < 3:
                next_event(connection)
        engine.wait_for_stops(3)
        steps = engine.steps
        assert httpx.get(url).status_code == 200
        assert engine.steps == steps


def test_a_connection_that_breaks_stops_the_engines(server_log: list[logging.LogRecord]) -> None:
    engine = CountingEngine()
    with serving(engine) as url:
        with websocket(url) as connection:
            ask(connection)
            next_event(connection)
            connection.socket.shutdown(2)
        engine.wait_for_stops(1)
        assert httpx.get(url).status_code == 200
    assert not server_log


def test_a_client_that_does_not_read_holds_up_its_own_engine_alone() -> None:
    engine = CountingEngine(samples=RATE)
    with serving(engine) as url, websocket(url) as other:
        with websocket(url, max_queue=1, close_timeout=0.1) as idle:
            ask(idle)
            ask(other)
            heard = sum(len(next_event(other)["data"]) for _ in range(600)) * 3 // 4
            assert 2 * RATE * engine.steps < heard + 15_000_000
        engine.wait_for_stops(1)


def test_cancel_stops_one_engine_and_nothing_of_it_follows() -> None:
    engine = CountingEngine()
    with serving(engine) as url, websocket(url) as connection:
        ask(connection, context_id="a")
        ask(connection, context_id="b")
        while engine.begun < 2:
            next_event(connection)
        connection.send('{"context_id": "a", "cancel": true}')
        found = events(connection)
        assert (found[-1]["type"], found[-1]["context_id"]) == ("done", "a")
        engine.wait_for_stops(1)
        assert {next_event(connection)["context_id"] for _ in range(50)} == {"b"}


def test_a_cancelled_context_may_be_opened_anew_at_once(server_log: list[logging.LogRecord]) -> None:
    engine = CountingEngine()
    with serving(engine) as url:
        with websocket(url) as connection:
            for _ in range(20):
                ask(connection, context_id="a")
                connection.send('{"context_id": "a", "cancel": true}')
            found = events(connection, contexts=20)
            assert {event["type"] for event in found if event["done"]} == {"done"}
            ask(connection, context_id="a")
            assert next_event(connection)["type"] == "chunk"
            connection.send('{"context_id": "a", "cancel": true}')
            ask(connection, context_id="a")
            assert events(connection)[-1]["type"] == "done"
            assert next_event(connection)["type"] == "chunk"
        wait_until(lambda: engine.stopped == engine.begun, "the last one speaks on after the connection")
    assert not server_log


def test_a_second_request_of_a_context_ends_it_once() -> None:
    engine = CountingEngine()
    with serving(engine) as url, websocket(url) as connection:
        ask(connection, context_id="a")
        next_event(connection)
        ask(connection, context_id="a")
        assert events(connection)[-1]["status_code"] == 409
        engine.wait_for_stops(1)
        ask(connection, context_id="b", transcript="")
        assert next_event(connection)["context_id"] == "b"  # nothing more of "a"


WRONG: dict[str, tuple[dict[str, Any], int]] = {
    "empty transcript": ({"transcript": ""}, 400),
    "transcript of 1 MB": ({"transcript": "a" * 1_000_000}, 413),
    "unspeakable transcript": ({"transcript": "Բարեւ"}, 400),
    "unknown voice": ({"voice": {"mode": "id", "id": ""}}, 404),
    "unknown model": ({"model_id": "tenor"}, 404),
    "bad sample rate": ({"output_format": {**RAW, "sample_rate": 40}}, 400),
    "wav": ({"output_format": WAV}, 400),
    "unknown encoding": ({"output_format": {**RAW, "encoding": "opus"}}, 400),
    "wrong type": ({"transcript": 5}, 400),
    "no language": ({"language": "xx"}, 400),
}


@pytest.mark.parametrize("date", [OLD, NEW])
@pytest.mark.parametrize("name", WRONG)
def test_a_mistake_ends_its_context_and_no_other(url: str, name: str, date: str) -> None:
    changes, status = WRONG[name]
    with websocket(url, f"?cartesia_version={date}") as connection:
        text = "A longer text that takes a while. " * 3
        ask(connection, context_id="good", transcript=text)
        ask(connection, context_id="bad", **changes)
        found = events(connection, contexts=2)
        (error,) = [event for event in found if event["context_id"] == "bad"]
        assert (error["type"], error["done"], error["status_code"]) == ("error", True, status)
        assert error["error"] == f"{error['title']}: {error['message']}"
        assert error["request_id"]
        good = [event for event in found if event["context_id"] == "good"]
        assert good[-1]["type"] == "done"
        assert len(audio_of(good)) == 2 * samples_in(text)
        ask(connection, context_id="bad")
        assert events(connection)[-1]["type"] == "done"


@pytest.mark.parametrize(
    "junk",
    ["", "hello", "[]", "5", "null", "{", '"text"', b"\xff\x00", b"", '{"voice": ' + 100_000 * "["],
    ids=lambda junk: repr(junk[:12]),
)
def test_junk_is_answered_and_the_connection_stays(url: str, junk: str | bytes) -> None:
    with websocket(url) as connection:
        connection.send(junk)
        error = next_event(connection)
        assert (error["type"], error["status_code"], error["done"]) == ("error", 400, True)
        ask(connection)
        assert events(connection)[-1]["type"] == "done"


@pytest.mark.parametrize("date", [OLD, NEW])
def test_no_event_but_an_error_has_a_key_of_that_name(url: str, date: str) -> None:
    with websocket(url, f"?cartesia_version={date}") as connection:
        ask(connection, context_id="c1", add_timestamps=True, add_phoneme_timestamps=True)
        found = events(connection)
    assert {event["type"] for event in found} == {"chunk", "timestamps", "phoneme_timestamps", "done"}
    for event in found:
        assert "error" not in event
        assert None not in event.values()
        assert event["context_id"] == "c1"


def test_text_that_is_not_utf_8_closes_the_connection_by_the_rules(url: str) -> None:
    with websocket(url) as connection:
        connection.send(b"\xff\xfe", text=True)
        with pytest.raises(ConnectionClosed) as closed:
            connection.recv(DEADLINE)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1007


def test_a_message_beyond_all_bounds_closes_the_connection_by_the_rules(url: str) -> None:
    def send_and_listen() -> None:
        connection.send("a" * (LARGEST_MESSAGE + 1))
        connection.recv(DEADLINE)

    with websocket(url) as connection, pytest.raises(ConnectionClosed) as closed:
        send_and_listen()
    # Often the client does not get to read the reason, because it is still sending.
    assert closed.value.rcvd is None or closed.value.rcvd.code == 1009


@pytest.mark.parametrize("path", ["/", "/tts", "/stt/websocket", "/tts/websocket/more", "/voices"])
def test_other_places_have_no_socket(url: str, path: str) -> None:
    with pytest.raises(InvalidStatus) as refused, connect(url.replace("http", "ws", 1) + path):
        pass
    assert refused.value.response.status_code == 404
    assert json.loads(refused.value.response.body)["title"] == "Not found"


def test_many_connections_at_once(url: str) -> None:
    text = "Many at once. "
    with ExitStack() as stack:
        connections = [stack.enter_context(websocket(url)) for _ in range(20)]
        for connection in connections:
            ask(connection, transcript=text)
        sizes = {len(audio_of(events(connection))) for connection in connections}
    assert sizes == {2 * samples_in(text)}
