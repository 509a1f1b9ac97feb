"""The contexts of a WebSocket connection, message by message, without a socket."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartesia_server.engines import Timing
from cartesia_server.errors import RequestError, internal_error
from cartesia_server.session import LONGEST_CONTEXT_ID, Action, Send, Session, Speak, Stop
from cartesia_server.settings import Settings
from cartesia_server.speech import Piece
from cartesia_server.versions import NEWEST, Version
from cartesia_server.voices.catalogue import VOICES

PIECE = Piece(b"\0" * 100, words=(Timing("Hello", 0.0, 0.1),), phonemes=(Timing("h", 0.0, 0.05),))
MOST_BYTES = 64 * 1024


def session(**settings: Any) -> Session:
    return Session(Version(NEWEST), Settings(models={"sonic": "tone"}, **settings))


def request(context_id: str | None = "c1", **changes: Any) -> dict[str, Any]:
    body: dict[str, Any] = {
        "model_id": "sonic-3",
        "transcript": "Hello there.",
        "voice": {"mode": "id", "id": VOICES[0].id},
        "output_format": {"container": "raw", "encoding": "pcm_s16le", "sample_rate": 24000},
        "continue": False,
        **changes,
    }
    return body if context_id is None else {**body, "context_id": context_id}


def receive(connection: Session, message: Any) -> list[Action]:
    return connection.receive(json.dumps(message))


def cancel(context_id: str) -> dict[str, Any]:
    return {"context_id": context_id, "cancel": True}


def sent(actions: list[Action]) -> list[dict[str, Any]]:
    return [json.loads(action.message) for action in actions if isinstance(action, Send)]


def the_error(actions: list[Action]) -> dict[str, Any]:
    (message,) = sent(actions)
    assert message["type"] == "error"
    assert message["done"] is True
    return message


def test_a_request_is_spoken() -> None:
    (action,) = receive(session(), request())
    assert isinstance(action, Speak)
    assert action.context_id == "c1"
    assert action.job.text == "Hello there."


def test_pieces_become_messages_of_the_context() -> None:
    connection = session()
    receive(connection, request())
    messages = [json.loads(message) for message in connection.spoken("c1", PIECE, 12.3456)]
    assert [message["type"] for message in messages] == ["chunk", "timestamps", "phoneme_timestamps"]
    for message in messages:
        assert (message["context_id"], message["done"], message["status_code"]) == ("c1", False, 206)
        assert "error" not in message
        assert None not in message.values()
    assert messages[0]["step_time"] == 12.346
    assert messages[1]["word_timestamps"] == {"words": ["Hello"], "start": [0.0], "end": [0.1]}
    assert messages[2]["phoneme_timestamps"] == {"phonemes": ["h"], "start": [0.0], "end": [0.05]}


def test_the_end_is_told_once() -> None:
    connection = session()
    receive(connection, request())
    (message,) = sent(connection.finished("c1"))
    assert message == {"type": "done", "context_id": "c1", "done": True, "status_code": 200}
    assert connection.finished("c1") == []
    assert connection.failed("c1", internal_error()) == []
    assert list(connection.spoken("c1", PIECE, 1.0)) == []


def test_a_failure_is_told_once() -> None:
    connection = session()
    receive(connection, request())
    message = the_error(connection.failed("c1", internal_error()))
    assert (message["context_id"], message["status_code"]) == ("c1", 500)
    assert connection.finished("c1") == []
    assert connection.failed("c1", internal_error()) == []


def test_cancel_stops_and_ends() -> None:
    connection = session()
    receive(connection, request())
    stop, end = receive(connection, cancel("c1"))
    assert stop == Stop("c1")
    assert sent([end])[0]["type"] == "done"
    assert list(connection.spoken("c1", PIECE, 1.0)) == []
    assert connection.finished("c1") == []
    assert receive(connection, cancel("c1")) == []


def test_cancel_in_the_middle_of_a_piece_holds_the_rest_of_it_back() -> None:
    connection = session()
    receive(connection, request())
    messages = connection.spoken("c1", PIECE, 1.0)
    next(messages)
    receive(connection, cancel("c1"))
    assert list(messages) == []


@pytest.mark.parametrize("message", [cancel("other"), {"cancel": True}, {"cancel": True, "context_id": None}])
def test_cancel_of_what_is_not_open_does_nothing(message: dict[str, Any]) -> None:
    connection = session()
    receive(connection, request())
    assert receive(connection, message) == []
    assert len(list(connection.spoken("c1", PIECE, 1.0))) == 3


def test_an_ended_context_may_be_opened_anew() -> None:
    connection = session()
    for _ in range(3):
        (action,) = receive(connection, request())
        assert isinstance(action, Speak)
        assert list(connection.spoken("c1", PIECE, 1.0))
        assert len(sent(connection.finished("c1"))) == 1


def test_contexts_do_not_touch_each_other() -> None:
    connection = session()
    receive(connection, request("c1"))
    receive(connection, request("c2"))
    receive(connection, cancel("c1"))
    assert len(list(connection.spoken("c2", PIECE, 1.0))) == 3
    assert sent(connection.finished("c2"))[0]["context_id"] == "c2"


def test_a_second_request_of_an_open_context_ends_it_with_an_error() -> None:
    """A client takes the error for the end of the context, so nothing of it may follow."""
    connection = session()
    receive(connection, request())
    actions = receive(connection, request())
    assert actions[0] == Stop("c1")
    message = the_error(actions)
    assert (message["context_id"], message["status_code"]) == ("c1", 409)
    assert list(connection.spoken("c1", PIECE, 1.0)) == []
    assert connection.finished("c1") == []


def test_a_request_without_context_gets_one() -> None:
    connection = session()
    first, second = (receive(connection, request(None))[0] for _ in range(2))
    assert isinstance(first, Speak)
    assert isinstance(second, Speak)
    assert first.context_id != second.context_id
    assert sent(connection.finished(first.context_id))[0]["context_id"] == first.context_id


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"transcript": ""}, 400),
        ({"voice": {"mode": "id", "id": ""}}, 404),
        ({"model_id": ""}, 400),
        ({"model_id": "tenor"}, 404),
        ({"output_format": {"container": "raw", "encoding": "pcm_s16le", "sample_rate": 40}}, 400),
        ({"output_format": {"container": "wav", "encoding": "pcm_s16le", "sample_rate": 8000}}, 400),
        ({"transcript": "a" * 101}, 413),
        ({"transcript": 5}, 400),
        ({"voice": 5}, 400),
    ],
    ids=str,
)
def test_a_wrong_request_is_told_to_its_context_and_opens_none(changes: dict[str, Any], status: int) -> None:
    connection = session(max_transcript_chars=100)
    message = the_error(receive(connection, request("c1", **changes)))
    assert (message["context_id"], message["status_code"]) == ("c1", status)
    assert message["error"] == f"{message['title']}: {message['message']}"
    assert connection.finished("c1") == []
    assert isinstance(receive(connection, request("c1"))[0], Speak)


def test_an_error_of_a_request_without_context_names_the_one_it_would_have_had() -> None:
    assert the_error(receive(session(), request(None, transcript="")))["context_id"]


def test_a_malformed_message_that_names_an_open_context_ends_it() -> None:
    connection = session()
    receive(connection, request())
    actions = receive(connection, {"context_id": "c1", "transcript": 5})
    assert actions[0] == Stop("c1")
    assert the_error(actions)["context_id"] == "c1"
    assert connection.finished("c1") == []


JUNK: list[str | bytes] = [
    *("", "{", "hello", "[]", "5", "null", '"text"', '{"context_id": 5}', '{"context_id": ["c1"]}'),
    *(b"", b"\xff\x00junk", b'{"transcript": "\xff"}'),
    *('{"voice": ' + 100_000 * "[", '[{"context_id": "c1"}]', '{"transcript": "\ud800"}'),
]


@pytest.mark.parametrize("message", JUNK, ids=lambda message: repr(message[:24]))
def test_junk_is_told_to_nobody_in_particular(message: str | bytes) -> None:
    connection = session()
    receive(connection, request())
    error = the_error(connection.receive(message))
    assert "context_id" not in error
    assert error["status_code"] == 400
    assert len(list(connection.spoken("c1", PIECE, 1.0))) == 3  # the others go on


def test_messages_may_come_as_bytes() -> None:
    assert isinstance(session().receive(json.dumps(request()).encode())[0], Speak)


def test_nulls_and_keys_of_other_features_are_tolerated() -> None:
    message = request(
        language=None,
        duration=None,
        generation_config=None,
        add_timestamps=None,
        flush=None,
        cancel=None,
        max_buffer_delay_ms=0,
        stream=True,
        use_original_timestamps=False,
        **{"continue": None},
    )
    assert isinstance(receive(session(), message)[0], Speak)


@pytest.mark.parametrize("more", [True, False, None])
def test_continue_is_tolerated(more: bool | None) -> None:
    assert isinstance(receive(session(), {**request(), "continue": more})[0], Speak)


@pytest.mark.parametrize("context_id", ["", " ", "7bdf3b093d5e", "ключ", 'a"\\\n\0b', "c" * LONGEST_CONTEXT_ID])
def test_a_context_id_may_be_any_text(context_id: str) -> None:
    connection = session()
    receive(connection, request(context_id))
    (end,) = sent(connection.finished(context_id))
    assert end["context_id"] == context_id


def test_but_not_of_any_length() -> None:
    message = the_error(receive(session(), request("c" * (LONGEST_CONTEXT_ID + 1))))
    assert str(LONGEST_CONTEXT_ID) in message["message"]


@pytest.mark.parametrize("context_id", ["c1", "\0" * LONGEST_CONTEXT_ID])
@pytest.mark.parametrize("length", [43_999, 44_000, 44_001, 1_000_003])
def test_messages_stay_under_64_kib(context_id: str, length: int) -> None:
    connection = session()
    receive(connection, request(context_id))
    messages = list(connection.spoken(context_id, Piece(bytes(length)), 123.456))
    assert max(len(message) for message in messages) < MOST_BYTES
    assert b"".join(base64.b64decode(json.loads(message)["data"]) for message in messages) == bytes(length)


def test_errors_about_long_values_stay_small_too() -> None:
    (action,) = receive(session(), request(model_id="x" * 1_000_000))
    assert isinstance(action, Send)
    assert len(action.message) < MOST_BYTES


INPUTS = st.lists(
    st.one_of(
        st.tuples(st.just("request"), st.sampled_from("ab")),
        st.tuples(st.just("wrong"), st.sampled_from("ab")),
        st.tuples(st.just("malformed"), st.sampled_from("ab")),
        st.tuples(st.just("cancel"), st.sampled_from("abc")),
        st.tuples(st.just("finished"), st.sampled_from("abc")),
        st.tuples(st.just("failed"), st.sampled_from("abc")),
        st.tuples(st.just("spoken"), st.sampled_from("abc")),
    ),
    max_size=30,
)


def happen(connection: Session, kind: str, context_id: str) -> list[Action]:
    match kind:
        case "request":
            return receive(connection, request(context_id))
        case "wrong":
            return receive(connection, request(context_id, transcript=""))
        case "malformed":
            return receive(connection, request(context_id, transcript=5))
        case "cancel":
            return receive(connection, cancel(context_id))
        case "finished":
            return connection.finished(context_id)
        case "failed":
            return connection.failed(context_id, RequestError("Title", "message"))
        case _:
            return [Send(message) for message in connection.spoken(context_id, PIECE, 1.0)]


@given(INPUTS)
def test_whatever_happens_each_context_has_one_end_and_nothing_after_it(inputs: list[tuple[str, str]]) -> None:
    connection = session()
    speaking: set[str] = set()
    for kind, context_id in inputs:
        for action in happen(connection, kind, context_id):
            match action:
                case Speak(begun):
                    assert begun not in speaking
                    speaking.add(begun)
                case Stop(stopped):
                    assert stopped in speaking
                case Send(message):
                    event = json.loads(message)
                    if not event["done"] or kind not in ("wrong", "malformed"):
                        assert event["context_id"] in speaking
                    if event["done"]:
                        speaking.discard(event["context_id"])
    for context_id in list(speaking):
        assert len(sent(connection.finished(context_id))) == 1
