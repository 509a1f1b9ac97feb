"""One-shot contexts of a WebSocket connection, message by message, without a socket; the others are in
``test_session_contexts`` and ``test_session_time``."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from built_in import CATALOGUE
from ownvoice.errors import InvalidRequest, NotFound, internal_error
from ownvoice.tts.actions import Action, End, LookUp, Open, Say, Send, Stop
from ownvoice.tts.requests import LONGEST_CONTEXT_ID
from ownvoice.tts.speech import Piece
from ownvoice.voices.resolution import resolve_voice
from talking import MOST_BYTES, PIECE, Talk, cancel, kinds, more, request, sent, sentence, the_error


def test_a_request_is_spoken() -> None:
    begun, say, end = Talk().receive(request())
    assert isinstance(begun, Open)
    assert (begun.context_id, begun.style.engine) == ("c1", "tone")
    assert say == Say("c1", sentence("Hello there."), 0)
    assert end == End("c1")


def test_a_voice_is_looked_up_for_each_message_that_begins_a_context_and_for_no_other() -> None:
    talk = Talk()
    look_up = talk.session.receive(json.dumps(more("Hello ")), 0.0)
    assert isinstance(look_up, LookUp)
    assert (look_up.request.context_id, look_up.request.transcript) == ("c1", "Hello ")
    assert kinds(talk.session.found(look_up.request, resolve_voice(look_up.request, CATALOGUE, CATALOGUE), 0.0)) == [
        "open"
    ]
    for message in (more("there. "), request("c1", transcript="Bye."), cancel("c1"), cancel("c2"), request(voice=5)):
        received = talk.session.receive(json.dumps(message), 0.0)
        assert isinstance(received, LookUp) == (message == request(voice=5))


def test_a_voice_that_is_not_found_ends_its_context_before_it_begins() -> None:
    talk = Talk()
    look_up = talk.session.receive(json.dumps(request()), 0.0)
    assert isinstance(look_up, LookUp)
    refused = talk.session.refuse(look_up.request, NotFound("Voice not found", "there is none"), 0.0)
    message = the_error(refused)
    assert (message["context_id"], message["status_code"]) == ("c1", 404)
    assert kinds(talk.receive(request())) == ["open", "Hello there.", "end"]


def test_pieces_become_messages_of_the_context() -> None:
    connection = Talk()
    connection.receive(request())
    messages = [
        json.loads(message)
        for message in connection.session.encode_piece(Say("c1", sentence(""), 0), PIECE, 12.3456, 0)
    ]
    assert [message["type"] for message in messages] == ["chunk", "timestamps", "phoneme_timestamps"]
    for message in messages:
        assert (message["context_id"], message["done"], message["status_code"]) == ("c1", False, 206)
        assert "error" not in message
        assert None not in message.values()
    assert messages[0]["step_time"] == 12.346
    assert messages[1]["word_timestamps"] == {"words": ["Hello"], "start": [0.0], "end": [0.1]}
    assert messages[2]["phoneme_timestamps"] == {"phonemes": ["h"], "start": [0.0], "end": [0.05]}


def test_the_end_is_told_once() -> None:
    connection = Talk()
    connection.receive(request())
    (message,) = connection.finished()
    assert message == {"type": "done", "context_id": "c1", "done": True, "status_code": 200}
    assert connection.finished() == []
    assert connection.failed(internal_error()) == []
    assert connection.spoken() == []


def test_a_failure_is_told_once() -> None:
    connection = Talk()
    connection.receive(request())
    message = the_error(connection.session.fail("c1", internal_error()))
    assert (message["context_id"], message["status_code"]) == ("c1", 500)
    assert connection.finished() == []
    assert connection.failed(internal_error()) == []


def test_cancel_stops_and_ends() -> None:
    connection = Talk()
    connection.receive(request())
    stop, end = connection.receive(cancel("c1"))
    assert stop == Stop("c1")
    assert sent([end])[0]["type"] == "done"
    assert connection.spoken() == []
    assert connection.finished() == []
    assert connection.receive(cancel("c1")) == []


def test_cancel_in_the_middle_of_a_piece_holds_the_rest_of_it_back() -> None:
    connection = Talk()
    connection.receive(request())
    messages = connection.session.encode_piece(Say("c1", sentence(""), 0), PIECE, 1.0, 0)
    next(messages)
    connection.receive(cancel("c1"))
    assert list(messages) == []


@pytest.mark.parametrize("message", [cancel("other"), {"cancel": True}, {"cancel": True, "context_id": None}])
def test_cancel_of_what_is_not_open_does_nothing(message: dict[str, Any]) -> None:
    connection = Talk()
    connection.receive(request())
    assert connection.receive(message) == []
    assert len(connection.spoken()) == 3


def test_an_ended_context_may_be_opened_anew() -> None:
    connection = Talk()
    for _ in range(3):
        assert kinds(connection.receive(request())) == ["open", "Hello there.", "end"]
        assert connection.spoken()
        assert len(connection.finished()) == 1


def test_contexts_do_not_touch_each_other() -> None:
    connection = Talk()
    connection.receive(request("c1"))
    connection.receive(request("c2"))
    connection.receive(cancel("c1"))
    assert len(connection.spoken("c2")) == 3
    assert connection.finished("c2")[0]["context_id"] == "c2"


def test_a_second_request_after_the_end_of_input_ends_the_context_with_an_error() -> None:
    """A client takes the error for the end of the context, so nothing of it may follow."""
    connection = Talk()
    connection.receive(request())
    actions = connection.receive(request())
    assert actions[0] == Stop("c1")
    message = the_error(actions)
    assert (message["context_id"], message["status_code"]) == ("c1", 409)
    assert connection.spoken() == []
    assert connection.finished() == []


def test_a_request_without_context_gets_one() -> None:
    connection = Talk()
    first, second = (connection.receive(request(None))[0] for _ in range(2))
    assert isinstance(first, Open)
    assert isinstance(second, Open)
    assert first.context_id != second.context_id
    assert connection.finished(first.context_id)[0]["context_id"] == first.context_id


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
    connection = Talk(max_transcript_chars=100)
    message = the_error(connection.receive(request("c1", **changes)))
    assert (message["context_id"], message["status_code"]) == ("c1", status)
    assert message["error"] == f"{message['title']}: {message['message']}"
    assert connection.finished() == []
    assert isinstance(connection.receive(request("c1"))[0], Open)


def test_an_error_of_a_request_without_context_names_the_one_it_would_have_had() -> None:
    assert the_error(Talk().receive(request(None, transcript="")))["context_id"]


def test_a_malformed_message_that_names_an_open_context_ends_it() -> None:
    connection = Talk()
    connection.receive(request())
    actions = connection.receive({"context_id": "c1", "transcript": 5})
    assert actions[0] == Stop("c1")
    assert the_error(actions)["context_id"] == "c1"
    assert connection.finished() == []


JUNK: list[str | bytes] = [
    *("", "{", "hello", "[]", "5", "null", '"text"', '{"context_id": 5}', '{"context_id": ["c1"]}'),
    *(b"", b"\xff\x00junk", b'{"transcript": "\xff"}'),
    *('{"voice": ' + 100_000 * "[", '[{"context_id": "c1"}]', '{"transcript": "\ud800"}'),
]


@pytest.mark.parametrize("message", JUNK, ids=lambda message: repr(message[:24]))
def test_junk_is_told_to_nobody_in_particular(message: str | bytes) -> None:
    connection = Talk()
    connection.receive(request())
    error = the_error(connection.receive(message))
    assert "context_id" not in error
    assert error["status_code"] == 400
    assert len(connection.spoken()) == 3  # the others go on


def test_messages_may_come_as_bytes() -> None:
    assert isinstance(Talk().receive(json.dumps(request()).encode())[0], Open)


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
    assert isinstance(Talk().receive(message)[0], Open)


@pytest.mark.parametrize("more", [True, False, None])
def test_continue_is_tolerated(more: bool | None) -> None:
    assert isinstance(Talk().receive({**request(), "continue": more})[0], Open)


@pytest.mark.parametrize("context_id", ["", " ", "7bdf3b093d5e", "ключ", 'a"\\\n\0b', "c" * LONGEST_CONTEXT_ID])
def test_a_context_id_may_be_any_text(context_id: str) -> None:
    connection = Talk()
    connection.receive(request(context_id))
    (end,) = connection.finished(context_id)
    assert end["context_id"] == context_id


def test_but_not_of_any_length() -> None:
    message = the_error(Talk().receive(request("c" * (LONGEST_CONTEXT_ID + 1))))
    assert str(LONGEST_CONTEXT_ID) in message["message"]


@pytest.mark.parametrize("context_id", ["c1", "\0" * LONGEST_CONTEXT_ID])
@pytest.mark.parametrize("length", [43_999, 44_000, 44_001, 1_000_003])
def test_messages_stay_under_64_kib(context_id: str, length: int) -> None:
    connection = Talk()
    connection.receive(request(context_id))
    messages = list(connection.session.encode_piece(Say(context_id, sentence(""), 0), Piece(bytes(length)), 123.456, 0))
    assert max(len(message) for message in messages) < MOST_BYTES
    assert b"".join(base64.b64decode(json.loads(message)["data"]) for message in messages) == bytes(length)


def test_errors_about_long_values_stay_small_too() -> None:
    (action,) = Talk().receive(request(model_id="x" * 1_000_000))
    assert isinstance(action, Send)
    assert len(action.message) < MOST_BYTES


EVENTS = ("request", "more", "closer", "wrong", "malformed", "cancel", "finished", "failed", "spoken", "time")


def happen(connection: Talk, kind: str, context_id: str) -> list[Action]:
    match kind:
        case "request":
            return connection.receive(request(context_id))
        case "more":
            return connection.receive(more("Some more. ", context_id))
        case "closer":
            return connection.receive(request(context_id, transcript=""))
        case "wrong":
            return connection.receive(request(context_id, max_buffer_delay_ms=-1))
        case "malformed":
            return connection.receive(request(context_id, transcript=5))
        case "cancel":
            return connection.receive(cancel(context_id))
        case "finished":
            return list(connection.session.finish(context_id))
        case "failed":
            return list(connection.session.fail(context_id, InvalidRequest("Title", "message")))
        case "time":
            return connection.wait(2.0)
        case _:
            return [Send(json.dumps(event).encode()) for event in connection.spoken(context_id)]


@given(st.lists(st.tuples(st.sampled_from(EVENTS), st.sampled_from("abc")), max_size=30))
def test_whatever_happens_each_context_has_one_end_and_nothing_after_it(inputs: list[tuple[str, str]]) -> None:
    connection = Talk()
    speaking: set[str] = set()
    for kind, context_id in inputs:
        for action in happen(connection, kind, context_id):
            match action:
                case Open(begun):
                    assert begun not in speaking
                    speaking.add(begun)
                case Say(named) | End(named) | Stop(named):
                    assert named in speaking
                case Send(message):
                    event = json.loads(message)
                    if event["type"] != "error" or kind == "failed":
                        assert event["context_id"] in speaking
                    if event["done"]:
                        speaking.discard(event["context_id"])
                case _:
                    raise AssertionError(action)
    for context_id in list(speaking):
        assert len(connection.finished(context_id)) == 1
