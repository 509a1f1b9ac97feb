"""`tts.websocket_connect()` and its contexts, on both faces, against a server that follows the protocol."""

import asyncio
import functools
import threading
from collections.abc import Callable
from typing import Any

import pytest

from cartesia import AsyncCartesia, Cartesia
from cartesia.resources import tts
from cartesia.types import GenerationRequest
from conversations import RAW, connected, heard, items, known_contexts, settled, types
from faces import Face
from scripted_server import Peer, converse, scripted

VOICE = {"mode": "id", "id": "v"}


def recording(requests: list[dict[str, Any]]) -> Callable[[Peer], None]:
    """Make a server that follows the protocol and records what it is sent."""

    def script(peer: Peer) -> None:
        read = peer.read

        def recorded_read() -> dict[str, Any]:
            requests.append(read())
            return requests[-1]

        peer.read = recorded_read  # type: ignore[method-assign]
        converse(peer)

    return script


def test_text_goes_in_and_audio_comes_out(face: Face) -> None:
    async def scenario(connection: Any) -> None:
        ctx = await settled(connection.context(voice="v"))
        for text in ("Hello, ", "", "wor", "ld."):
            await ctx.push(text)
        assert not await settled(ctx.is_closed())
        await ctx.no_more_inputs()
        events = await items(ctx.receive())
        assert heard(events) == "Hello, world."
        assert types(events)[-1] == "done"
        assert {event.context_id for event in events} == {ctx.context_id}
        assert await settled(ctx.is_closed())
        assert await items(ctx.receive()) == []

    connected(face, converse, scenario)


def test_what_is_sent(face: Face) -> None:
    requests: list[dict[str, Any]] = []

    async def scenario(connection: Any) -> None:
        plain = await settled(connection.context("plain", voice="v"))
        await plain.push("a")
        await plain.no_more_inputs()
        await plain.no_more_inputs()
        await plain.cancel()
        full = await settled(
            connection.context(
                "full",
                model_id="sonic-3",
                voice=VOICE,
                output_format=RAW,
                language="en",
                add_timestamps=True,
                add_phoneme_timestamps=True,
                generation_config={"speed": 1.2},
                max_buffer_delay_ms=0,
                pronunciation_dict_id="d",
                use_normalized_timestamps=True,
            )
        )
        await full.push("a", generation_config={"speed": 0.8}, extra=1)
        await full.push("b", flush=True, continue_=False)
        await items(full.receive())

    connected(face, recording(requests), scenario)
    defaults = {
        "model_id": "sonic-latest",
        "output_format": {"container": "raw", "encoding": "pcm_f32le", "sample_rate": 44100},
        "voice": VOICE,
    }
    given = {
        "model_id": "sonic-3",
        "voice": VOICE,
        "output_format": RAW,
        "language": "en",
        "add_timestamps": True,
        "add_phoneme_timestamps": True,
        "generation_config": {"speed": 1.2},
        "max_buffer_delay_ms": 0,
        "pronunciation_dict_id": "d",
        "use_normalized_timestamps": True,
        "context_id": "full",
    }
    first, closing, cancel, full, last = requests
    assert first == {**defaults, "transcript": "a", "context_id": "plain", "continue": True}
    assert closing == {**defaults, "transcript": "", "context_id": "plain", "continue": False}
    assert cancel == {"context_id": "plain", "cancel": True}
    assert full == {**given, "generation_config": {"speed": 0.8}, "extra": 1, "transcript": "a", "continue": True}
    assert last == {**given, "transcript": "b", "flush": True, "continue": False}


def test_there_is_no_hidden_voice(face: Face) -> None:
    requests: list[dict[str, Any]] = []

    async def scenario(connection: Any) -> None:
        ctx = await settled(connection.context())
        with pytest.raises(ValueError, match="which voice"):
            await ctx.push("hi")
        with pytest.raises(ValueError, match="which voice"):
            await ctx.send(transcript="hi")
        assert requests == []
        await ctx.send(transcript="a", voice="mine", model_id="sonic-3", output_format=RAW)
        await ctx.push("b")
        await ctx.no_more_inputs()
        assert heard(await items(ctx.receive())) == "ab"

    connected(face, recording(requests), scenario)
    assert [request["voice"]["id"] for request in requests] == ["mine"] * 3
    assert [request["model_id"] for request in requests] == ["sonic-3"] * 3
    assert [request["output_format"] for request in requests] == [RAW] * 3


@pytest.mark.parametrize("text", [b"hi", ["h", "i"], 5, None], ids=["bytes", "list", "number", "none"])
def test_only_text_can_be_pushed(face: Face, text: Any) -> None:
    async def scenario(connection: Any) -> None:
        ctx = await settled(connection.context(voice="v"))
        with pytest.raises(TypeError, match=f"push takes one text, not {type(text).__name__}"):
            await ctx.push(text)
        with pytest.raises(TypeError):
            await ctx.send(transcript=b"hi")
        await ctx.push("good", continue_=False)  # which has left no trace
        assert heard(await items(ctx.receive())) == "good"

    connected(face, converse, scenario)


def test_a_context_without_text_is_over_at_once(face: Face) -> None:
    requests: list[dict[str, Any]] = []

    async def scenario(connection: Any) -> None:
        ctx = await settled(connection.context(voice="v"))
        await ctx.push("")
        await ctx.no_more_inputs()
        assert await items(ctx.receive()) == []
        assert await settled(ctx.is_closed())
        with pytest.raises(ValueError, match="its input was closed"):
            await ctx.push("more")
        cancelled = await settled(connection.context(voice="v"))
        await cancelled.cancel()
        await cancelled.push("of no use")

    connected(face, recording(requests), scenario)
    assert requests == []


def test_text_after_the_end_of_the_text(face: Face) -> None:
    async def scenario(connection: Any) -> None:
        ctx = await settled(connection.context("c", voice="v"))
        await ctx.push("a", continue_=False)
        with pytest.raises(ValueError, match="'c' takes no more text: its input was closed"):
            await ctx.push("b")
        assert heard(await items(ctx.receive())) == "a"

    connected(face, converse, scenario)


def test_an_id_is_taken_while_its_context_is_open(face: Face) -> None:
    async def scenario(connection: Any) -> None:
        first = await settled(connection.context("c", voice="v"))
        with pytest.raises(ValueError, match="'c' is already open"):
            await settled(connection.context("c"))
        await first.push("a", continue_=False)
        await items(first.receive())
        assert (await settled(connection.context("c"))).context_id == "c"

    connected(face, converse, scenario)


def test_leaving_and_going_on(face: Face) -> None:
    async def scenario(connection: Any) -> None:
        ctx = await settled(connection.context(voice="v"))
        await ctx.push("one two three", continue_=False)
        got = []
        for _ in range(3):
            async for event in ctx.receive():
                got.append(event)
                break
        got += await items(ctx.receive())
        assert heard(got) == "one two three"
        assert types(got) == ["chunk"] * 4 + ["done"]

    connected(face, converse, scenario)


def test_leaving_a_context_manager_cancels(face: Face) -> None:
    requests: list[dict[str, Any]] = []

    async def scenario(connection: Any) -> None:
        async with await settled(connection.context("c", voice="v")) as ctx:
            await ctx.push("a")
        assert await settled(ctx.is_closed())
        assert known_contexts(connection) == 0
        async with await settled(connection.context("d", voice="v")) as ctx:
            await ctx.push("b", continue_=False)
            assert heard(await items(ctx.receive())) == "b"

    connected(face, recording(requests), scenario)
    assert [request for request in requests if request.get("cancel")] == [{"context_id": "c", "cancel": True}]


@pytest.mark.parametrize("first_flush", [0, 1, None], ids=["from 0", "from 1", "absent"])
def test_flushes(face: Face, first_flush: int | None) -> None:
    async def scenario(connection: Any) -> None:
        ctx = await settled(connection.context(voice="v"))
        before = []
        for text in ("one", "two"):
            await ctx.push(text)
            before.append(await ctx.flush())
        await ctx.push("rest")
        await ctx.no_more_inputs()
        assert heard(await items(before[0]())) == "one"
        assert heard(await items(before[1]())) == "two"
        rest = await items(ctx.receive())
        assert (heard(rest), types(rest)) == ("rest", ["chunk", "done"])

    connected(face, functools.partial(converse, first_flush=first_flush), scenario)


def test_flushes_whose_function_is_not_called(face: Face) -> None:
    async def scenario(connection: Any) -> None:
        ctx = await settled(connection.context(voice="v"))
        assert await items((await ctx.flush())()) == []  # there is nothing to flush yet
        await ctx.push("one")
        await ctx.flush()
        await ctx.push("two", flush=True)
        await ctx.no_more_inputs()
        last = await ctx.flush()
        events = await items(ctx.receive())
        assert types(events) == ["chunk", "flush_done", "chunk", "flush_done", "done"]
        assert await items(last()) == []

    connected(face, converse, scenario)


def test_messages_as_they_are(face: Face) -> None:
    requests: list[dict[str, Any]] = []

    async def scenario(connection: Any) -> None:
        own = await settled(connection.context(voice="v"))
        await own.push("own")
        await connection.send({"transcript": "one", "context_id": "x", "continue": True, "voice": VOICE})
        await connection.send(GenerationRequest(transcript="two", context_id="x", continue_=False))
        events = [await connection.recv()]
        async for event in connection:
            events.append(event)
            if event.type == "done":
                break
        assert (heard(events), types(events)) == ("onetwo", ["chunk", "chunk", "done"])
        await connection.send({"transcript": "anonymous"})
        async for event in connection:
            if event.type == "done":
                break
        await own.no_more_inputs()
        assert heard(await items(own.receive())) == "own"
        await connection.send({"transcript": "z", "context_id": "z", "continue": True})
        await connection.send({"context_id": "z", "cancel": True})
        await connection.send({"context_id": "unknown", "cancel": True})
        assert types([await connection.recv(), await connection.recv()]) == ["chunk", "done"]
        assert known_contexts(connection) == 0

    connected(face, recording(requests), scenario)
    assert requests[1] == {"transcript": "one", "context_id": "x", "continue": True, "voice": VOICE}
    assert len(requests[3]["context_id"]) == 36
    assert requests[-1] == {"context_id": "unknown", "cancel": True}


def test_entering(face: Face) -> None:
    async def scenario(client: Any) -> None:
        manager = await settled(client.tts.websocket_connect())
        for _ in range(2):
            first, second = await manager.enter(), await manager.enter()
            assert getattr(first, "_target", first) is getattr(second, "_target", second)
            ctx = await settled(first.context(voice="v"))
            await ctx.push("a", continue_=False)
            assert heard(await items(ctx.receive())) == "a"
            await first.close()

    with scripted(converse) as url:
        face.run(scenario, base_url=url)


def test_where_it_connects_to(face: Face) -> None:
    seen: list[Peer] = []

    def script(peer: Peer) -> None:
        seen.append(peer)
        converse(peer)

    async def scenario(client: Any) -> None:
        manager = await settled(
            client.tts.websocket_connect(
                extra_query={"a": 1},
                extra_headers={"X-Team": "t"},
                websocket_connection_options={"additional_headers": {"X-Team": "u"}},
            )
        )
        async with manager as connection:
            ctx = await settled(connection.context(voice="v"))
            await ctx.push("a", continue_=False)
            await items(ctx.receive())
        async with await settled(client.tts.websocket_connect({"b": 2}, {"X-Team": "t"})) as connection:
            ctx = await settled(connection.context(voice="v"))
            await ctx.push("a", continue_=False)
            await items(ctx.receive())

    with scripted(script) as url:
        face.run(scenario, base_url=url)
    assert [peer.path for peer in seen] == ["/tts/websocket?a=1", "/tts/websocket?b=2"]
    assert [peer.headers["X-Team"] for peer in seen] == ["u", "t"]


def test_neither_text_nor_key_is_logged(face: Face, caplog: pytest.LogCaptureFixture) -> None:
    async def scenario(connection: Any) -> None:
        ctx = await settled(connection.context(voice="v"))
        await ctx.push("my secret text", continue_=False)
        await items(ctx.receive())

    with caplog.at_level("DEBUG"):
        connected(face, converse, scenario, api_key="my-secret-key")
    mine = [record for record in caplog.records if not record.name.startswith("websockets.server")]
    assert not [record for record in mine if "secret" in record.getMessage()]


def test_the_published_names() -> None:
    for name in ("WebSocketContext", "TTSResourceConnection", "TTSResourceConnectionManager"):
        assert getattr(tts, name).__name__ == name
        assert getattr(tts, f"Async{name}").__name__ == f"Async{name}"


def texts_of(number: int) -> list[str]:
    return [f"<{number}:{piece}>" for piece in range(5)]


def test_eight_threads_on_one_connection() -> None:
    got: dict[int, str] = {}
    with scripted(converse) as url, Cartesia(base_url=url) as client, client.tts.websocket_connect() as connection:

        def speak(number: int) -> None:
            ctx = connection.context(voice="v")
            for text in texts_of(number):
                ctx.push(text)
            ctx.no_more_inputs()
            got[number] = heard(list(ctx.receive()))

        threads = [threading.Thread(target=speak, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        assert known_contexts(connection) == 0
    assert got == {number: "".join(texts_of(number)) for number in range(8)}


def test_two_hundred_tasks_on_one_connection() -> None:
    async def main(url: str) -> list[str]:
        async with AsyncCartesia(base_url=url) as client, client.tts.websocket_connect() as connection:

            async def speak(number: int) -> str:
                ctx = connection.context(voice="v")
                for text in texts_of(number):
                    await ctx.push(text)
                await ctx.no_more_inputs()
                return heard([event async for event in ctx.receive()])

            spoken = await asyncio.gather(*(speak(number) for number in range(200)))
            assert known_contexts(connection) == 0
            return spoken

    with scripted(converse) as url:
        assert asyncio.run(main(url)) == ["".join(texts_of(number)) for number in range(200)]
