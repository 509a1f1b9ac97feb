"""The HTTP endpoints over real sockets, as clients without our library call them."""

import io
import json
import re
import socket
from collections.abc import Iterator

import httpx
import pytest
import soundfile

from asking import NEW, OLD, RAW, VOICE, WAV, serving, speech, version
from odd_engines import RATE, CountingEngine, GatedEngine, SilentEngine
from ownvoice.engines.tone import CHARACTER_SAMPLES, SAMPLE_RATE
from ownvoice.serving.server import ServerThread
from ownvoice.versions import NEWEST, VERSIONS
from tone_speech import samples_in

TEXT = "Hello there. How are you?"


@pytest.fixture
def http(tone_server: ServerThread) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=tone_server.base_url) as client:
        yield client


def test_status(http: httpx.Client) -> None:
    answer = http.get("/")
    assert (answer.status_code, answer.json()) == (200, {"ok": True, "version": NEWEST})


@pytest.mark.parametrize("path", ["/", "/voices", "/openapi.json", f"/voices/{VOICE.id}"])
def test_head_is_get_without_the_body(http: httpx.Client, path: str) -> None:
    head, get = http.head(path), http.get(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(get.content))
    assert head.headers["content-type"] == get.headers["content-type"]


@pytest.mark.parametrize("sample_rate", [8000, 24000, 44100])
@pytest.mark.parametrize(("encoding", "width"), [("pcm_f32le", 4), ("pcm_s16le", 2), ("pcm_mulaw", 1), ("pcm_alaw", 1)])
def test_raw_bytes_last_as_long_as_the_text(http: httpx.Client, encoding: str, width: int, sample_rate: int) -> None:
    form = {"container": "raw", "encoding": encoding, "sample_rate": sample_rate}
    answer = http.post("/tts/bytes", json=speech(transcript=TEXT, output_format=form))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["transfer-encoding"] == "chunked"
    expected = samples_in(TEXT) * sample_rate / SAMPLE_RATE
    assert len(answer.content) / width == pytest.approx(expected, abs=2)


def test_wav_bytes_are_a_wav_file(http: httpx.Client) -> None:
    answer = http.post("/tts/bytes", json=speech(transcript=TEXT, output_format=WAV))
    assert answer.headers["content-type"] == "audio/wav"
    samples, rate = soundfile.read(io.BytesIO(answer.content), dtype="int16")
    assert (rate, len(samples)) == (24000, samples_in(TEXT))
    assert samples.tobytes() == http.post("/tts/bytes", json=speech(transcript=TEXT)).content


def test_the_first_bytes_come_before_the_last_are_made() -> None:
    engine = GatedEngine()
    with serving(engine) as url, httpx.stream("POST", url + "/tts/bytes", json=speech(transcript="Hello")) as answer:
        parts = answer.iter_raw()
        first = next(parts)
        assert len(first) > 0
        assert not engine.gate.is_set()
        engine.gate.set()
        assert len(first) + sum(len(part) for part in parts) == 2 * 2 * RATE


def test_an_engine_that_says_nothing_gives_an_empty_answer() -> None:
    with serving(SilentEngine()) as url:
        answer = httpx.post(url + "/tts/bytes", json=speech())
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize("path", ["/tts/bytes", "/tts/sse"])
def test_a_client_that_goes_away_stops_the_engine(path: str) -> None:
    engine = CountingEngine()
    with serving(engine) as url:
        with httpx.stream("POST", url + path, json=speech()) as answer:
            next(answer.iter_raw())
        engine.wait_for_stops(1)
        assert httpx.get(url).status_code == 200


def test_a_client_that_does_not_read_holds_up_its_own_engine_alone() -> None:
    engine = CountingEngine(samples=RATE)
    with serving(engine) as url:
        with httpx.stream("POST", url + "/tts/bytes", json=speech()):
            with httpx.stream("POST", url + "/tts/bytes", json=speech()) as other:
                heard = 0
                for part in other.iter_raw():
                    heard += len(part)
                    if heard > 50_000_000:  # many times what sockets and their buffers hold
                        break
            assert 2 * RATE * engine.steps < heard + 25_000_000
        engine.wait_for_stops(2)


def test_the_length_can_be_limited(http: httpx.Client) -> None:
    answer = http.post("/tts/bytes", json=speech(transcript=TEXT, duration=0.1))
    assert len(answer.content) == 2 * 2400


@pytest.mark.parametrize("date", VERSIONS)
@pytest.mark.parametrize("headers", [{"X-API-Key": "k"}, {"Authorization": "Bearer k"}, {}])
def test_every_version_and_any_key_or_none(http: httpx.Client, date: str, headers: dict[str, str]) -> None:
    answer = http.post("/tts/bytes", json=speech(), headers={**version(date), **headers})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "path", ["/tts/bytes", "/tts/bytes/", "/tts/bytes//", "/tts/bytes?cartesia_version=2024-11-13"]
)
def test_slashes_at_the_end_do_not_matter(http: httpx.Client, path: str) -> None:
    answer = http.post(path, json=speech())
    assert (answer.status_code, answer.history) == (200, [])


def test_many_requests_over_one_connection(http: httpx.Client) -> None:
    sizes = [len(http.post("/tts/bytes", json=speech(transcript="a" * count)).content) for count in range(1, 20)]
    assert sizes == [2 * CHARACTER_SAMPLES * count for count in range(1, 20)]


def test_ten_requests_at_once(tone_server: ServerThread) -> None:
    sockets = []
    body = json.dumps(speech(transcript=TEXT)).encode()
    head = b"POST /tts/bytes HTTP/1.1\r\nHost: here\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body)
    address = ("127.0.0.1", int(tone_server.base_url.rpartition(":")[2]))
    for _ in range(10):
        sockets.append(socket.create_connection(address, timeout=20))
        sockets[-1].sendall(head + body)
    answers = set()
    for connection in sockets:
        with connection, connection.makefile("rb") as answer:
            answers.add(re.sub(rb"(date|x-request-id): .*?\r\n", b"", answer.read()))
    assert len({answer.partition(b"\r\n\r\n")[0] for answer in answers}) == 1
    assert all(len(answer) > len(TEXT) * CHARACTER_SAMPLES * 2 for answer in answers)


@pytest.mark.parametrize("date", [OLD, NEW])
@pytest.mark.parametrize("path", ["/nowhere", "/tts", "/voices/a/b", "/tts/websocket"])
def test_places_that_are_not_there(http: httpx.Client, path: str, date: str) -> None:
    answer = http.get(path, headers=version(date))
    assert answer.status_code == 404
    assert path in answer.text


@pytest.mark.parametrize(
    ("method", "path", "allowed"), [("GET", "/tts/bytes", "POST"), ("PUT", "/voices", "GET HEAD POST")]
)
def test_methods_that_a_place_does_not_have(http: httpx.Client, method: str, path: str, allowed: str) -> None:
    answer = http.request(method, path)
    assert answer.status_code == 405
    assert sorted(answer.headers["allow"].split(", ")) == allowed.split()
    assert answer.json()["title"] == "Method not allowed"


def test_output_formats_of_other_clients_carry_nulls(http: httpx.Client) -> None:
    answer = http.post("/tts/bytes", json=speech(output_format={**RAW, "bit_rate": None}, language=None, speed=None))
    assert answer.status_code == 200
