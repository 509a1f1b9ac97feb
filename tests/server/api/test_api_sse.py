"""Server-sent events, byte by byte: the parsers of four generations of clients read them."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from asking import NEW, OLD, serving, speech, version
from odd_engines import RATE, GatedEngine, SilentEngine, WholeEngine
from ownvoice.engines.tone import SAMPLE_RATE
from ownvoice.serving.server import ServerThread
from ownvoice.versions import VERSIONS
from tone_speech import samples_in

TEXT = "Hello there. How are you?"


@pytest.fixture
def http(tone_server: ServerThread) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=tone_server.base_url) as client:
        yield client


def frames(body: str) -> list[tuple[str, dict[str, Any]]]:
    """Return the events of an answer, by its exact framing: name, data and a blank line, and nothing else."""
    assert body.endswith("\n\n")
    found = []
    for frame in body[:-2].split("\n\n"):
        name, data = frame.split("\n")
        assert name.startswith("event: ")
        assert data.startswith("data: ")
        found.append((name.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return found


def audio_of(events: list[tuple[str, dict[str, Any]]]) -> bytes:
    return b"".join(base64.b64decode(data["data"], validate=True) for name, data in events if name == "chunk")


def of_the_first_generation(body: str) -> list[dict[str, Any]]:
    """Return what the parser of the published client 1.4 finds: from each ``{`` to the next ``}``."""
    found = []
    while "{" in body:
        start = body.index("{")
        end = body.index("}", start) + 1
        found.append(json.loads(body[start:end]))
        body = body[end:]
    return found


@pytest.mark.parametrize("date", VERSIONS)
def test_chunks_and_done(http: httpx.Client, date: str) -> None:
    answer = http.post("/tts/sse", json=speech(transcript=TEXT, context_id="c1"), headers=version(date))
    assert answer.status_code == 200
    assert answer.headers["content-type"].partition(";")[0] == "text/event-stream"
    events = frames(answer.text)
    assert [name for name, _ in events] == ["chunk"] * (len(events) - 1) + ["done"]
    for name, data in events[:-1]:
        assert set(data) == {"type", "data", "done", "status_code", "step_time", "context_id"}
        assert (data["type"], data["done"], data["status_code"], data["context_id"]) == (name, False, 206, "c1")
        assert data["data"]
        assert data["step_time"] >= 0
    assert events[-1] == ("done", {"type": "done", "done": True, "status_code": 200, "context_id": "c1"})
    assert audio_of(events) == http.post("/tts/bytes", json=speech(transcript=TEXT)).content


def test_the_client_of_the_first_generation_understands_them(http: httpx.Client) -> None:
    body = http.post("/tts/sse", json=speech(transcript=TEXT), headers=version(OLD)).text
    found = of_the_first_generation(body)
    assert found == [data for _, data in frames(body)]
    assert [data["done"] for data in found] == [False] * (len(found) - 1) + [True]
    assert not any("error" in data for data in found)


def test_without_a_context_the_events_have_none(http: httpx.Client) -> None:
    for _, data in frames(http.post("/tts/sse", json=speech()).text):
        assert "context_id" not in data
        assert None not in data.values()


def test_timestamps_on_demand(http: httpx.Client) -> None:
    asked = speech(transcript=TEXT, add_timestamps=True, add_phoneme_timestamps=True)
    events = frames(http.post("/tts/sse", json=asked).text)
    times = [data["word_timestamps"] for name, data in events if name == "timestamps"]
    assert [word for part in times for word in part["words"]] == TEXT.split()
    ends = [end for part in times for end in part["end"]]
    assert ends[-1] == pytest.approx(samples_in(TEXT) / SAMPLE_RATE)
    assert ends == sorted(ends)
    phonemes = [data["phoneme_timestamps"] for name, data in events if name == "phoneme_timestamps"]
    assert "".join(sound for part in phonemes for sound in part["phonemes"]) == "HellothereHowareyou"
    for part in times + phonemes:
        assert len({len(values) for values in part.values()}) == 1
    for _, data in events:
        assert "error" not in data
        assert "done" in data


def test_the_first_event_comes_before_the_last_is_made() -> None:
    engine = GatedEngine()
    with serving(engine) as url, httpx.stream("POST", url + "/tts/sse", json=speech(transcript="Hello")) as answer:
        parts = answer.iter_text()
        first = next(parts)
        assert first.startswith("event: chunk\n")
        engine.gate.set()
        assert len(audio_of(frames(first + "".join(parts)))) == 2 * 2 * RATE


def test_long_pieces_are_several_events() -> None:
    with serving(WholeEngine(10.0)) as url:
        events = frames(httpx.post(url + "/tts/sse", json=speech(transcript="Hello")).text)
    assert len(audio_of(events)) == 2 * 10 * RATE
    assert max(len(json.dumps(data)) for _, data in events) < 64 * 1024


@pytest.mark.parametrize("date", [OLD, NEW])
def test_nothing_to_say_is_done_at_once(date: str) -> None:
    with serving(SilentEngine()) as url:
        answer = httpx.post(url + "/tts/sse", json=speech(), headers=version(date))
    assert frames(answer.text) == [("done", {"type": "done", "done": True, "status_code": 200})]
