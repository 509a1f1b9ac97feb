"""The OpenAPI document against the server that it describes."""

import json
import sys
from collections.abc import Iterator
from functools import cache
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from starlette.routing import Route, WebSocketRoute

from asking import NEW, OLD, RAW, VOICE, WAV, serving, speech, version
from odd_engines import BrokenEngine
from ownvoice.api.openapi import openapi
from ownvoice.app import create_app
from ownvoice.serving.server import ServerThread, store_of
from ownvoice.settings import Settings
from ownvoice.tts.runner.inline import InlineRunner
from ownvoice.versions import VERSIONS

MOST_CHARS = Settings().max_transcript_chars


@pytest.fixture
def http(tone_server: ServerThread) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=tone_server.base_url) as client:
        yield client


@cache
def document() -> dict[str, Any]:
    return openapi(Settings())


@cache
def operations() -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (method.upper(), path): operation
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
    }


def errors(schema: dict[str, Any], instance: Any) -> list[str]:
    """Return the errors of something by a schema of the document."""
    validator = Draft202012Validator({**schema, "components": document()["components"]})
    return [error.message for error in validator.iter_errors(instance)]


def answer_schema(method: str, path: str, answer: httpx.Response) -> dict[str, Any]:
    """Return the schema of an answer, whose status and media type must be documented."""
    content = operations()[method, path]["responses"][str(answer.status_code)]["content"]
    schema: dict[str, Any] = content[answer.headers["content-type"].partition(";")[0]]["schema"]
    return schema


def request_schema(path: str) -> dict[str, Any]:
    schema: dict[str, Any] = operations()["POST", path]["requestBody"]["content"]["application/json"]["schema"]
    return schema


def test_the_document_is_valid() -> None:
    assert [str(error) for error in OpenAPIV31SpecValidator(document()).iter_errors()] == []


def test_the_server_serves_it(http: httpx.Client) -> None:
    assert http.get("/openapi.json").json() == json.loads(json.dumps(document()))


def test_it_has_every_route_and_no_other() -> None:
    runner = InlineRunner()
    routes = create_app(Settings(), runner, store_of(Settings())).routes
    runner.close()
    served = {
        (method, route.path)
        for route in routes
        if isinstance(route, Route)
        for method in route.methods or ()
        if method != "HEAD"
    }
    assert served == set(operations())
    sockets = {route.path for route in routes if isinstance(route, WebSocketRoute)} - {"/{path:path}"}
    assert sockets
    for path in sockets:
        assert f"`{path}`" in document()["info"]["description"]


def test_a_wrong_method_is_told_the_right_ones(http: httpx.Client) -> None:
    for path, methods in document()["paths"].items():
        answer = http.put(path.replace("{id}", VOICE.id) + "/")
        assert answer.status_code == 405
        assert set(answer.headers["allow"].split(", ")) - {"HEAD"} == {method.upper() for method in methods}


def test_operations_have_names_of_their_own() -> None:
    names = [operation["operationId"] for operation in operations().values()]
    assert len(set(names)) == len(names)


def test_the_limits_are_those_of_the_settings() -> None:
    transcript = openapi(Settings(max_transcript_chars=7))["components"]["schemas"]["GenerationRequest"]["properties"]
    assert transcript["transcript"]["maxLength"] == 7


@pytest.mark.parametrize("date", VERSIONS)
@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("/", "/"),
        ("/openapi.json", "/openapi.json"),
        ("/voices", "/voices"),
        ("/voices", "/voices?limit=100&expand[]=embedding"),
        ("/voices", "/voices?q=nothing+like+it"),
        ("/voices", "/voices?gender=robot"),
        ("/voices/{id}", f"/voices/{VOICE.id}"),
        ("/voices/{id}", "/voices/nobody"),
    ],
)
def test_answers_are_as_documented(http: httpx.Client, path: str, url: str, date: str) -> None:
    answer = http.get(url, headers=version(date))
    schema = answer_schema("GET", path, answer)
    is_json = answer.headers["content-type"] == "application/json"
    assert errors(schema, answer.json() if is_json else answer.text) == []


REFUSED: list[tuple[bytes, int]] = [
    (b"{", 400),
    (json.dumps(speech(model_id="tenor")).encode(), 404),
    (json.dumps(speech(transcript="a" * (MOST_CHARS + 1))).encode(), 413),
    (json.dumps(speech()).encode(), 500),
]
OGG = {"container": "ogg", "sample_rate": 24000}


def answer_of_a_server_that_stops(path: str, date: str) -> httpx.Response:
    runner = InlineRunner()
    server = ServerThread(Settings(port=0), runner)
    runner.close()
    try:
        return httpx.post(server.base_url + path, json=speech(), headers=version(date))
    finally:
        server.stop()


@pytest.mark.parametrize("date", [OLD, NEW])
@pytest.mark.parametrize("path", ["/tts/bytes", "/tts/sse"])
def test_every_refusal_is_documented_and_every_documented_one_happens(
    path: str, date: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "av", None)  # as if it were not installed
    seen = {"408"}  # tests/test_api_refusals.py lets a body stall
    with serving(BrokenEngine()) as url, httpx.Client(base_url=url, headers=version(date)) as http:
        good = http.post(path, json=speech(transcript="fine"))
        answers = [good, *(http.post(path, content=content) for content, _ in REFUSED)]
        ogg = http.post(path, json=speech(transcript="fine", output_format=OGG))
        page = http.post(path, json=speech(transcript="fine"), headers={"Origin": "https://evil.example"})
    assert page.status_code == 403
    assert [answer.status_code for answer in answers] == [200, *(status for _, status in REFUSED)]
    assert ogg.status_code == (501 if path == "/tts/bytes" else 400)
    answers += [ogg, page, answer_of_a_server_that_stops(path, date)]
    for answer in answers:
        schema = answer_schema("POST", path, answer)
        if answer.headers["content-type"] == "application/json":
            assert errors(schema, answer.json()) == []
        seen.add(str(answer.status_code))
    assert seen == set(operations()["POST", path]["responses"])


@pytest.mark.parametrize(
    ("path", "statuses"), [("/voices", {"200", "400", "403"}), ("/voices/{id}", {"200", "403", "404"})]
)
def test_documented_statuses_of_voices(path: str, statuses: set[str]) -> None:
    assert set(operations()["GET", path]["responses"]) == statuses


def test_wav_is_documented(http: httpx.Client) -> None:
    answer = http.post("/tts/bytes", json=speech(output_format=WAV))
    assert answer_schema("POST", "/tts/bytes", answer)


def test_events_are_as_documented(http: httpx.Client) -> None:
    schemas = document()["components"]["schemas"]
    answer = http.post("/tts/sse", json=speech(add_timestamps=True, add_phoneme_timestamps=True, context_id="c"))
    names = {
        "chunk": "Chunk",
        "timestamps": "Timestamps",
        "phoneme_timestamps": "PhonemeTimestampsEvent",
        "done": "Done",
    }
    seen = set()
    of_events = answer_schema("POST", "/tts/sse", answer)
    for frame in answer.text.strip().split("\n\n"):
        assert errors(of_events, dict(line.split(": ", 1) for line in frame.splitlines())) == []
        data = json.loads(frame.partition("\ndata: ")[2])
        assert errors(schemas[names[data["type"]]], data) == []
        seen.add(data["type"])
    assert seen == set(names)


EMBEDDING = list(VOICE.embedding)
VALUES: dict[str, list[Any]] = {
    "model_id": ["sonic", "sonic-english", "", None, 5, []],
    "transcript": ["Hello", "5", "", None, 5, ["Hello"], "a" * (MOST_CHARS + 1)],
    "voice": [
        VOICE.id,
        {"id": VOICE.id},
        {"mode": "id", "id": VOICE.id},
        {"mode": None, "id": VOICE.id, "embedding": None},
        {"embedding": EMBEDDING},
        {"mode": "embedding", "embedding": EMBEDDING, "id": None},
        {"id": VOICE.id, "embedding": EMBEDDING, "__experimental_controls": {"speed": "fast"}},
        {"id": VOICE.id, "experimental_controls": {"speed": -0.5, "emotion": ["anger:high", "curiosity"]}},
        {"id": VOICE.id, "__experimental_controls": {"speed": "quick"}},
        {"id": VOICE.id, "__experimental_controls": {"emotion": ["rage"]}},
        {"id": VOICE.id, "experimental_controls": {"emotion": ["anger:higher"]}},
        {"id": VOICE.id, "__experimental_controls": "fast"},
        "",
        None,
        5,
        [],
        {},
        {"id": None},
        {"id": 5},
        {"mode": "embedding"},
        {"embedding": EMBEDDING[1:]},
        {"embedding": ["1"] * 192},
        {"embedding": 5},
    ],
    "output_format": [
        {**RAW, "bit_rate": None},
        {**RAW, "encoding": "pcm_mulaw", "sample_rate": 8000},
        {**RAW, "encoding": "opus"},
        {**RAW, "sample_rate": 7999},
        {**RAW, "sample_rate": 48001},
        {**RAW, "sample_rate": "24000"},
        {**RAW, "sample_rate": None},
        {"container": "mp3", "sample_rate": 44100},
        {"container": "mp3", "sample_rate": 44100, "encoding": "pcm_f32le", "bit_rate": None},
        {"container": "mp3", "sample_rate": 44100, "encoding": "opus"},
        {"container": "mp3", "sample_rate": 44100, "bit_rate": 192000},
        {"container": "mp3", "sample_rate": 22050, "bit_rate": 160000},
        {"container": "mp3", "sample_rate": 22050, "bit_rate": 192000},
        {"container": "mp3", "sample_rate": 8000, "bit_rate": 64000},
        {"container": "mp3", "sample_rate": 8000, "bit_rate": 128000},
        {"container": "mp3", "sample_rate": 44000},
        {"container": "flac", "sample_rate": 44000},
        {"container": "flac", "sample_rate": 44100, "encoding": "pcm_s16le", "bit_rate": 5},
        {"container": "flac", "sample_rate": 44100, "encoding": "pcm_f32le"},
        {"container": "ogg", "sample_rate": 24000, "bit_rate": 8000},
        {"container": "ogg", "sample_rate": 24000, "bit_rate": 7999},
        {"container": "ogg", "sample_rate": 22050},
        {"container": "aac", "sample_rate": 24000},
        {**RAW, "bit_rate": "high"},
        {"container": "raw"},
        {},
        None,
        "wav",
    ],
    "duration": [None, 1, 0.5, 0, -1, "1", True],
    "language": [None, "en", "en-GB", 5],
    "speed": [None, "fast", "slowest", 0.5, -1, 1.5, "quick", []],
    "generation_config": [
        *(None, {}, {"speed": 1.5}, {"volume": 0.5, "emotion": "like a pirate"}, {"emotion": ["sad"]}, {"speed": None}),
        *(
            "fast",
            {"speed": 1.6},
            {"speed": "fast"},
            {"volume": 0.4},
            {"volume": True},
            {"emotion": 5},
            {"emotion": [5]},
        ),
    ],
    "__experimental_controls": [None, {"speed": "slow"}, {"speed": []}],
    "context_id": [None, "c1", 5],
    "add_timestamps": [None, True, False, "yes", 1],
    "add_phoneme_timestamps": [None, True, 0],
    "use_normalized_timestamps": [None, True, "no"],
    "pronunciation_dict_id": [None, "", 5],
    "continue": [None, True, False, "no"],
    "flush": [None, False, "no"],
    "max_buffer_delay_ms": [None, 0, "0"],
    "anything_else": [None, 5, {"a": [1]}],
}


@pytest.mark.parametrize("path", ["/tts/bytes", "/tts/sse"])
@pytest.mark.parametrize("name", VALUES)
def test_what_the_schema_allows_is_served_and_nothing_else(http: httpx.Client, name: str, path: str) -> None:
    verdicts = set()
    for value in VALUES[name]:
        body = speech(**{name: value})
        valid = errors(request_schema(path), body) == []
        answer = http.post(path, json=body)
        assert (answer.status_code == 200) == valid, (value, answer.text[:200])
        assert answer.status_code == 200 or 400 <= answer.status_code < 500
        verdicts.add(valid)
    assert verdicts == ({True} if name == "anything_else" else {True, False})


@pytest.mark.parametrize("name", ["model_id", "transcript", "voice", "output_format"])
def test_what_is_required_must_be_there(http: httpx.Client, name: str) -> None:
    body = {key: value for key, value in speech().items() if key != name}
    assert errors(request_schema("/tts/bytes"), body)
    assert 400 <= http.post("/tts/bytes", json=body).status_code < 500


@pytest.mark.parametrize(("path", "valid"), [("/tts/bytes", True), ("/tts/sse", False)])
def test_wav_is_for_bytes_only(http: httpx.Client, path: str, valid: bool) -> None:
    body = speech(output_format=WAV)
    assert (errors(request_schema(path), body) == []) == valid
    assert (http.post(path, json=body).status_code == 200) == valid


QUERIES: dict[str, list[str]] = {
    "limit": ["1", "100", "0", "101", "-1", "many"],
    "gender": ["masculine", "gender_neutral", "robot"],
    "is_owner": ["true", "false", "perhaps"],
    "language": ["en", "xx"],
    "q": ["a", "nothing like it"],
}


@pytest.mark.parametrize("name", QUERIES)
def test_what_the_parameters_allow_is_served_and_nothing_else(http: httpx.Client, name: str) -> None:
    (schema,) = (one["schema"] for one in operations()["GET", "/voices"]["parameters"] if one["name"] == name)
    for value in QUERIES[name]:
        number_or_text = int(value) if value.lstrip("-").isdecimal() else value
        parsed: Any = {"true": True, "false": False}.get(value, number_or_text)
        for date in (OLD, NEW):
            status = http.get("/voices", params={name: value}, headers=version(date)).status_code
            assert status == (200 if errors(schema, parsed) == [] else 400), value
