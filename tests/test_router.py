"""One WebSocket connection without I/O: which context each message belongs to, and how contexts end."""

from typing import Any

import msgspec
import pytest

from cartesia._router import ContextState, Router
from cartesia.errors import WebSocketConnectionClosedError
from cartesia.types import Chunk, Done, Error, Unknown


def message(context_id: str | None, kind: str = "chunk", **more: Any) -> bytes:
    body = {"type": kind, "context_id": context_id, "done": kind in ("done", "error"), **more}
    return msgspec.json.encode(body | ({"data": "AAAA"} if kind == "chunk" else {}))


def started(router: Router, context_id: str) -> ContextState:
    state = router.open(context_id)
    state.message({"transcript": "hi"}, more=False)
    router.start(state)
    return state


def taken(state: ContextState) -> list[str]:
    """The types of all events that can be taken now."""
    types: list[str] = []
    while not state.finished and (event := state.take()) is not None:
        types.append(event.type)
    return types


def test_each_context_gets_its_own_events() -> None:
    router = Router()
    first, second = started(router, "1"), started(router, "2")
    for context_id in ("1", "2", "2", "1"):
        router.receive(message(context_id))
    router.receive(message("2", "done"))
    assert taken(first) == ["chunk", "chunk"]
    assert taken(second) == ["chunk", "chunk", "done"]
    assert (first.finished, second.finished) == (False, True)


def test_ids_are_made_and_unique() -> None:
    router = Router()
    assert router.open(None).id != router.open(None).id
    router.open("mine")
    with pytest.raises(ValueError, match="'mine' is already open"):
        router.open("mine")


def test_an_id_may_be_used_again_after_the_end() -> None:
    router = Router()
    started(router, "a")
    router.receive(message("a", "done"))
    again = started(router, "a")
    router.receive(message("a"))
    assert taken(again) == ["chunk"]


def test_what_is_sent() -> None:
    state = Router().open("c")
    assert msgspec.json.decode(state.message({"transcript": "a"}, more=True)) == {
        "transcript": "a",
        "context_id": "c",
        "continue": True,
    }
    assert msgspec.json.decode(state.message({"transcript": ""}, more=False))["continue"] is False
    with pytest.raises(ValueError, match="takes no more text"):
        state.message({"transcript": "b"}, more=True)


def test_late_and_foreign_messages_reach_nobody() -> None:
    router = Router()
    state = started(router, "a")
    router.receive(message("a", "done"))
    other = started(router, "b")
    assert router.receive(message("a")) == []
    assert router.receive(message("a", "done")) == []
    assert router.receive(message("never")) == []
    assert router.receive(message(None)) == []
    assert router.receive(b"\x00junk") == []
    assert (taken(state), taken(other)) == (["done"], [])


def test_a_second_done_is_dropped() -> None:
    router = Router()
    state = started(router, "a")
    router.receive(message("a", "done"))
    router.receive(message("a", "done"))
    assert taken(state) == ["done"]
    assert state.finished


def test_an_error_without_a_context_ends_them_all() -> None:
    router = Router()
    states = [started(router, name) for name in "abc"]
    assert router.receive(message(None, "error", error="Overload: all of it")) == states
    for state in states:
        event = state.take()
        assert isinstance(event, Error)
        assert (event.message, state.finished) == ("all of it", True)


def test_an_error_ends_its_context_even_if_it_does_not_say_so() -> None:
    router = Router()
    state = started(router, "a")
    router.receive(b'{"type":"error","context_id":"a","error":"T: m"}')
    assert taken(state) == ["error"]
    assert state.finished


def test_unknown_events_are_given_as_such() -> None:
    router = Router()
    state = started(router, "a")
    router.receive(message("a", "heartbeat", beat=1))
    event = state.take()
    assert isinstance(event, Unknown)
    assert event.body["beat"] == 1
    assert not state.finished


def test_a_lost_connection_ends_what_had_started_and_says_so() -> None:
    router = Router()
    begun, complete, fresh = started(router, "begun"), started(router, "complete"), router.open("fresh")
    router.receive(message("begun"))
    router.receive(message("complete", "done"))
    cause = ConnectionError("1006")
    assert router.closed(cause) == [begun]
    assert taken(complete) == ["done"]
    assert isinstance(begun.take(), Chunk)  # what had come is not lost
    for _ in range(2):
        with pytest.raises(
            WebSocketConnectionClosedError, match=r"before context 'begun' was complete \(1006\)"
        ) as caught:
            begun.take()
        assert caught.value.__cause__ is cause
    router.start(fresh)
    router.receive(message("fresh", "done"))
    assert isinstance(fresh.take(), Done)


def test_giving_up() -> None:
    router = Router()
    state = started(router, "a")
    told = router.give_up(state)
    assert told is not None
    assert msgspec.json.decode(told) == {"context_id": "a", "cancel": True}
    router.receive(message("a"))
    assert taken(state) == []
    assert router.give_up(router.open("unsent")) is None
    done = started(router, "b")
    router.receive(message("b", "done"))
    assert router.give_up(done) is None


def test_what_could_not_be_sent_may_start_again() -> None:
    router = Router()
    state = started(router, "a")
    router.closed(ConnectionError("idle"))
    assert state.failure is not None
    router.start(state)
    router.receive(message("a", "done"))
    assert taken(state) == ["done"]
