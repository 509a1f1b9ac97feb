"""Mistakes of clients over HTTP: each has its answer, no traceback is logged, and the server goes on."""

import json
import logging
import socket
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from asking import NEW, OLD, RAW, VOICE, WAV, speech, version
from odd_engines import DEADLINE, wait_until
from ownvoice.serving.server import ServerThread
from ownvoice.settings import Settings

KEY = "sk_car_not_for_the_log"
TRANSCRIPT = "Not for the log either."


@pytest.fixture(scope="module")
def http() -> Iterator[httpx.Client]:
    """Connect to a server."""
    server = ServerThread(Settings(port=0, models={"sonic": "tone"}, max_body_bytes=1_500_000))
    with httpx.Client(base_url=server.base_url, timeout=DEADLINE) as client:
        yield client
    server.stop()


@pytest.fixture(scope="module")
def impatient() -> Iterator[httpx.Client]:
    """Connect to a server that does not wait long for a body."""
    server = ServerThread(Settings(port=0, models={"sonic": "tone"}, body_timeout=0.2))
    with httpx.Client(base_url=server.base_url, timeout=DEADLINE) as client:
        yield client
    server.stop()


@pytest.fixture(autouse=True)
def server_goes_on(http: httpx.Client, server_log: list[logging.LogRecord]) -> Iterator[None]:
    """Check after each test that the server still speaks, and has logged no error and nothing that it was sent."""
    yield
    answer = http.post("/tts/bytes", json=speech(transcript=TRANSCRIPT), headers={"X-API-Key": KEY})
    assert len(answer.content) == 2 * 480 * len(TRANSCRIPT)
    assert not [record.getMessage() for record in server_log if record.levelno >= logging.ERROR or record.exc_info]
    logged = "".join(record.getMessage() for record in server_log if record.name != "httpx")
    assert KEY not in logged
    assert TRANSCRIPT not in logged


def post(http: httpx.Client, path: str, content: bytes, date: str) -> httpx.Response:
    headers = {**version(date), "Content-Type": "application/json", "X-API-Key": KEY}
    return http.post(path, content=content, headers=headers)


def assert_refusal(answer: httpx.Response, status: int, date: str) -> None:
    """Check that the answer is an error in the shape of the version, with one id in its body and header."""
    assert answer.status_code == status
    if date < "2026-03-01":
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        title, _, message = answer.text.partition(": ")
        assert title
        assert message
    else:
        assert answer.headers["content-type"] == "application/json"
        body = answer.json()
        assert set(body) == {"error_code", "title", "message", "request_id"}
        assert body["request_id"] == answer.headers["x-request-id"]
        assert body["title"]
        assert body["message"]
    assert "Traceback" not in answer.text
    assert len(answer.content) < 2000


WRONG: dict[str, tuple[bytes | dict[str, Any], int]] = {
    "empty transcript": ({"transcript": ""}, 400),
    "only punctuation": ({"transcript": " ... !"}, 400),
    "no transcript": ({"transcript": None}, 400),
    "transcript of 1 MB": ({"transcript": "a" * 1_000_000}, 413),
    "unspeakable transcript": ({"transcript": "Բարեւ"}, 400),
    "unknown voice": ({"voice": {"mode": "id", "id": "nobody"}}, 404),
    "no voice": ({"voice": None}, 400),
    "short embedding": ({"voice": {"embedding": [0.5] * 191}}, 400),
    "unknown model": ({"model_id": "tenor"}, 404),
    "no model": ({"model_id": ""}, 400),
    "bad sample rate": ({"output_format": {**RAW, "sample_rate": 40}}, 400),
    "unknown encoding": ({"output_format": {**RAW, "encoding": "opus"}}, 400),
    "mp3": ({"output_format": {"container": "mp3", "sample_rate": 44100, "bit_rate": 1000}}, 400),
    "no format": ({"output_format": None}, 400),
    "unknown language": ({"language": "xx"}, 400),
    "no duration": ({"duration": 0}, 400),
    "wrong type": ({"transcript": ["Hello"]}, 400),
    "empty body": (b"", 400),
    "malformed JSON": (b'{"transcript": ', 400),
    "list": (b"[]", 400),
    "string": (b'"Hello"', 400),
    "number": (b"1", 400),
    "null": (b"null", 400),
    "invalid UTF-8": (json.dumps(speech()).encode().replace(b"Hello", b"\xff\xfe\xfd"), 400),
    "lone surrogate": (json.dumps(speech(transcript="\ud800 Hello")).encode(), 400),
    "nested deeply": (b'{"voice":' + 200_000 * b"[", 400),
    "huge body": (b" " * 4_000_000, 413),
    "form": (b"transcript=Hello&model_id=sonic", 400),
}


@pytest.mark.parametrize("date", [OLD, NEW])
@pytest.mark.parametrize("path", ["/tts/bytes", "/tts/sse"])
@pytest.mark.parametrize("name", WRONG)
def test_refusals(http: httpx.Client, path: str, name: str, date: str) -> None:
    wrong, status = WRONG[name]
    content = wrong if isinstance(wrong, bytes) else json.dumps(speech(**wrong)).encode()
    assert_refusal(post(http, path, content, date), status, date)


@pytest.mark.parametrize("date", [OLD, NEW])
def test_events_cannot_carry_wav(http: httpx.Client, date: str) -> None:
    answer = post(http, "/tts/sse", json.dumps(speech(output_format=WAV)).encode(), date)
    assert_refusal(answer, 400, date)
    assert "'wav'" in answer.text
    assert "'raw'" in answer.text


@pytest.mark.parametrize("date", [OLD, NEW])
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/nowhere/", 404),
        ("POST", "/", 405),
        ("GET", "/tts/sse", 405),
        ("PUT", f"/voices/{VOICE.id}", 405),
        ("GET", "/voices/nobody", 404),
        ("GET", "/voices/%ff%00", 404),
    ],
)
def test_refusals_elsewhere(http: httpx.Client, method: str, path: str, status: int, date: str) -> None:
    assert_refusal(http.request(method, path, headers=version(date)), status, date)


def test_messages_do_not_repeat_long_values(http: httpx.Client) -> None:
    answer = post(http, "/tts/bytes", json.dumps(speech(model_id="x" * 1_000_000)).encode(), NEW)
    assert_refusal(answer, 404, NEW)


def connected(http: httpx.Client) -> socket.socket:
    assert http.base_url.port
    return socket.create_connection((http.base_url.host, http.base_url.port), timeout=DEADLINE)


def head(length: int, path: str = "/tts/bytes") -> bytes:
    return f"POST {path} HTTP/1.1\r\nHost: here\r\nX-API-Key: {KEY}\r\nContent-Length: {length}\r\n\r\n".encode()


def test_a_body_that_stalls_is_given_up(impatient: httpx.Client) -> None:
    with connected(impatient) as connection:
        connection.sendall(head(1000) + b'{"transcript": "')
        with connection.makefile("rb") as answer:
            lines = answer.read().split(b"\r\n")  # to its end: the server closes the connection
    assert lines[0] == b"HTTP/1.1 408 Request Timeout"
    assert json.loads(lines[-1])["error_code"] == "request_timeout"
    assert impatient.get("/").status_code == 200


def test_a_body_that_comes_in_drops_is_put_together(http: httpx.Client) -> None:
    body = json.dumps(speech(transcript=TRANSCRIPT)).encode()
    with connected(http) as connection:
        connection.sendall(head(len(body)).replace(b"Host", b"Connection: close\r\nHost"))
        for start in range(0, len(body), 40):
            connection.sendall(body[start : start + 40])
        with connection.makefile("rb") as answer:
            assert answer.readline() == b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize("length", [0, 10])
def test_a_client_that_goes_away_in_the_middle_of_its_request(http: httpx.Client, length: int) -> None:
    with connected(http) as connection:
        connection.sendall(head(1000) + b" " * length)


@pytest.mark.parametrize(
    "sent",
    [
        b"hello\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  # TLS where none is spoken
        b"POST /tts/bytes HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n",
        b"POST /tts/bytes HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET /tts/websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
        b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    ],
    ids=lambda sent: repr(sent[:20]),
)
def test_what_is_not_http(http: httpx.Client, sent: bytes) -> None:
    with connected(http) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        with connection.makefile("rb") as answer:
            first = answer.readline()
    assert first.startswith(b"HTTP/1.1 4") or not first


def test_idle_connections_do_not_block_others(http: httpx.Client) -> None:
    idle = [connected(http) for _ in range(100)]
    try:
        assert http.get("/").status_code == 200
    finally:
        for connection in idle:
            connection.close()


def test_stalled_bodies_do_not_block_others(impatient: httpx.Client) -> None:
    stalled = [connected(impatient) for _ in range(50)]
    try:
        for connection in stalled:
            connection.sendall(head(1000))
        assert impatient.get("/voices").status_code == 200
        wait_until(lambda: stalled[-1].recv(12) == b"HTTP/1.1 408", "the last one was not given up")
    finally:
        for connection in stalled:
            connection.close()
