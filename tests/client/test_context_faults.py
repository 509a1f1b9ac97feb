"""Contexts on both faces, against faulty servers: nothing hangs or leaks, and no cut looks complete."""

import asyncio
import threading
from dataclasses import replace
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

import cartesia
from cartesia import Cartesia
from cartesia.errors import APITimeoutError, WebSocketConnectionClosedError
from conversations import connected, heard, items, known_contexts, router_of, settled, types
from faces import Face
from scripted_server import Peer, converse, scripted


async def open_context(connection: Any, context_id: str, *, more: bool = False) -> Any:
    """Open a context and send a text for it."""
    ctx = await settled(connection.context(context_id, voice="v"))
    await ctx.push("hi", continue_=more)
    return ctx


async def receive_all(ctx: Any) -> tuple[list[Any], Exception | None]:
    """Return what comes for a context, and what its `receive` raises."""
    events: list[Any] = []
    try:
        async for event in ctx.receive():
            events.append(event)
    except Exception as error:
        return events, error
    return events, None


async def until_closed(connection: Any) -> None:
    """Wait until the library has heard of the end of the connection."""
    socket = getattr(connection, "_target", connection)._connection._socket
    for _ in range(500):
        if socket is None or socket.close_code is not None:
            return
        await asyncio.sleep(0.01)


@pytest.mark.parametrize("code", [1000, 1006, 1011])
def test_a_connection_that_ends_mid_utterance_ends_all_that_had_started(face: Face, code: int) -> None:
    def script(peer: Peer) -> None:
        for _ in range(2):
            peer.chunk(peer.read()["context_id"], b"part")
        peer.end(code)

    async def scenario(connection: Any) -> None:
        for ctx in [await open_context(connection, "a"), await open_context(connection, "b")]:
            events, error = await receive_all(ctx)
            assert types(events) == ["chunk"]
            assert isinstance(error, WebSocketConnectionClosedError)
            assert isinstance(error.__cause__, ConnectionClosed)
            assert f"before context {ctx.context_id!r} was complete" in str(error)
            assert "1 of its messages had been sent, and 1 events had come" in str(error)
            assert isinstance((await receive_all(ctx))[1], WebSocketConnectionClosedError)
            assert await settled(ctx.is_closed())
        assert known_contexts(connection) == 0

    connected(face, script, scenario)


def test_half_a_message(face: Face) -> None:
    def script(peer: Peer) -> None:
        peer.half_a_message(peer.read()["context_id"])

    async def scenario(connection: Any) -> None:
        events, error = await receive_all(await open_context(connection, "a"))
        assert events == []
        assert isinstance(error, WebSocketConnectionClosedError)

    connected(face, script, scenario)


def test_closing_ends_all_contexts(face: Face) -> None:
    async def scenario(connection: Any) -> None:
        started = await open_context(connection, "a", more=True)
        fresh = await settled(connection.context("fresh", voice="v"))
        await connection.close()
        for ctx in (started, fresh):
            assert isinstance((await receive_all(ctx))[1], WebSocketConnectionClosedError)

    connected(face, converse, scenario)


def test_after_an_idle_close_new_contexts_work_and_started_ones_report_the_loss(face: Face) -> None:
    connections: list[Peer] = []

    def script(peer: Peer) -> None:
        connections.append(peer)
        if len(connections) == 1:
            peer.read()
            peer.socket.close(1000, "connection idle timeout")
        else:
            converse(peer)

    async def scenario(connection: Any) -> None:
        started = await open_context(connection, "started", more=True)
        fresh = await settled(connection.context("fresh", voice="v"))
        await until_closed(connection)
        with pytest.raises(WebSocketConnectionClosedError, match="'started' was complete") as caught:
            await started.push("more")
        assert caught.value.context_id == "started"
        assert '"transcript":"more"' in caught.value.unsent_messages[0]
        with pytest.raises(WebSocketConnectionClosedError):
            await started.no_more_inputs()
        await started.cancel()
        await fresh.push("new", continue_=False)
        assert heard(await items(fresh.receive())) == "new"
        again = await open_context(connection, "again")
        assert heard(await items(again.receive())) == "hi"

    connected(face, script, scenario)
    assert len(connections) == 2


def test_what_came_before_an_idle_close_is_not_lost(face: Face) -> None:
    connections: list[Peer] = []

    def script(peer: Peer) -> None:
        connections.append(peer)
        context = peer.read()["context_id"]
        peer.chunk(context, b"whole")
        peer.send("done", context)
        peer.socket.close(1000, "connection idle timeout")

    async def scenario(connection: Any) -> None:
        first = await open_context(connection, "first")
        await until_closed(connection)
        second = await open_context(connection, "second")
        for ctx in (first, second):
            events, error = await receive_all(ctx)
            assert (heard(events), types(events), error) == ("whole", ["chunk", "done"], None)

    connected(face, script, scenario)
    assert len(connections) == 2


def test_a_server_that_is_gone(face: Face, monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario(connection: Any) -> None:
        ctx = await settled(connection.context(voice="v"))
        await until_closed(connection)
        core = getattr(connection, "_target", connection)._connection
        gone = replace(core._handshake(), url="ws://127.0.0.1:9/")
        monkeypatch.setattr(core, "_handshake", lambda: gone)
        for _ in range(2):  # nothing of it has got out, so it may be tried again
            with pytest.raises(cartesia.APIConnectionError, match="could not connect"):
                await ctx.push("hi", continue_=False)

    connected(face, lambda peer: None, scenario)


def test_an_error_event_is_the_last_event_and_is_not_raised(face: Face) -> None:
    def script(peer: Peer) -> None:
        context = peer.read()["context_id"]
        peer.send("error", context, title="Voice not found", message="no voice 'v'", status_code=404)
        converse(peer)

    async def scenario(connection: Any) -> None:
        ctx = await open_context(connection, "a", more=True)
        events, error = await receive_all(ctx)
        assert (types(events), error) == (["error"], None)
        assert events[0].message == "no voice 'v'"
        await ctx.push("of no use")
        await ctx.no_more_inputs()
        assert await settled(ctx.is_closed())
        assert heard((await receive_all(await open_context(connection, "b")))[0]) == "hi"

    connected(face, script, scenario)


def test_an_error_without_a_context_ends_all_contexts(face: Face) -> None:
    def script(peer: Peer) -> None:
        for _ in range(3):
            peer.read()
        peer.send("error", None, title="Overload", message="come back later", status_code=503)

    async def scenario(connection: Any) -> None:
        ctxs = [await open_context(connection, "a"), await open_context(connection, "b")]
        await connection.send({"transcript": "hi", "context_id": "c"})
        for ctx in ctxs:
            events, error = await receive_all(ctx)
            assert ([event.message for event in events], error) == (["come back later"], None)
        assert (await connection.recv()).title == "Overload"
        assert known_contexts(connection) == 0

    connected(face, script, scenario)


def test_a_failed_flush(face: Face) -> None:
    def script(peer: Peer) -> None:
        context = peer.read()["context_id"]
        peer.read()
        peer.chunk(context, b"part")
        peer.send("error", context, error="Engine: broke", status_code=500)

    async def scenario(connection: Any) -> None:
        ctx = await open_context(connection, "a", more=True)
        before = await ctx.flush()
        assert types(await items(before())) == ["chunk", "error"]
        assert types(await items(ctx.receive())) == ["error"]

    connected(face, script, scenario)


def test_unknown_types_foreign_contexts_and_second_ends(face: Face) -> None:
    def script(peer: Peer) -> None:
        a, b = peer.read()["context_id"], peer.read()["context_id"]
        peer.send("heartbeat", a, beat=1)
        peer.chunk("foreign", b"foreign")
        peer.send("done", "foreign")
        peer.send("done", None)
        peer.socket.send("no JSON")
        peer.socket.send(b"\xff\x00")
        peer.send("done", a)
        peer.send("done", a)
        peer.chunk(a, b"after the end")
        peer.chunk(b, b"mine")
        peer.send("done", b)

    async def scenario(connection: Any) -> None:
        a, b = await open_context(connection, "a"), await open_context(connection, "b")
        events = await items(a.receive())
        assert types(events) == ["unknown", "done"]
        assert events[0].body["beat"] == 1
        events = await items(b.receive())
        assert (heard(events), types(events)) == ("mine", ["chunk", "done"])

    connected(face, script, scenario)


def test_late_frames_after_a_cancel_are_dropped(face: Face) -> None:
    def script(peer: Peer) -> None:
        first = peer.read()["context_id"]
        peer.chunk(first, b"first")
        assert peer.read() == {"context_id": first, "cancel": True}
        second = peer.read()["context_id"]
        peer.chunk(first, b"late")
        peer.send("done", first)
        peer.chunk(second, b"second")
        peer.send("done", second)

    async def scenario(connection: Any) -> None:
        first = await open_context(connection, "a", more=True)
        await first.cancel()
        await first.cancel()
        assert await items(first.receive()) == []
        await first.push("of no use")
        await first.no_more_inputs()
        events = await items((await open_context(connection, "b")).receive())
        assert (heard(events), types(events)) == ("second", ["chunk", "done"])

    connected(face, script, scenario)


def silent(peer: Peer) -> None:
    """Read what comes, and send nothing."""
    try:
        while True:
            peer.read()
    except ConnectionClosed:
        pass


def test_a_cancel_ends_a_receive_that_waits(face: Face) -> None:
    """Also where the server says nothing to it."""

    async def scenario(connection: Any) -> None:
        ctx = await open_context(connection, "a", more=True)
        if face.blocking:
            threading.Timer(0.05, ctx._target.cancel).start()
            assert await items(ctx.receive()) == []
        else:
            receiving = asyncio.create_task(items(ctx.receive()))
            await asyncio.sleep(0.01)
            await ctx.cancel()
            assert await receiving == []
        assert known_contexts(connection) == 0

    connected(face, silent, scenario)


def test_silence_runs_into_the_timeout_and_leaves_nothing(face: Face) -> None:
    told: list[Any] = []

    def script(peer: Peer) -> None:
        context = peer.read()["context_id"]
        peer.chunk(context)
        told.append(peer.read())

    async def scenario(connection: Any) -> None:
        ctx = await settled(connection.context("a", voice="v", timeout=0.1))
        await ctx.push("hi", continue_=False)
        events, error = await receive_all(ctx)
        assert types(events) == ["chunk"]
        assert isinstance(error, APITimeoutError)
        assert isinstance(error, TimeoutError)
        assert "nothing came for context 'a' in 0.1 seconds" in str(error)
        assert isinstance((await receive_all(ctx))[1], APITimeoutError)
        with pytest.raises(APITimeoutError):
            await ctx.push("more")
        assert known_contexts(connection) == 0

    connected(face, script, scenario)
    assert told == [{"context_id": "a", "cancel": True}]


def test_a_context_that_the_server_ends_before_its_text_is_complete(face: Face) -> None:
    def script(peer: Peer) -> None:
        context = peer.read()["context_id"]
        peer.send("done", context)
        sent.set()
        silent(peer)

    async def scenario(connection: Any) -> None:
        ctx = await open_context(connection, "a", more=True)
        sent.wait(10)

        async def push_on() -> None:
            for _ in range(500):  # until the library has heard of it
                await ctx.push("more")
                await asyncio.sleep(0.01)

        with pytest.raises(ValueError, match="the server has ended it"):
            await push_on()
        await ctx.no_more_inputs()
        assert types(await items(ctx.receive())) == ["done"]

    sent = threading.Event()
    connected(face, script, scenario)


def test_a_message_of_five_megabytes(face: Face) -> None:
    def script(peer: Peer) -> None:
        context = peer.read()["context_id"]
        peer.chunk(context, bytes(5_000_000))
        peer.send("done", context)

    async def scenario(connection: Any) -> None:
        events = await items((await open_context(connection, "a")).receive())
        assert [len(event.audio) for event in events[:-1]] == [5_000_000]

    connected(face, script, scenario)


def test_pings_are_answered_while_the_program_does_something_else(face: Face) -> None:
    """Also when more has come than the 16 messages that the `websockets` library keeps unless it is told otherwise."""
    answered: list[bool] = []
    ready = threading.Event()

    def script(peer: Peer) -> None:
        context = peer.read()["context_id"]
        for _ in range(100):
            peer.chunk(context)
        answered.append(peer.socket.ping().wait(5))
        ready.set()
        peer.send("done", context)

    async def scenario(connection: Any) -> None:
        ctx = await open_context(connection, "a")
        if face.blocking:
            ready.wait(10)
        else:
            await asyncio.to_thread(ready.wait, 10)
        assert len(await items(ctx.receive())) == 101

    connected(face, script, scenario)
    assert answered == [True]


@pytest.mark.parametrize(("code", "complete"), [(1000, True), (1006, False), (1011, False)])
def test_the_end_of_a_connection_for_its_readers(face: Face, code: int, complete: bool) -> None:
    def script(peer: Peer) -> None:
        context = peer.read()["context_id"]
        peer.send("done", context)
        peer.end(code)

    async def scenario(connection: Any) -> None:
        await connection.send({"transcript": "hi", "context_id": "a"})
        await until_closed(connection)
        events: list[Any] = []
        try:
            async for event in connection:
                events.append(event)
        except WebSocketConnectionClosedError:
            assert not complete
        else:
            assert complete
        assert types(events) == ["done"]
        with pytest.raises(WebSocketConnectionClosedError, match="the connection ended"):
            await connection.recv()

    connected(face, script, scenario)


def test_a_connection_that_ends_with_messages_under_way(face: Face) -> None:
    def script(peer: Peer) -> None:
        peer.chunk(peer.read()["context_id"])
        peer.socket.close(1000)

    async def scenario(connection: Any) -> None:
        await connection.send({"transcript": "hi", "context_id": "a"})
        assert (await connection.recv()).type == "chunk"
        with pytest.raises(WebSocketConnectionClosedError, match="before these contexts were complete: 'a'"):
            await items(connection)

    connected(face, script, scenario)


def test_a_dropped_context_leaves_nothing_behind(face: Face) -> None:
    async def scenario(connection: Any) -> None:
        for number in range(20):
            await open_context(connection, f"c{number}")
        await settled(connection.context())
        assert router_of(connection) is not None
        assert known_contexts(connection) <= 1

    connected(face, silent, scenario)


def test_a_thread_that_waits_for_a_context_that_another_one_starts() -> None:
    with scripted(converse) as url, Cartesia(base_url=url) as client, client.tts.websocket_connect() as connection:
        ctx = connection.context(voice="v")
        got: list[Any] = []
        thread = threading.Thread(target=lambda: got.extend(ctx.receive()))
        thread.start()
        ctx.push("hi", continue_=False)
        thread.join(10)
        assert types(got) == ["chunk", "done"]


def test_threads_that_wait_find_out_that_the_connection_was_cut() -> None:
    def script(peer: Peer) -> None:
        for _ in range(8):
            peer.read()
        peer.cut()

    raised: list[Exception] = []
    with scripted(script) as url, Cartesia(base_url=url) as client, client.tts.websocket_connect() as connection:

        def speak() -> None:
            ctx = connection.context(voice="v")
            ctx.push("hi", continue_=False)
            with pytest.raises(WebSocketConnectionClosedError) as caught:
                list(ctx.receive())
            raised.append(caught.value)

        threads = [threading.Thread(target=speak) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
    assert len(raised) == 8
