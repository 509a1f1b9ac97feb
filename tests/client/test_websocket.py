"""`tts.websocket()` on both faces, against servers that follow the protocol and faulty ones."""

import asyncio
import threading
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

import cartesia
from cartesia import Cartesia
from cartesia.errors import APIError, APITimeoutError, WebSocketConnectionClosedError
from cartesia.types import RawOutputFormatParam
from faces import Face
from scripted_server import Peer, Script, scripted

RAW: RawOutputFormatParam = {"container": "raw", "encoding": "pcm_s16le", "sample_rate": 8000}
WORDS = {"words": ["hi", "you"], "start": [0.0, 0.5], "end": [0.5, 1.0]}


def one_utterance(peer: Peer) -> None:
    """Answer one request properly."""
    context = peer.read()["context_id"]
    peer.chunk(context, b"\x01\x02")
    peer.send("timestamps", context, word_timestamps=WORDS)
    peer.chunk(context, b"\x03\x04")
    peer.send("done", context)


def play(face: Face, script: Script, scenario: Any, **options: Any) -> Any:
    async def connected(client: Any) -> Any:
        ws = await client.tts.websocket()
        try:
            return await scenario(ws)
        finally:
            await ws.close()

    with scripted(script) as url:
        return face.run(connected, base_url=url, **options)


async def v1(ws: Any, **more: Any) -> list[Any]:
    return [output async for output in await ws.send("sonic", "hi you", RAW, voice_id="v", **more)]


async def v2(ws: Any, **more: Any) -> list[Any]:
    sent = await ws.send(model_id="sonic", transcript="hi you", output_format=RAW, voice="v", **more)
    return [output async for output in sent]


def test_the_first_generation_gets_dictionaries(face: Face) -> None:
    outputs = play(face, one_utterance, lambda ws: v1(ws, context_id="c", add_timestamps=True))
    assert outputs == [
        {"audio": b"\x01\x02", "context_id": "c"},
        {"word_timestamps": WORDS, "context_id": "c"},
        {"audio": b"\x03\x04", "context_id": "c"},
    ]
    assert all(type(output) is dict for output in outputs)


def test_later_generations_get_objects(face: Face) -> None:
    outputs = play(face, one_utterance, lambda ws: v2(ws, context_id="c"))
    assert [output.audio for output in outputs] == [b"\x01\x02", None, b"\x03\x04"]
    assert outputs[0]["audio"] == b"\x01\x02"
    assert outputs[0].keys() == ["audio", "context_id"]
    assert outputs[1].word_timestamps.words == ["hi", "you"]


def test_all_in_one(face: Face) -> None:
    async def first(ws: Any) -> Any:
        return await ws.send("sonic", "hi", RAW, voice_id="v", context_id="c", stream=False, add_timestamps=True)

    async def later(ws: Any) -> Any:
        return await ws.send("sonic", "hi", RAW, voice={"id": "v"}, context_id="c", stream=False)

    audio = b"\x01\x02\x03\x04"
    assert play(face, one_utterance, first) == {"audio": audio, "context_id": "c", "word_timestamps": WORDS}
    merged = play(face, one_utterance, later)
    assert (merged.audio, merged.word_timestamps["words"], merged.context_id) == (audio, ["hi", "you"], "c")


def test_what_is_sent(face: Face) -> None:
    seen: list[Any] = []

    def script(peer: Peer) -> None:
        request = peer.read()
        seen.append((peer.headers, peer.path, request))
        peer.send("done", request["context_id"])

    controls = {"speed": "fast", "emotion": ["positivity:high"]}

    async def scenario(ws: Any) -> None:
        await v1(ws, language="en", duration=5, _experimental_voice_controls=controls)

    play(face, script, scenario, api_key="k", default_query={"team": "a"})
    ((headers, path, request),) = seen
    assert (headers["Authorization"], headers["Cartesia-Version"]) == ("Bearer k", "2025-11-04")
    assert path == "/tts/websocket?team=a"
    context = request.pop("context_id")
    assert len(context) == 36
    assert request == {
        "model_id": "sonic",
        "transcript": "hi you",
        "voice": {"mode": "id", "id": "v", "__experimental_controls": controls},
        "output_format": RAW,
        "language": "en",
        "duration": 5,
        "continue": False,
    }


def test_no_voice(face: Face) -> None:
    async def scenario(ws: Any) -> None:
        with pytest.raises(ValueError, match="which voice"):
            await ws.send("sonic", "hi", RAW)

    play(face, lambda peer: None, scenario)


def test_bytes_are_no_text(face: Face) -> None:
    """They would be sent as base64, and be read out as such."""
    text: Any = b"hi"

    async def scenario(ws: Any) -> None:
        with pytest.raises(TypeError, match="should be a str, not bytes"):
            await ws.send("sonic", text, RAW, voice_id="v")

    play(face, lambda peer: None, scenario)


@pytest.mark.parametrize("shape", [v1, v2])
def test_an_error_is_raised(face: Face, shape: Any) -> None:
    def script(peer: Peer) -> None:
        context = peer.read()["context_id"]
        peer.send("error", context, error="Voice not found: no voice 'v'", status_code=404)
        one_utterance(peer)

    async def scenario(ws: Any) -> None:
        with pytest.raises(RuntimeError, match="Voice not found: no voice 'v'") as caught:
            await shape(ws)
        assert isinstance(caught.value, cartesia.NotFoundError)
        assert len(await shape(ws)) == 3  # the connection goes on

    play(face, script, scenario)


@pytest.mark.parametrize("code", [1000, 1006, 1011])
def test_a_connection_that_ends_in_the_middle(face: Face, code: int) -> None:
    def script(peer: Peer) -> None:
        peer.chunk(peer.read()["context_id"])
        if code == 1006:
            peer.cut()
        else:
            peer.socket.close(code, "said so")

    got: list[Any] = []

    async def scenario(ws: Any) -> None:
        async for output in await ws.send("sonic", "hi", RAW, voice_id="v", context_id="c"):
            got.append(output)

    with pytest.raises(WebSocketConnectionClosedError, match="before context 'c' was complete") as caught:
        play(face, script, scenario)
    assert isinstance(caught.value.__cause__, ConnectionClosed)
    assert len(got) == 1


def test_after_the_server_has_closed_the_next_utterance_reconnects(face: Face) -> None:
    def script(peer: Peer) -> None:
        one_utterance(peer)
        peer.socket.close(1000, "connection idle timeout")

    async def scenario(ws: Any) -> None:
        for _ in range(3):
            assert len(await v1(ws)) == 3
            socket = (ws._target if face.blocking else ws)._connection._socket
            for _ in range(500):  # until the library has heard of it: before, a message may still be lost on the way
                if socket.close_code is not None:
                    break
                await asyncio.sleep(0.01)

    play(face, script, scenario)


def test_nothing_leaks_from_one_utterance_to_the_next(face: Face) -> None:
    def script(peer: Peer) -> None:
        first = peer.read()["context_id"]
        peer.chunk(first, b"first")
        request = peer.read()
        assert request == {"context_id": first, "cancel": True}
        second = peer.read()["context_id"]
        peer.chunk(first, b"late")
        peer.send("done", first)
        peer.chunk("foreign", b"foreign")
        peer.send("surprise", second)
        peer.chunk(second, b"second")
        peer.send("done", second)
        peer.send("done", second)

    async def scenario(ws: Any) -> None:
        stream = await ws.send("sonic", "hi", RAW, voice_id="v")
        async for output in stream:
            assert output["audio"] == b"first"
            break
        await stream.aclose()
        assert [output["audio"] for output in await v1(ws)] == [b"second"]

    play(face, script, scenario)


def test_an_error_without_a_context_ends_all_contexts(face: Face) -> None:
    def script(peer: Peer) -> None:
        peer.read()
        peer.send("error", None, title="Overload", message="come back later", status_code=503)

    with pytest.raises(cartesia.InternalServerError, match="Overload: come back later"):
        play(face, script, v1)


def test_a_large_message(face: Face) -> None:
    def script(peer: Peer) -> None:
        context = peer.read()["context_id"]
        peer.chunk(context, bytes(5_000_000))
        peer.send("done", context)

    (output,) = play(face, script, v1)
    assert len(output["audio"]) == 5_000_000


def test_silence_runs_into_the_timeout(face: Face) -> None:
    released = threading.Event()

    def script(peer: Peer) -> None:
        peer.read()
        released.wait(10)

    async def scenario(ws: Any) -> None:
        with pytest.raises(APITimeoutError, match="nothing came for context"):
            await v1(ws)
        released.set()

    play(face, script, scenario, timeout=0.2)


@pytest.mark.parametrize("status", [401, 429, 503])
def test_a_refused_handshake(face: Face, status: int) -> None:
    from http import HTTPStatus

    from websockets.sync.server import serve

    def refuse(connection: Any, request: Any) -> Any:
        return connection.respond(HTTPStatus(status), "Title: not now\n")

    async def scenario(client: Any) -> None:
        await client.tts.websocket()

    with serve(lambda socket: None, "127.0.0.1", 0, process_request=refuse) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            url = f"http://127.0.0.1:{server.socket.getsockname()[1]}"
            with pytest.raises(cartesia.APIStatusError, match="not now") as caught:
                face.run(scenario, base_url=url, api_key="secret")
            assert caught.value.status_code == status
            assert "secret" not in str(caught.value)
        finally:
            server.shutdown()
            thread.join()


def test_no_server_there(face: Face) -> None:
    async def scenario(client: Any) -> None:
        await client.tts.websocket()

    with pytest.raises(APIError, match=r"could not connect to ws://127.0.0.1:9/tts/websocket.*is the server running"):
        face.run(scenario, base_url="http://127.0.0.1:9")


def test_threads_share_a_connection() -> None:
    """Eight threads each read their own context, though any of them may read for the others."""

    def script(peer: Peer) -> None:
        contexts = [peer.read()["context_id"] for _ in range(8)]
        for piece in range(20):
            for context in contexts:
                peer.chunk(context, f"{context}:{piece} ".encode())
        for context in contexts:
            peer.send("done", context)

    got: dict[str, bytes] = {}
    with scripted(script) as url, Cartesia(base_url=url) as client:
        ws = client.tts.websocket()

        def speak(name: str) -> None:
            outputs = ws.send("sonic", "hi", RAW, voice_id="v", context_id=name)
            got[name] = b"".join(output["audio"] for output in outputs)

        threads = [threading.Thread(target=speak, args=(f"t{n}",)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        ws.close()
    assert got == {f"t{n}": b"".join(f"t{n}:{piece} ".encode() for piece in range(20)) for n in range(8)}
