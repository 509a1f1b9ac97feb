"""The shape of OpenAI's API: formats, voices, speeds, events and errors; and what the server says it can do."""

import io
import json
from collections.abc import Iterator
from typing import Any

import httpx
import numpy as np
import pybase64
import pytest
import soundfile

from asking import OLD, serving, speech, version
from odd_engines import BrokenEngine
from ownvoice.access.limits import SOCKETS_PER_CONTEXT
from ownvoice.api.openai import FORMATS, VOICES
from ownvoice.api.rest import MEDIA_TYPES
from ownvoice.engines.espeak import catalogue
from ownvoice.serving.server import ServerThread
from ownvoice.settings import Settings
from ownvoice.text.languages import LANGUAGES
from ownvoice.versions import VERSIONS

PATH = "/v1/audio/speech"


@pytest.fixture
def http(tone_server: ServerThread) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=tone_server.base_url, headers={"Authorization": "Bearer anything"}) as client:
        yield client


def request(**changes: Any) -> dict[str, Any]:
    return {"model": "tts-1", "input": "Hello there.", "voice": "alloy", "response_format": "pcm", **changes}


def test_it_says_what_the_other_endpoint_says(http: httpx.Client) -> None:
    voice = next(one for one in catalogue.VOICES if one.name == VOICES["alloy"])
    expected = http.post("/tts/bytes", json=speech(voice=voice.id)).content
    assert expected
    for changes in ({}, {"model": "sonic-3"}, {"model": "gpt-4o-mini-tts", "instructions": "Be kind."}):
        answer = http.post(PATH, json=request(**changes))
        assert (answer.status_code, answer.content) == (200, expected)
    for named in (voice.id, voice.name, voice.name.upper(), {"id": voice.id}, "ALLOY"):
        assert http.post(PATH, json=request(voice=named)).content == expected


def test_every_container_has_a_name_there() -> None:
    assert set(FORMATS.values()) == set(MEDIA_TYPES)


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_that_the_server_has(http: httpx.Client, name: str) -> None:
    answer = http.post(PATH, json=request(response_format=name))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == MEDIA_TYPES[FORMATS[name]]
    if name == "pcm":
        assert len(answer.content) % 2 == 0
    else:
        with soundfile.SoundFile(io.BytesIO(answer.content)) as file:
            assert file.samplerate in (24000, 48000)  # Opus files are read at 48000
            assert len(file.read(1000)) == 1000


def test_the_default_is_theirs_where_the_server_has_it(http: httpx.Client) -> None:
    answer = http.post(PATH, json={**request(), "response_format": None})
    assert answer.headers["content-type"] == MEDIA_TYPES.get("mp3", MEDIA_TYPES["wav"])


def test_all_their_voices_speak_and_differ(http: httpx.Client) -> None:
    names = {one.name for one in catalogue.VOICES}
    assert set(VOICES.values()) <= names
    assert len(set(VOICES.values())) == len(VOICES)
    for name in VOICES:
        assert http.post(PATH, json=request(voice=name)).status_code == 200


def test_speed(http: httpx.Client) -> None:
    lengths = [
        len(http.post(PATH, json=request(speed=speed, input="Hello there, my friend.")).content)
        for speed in (0.5, 1, 2.0)
    ]
    assert lengths[0] > 1.5 * lengths[1] > 2.25 * lengths[2]


def test_another_language(http: httpx.Client) -> None:
    assert http.post(PATH, json=request(input="Привет.", language="ru")).status_code == 200


def test_events(http: httpx.Client) -> None:
    plain = http.post(PATH, json=request()).content
    answer = http.post(PATH, json=request(stream_format="sse"))
    assert answer.headers["content-type"].startswith("text/event-stream")
    events = [json.loads(line.removeprefix("data: ")) for line in answer.text.split("\n\n") if line]
    audio = b"".join(pybase64.b64decode(event["audio"]) for event in events if event["type"] == "speech.audio.delta")
    assert np.array_equal(np.frombuffer(audio, "<i2"), np.frombuffer(plain, "<i2"))
    assert events[-1]["type"] == "speech.audio.done"


@pytest.mark.parametrize(
    ("changes", "status", "kind", "said"),
    [
        ({"model": "tenor"}, 404, "not_found_error", "no model 'tenor'"),
        ({"model": None}, 400, "invalid_request_error", "model"),
        ({"input": ""}, 400, "invalid_request_error", "transcript"),
        ({"input": None}, 400, "invalid_request_error", "transcript"),
        ({"input": 5}, 400, "invalid_request_error", "wrong type"),
        ({"input": "a" * 300_000}, 413, "invalid_request_error", "at most"),
        ({"voice": "nobody"}, 404, "not_found_error", "no voice 'nobody'"),
        ({"voice": None}, 400, "invalid_request_error", "voice"),
        ({"voice": {"name": "alloy"}}, 400, "invalid_request_error", "voice"),
        ({"response_format": "aac"}, 400, "invalid_request_error", "one of flac, mp3, opus, pcm, wav, not 'aac'"),
        ({"response_format": "raw"}, 400, "invalid_request_error", "one of"),
        ({"speed": 0.4}, 400, "invalid_request_error", "from 0.5 to 2.0, not 0.4"),
        ({"speed": "fast"}, 400, "invalid_request_error", "wrong type"),
        ({"stream_format": "xml"}, 400, "invalid_request_error", "stream_format"),
        ({"language": "xx"}, 400, "invalid_request_error", "'xx'"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_errors_have_their_shape(
    http: httpx.Client, changes: dict[str, Any], status: int, kind: str, said: str
) -> None:
    for headers in ({}, version(OLD)):
        answer = http.post(PATH, json=request(**changes), headers=headers)
        assert answer.status_code == status
        error = answer.json()["error"]
        assert set(error) == {"message", "type", "param", "code"}
        assert error["type"] == kind
        assert said in error["message"]


def test_faults_of_the_server() -> None:
    with serving(BrokenEngine(pieces=2), first_chunk=0.01) as url:
        answer = httpx.post(url + PATH, json=request(stream_format="sse"))
        last = json.loads(answer.text.strip().rpartition("data: ")[2])
        assert last["error"]["type"] == "server_error"
    with serving(BrokenEngine()) as url:
        answer = httpx.post(url + PATH, json=request())
        assert (answer.status_code, answer.json()["error"]["code"]) == (500, "internal_error")


def test_models(http: httpx.Client) -> None:
    listed = http.get("/v1/models").json()
    assert listed["object"] == "list"
    for model in listed["data"]:
        assert http.post(PATH, json=request(model=model["id"])).status_code == 200


def test_capabilities_are_what_the_settings_allow(http: httpx.Client) -> None:
    told = http.get("/v1/capabilities/").json()
    assert told["versions"]["supported"] == list(VERSIONS)
    assert set(told["languages"]) == set(LANGUAGES)
    assert {name: one["media_type"] for name, one in told["formats"].items()} == MEDIA_TYPES
    assert told["limits"]["transcript_characters"] == Settings().max_transcript_chars
    assert told["limits"]["contexts"] is None
    assert told["access"]["keys"] is False
    with serving(BrokenEngine(), max_contexts=3, requests_per_minute=50) as url:
        limits = httpx.get(url + "/v1/capabilities").json()["limits"]
        assert (limits["contexts"], limits["websockets"]) == (3, 3 * SOCKETS_PER_CONTEXT)
        assert limits["requests_per_minute"] == 50
