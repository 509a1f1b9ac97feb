"""The HTTP answer behind a call, and settings of single calls, on both faces."""

import gc
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, assert_type

import httpx
import msgspec
import pytest

import cartesia
from cartesia import AsyncCartesia, Cartesia
from cartesia._legacy.unawaited import PendingPage, PendingValue
from cartesia._pages import Page
from cartesia._pending import Pending
from cartesia._raw import APIResponse, AsyncAPIResponse
from cartesia._responses import Audio, Stream
from cartesia.types import PronunciationDict, Status, Voice
from faces import Face, Wrapped

SAID = {"model_id": "m", "transcript": "x", "voice": "v"}
RAW = {"container": "raw", "encoding": "pcm_s16le", "sample_rate": 8000}
EVENTS = b'data: {"type":"chunk","data":"AAEC","done":false}\n\ndata: {"type":"done","done":true}\n\n'


class Body(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body of three pieces that knows how many were taken, and whether it was closed."""

    def __init__(self) -> None:
        self.taken = 0
        self.closed = False

    def __iter__(self) -> Iterator[bytes]:
        for piece in (b"abc", b"de\n", b"f"):
            self.taken += 1
            yield piece

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self:
            yield piece

    def close(self) -> None:
        self.closed = True

    async def aclose(self) -> None:
        self.closed = True


class Server:
    """Answers everything, and keeps what was asked."""

    def __init__(self, *failures: int) -> None:
        self.asked: list[httpx.Request] = []
        self.bodies: list[Body] = []
        self.failures = list(failures)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.asked.append(request)
        if self.failures:
            return httpx.Response(self.failures.pop(0))
        headers = {"x-request-id": "r1"}
        match request.url.path:
            case "/tts/bytes":
                self.bodies.append(Body())
                return httpx.Response(200, headers=headers, stream=self.bodies[-1])
            case "/tts/sse":
                return httpx.Response(200, headers=headers, content=EVENTS)
            case "/":
                return httpx.Response(200, headers=headers, json={"ok": True, "version": "2026-08-14"})
            case "/voices" if request.method == "GET":
                return httpx.Response(200, headers=headers, json={"data": [{"id": "v1"}], "has_more": False})
        return httpx.Response(200, headers=headers, json={"id": "v1", "name": "N"})

    @property
    def body(self) -> Any:
        return msgspec.json.decode(self.asked[-1].content)


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    async def sleep(*_: object) -> None:
        return None

    monkeypatch.setattr(Cartesia, "_sleep", sleep)
    monkeypatch.setattr(AsyncCartesia, "_sleep", sleep)


def bare(value: Any) -> Any:
    """Return the object behind the wrapper that makes it awaitable on the blocking face."""
    return value._target if isinstance(value, Wrapped) else value


def test_raw_answers(face: Face, impatient: None) -> None:
    async def scenario(client: Any) -> None:
        answer = await client.voices.with_raw_response.get("v1")
        assert (answer.status_code, bare(answer.headers)["x-request-id"], answer.method) == (200, "r1", "GET")
        assert answer.retries_taken == 2
        assert str(bare(answer.http_request).url) == str(bare(answer.url)) == "http://test/voices/v1"
        voice = await answer.parse()
        assert (voice.name, await answer.parse() is voice) == ("N", True)
        assert (await answer.json())["name"] == "N"
        assert await answer.text() == (await answer.read()).decode() == '{"id":"v1","name":"N"}'
        page = await (await client.voices.with_raw_response.list()).parse()
        assert page[0].id == "v1"
        audio = await (await client.tts.with_raw_response.generate(**SAID, output_format=RAW)).parse()
        assert await audio.read() == b"abcde\nf"
        events = await (await client.tts.with_raw_response.generate_sse(**SAID, output_format=RAW)).parse()
        assert [event.type async for event in events] == ["chunk", "done"]
        assert (await (await client.with_raw_response.get_status()).parse()).ok
        assert await (await client.with_raw_response.voices.delete("v1")).parse() is None

    face.run(scenario, Server(500, 429))


def test_raw_answers_of_the_calls_of_all_generations(face: Face, server: Server) -> None:
    async def scenario(client: Any) -> None:
        for voice in ({"voice": "v"}, {"voice_id": "v"}):
            said = {"model_id": "m", "transcript": "x", "output_format": RAW, **voice}
            answer = await client.tts.with_raw_response.bytes(**said)
            assert await (await answer.parse()).read() == b"abcde\nf"
            answer = await client.tts.with_raw_response.sse(**said)
            assert [event.type async for event in await answer.parse()] == ["chunk", "done"]

    face.run(scenario, server)


def test_errors_are_raised_in_every_mode(face: Face) -> None:
    async def scenario(client: Any) -> None:
        with pytest.raises(cartesia.NotFoundError):
            await client.voices.with_raw_response.get("v1")
        with pytest.raises(cartesia.NotFoundError):
            async with client.voices.with_streaming_response.get("v1"):
                pass

    face.run(scenario, Server(404, 404))


def test_streamed_answers(face: Face, server: Server, tmp_path: Path) -> None:
    async def scenario(client: Any) -> None:
        streaming = client.tts.with_streaming_response
        opening = streaming.generate(**SAID, output_format=RAW)
        assert not server.asked
        async with opening as answer:
            assert bare(answer.headers)["x-request-id"] == "r1"
            assert server.bodies[0].taken == 0
            assert [piece async for piece in answer.iter_bytes()] == [b"abc", b"de\n", b"f"]
        assert server.bodies[0].closed

    async def more(client: Any) -> None:
        def open_one() -> Any:
            return client.tts.with_streaming_response.generate(**SAID, output_format=RAW)

        async with open_one() as answer:
            await answer.stream_to_file(tmp_path / "a.raw")
        assert (tmp_path / "a.raw").read_bytes() == b"abcde\nf"
        async with open_one() as answer:
            assert [line async for line in answer.iter_lines()] == ["abcde", "f"]
        async with open_one() as answer:
            assert [len(piece) async for piece in answer.iter_bytes(4)] == [4, 3]
        async with open_one() as answer:
            assert await (await answer.parse()).read() == b"abcde\nf"
        async with open_one():
            pass  # left unread, it is closed all the same
        assert (server.bodies[-1].taken, server.bodies[-1].closed) == (0, True)
        async with client.voices.with_streaming_response.get("v1") as answer:
            assert (await answer.parse()).id == "v1"
        async with client.with_streaming_response.tts.generate_sse(**SAID, output_format=RAW) as answer:
            assert [event.type async for event in await answer.parse()] == ["chunk", "done"]

    face.run(scenario, server)
    face.run(more, server)


def test_an_unread_answer_is_closed() -> None:
    server = Server()
    client = Face(blocking=True).client(server)
    client.tts.with_raw_response.generate(**SAID, output_format=RAW)
    gc.collect()
    assert server.bodies[0].closed
    client.close()


def test_settings_of_a_call(face: Face, server: Server) -> None:
    async def scenario(client: Any) -> None:
        await client.voices.get(
            "v1",
            extra_headers={"X-Mine": "1", "authorization": cartesia.omit},
            extra_query={"a": ["x", "y"], "left_out": cartesia.omit},
            timeout=httpx.Timeout(3, read=9),
        )
        asked = server.asked[-1]
        assert asked.headers["x-mine"] == "1"
        assert "authorization" not in asked.headers
        assert asked.url.params.get_list("a") == ["x", "y"]
        assert "left_out" not in asked.url.params
        assert (asked.extensions["timeout"]["read"], asked.extensions["timeout"]["connect"]) == (9, 3)
        await client.voices.update("v1", name="N", timeout=cartesia.NOT_GIVEN, extra_body={"name": "M", "more": 1})
        assert server.body == {"name": "M", "more": 1}
        assert server.asked[-1].extensions["timeout"]["read"] == 60
        assert server.asked[-1].headers["authorization"] == "Bearer k"
        await client.voices.get("v1", timeout=None)
        assert server.asked[-1].extensions["timeout"]["read"] is None
        await client.voices.list(extra_query={"limit": 3})
        assert server.asked[-1].url.params["limit"] == "3"

    face.run(scenario, server, api_key="k")


def test_settings_as_the_second_generation_had_them(face: Face, impatient: None) -> None:
    server = Server(500, 500)

    async def scenario(client: Any) -> None:
        options = {
            "timeout_in_seconds": 4,
            "additional_headers": {"X-Mine": "1"},
            "additional_query_parameters": {"a": "b"},
            "additional_body_parameters": {"more": 1},
            "chunk_size": 1024,
        }
        with pytest.raises(cartesia.InternalServerError):
            await client.voices.update("v1", name="N", request_options={**options, "max_retries": 0})
        assert len(server.asked) == 1
        await client.voices.update("v1", name="N", request_options=options, timeout=5)
        asked = server.asked[-1]
        assert (len(server.asked), asked.headers["x-mine"], asked.url.query) == (3, "1", b"a=b")
        assert asked.extensions["timeout"]["read"] == 5
        assert server.body == {"name": "N", "more": 1}

    face.run(scenario, server)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"extra_header": {}}, r"get\(\) got an unexpected keyword argument 'extra_header'"),
        ({"extra_headers": "X: 1"}, "extra_headers should be a dictionary, not str"),
        ({"request_options": {"retries": 3}}, "request_options has no 'retries'; it may have: timeout_in_seconds"),
        ({"request_options": 3}, "request_options should be a dictionary, not int"),
        ({"id": cartesia.omit}, "missing 1 required positional argument: 'id'"),
    ],
)
def test_settings_that_there_are_not(face: Face, server: Server, arguments: dict[str, Any], says: str) -> None:
    async def scenario(client: Any) -> None:
        with pytest.raises(TypeError, match=says):
            await client.voices.get(**{"id": "v1", **arguments})

    face.run(scenario, server)
    assert not server.asked


def test_calls_for_which_there_is_no_method(face: Face, server: Server) -> None:
    async def scenario(client: Any) -> None:
        assert await client.get("/voices/v1", cast_to=dict) == {"id": "v1", "name": "N"}
        assert (await client.post("/voices/v1", cast_to=Voice, body={"a": 1}, extra_body={"b": 2})).name == "N"
        assert server.body == {"a": 1, "b": 2}
        for method in ("put", "patch", "delete"):
            answer = await getattr(client, method)(
                "/any", cast_to=httpx.Response, body=[1], options={"params": {"p": 1}}
            )
            assert bare(answer).status_code == 200
            asked = server.asked[-1]
            assert (asked.method, asked.url.path, asked.url.query) == (method.upper(), "/any", b"p=1")
            assert server.body == [1]
        await client.post("/any", cast_to=object, body={"a": True}, files={"file": b"content"})
        assert b'name="file"; filename="upload"' in server.asked[-1].content
        with pytest.raises(ValueError, match="path should begin with /"):
            await client.get("voices", cast_to=dict)
        with pytest.raises(TypeError, match="extra_body adds fields to a body that is a list"):
            await client.put("/any", cast_to=dict, body=[1], extra_body={"a": 1})

    face.run(scenario, server)


def test_types() -> None:
    """The assertions are checked by mypy and pyright, which have to see the types of calls through `endpoint`."""
    client = Face(blocking=True).client(Server())
    assert isinstance(client, Cartesia)
    assert_type(client.voices.get("v"), Voice)
    assert_type(client.voices.list(), Page[Voice])
    assert_type(client.voices.delete("v", timeout=3), None)
    assert_type(client.get_status(), Status)
    assert_type(client.get("/x", cast_to=Voice), Voice)
    assert_type(client.voices.with_raw_response.get("v"), APIResponse[Voice])
    assert_type(client.with_raw_response.voices.get("v").parse(), Voice)
    assert_type(client.copy(timeout=3).pronunciation_dicts.retrieve("v"), PronunciationDict)
    with client.tts.with_streaming_response.generate(
        model_id="m", transcript="x", voice="v", output_format={"container": "mp3", "sample_rate": 8000}
    ) as answer:
        assert_type(answer, APIResponse[Audio])
        assert_type(answer.parse(), Audio)
    with client.tts.generate_sse(
        model_id="m", transcript="x", voice="v", output_format={"container": "mp3", "sample_rate": 8000}
    ) as events:
        assert_type(events, Stream)


async def _typed(client: AsyncCartesia) -> None:
    assert_type(client.voices.get("v"), PendingValue[Voice])
    assert_type(await client.voices.get("v"), Voice)
    assert_type(client.voices.list(), PendingPage[Voice])
    assert_type(client.voices.with_raw_response.get("v"), Pending[AsyncAPIResponse[Voice]])
    assert_type(await (await client.with_raw_response.get_status()).parse(), Status)
    async with client.voices.with_streaming_response.get("v") as answer:
        assert_type(answer, AsyncAPIResponse[Voice])
    assert_type(client.with_options(max_retries=0), AsyncCartesia)
