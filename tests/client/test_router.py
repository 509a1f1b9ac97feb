"""The router of a connection, without I/O: which context each message belongs to, and how contexts end."""

import gc
from typing import Any

import msgspec
import pytest

from cartesia._websocket.router import ContextState, Router
from cartesia.errors import WebSocketConnectionClosedError
from cartesia.types import Chunk, Done, Error, Unknown


def message(context_id: str | None, kind: str = "chunk", **more: Any) -> bytes:
    body = {"type": kind, "context_id": context_id, "done": kind in ("done", "error"), **more}
    return msgspec.json.encode(body | ({"data": "AAAA"} if kind == "chunk" else {}))


def start_context(router: Router, context_id: str, *, more: bool = False) -> ContextState:
    state = router.open(context_id)
    state.message({"transcript": "hi"}, more=more)
    router.start(state)
    return state


def message_of(state: ContextState, fields: dict[str, Any], *, more: bool) -> dict[str, Any]:
    """Return the message that a context sends, decoded."""
    encoded = state.message(fields, more=more)
    assert encoded is not None
    said: dict[str, Any] = msgspec.json.decode(encoded)
    return said


def known_contexts(router: Router) -> int:
    """Return the number of contexts that the router knows."""
    return len(router._open) + len(router.inbox.under_way)


def take_all(state: ContextState, flush: int | None = None) -> list[str]:
    """Take all events that can be taken now; return their types."""
    types: list[str] = []
    while (event := state.take(flush)) is not None:
        types.append(event.type)
    return types


def test_each_context_gets_its_own_events() -> None:
    router = Router()
    first, second = start_context(router, "1"), start_context(router, "2")
    for context_id in ("1", "2", "2", "1"):
        router.receive(message(context_id))
    router.receive(message("2", "done"))
    assert take_all(first) == ["chunk", "chunk"]
    assert take_all(second) == ["chunk", "chunk", "done"]
    assert (first.is_over(), second.is_over()) == (False, True)


def test_ids_are_made_and_unique() -> None:
    router = Router()
    assert router.open(None).id != router.open(None).id
    mine = router.open("mine")
    with pytest.raises(ValueError, match="'mine' is already open"):
        router.open(mine.id)


def test_a_dropped_context_leaves_nothing_behind() -> None:
    router = Router()
    state = start_context(router, "a")
    router.receive(message("a"))
    del state
    gc.collect()
    assert known_contexts(router) == 0
    assert router.receive(message("a")) == []
    assert router.open("a").take() is None


def test_an_id_may_be_used_again_after_the_end() -> None:
    router = Router()
    start_context(router, "a")
    router.receive(message("a", "done"))
    again = start_context(router, "a")
    router.receive(message("a"))
    assert take_all(again) == ["chunk"]


def test_messages_of_a_context() -> None:
    state = Router().open("c")
    assert message_of(state, {"transcript": "a"}, more=True) == {
        "transcript": "a",
        "context_id": "c",
        "continue": True,
    }
    assert message_of(state, {"transcript": ""}, more=False)["continue"] is False
    with pytest.raises(ValueError, match="takes no more text"):
        state.message({"transcript": "b"}, more=True)


def test_late_and_foreign_messages_are_dropped() -> None:
    router = Router()
    state = start_context(router, "a")
    router.receive(message("a", "done"))
    other = start_context(router, "b")
    assert router.receive(message("a")) == []
    assert router.receive(message("a", "done")) == []
    assert router.receive(message("never")) == []
    assert router.receive(message(None)) == []
    assert router.receive(b"\x00junk") == []
    assert (take_all(state), take_all(other)) == (["done"], [])


def test_a_second_done_is_dropped() -> None:
    router = Router()
    state = start_context(router, "a")
    router.receive(message("a", "done"))
    router.receive(message("a", "done"))
    assert take_all(state) == ["done"]
    assert state.is_over()


def test_an_error_without_a_context_ends_them_all() -> None:
    router = Router()
    states = [start_context(router, name) for name in "abc"]
    assert router.receive(message(None, "error", error="Overload: all of it")) == states
    for state in states:
        event = state.take()
        assert isinstance(event, Error)
        assert (event.message, state.is_over()) == ("all of it", True)


def test_an_error_ends_its_context_even_if_it_does_not_say_so() -> None:
    router = Router()
    state = start_context(router, "a")
    router.receive(b'{"type":"error","context_id":"a","error":"T: m"}')
    assert take_all(state) == ["error"]
    assert state.is_over()


def test_unknown_events_are_given_as_such() -> None:
    router = Router()
    state = start_context(router, "a")
    router.receive(message("a", "heartbeat", beat=1))
    event = state.take()
    assert isinstance(event, Unknown)
    assert event.body["beat"] == 1
    assert not state.is_over()


def test_a_lost_connection_ends_the_contexts_that_had_started() -> None:
    router = Router()
    begun, complete, fresh = start_context(router, "begun"), start_context(router, "complete"), router.open("fresh")
    router.receive(message("begun"))
    router.receive(message("complete", "done"))
    cause = ConnectionError("1006")
    assert router.connection_lost(cause) == [begun]
    assert take_all(complete) == ["done"]
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


def test_cancelling() -> None:
    router = Router()
    state = start_context(router, "a")
    router.receive(message("a"))
    told = router.cancel(state)
    assert told is not None
    assert msgspec.json.decode(told) == {"context_id": "a", "cancel": True}
    assert known_contexts(router) == 0
    assert router.receive(message("a")) == []
    assert (take_all(state), state.is_over(), state.closed) == ([], True, True)
    assert router.cancel(state) is None
    assert router.cancel(router.open("unsent")) is None
    done = start_context(router, "b")
    router.receive(message("b", "done"))
    assert router.cancel(done) is None
    unfinished = start_context(router, "c", more=True)
    router.cancel(unfinished)
    assert unfinished.message({"transcript": "of no use"}, more=True) is None


def test_a_cancelled_context_does_not_take_another_with_it() -> None:
    router = Router()
    old = start_context(router, "a")
    router.cancel(old)
    new = start_context(router, "a")
    router.cancel(old)
    router.receive(message("a"))
    assert take_all(new) == ["chunk"]


def test_contexts_that_are_over_are_forgotten() -> None:
    router = Router()
    states = [start_context(router, name) for name in ("finished", "failed", "cancelled", "late")]
    router.receive(message("finished", "done"))
    router.receive(message("failed", "error"))
    router.cancel(states[2])
    router.cancel(states[3], TimeoutError("too late"))
    assert known_contexts(router) == 0
    with pytest.raises(TimeoutError, match="too late"):
        states[3].take()


def test_more_text_after_the_end() -> None:
    router = Router()
    done, failed = start_context(router, "done", more=True), start_context(router, "failed", more=True)
    router.receive(message("done", "done"))
    router.receive(message("failed", "error", error="no"))
    with pytest.raises(ValueError, match="the server has ended it"):
        done.message({"transcript": "b"}, more=True)
    assert failed.message({"transcript": "b"}, more=True) is None  # the error event says it


def test_a_lost_context_reports_what_is_lost() -> None:
    router = Router()
    state = start_context(router, "a", more=True)
    state.count_sent()
    router.receive(message("a"))
    router.receive(message("a"))
    router.connection_lost(ConnectionError("1006"))
    with pytest.raises(WebSocketConnectionClosedError, match="1 of its messages had been sent, and 2 events") as caught:
        state.message({"transcript": "b"}, more=True)
    assert caught.value.context_id == "a"
    (unsent,) = caught.value.unsent_messages
    assert msgspec.json.decode(unsent) == {"transcript": "b", "context_id": "a", "continue": True}


@pytest.mark.parametrize("ids", [(0, 1), (1, 2), (None, None)], ids=["from 0", "from 1", "absent"])
def test_flushes_are_identified_by_their_order(ids: tuple[int | None, int | None]) -> None:
    router = Router()
    state = start_context(router, "a", more=True)
    for _ in range(2):
        state.message({"flush": True}, more=True)
    for number in ids:
        router.receive(message("a", flush_id=number))
        router.receive(message("a", "flush_done", flush_id=number))
    router.receive(message("a"))
    router.receive(message("a", "done"))
    state.mail.claim(1)
    assert take_all(state) == ["chunk", "flush_done", "chunk", "done"]
    assert state.is_over()
    assert take_all(state, 1) == ["chunk"]
    assert state.is_over(1)
    assert state.closed


def test_a_flush_that_is_not_answered_ends_with_its_context() -> None:
    router = Router()
    done, failed, lost = (start_context(router, name, more=True) for name in ("done", "failed", "lost"))
    for state in (done, failed, lost):
        state.message({"flush": True}, more=True)
        state.mail.claim(0)
    router.receive(message("done"))
    router.receive(message("done", "done"))
    router.receive(message("failed", "error"))
    router.connection_lost(ConnectionError("1006"))
    assert (take_all(done, 0), done.is_over(0)) == (["chunk"], True)
    assert (take_all(failed, 0), failed.is_over(0)) == (["error"], True)
    with pytest.raises(WebSocketConnectionClosedError):
        lost.take(0)
    assert (take_all(done), take_all(failed)) == (["done"], ["error"])


def test_events_of_a_claimed_flush_that_were_not_read_go_to_all_readers() -> None:
    router = Router()
    state = start_context(router, "a", more=True)
    state.message({"flush": True}, more=True)
    router.receive(message("a"))
    state.mail.claim(0)
    assert take_all(state) == []
    state.mail.release(0)
    assert take_all(state) == ["chunk"]


def test_contexts_begun_by_messages_of_the_connection() -> None:
    router = Router()
    own = start_context(router, "own")
    posted = [router.context_for_message(name) for name in ("x", None)]
    for state in posted:
        state.message({"transcript": "hi"}, more=False)
        router.start(state)
    assert router.context_for_message("own") is own
    assert router.context_for_message("x") is posted[0]
    for name in ("own", "x", posted[1].id, "foreign"):
        router.receive(message(name))
    assert take_all(own) == ["chunk"]
    assert take_all(router.inbox) == ["chunk", "chunk"]
    assert router.receive(message(None, "error", error="all")) == [own, *posted]
    assert take_all(router.inbox) == ["error"]  # once, though it ends two
    assert known_contexts(router) == 0


def test_the_end_of_the_connection_for_its_readers() -> None:
    router = Router()
    assert router.connection_lost(ConnectionError("bye"), clean=True) == []
    assert router.inbox.take() is None
    assert router.inbox.is_over()
    router.connection_made()
    state = router.context_for_message("x")
    router.start(state)
    assert router.connection_lost(ConnectionError("bye"), clean=True) == [state]
    assert not router.inbox.is_over()
    with pytest.raises(WebSocketConnectionClosedError, match=r"before these contexts were complete: 'x' \(bye\)"):
        router.inbox.take()
    assert known_contexts(router) == 0


def test_a_context_whose_first_message_was_not_sent_may_start_again() -> None:
    router = Router()
    state = start_context(router, "a")
    router.connection_lost(ConnectionError("idle"))
    assert state.failure is not None
    router.start(state)
    router.receive(message("a", "done"))
    assert take_all(state) == ["done"]
