"""The results of streaming calls over HTTP, audio and events as they arrive, on both faces."""

import gc
import io
import socket
import threading
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

import cartesia
from cartesia.errors import APIConnectionError
from cartesia.formats import UNKNOWN_LENGTH, complete_wav_header
from faces import Face
from ownvoice.audio.wav import wav_header

RAW = {"container": "raw", "encoding": "pcm_s16le", "sample_rate": 8000}
HEAD = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: audio/wav\r\n\r\n"


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


class SlowServer:
    """Sends the first part of a body, and the rest only when it is told to."""

    def __init__(self, first: bytes, rest: bytes) -> None:
        self.go_on = threading.Event()
        self._parts = (first, rest)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        connection, _ = self._listening.accept()
        with connection, self._listening:
            request = b""
            while b"\r\n\r\n" not in request or not request.endswith(b"}"):
                request += connection.recv(65536)
            connection.sendall(HEAD + self._parts[0])
            self.go_on.wait(10)
            connection.sendall(self._parts[1])

    def join(self) -> None:
        self.go_on.set()
        self._thread.join()


@contextmanager
def slow(first: bytes, rest: bytes) -> Iterator[SlowServer]:
    server = SlowServer(first, rest)
    try:
        yield server
    finally:
        server.join()


async def v3_bytes(client: Any) -> Any:
    return (await client.tts.generate(model_id="sonic", transcript="x", voice="v", output_format=RAW)).iter_bytes()


async def v2_bytes(client: Any) -> Any:
    return client.tts.bytes(model_id="sonic", transcript="x", voice={"id": "v"}, output_format=RAW)


async def awaited_bytes(client: Any) -> Any:
    return await client.tts.bytes(model_id="sonic", transcript="x", voice={"id": "v"}, output_format=RAW)


@pytest.mark.parametrize("call", [v3_bytes, v2_bytes, awaited_bytes])
def test_the_first_bytes_are_there_before_the_last_are_made(face: Face, call: Any) -> None:
    with slow(chunk(b"first"), chunk(b"last") + b"0\r\n\r\n") as server:

        async def scenario(client: Any) -> list[bytes]:
            got = []
            async for piece in await call(client):
                got.append(piece)
                server.go_on.set()  # the rest is sent only now that the first has been seen
            return got

        assert face.run(scenario, base_url=server.url) == [b"first", b"last"]


def test_an_answer_is_read_on_after_its_client_was_let_go() -> None:
    with slow(chunk(b"first"), chunk(b"last") + b"0\r\n\r\n") as server:
        audio = cartesia.Cartesia(base_url=server.url).tts.bytes(
            model_id="sonic",
            transcript="x",
            voice={"id": "v"},
            output_format={"container": "raw", "encoding": "pcm_s16le", "sample_rate": 8000},
        )
        got = []
        for piece in audio:
            got.append(piece)
            gc.collect()
            server.go_on.set()
        assert got == [b"first", b"last"]


@pytest.mark.parametrize("shape", [{"voice": "v"}, {"voice_id": "v"}, {"voice_embedding": [0.0] * 192}])
def test_the_first_event_is_there_before_the_last_is_made(face: Face, shape: Any) -> None:
    event = b'event: chunk\ndata: {"type":"chunk","data":"AAEC","done":false}\n\n'
    done = b'event: done\ndata: {"type":"done","done":true}\n\n'
    with slow(chunk(event), chunk(done) + b"0\r\n\r\n") as server:

        async def scenario(client: Any) -> list[Any]:
            got = []
            async for output in await client.tts.sse(model_id="m", transcript="x", output_format=RAW, **shape):
                got.append(output)
                server.go_on.set()
            return got

        outputs = face.run(scenario, base_url=server.url)
    if "voice" in shape:
        assert [output.type for output in outputs] == ["chunk", "done"]
    else:
        assert outputs == [{"audio": b"\x00\x01\x02"}]


def sse(*events: dict[str, Any]) -> httpx.Response:
    return httpx.Response(200, content=b"".join(b"data: %s\n\n" % msgspec.json.encode(event) for event in events))


CHUNK = {"type": "chunk", "data": "AAEC", "done": False}
DONE = {"type": "done", "done": True}
FAILED = {"type": "error", "error": "Internal error: it broke", "status_code": 500, "done": True}


async def v1_sse(client: Any, **more: Any) -> Any:
    return await client.tts.sse("sonic", "x", RAW, voice_id="v", **more)


def test_the_first_generations_answer_in_one(face: Face) -> None:
    async def scenario(client: Any) -> Any:
        return await v1_sse(client, stream=False)

    assert face.run(scenario, lambda _: sse(CHUNK, CHUNK, DONE)) == {"audio": b"\x00\x01\x02" * 2}


def test_an_error_event_is_raised_to_the_first_generation(face: Face) -> None:
    got: list[Any] = []

    async def scenario(client: Any) -> None:
        async for output in await v1_sse(client):
            got.append(output)

    with pytest.raises(RuntimeError, match="Internal error: it broke"):
        face.run(scenario, lambda _: sse(CHUNK, FAILED))
    assert got == [{"audio": b"\x00\x01\x02"}]


def test_an_error_event_is_given_to_later_generations(face: Face) -> None:
    async def scenario(client: Any) -> Any:
        call = client.tts.generate_sse(model_id="m", transcript="x", voice="v", output_format=RAW)
        return [event async for event in call]

    events = face.run(scenario, lambda _: sse(CHUNK, FAILED))
    assert [event.type for event in events] == ["chunk", "error"]
    assert (events[1].title, events[1].message) == ("Internal error", "it broke")


@pytest.mark.parametrize("shape", [{"voice": "v"}, {"voice_id": "v"}])
def test_events_that_stop_without_an_end_are_an_error(face: Face, shape: Any) -> None:
    async def scenario(client: Any) -> None:
        async for _ in await client.tts.sse(model_id="m", transcript="x", output_format=RAW, **shape):
            pass

    with pytest.raises(APIConnectionError, match="ended before the speech did"):
        face.run(scenario, lambda _: sse(CHUNK))


def test_a_body_that_stops_half_way_is_an_error(face: Face) -> None:
    with slow(chunk(b"first"), b"5\r\nla") as server:
        server.go_on.set()

        async def scenario(client: Any) -> Any:
            return await client.tts.bytes(model_id="sonic", transcript="x", voice_id="v", output_format=RAW)

        with pytest.raises(APIConnectionError, match="broke"):
            face.run(scenario, base_url=server.url, max_retries=0)


def streamed_wav(samples: int) -> bytes:
    return wav_header("pcm_s16le", 8000) + bytes(2 * samples)


@pytest.mark.parametrize("way", ["read", "write_to_file", "v1"])
def test_a_wav_file_says_how_long_it_is(face: Face, way: str, tmp_path: Path) -> None:
    path = tmp_path / "speech.wav"

    async def scenario(client: Any) -> None:
        if way == "v1":
            wav = await client.tts.bytes(model_id="m", transcript="x", voice_id="v", output_format=RAW)
            assert isinstance(wav, bytes)
            path.write_bytes(wav)
            return
        audio = await client.tts.generate(model_id="m", transcript="x", voice="v", output_format=RAW)
        if way == "read":
            path.write_bytes(await audio.read())
            assert await audio.read() == path.read_bytes()
        await audio.write_to_file(path)

    face.run(scenario, lambda _: httpx.Response(200, content=streamed_wav(800)))
    with wave.open(str(path)) as opened:
        assert (opened.getnframes(), opened.getframerate()) == (800, 8000)
    assert path.stat().st_size == len(streamed_wav(800))


def test_only_headers_without_a_length_are_completed() -> None:
    head = streamed_wav(10)
    completed = complete_wav_header(head[:44], len(head))
    with wave.open(io.BytesIO(completed + head[44:])) as opened:
        assert opened.getnframes() == 10
    assert complete_wav_header(completed, len(head)) == b""
    assert complete_wav_header(b"\x00" * 100, 100) == b""
    assert complete_wav_header(b"", 0) == b""
    assert UNKNOWN_LENGTH.to_bytes(4, "little") in head


def test_raw_audio_is_written_as_it_is(face: Face, tmp_path: Path) -> None:
    async def scenario(client: Any) -> None:
        audio = await client.tts.generate(model_id="m", transcript="x", voice="v", output_format=RAW)
        await audio.write_to_file(str(tmp_path / "a.raw"))

    face.run(scenario, lambda _: httpx.Response(200, content=b"RIFFraff" * 20))
    assert (tmp_path / "a.raw").read_bytes() == b"RIFFraff" * 20


def test_pieces_of_a_size(face: Face) -> None:
    async def scenario(client: Any) -> Any:
        audio = await client.tts.generate(model_id="m", transcript="x", voice="v", output_format=RAW)
        return [len(piece) async for piece in audio.iter_bytes(4)]

    assert face.run(scenario, lambda _: httpx.Response(200, content=bytes(10))) == [4, 4, 2]


def test_a_refusal_is_raised_by_the_call_itself(face: Face) -> None:
    async def scenario(client: Any) -> None:
        with pytest.raises(cartesia.BadRequestError, match="Invalid transcript: empty"):
            await client.tts.generate(model_id="m", transcript="", voice="v", output_format=RAW)
        with pytest.raises(ValueError, match="Invalid transcript: empty"):
            await client.tts.bytes(model_id="m", transcript="", voice_id="v", output_format=RAW)
        with pytest.raises(RuntimeError, match="Invalid transcript: empty"):
            await client.tts.sse(model_id="m", transcript="", voice_id="v", output_format=RAW)

    face.run(scenario, lambda _: httpx.Response(400, text="Invalid transcript: empty"))


def test_no_voice(face: Face) -> None:
    async def scenario(client: Any) -> None:
        for method in (client.tts.bytes, client.tts.sse):
            with pytest.raises(ValueError, match="which voice"):
                await method(model_id="m", transcript="x", output_format=RAW)

    face.run(scenario, lambda _: httpx.Response(500))


def test_requests_of_the_first_generation(face: Face) -> None:
    bodies: list[Any] = []

    def handler(request: httpx.Request) -> httpx.Response:
        bodies.append(msgspec.json.decode(request.content))
        return httpx.Response(200, content=b"")

    embedding = [0.5] * 192

    async def scenario(client: Any) -> None:
        common = {"model_id": "m", "transcript": "x", "output_format": RAW}
        await client.tts.bytes(**common, voice_id="v", _experimental_voice_controls={"speed": "fast"}, duration=3)
        await client.tts.bytes(**common, voice_id="v", voice_embedding=embedding, language="en")
        await client.tts.generate(**common, voice="v", generation_config={"speed": 1.2})

    face.run(scenario, handler)
    common = {"model_id": "m", "transcript": "x", "output_format": RAW}
    named = {"mode": "id", "id": "v"}
    assert bodies == [
        {**common, "voice": {**named, "__experimental_controls": {"speed": "fast"}}, "duration": 3},
        {**common, "voice": {"mode": "embedding", "id": "v", "embedding": embedding}, "language": "en"},
        {**common, "voice": named, "generation_config": {"speed": 1.2}},
    ]


def test_audio_is_taken_once(face: Face, tmp_path: Path) -> None:
    async def scenario(client: Any) -> None:
        async def audio() -> Any:
            return await client.tts.generate(model_id="m", transcript="x", voice="v", output_format=RAW)

        whole = await audio()
        assert await whole.read() == bytes(10)
        assert [piece async for piece in whole.iter_bytes(4)] == [bytes(4), bytes(4), bytes(2)]
        await whole.write_to_file(tmp_path / "a.raw")
        assert (tmp_path / "a.raw").read_bytes() == bytes(10)
        begun = await audio()
        assert [piece async for piece in begun.iter_bytes()] == [bytes(10)]
        for take in (begun.read, lambda: begun.write_to_file(tmp_path / "b.raw")):
            with pytest.raises(cartesia.CartesiaError, match="already read piece by piece"):
                await take()
        assert not (tmp_path / "b.raw").exists()
        closed = await audio()
        await closed.close()
        with pytest.raises(cartesia.CartesiaError, match="closed before it was read"):
            await closed.read()

    face.run(scenario, lambda _: httpx.Response(200, content=bytes(10)))


def test_options_of_single_calls_are_not_sent_as_fields(face: Face) -> None:
    asked: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, content=b"")

    async def scenario(client: Any) -> None:
        said = {"model_id": "m", "transcript": "x", "voice": "v", "output_format": RAW}
        options = {"timeout": 7, "extra_headers": {"X-Mine": "1"}, "extra_query": {"q": [1, 2]}}
        await client.tts.bytes(**said, **options, extra_body={"save": True})
        await client.tts.generate(**said, **options, extra_body={"save": True})
        await client.tts.sse(**said, **options, request_options={"additional_body_parameters": {"save": True}})

    face.run(scenario, handler)
    assert len(asked) == 3
    for request in asked:
        assert (request.headers["x-mine"], request.url.query) == ("1", b"q=1&q=2")
        assert request.extensions["timeout"]["read"] == 7
        body = msgspec.json.decode(request.content)
        assert body.keys() == {"model_id", "transcript", "voice", "output_format", "save"}


def test_embeddings_may_be_of_numpy(face: Face) -> None:
    import numpy as np

    bodies: list[Any] = []

    def handler(request: httpx.Request) -> httpx.Response:
        bodies.append(msgspec.json.decode(request.content))
        return httpx.Response(200, content=b"")

    async def scenario(client: Any) -> None:
        embedding = list(0.5 * np.ones(192, np.float32))
        await client.tts.bytes(model_id="m", transcript="x", voice_embedding=embedding, output_format=RAW)

    face.run(scenario, handler)
    assert bodies[0]["voice"]["embedding"] == [0.5] * 192
