"""`ws.context()` as programs of the first and second generation use it."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from websockets.sync.client import ClientConnection

import cartesia
from cartesia import Cartesia
from cartesia.errors import APITimeoutError
from conversations import RAW, items, on_websocket, settled
from faces import Face
from scripted_server import Peer, converse, scripted

EMBEDDING = [0.5] * 192


def audio(outputs: list[Any]) -> str:
    """Return the text that was heard, from outputs of either generation."""
    return b"".join(output["audio"] for output in outputs if output.get("audio")).decode()


def test_the_first_generation(face: Face) -> None:
    requests: list[dict[str, Any]] = []

    def script(peer: Peer) -> None:
        context = "c"
        for _ in range(3):
            requests.append(peer.read())
        peer.chunk(context, b"\x01\x02")
        peer.send("timestamps", context, word_timestamps={"words": ["a"], "start": [0.0], "end": [0.5]})
        peer.send("done", context)

    async def scenario(ws: Any) -> None:
        ctx = await settled(ws.context("c"))
        assert ctx.context_id == "c"
        await ctx.send("sonic", "a ", RAW, "v", None, "c", continue_=True, add_timestamps=True, duration=5)
        await ctx.send(
            model_id="sonic",
            transcript="b",
            output_format=RAW,
            voice_embedding=EMBEDDING,
            continue_=True,
            _experimental_voice_controls={"speed": "fast"},
        )
        assert not await settled(ctx.is_closed())
        await ctx.no_more_inputs()
        assert await items(ctx.receive()) == [
            {"audio": b"\x01\x02", "context_id": "c"},
            {"word_timestamps": {"words": ["a"], "start": [0.0], "end": [0.5]}, "context_id": "c"},
        ]
        assert await settled(ctx.is_closed())

    on_websocket(face, script, scenario)
    common = {"model_id": "sonic", "output_format": RAW, "context_id": "c"}
    embedded = {"mode": "embedding", "embedding": EMBEDDING, "__experimental_controls": {"speed": "fast"}}
    first = {"voice": {"mode": "id", "id": "v"}, "transcript": "a ", "add_timestamps": True, "duration": 5}
    assert requests == [
        {**common, **first, "continue": True},
        {**common, "voice": embedded, "transcript": "b", "continue": True},
        {**common, "voice": embedded, "transcript": "", "continue": False},
    ]


def test_a_text_of_the_first_generation_is_all_there_is_unless_it_says_so(face: Face) -> None:
    async def scenario(ws: Any) -> None:
        ctx = await settled(ws.context())
        await ctx.send("sonic", "all of it", RAW, voice_id="v")
        with pytest.raises(ValueError, match="takes no more text"):
            await ctx.send("sonic", "more", RAW, voice_id="v")
        assert audio(await items(ctx.receive())) == "all of it"

    on_websocket(face, converse, scenario)


def test_the_second_generation_gets_objects_and_may_go_on_by_itself(face: Face) -> None:
    async def scenario(ws: Any) -> None:
        ctx = await settled(ws.context())
        await ctx.send(model_id="sonic-2", transcript="one ", output_format=RAW, voice={"mode": "id", "id": "v"})
        await ctx.send(model_id="sonic-2", transcript="two", output_format=RAW, voice={"mode": "id", "id": "v"})
        await ctx.no_more_inputs()
        outputs = await items(ctx.receive())
        assert {type(output).__name__ for output in outputs} == {"WebSocketTtsOutput"}
        assert b"".join(output.audio for output in outputs) == b"one two"

    on_websocket(face, converse, scenario)


def test_the_third_generation_on_the_same_connection(face: Face) -> None:
    async def scenario(ws: Any) -> None:
        ctx = await settled(ws.context())
        await ctx.push("one", voice="v")
        await ctx.no_more_inputs()
        assert [event.type for event in await items(ctx.receive())] == ["chunk", "done"]

    on_websocket(face, converse, scenario)


@pytest.mark.parametrize("first_flush", [0, 1, None], ids=["from 0", "from 1", "absent"])
def test_flushes(face: Face, first_flush: int | None) -> None:
    async def scenario(ws: Any) -> None:
        ctx = await settled(ws.context())
        await ctx.send("sonic", "one", RAW, voice_id="v", continue_=True)
        first = await ctx.flush()
        await ctx.send("sonic", "two", RAW, voice_id="v", continue_=True, flush=True)
        await ctx.send("sonic", "rest", RAW, voice_id="v", continue_=True)
        await ctx.no_more_inputs()
        assert audio(await items(first())) == "one"
        assert audio(await items(ctx.receive())) == "tworest"

    on_websocket(face, lambda peer: converse(peer, first_flush), scenario)


def test_texts_that_cannot_be_sent(face: Face) -> None:
    async def scenario(ws: Any) -> None:
        ctx = await settled(ws.context("mine"))
        with pytest.raises(ValueError, match="this is context 'mine', not 'other'"):
            await ctx.send("sonic", "a", RAW, voice_id="v", context_id="other")
        with pytest.raises(ValueError, match="which voice"):
            await ctx.send("sonic", "a", RAW)
        with pytest.raises(ValueError, match="'mine' is already open"):
            await settled(ws.context("mine"))
        for voice in ({"voice_id": "v"}, {"voice": "v"}):
            fresh = await settled(ws.context())
            with pytest.raises(ValueError, match="an empty transcript"):
                await fresh.send("sonic", "", RAW, continue_=True, **voice)

    on_websocket(face, lambda peer: None, scenario)


@pytest.mark.parametrize("voice", [{"voice_id": "v"}, {"voice": "v"}])
def test_an_error_is_raised(face: Face, voice: dict[str, str]) -> None:
    def script(peer: Peer) -> None:
        context = peer.read()["context_id"]
        peer.send("error", context, error="Voice not found: no voice 'v'", status_code=404)
        converse(peer)

    async def scenario(ws: Any) -> None:
        ctx = await settled(ws.context())
        await ctx.send("sonic", "a", RAW, continue_=False, **voice)
        with pytest.raises(RuntimeError, match="Voice not found: no voice 'v'") as caught:
            await items(ctx.receive())
        assert isinstance(caught.value, cartesia.NotFoundError)
        again = await settled(ws.context())
        await again.send("sonic", "a", RAW, continue_=False, **voice)
        assert audio(await items(again.receive())) == "a"

    on_websocket(face, script, scenario)


def test_the_timeout_of_the_client_is_for_each_message(face: Face) -> None:
    released = threading.Event()

    def script(peer: Peer) -> None:
        peer.read()
        released.wait(10)

    async def scenario(ws: Any) -> None:
        ctx = await settled(ws.context())
        await ctx.send("sonic", "a", RAW, voice_id="v")
        with pytest.raises(RuntimeError, match="nothing came for context") as caught:
            await items(ctx.receive())
        released.set()
        assert isinstance(caught.value, TimeoutError)
        assert isinstance(caught.value, APITimeoutError)

    on_websocket(face, script, scenario, timeout=0.1)


def test_whole_utterances_and_contexts_share_a_connection(face: Face) -> None:
    async def scenario(ws: Any) -> None:
        ctx = await settled(ws.context())
        await ctx.send("sonic", "context", RAW, voice_id="v")
        assert audio(await items(await ws.send("sonic", "whole", RAW, voice_id="v"))) == "whole"
        assert audio(await items(ctx.receive())) == "context"

    on_websocket(face, converse, scenario)


def test_the_asynchronous_client_takes_texts_one_by_one() -> None:
    async def scenario(ws: Any) -> None:
        ctx = ws.context()
        with pytest.raises(TypeError, match="send each as it comes"):
            await ctx.send("sonic", iter(["a"]), RAW, voice_id="v")

    on_websocket(Face(blocking=False), lambda peer: None, scenario)


# --- an iterator of texts, on the blocking client ---


@pytest.mark.parametrize("voice", [{"voice_id": "v"}, {"voice": "v"}])
def test_an_iterator_of_texts(voice: dict[str, Any]) -> None:
    with scripted(converse) as url, Cartesia(base_url=url) as client:
        ws = client.tts.websocket()
        stream = ws.context().send(
            model_id="sonic", transcript=iter(["Hello, ", "", "world."]), output_format=RAW, **voice
        )
        outputs = list(stream)
        ws.close()
    assert audio(outputs) == "Hello, world."
    assert all(output["audio"] for output in outputs)


@pytest.mark.parametrize("text", [b"bytes", 5])
def test_an_iterator_of_other_things(text: Any) -> None:
    with scripted(converse) as url, Cartesia(base_url=url) as client:
        ws = client.tts.websocket()
        outputs = ws.context().send(model_id="sonic", transcript=iter(["a", text]), output_format=RAW, voice_id="v")
        with pytest.raises(TypeError, match=f"each text should be a str, not {type(text).__name__}"):
            list(outputs)
        ws.close()


def test_audio_comes_out_while_texts_go_in() -> None:
    heard: list[Any] = []
    sent: list[str] = []

    def texts() -> Iterator[str]:
        while not heard and len(sent) < 500:  # else it would go on until nobody believes in it any more
            sent.append(f"<{len(sent)}>")
            yield sent[-1]
            threading.Event().wait(0.01)
        assert heard, "nothing was heard before the text was complete"

    with scripted(converse) as url, Cartesia(base_url=url) as client:
        ws = client.tts.websocket()
        for output in ws.context().send("sonic", texts(), RAW, voice_id="v"):
            heard.append(output)
        ws.close()
    assert audio(heard) == "".join(sent)


def test_waiting_does_not_poll_the_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    """The socket is read once for each message, and checked once or twice for each text."""
    asked = 0
    recv = ClientConnection.recv

    def counting(self: ClientConnection, *args: Any, **kwargs: Any) -> Any:
        nonlocal asked
        asked += 1
        return recv(self, *args, **kwargs)

    monkeypatch.setattr(ClientConnection, "recv", counting)

    def script(peer: Peer) -> None:
        for _ in range(3):
            peer.read()
        context = peer.read()["context_id"]
        threading.Event().wait(0.1)
        for _ in range(10):
            peer.chunk(context)
        threading.Event().wait(0.1)
        peer.send("done", context)

    with scripted(script) as url, Cartesia(base_url=url) as client:
        ws = client.tts.websocket()
        assert len(list(ws.context().send("sonic", iter(["a", "b", "c"]), RAW, voice_id="v"))) == 10
        ws.close()
    assert asked < 11 + 3 * 3 + 5


def test_a_context_that_is_left_early_is_cancelled() -> None:
    requests: list[dict[str, Any]] = []

    def script(peer: Peer) -> None:
        requests.append(peer.read())
        peer.chunk(requests[0]["context_id"])
        while not requests[-1].get("cancel"):
            requests.append(peer.read())

    with scripted(script) as url, Cartesia(base_url=url) as client:
        ws = client.tts.websocket()
        ctx = ws.context()
        stream = ctx.send("sonic", iter("ab"), RAW, voice_id="v")
        assert next(stream)["audio"]
        stream.close()
        assert ctx.is_closed()
        ws.close()
    assert requests[-1] == {"context_id": ctx.context_id, "cancel": True}


def test_an_iterator_stops_when_the_server_fails() -> None:
    def script(peer: Peer) -> None:
        peer.send("error", peer.read()["context_id"], error="Engine: broke", status_code=500)
        failed.set()

    def texts() -> Iterator[str]:
        yield "a"
        failed.wait(10)
        for _ in range(1000):
            yield "b"
            threading.Event().wait(0.01)

    failed = threading.Event()
    with scripted(script) as url, Cartesia(base_url=url) as client:
        ws = client.tts.websocket()
        with pytest.raises(RuntimeError, match="Engine: broke"):
            list(ws.context().send("sonic", texts(), RAW, voice_id="v"))
        ws.close()


def test_an_iterator_without_texts() -> None:
    with scripted(lambda peer: None) as url, Cartesia(base_url=url) as client:
        ws = client.tts.websocket()
        assert list(ws.context().send("sonic", iter([]), RAW, voice_id="v")) == []
        with pytest.raises(ValueError, match="which voice"):
            ws.context().send("sonic", iter(["a"]), RAW)
        ws.close()
