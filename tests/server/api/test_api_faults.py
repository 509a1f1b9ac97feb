"""Faults of the server: an engine that raises. The client learns of the fault only; the log has the cause, once."""

import base64
import logging
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from asking import NEW, OLD, ask, events, next_event, serving, speech, version, websocket
from odd_engines import RATE, SECRET, BrokenEngine, wait_until
from ownvoice.serving.server import ServerThread
from ownvoice.settings import Settings
from ownvoice.tts.runner.inline import InlineRunner

MESSAGE = "the server failed; its log says more under this request's id"
TRANSCRIPT = "Not for the log."


@pytest.fixture(scope="module")
def breaking_at_once() -> Iterator[str]:
    with serving(BrokenEngine(0)) as url:
        yield url


@pytest.fixture(scope="module")
def breaking_later() -> Iterator[str]:
    with serving(BrokenEngine(2)) as url:
        yield url


def the_one_record(log: list[logging.LogRecord]) -> str:
    """Return the one error that was logged, with its traceback."""
    wait_until(lambda: any(record.levelno >= logging.ERROR for record in log), "nothing was logged")
    (record,) = [record for record in log if record.levelno >= logging.WARNING]
    text = logging.Formatter().format(record)
    assert SECRET in text  # the cause is there to be found
    assert TRANSCRIPT not in text
    return text


@pytest.mark.parametrize("stream_format", ["audio", "sse"])
def test_before_the_first_byte_in_the_shape_of_openai(
    breaking_at_once: str, server_log: list[logging.LogRecord], stream_format: str
) -> None:
    body = {"model": "sonic-3", "input": TRANSCRIPT, "voice": "alloy", "stream_format": stream_format}
    answer = httpx.post(breaking_at_once + "/v1/audio/speech", json=body)
    assert answer.status_code == 500
    error = {"message": f"Internal error: {MESSAGE}", "type": "server_error", "param": None, "code": "internal_error"}
    assert answer.json() == {"error": error}
    assert answer.headers["x-request-id"] in the_one_record(server_log)
    answer = httpx.post(breaking_at_once + "/v1/audio/speech", json={**body, "input": "All is fine."})
    assert answer.status_code == 200


@pytest.mark.parametrize("path", ["/tts/bytes", "/tts/sse"])
@pytest.mark.parametrize("date", [OLD, NEW])
def test_before_the_first_byte(
    breaking_at_once: str, server_log: list[logging.LogRecord], path: str, date: str
) -> None:
    answer = httpx.post(breaking_at_once + path, json=speech(transcript=TRANSCRIPT), headers=version(date))
    assert answer.status_code == 500
    request_id = answer.headers["x-request-id"]
    if date == OLD:
        assert answer.text == f"Internal error: {MESSAGE}"
    else:
        body = {"error_code": "internal_error", "title": "Internal error", "message": MESSAGE}
        assert answer.json() == {**body, "request_id": request_id}
    assert request_id in the_one_record(server_log)
    assert httpx.post(breaking_at_once + path, json=speech(transcript="All is fine.")).status_code == 200


def test_bytes_that_have_begun_break_off(breaking_later: str, server_log: list[logging.LogRecord]) -> None:
    heard: list[bytes] = []
    with httpx.stream("POST", breaking_later + "/tts/bytes", json=speech(transcript=TRANSCRIPT)) as answer:
        assert answer.status_code == 200
        with pytest.raises(httpx.RemoteProtocolError):
            heard.extend(answer.iter_raw())
    assert len(b"".join(heard)) == 2 * 2 * RATE
    text = the_one_record(server_log)
    assert "request " in text
    assert " broke off" in text
    answer = httpx.post(breaking_later + "/tts/bytes", json=speech(transcript="All is fine."))
    assert len(answer.content) == 2 * 2 * RATE


@pytest.mark.parametrize("error", [OSError, ConnectionError, TimeoutError, ValueError])
def test_bytes_break_off_whatever_was_raised(error: type[Exception]) -> None:
    with serving(BrokenEngine(1, error(SECRET))) as url:
        with pytest.raises(httpx.RemoteProtocolError):
            httpx.post(url + "/tts/bytes", json=speech())
        assert httpx.post(url + "/tts/bytes", json=speech(transcript="All is fine.")).status_code == 200


def test_events_that_have_begun_end_with_an_error(breaking_later: str, server_log: list[logging.LogRecord]) -> None:
    body = httpx.post(breaking_later + "/tts/sse", json=speech(transcript=TRANSCRIPT, context_id="c1")).text
    *chunks, last = body.removesuffix("\n\n").split("\n\n")
    assert chunks
    assert all(chunk.startswith("event: chunk\n") for chunk in chunks)
    assert last.startswith("event: error\n")
    for part in ('"done":true', '"context_id":"c1"', '"status_code":500', f'"error":"Internal error: {MESSAGE}"'):
        assert part in last
    assert SECRET not in body
    assert last.partition('"request_id":"')[2][:36] in the_one_record(server_log)


def test_a_context_of_a_socket_fails_alone(breaking_later: str, server_log: list[logging.LogRecord]) -> None:
    with websocket(breaking_later) as connection:
        ask(connection, context_id="bad", transcript=TRANSCRIPT)
        ask(connection, context_id="good", transcript="All is fine.")
        found = events(connection, contexts=2)
        bad = [event for event in found if event["context_id"] == "bad"]
        good = [event for event in found if event["context_id"] == "good"]
        assert (bad[-1]["type"], bad[-1]["status_code"], bad[-1]["message"]) == ("error", 500, MESSAGE)
        assert [event["type"] for event in good] == ["chunk"] * (len(good) - 1) + ["done"]
        assert sum(len(base64.b64decode(event["data"])) for event in good[:-1]) == 2 * 2 * RATE
        assert SECRET not in str(found)
        assert bad[-1]["request_id"] in the_one_record(server_log)
        ask(connection, context_id="bad", transcript="Now it is fine.")
        assert next_event(connection)["type"] == "chunk"


def test_a_store_that_cannot_be_read_fails_one_context_alone(
    tmp_path: Path, server_log: list[logging.LogRecord]
) -> None:
    (tmp_path / "voices.db").write_bytes(b"not a database" * 100)
    with serving(BrokenEngine(1), data=str(tmp_path)) as url, websocket(url) as connection:
        ask(connection, context_id="bad", voice="kept in the store")
        (event,) = events(connection)
        assert (event["context_id"], event["status_code"], event["error_code"]) == ("bad", 503, "store_unavailable")
        ask(connection, context_id="good", transcript="All is fine.")
        assert events(connection)[-1]["type"] == "done"
    assert "not a database" in "".join(logging.Formatter().format(record) for record in server_log)


def test_an_engine_that_is_not_installed(server_log: list[logging.LogRecord]) -> None:
    server = ServerThread(Settings(port=0, models={"sonic": "kazoo"}), InlineRunner())
    try:
        assert httpx.post(server.base_url + "/tts/bytes", json=speech()).status_code == 500
        assert httpx.get(server.base_url).status_code == 200
    finally:
        server.stop()
    assert "kazoo" in "".join(logging.Formatter().format(record) for record in server_log)
