"""Contexts whose text comes in several messages: continuations, flushes, and the odd messages of old clients."""

import json
from typing import Any

import pytest

from ownvoice.engines import Timing
from ownvoice.errors import internal_error
from ownvoice.tts.actions import Action, Flush, Open, Say, Stop
from ownvoice.tts.events import MOST_AUDIO_BYTES
from ownvoice.tts.session import REMEMBERED
from ownvoice.tts.speech import Piece
from ownvoice.versions import NEWEST, VERSIONS
from talking import MOST_BYTES, PIECE, Talk, cancel, kinds, more, request, said, sent, sentence, the_error

OLD = "2024-06-10"
ONES = {"embedding": [1.0] * 192}
F32 = {"container": "raw", "encoding": "pcm_f32le", "sample_rate": 44100}

CLOSERS: dict[str, dict[str, Any]] = {
    "1.4 asynchronous": {"model_id": "sonic-english", "voice": ONES, "output_format": F32, "transcript": ""},
    "2.0": {"model_id": "sonic-2", "voice": {"mode": "embedding", **ONES}, "output_format": F32, "transcript": ""},
    "3.2": {**request(), "model_id": "sonic-latest", "output_format": F32, "transcript": "", "voice": {"id": "nobody"}},
    "livekit": {**request(), "transcript": " ", "continue": False},
    "pipecat": {**request(), "transcript": "", "continue": False},
    "nothing at all": {"transcript": None, "continue": None, "voice": None, "flush": None, "model_id": None},
    "only the id": {},
}


def closer(name: str, context_id: str = "c1") -> dict[str, Any]:
    return {**CLOSERS[name], "context_id": context_id}


def flush(context_id: str = "c1") -> dict[str, Any]:
    """Return a flush as clients of every generation send it: an empty text, and made-up settings."""
    return {**closer("2.0", context_id), "continue": True, "flush": True}


def test_the_first_message_opens_and_the_others_continue() -> None:
    talk = Talk()
    assert kinds(talk.receive(more("Hello, "))) == ["open"]
    assert kinds(talk.receive(more("my name "))) == []
    assert kinds(talk.receive(more("is Anna. I"))) == ["Hello, my name is Anna. "]
    assert kinds(talk.receive(request(transcript=" speak."))) == ["I speak.", "end"]


def test_what_continues_a_context_may_name_anything_else() -> None:
    talk = Talk()
    talk.receive(more("Hello "))
    other = more(
        "there, Anna. ", model_id="tenor", voice=None, output_format={"container": "wav"}, language="xx", duration=-1
    )
    assert kinds(talk.receive(other)) == ["Hello there, Anna. "]


@pytest.mark.parametrize("name", CLOSERS)
def test_every_clients_closing_message_ends_the_input(name: str) -> None:
    talk = Talk()
    talk.receive(more("Hello there, friend"))
    assert [kind.strip() for kind in kinds(talk.receive(closer(name)))] == ["Hello there, friend", "end"]


@pytest.mark.parametrize("name", CLOSERS)
def test_a_closing_message_after_the_end_of_input_does_nothing(name: str) -> None:
    talk = Talk()
    talk.receive(request())
    assert talk.receive(closer(name)) == []
    assert len(talk.spoken()) == 3
    assert len(talk.finished()) == 1


@pytest.mark.parametrize("name", CLOSERS)
@pytest.mark.parametrize("how", ["expired", "cancelled", "failed"])
def test_a_closing_message_of_a_context_that_has_ended_does_nothing(name: str, how: str) -> None:
    """The client did not know of the end when it sent it. But it sends only one."""
    talk = Talk()
    talk.hear(talk.receive(more("Hello there. ")), 0.5)
    match how:
        case "expired":
            assert kinds(talk.wait(10)) == ["end"]
            talk.finished()
        case "cancelled":
            talk.receive(cancel("c1"))
        case _:
            talk.failed(internal_error())
    assert talk.receive(flush()) == []
    assert talk.receive(closer(name)) == []
    assert the_error(talk.receive(request(transcript="")))["status_code"] == 400


def test_an_empty_request_of_a_context_that_the_client_itself_has_ended_is_a_new_one() -> None:
    """Its sender waits for an answer."""
    talk = Talk()
    talk.receive(request())
    talk.finished()
    assert the_error(talk.receive(request(transcript="")))["context_id"] == "c1"


def test_not_every_context_that_ever_ended_is_remembered() -> None:
    talk = Talk()
    for number in range(REMEMBERED + 1):
        talk.receive(more("Hello. ", str(number)))
        talk.receive(cancel(str(number)))
    assert talk.receive(closer("pipecat", str(REMEMBERED))) == []
    assert the_error(talk.receive(closer("pipecat", "0")))["status_code"] == 400


def test_the_first_text_may_be_punctuation_if_more_follows() -> None:
    talk = Talk()
    assert kinds(talk.receive(more("“"))) == ["open"]
    assert kinds(talk.receive(more("Hello"))) == []
    assert kinds(talk.receive(request(transcript=".”"))) == ["“Hello.”", "end"]


@pytest.mark.parametrize("transcript", ["", None])
def test_but_not_empty(transcript: str | None) -> None:
    assert the_error(Talk().receive({**request(transcript=transcript), "continue": True}))["status_code"] == 400


def test_what_has_nothing_to_say_ends_all_the_same() -> None:
    talk = Talk()
    talk.receive(more("..."))
    assert kinds(talk.receive(closer("pipecat"))) == ["...", "end"]
    assert talk.finished()[0]["type"] == "done"


def test_text_after_the_end_of_input_is_an_error_and_ends_the_context() -> None:
    talk = Talk()
    talk.receive(more("Hello "))
    talk.receive(request(transcript="there."))
    stop, *answer = talk.receive(more("Late."))
    assert stop == Stop("c1")
    assert the_error(answer)["status_code"] == 409
    assert talk.finished() == []


def test_contexts_have_texts_of_their_own() -> None:
    talk = Talk()
    talk.receive(more("One ", "a"))
    talk.receive(more("Two ", "b"))
    talk.receive(more("three ", "a"))
    assert talk.receive(request("b", transcript="four."))[0] == Say("b", sentence("Two four."), 0)
    assert talk.receive(request("a", transcript="five."))[0] == Say("a", sentence("One three five."), 0)


@pytest.mark.parametrize("date", VERSIONS)
def test_mere_spaces_are_not_said_but_marks_are(date: str) -> None:
    """In some languages each mark is a token of its own, and all tokens have timestamps."""
    talk = Talk(date)
    messages = (more(part, max_buffer_delay_ms=0, language="ja") for part in ("今日は", "。", " ", "\n"))
    texts = [text for message in messages for text in said(talk.receive(message))]
    assert texts == ["今日は", "。"]


# --- flushes ---


def test_a_flush_says_what_there_is_and_is_told_when_that_is_done() -> None:
    talk = Talk()
    talk.receive(more("Hello"))
    assert talk.receive(flush()) == [Say("c1", sentence("Hello"), 0), Flush("c1", 0)]
    assert talk.receive(more(" there", flush=True)) == [Say("c1", sentence(" there"), 1), Flush("c1", 1)]
    assert talk.receive(flush()) == [Flush("c1", 2)]
    assert kinds(talk.receive(request(transcript=" you", flush=True))) == [" you", "flush 3", "end"]


@pytest.mark.parametrize("date", VERSIONS)
def test_flushes_are_counted_from_0_until_2024_and_from_1_later(date: str) -> None:
    first = 0 if date <= "2024-11-13" else 1
    talk = Talk(date)
    talk.receive(more("One"))
    talk.receive(flush())
    talk.receive(more(" two"))
    assert [event["flush_id"] for event in talk.spoken(group=0)] == 3 * [first]
    assert sent(talk.session.flush_done(Flush("c1", 0))) == [
        {
            "type": "flush_done",
            "context_id": "c1",
            "flush_id": first,
            "flush_done": True,
            "status_code": 206,
            "done": False,
        }
    ]
    talk.receive(flush())
    assert [event["flush_id"] for event in talk.spoken(group=1)] == 3 * [first + 1]
    assert sent(talk.session.flush_done(Flush("c1", 1)))[0]["flush_id"] == first + 1
    assert "flush_id" not in talk.finished()[0]


@pytest.mark.parametrize("date", VERSIONS)
def test_who_never_flushes_sees_no_flush_ids(date: str) -> None:
    talk = Talk(date)
    talk.receive(more("One. "))
    talk.receive(more("Two. "))
    assert not any("flush_id" in event for event in talk.spoken())


def test_a_flush_of_one_context_does_not_number_another() -> None:
    talk = Talk()
    talk.receive(more("One", "a"))
    talk.receive(more("Two", "b"))
    talk.receive(flush("a"))
    assert talk.spoken("a")[0]["flush_id"] == 1
    assert "flush_id" not in talk.spoken("b")[0]


def test_a_flush_of_an_ended_context_is_not_told() -> None:
    talk = Talk()
    talk.receive(more("One"))
    talk.receive(flush())
    talk.receive(cancel("c1"))
    assert talk.session.flush_done(Flush("c1", 0)) == []


def test_a_flush_does_not_say_half_a_tag() -> None:
    talk = Talk()
    talk.receive(more("Hello <break ti"))
    assert said(talk.receive(flush())) == ["Hello "]
    assert said(talk.receive(request(transcript='me="1s"/> you'))) == ['<break time="1s"/> you']


# --- limits and mistakes ---


def test_what_waits_to_be_said_is_bounded() -> None:
    talk = Talk(max_transcript_chars=100)
    actions = talk.receive(more("a" * 89 + ". B"))
    stop, *answer = talk.receive(more("c" * 20))
    assert stop == Stop("c1")
    assert the_error(answer)["status_code"] == 413
    talk = Talk(max_transcript_chars=100)
    for _ in range(10):
        actions = talk.receive(more("a" * 89 + ". B"))
        talk.hear(actions, 0.1)  # what has been said counts no more


@pytest.mark.parametrize("delay", [-1, 5001, 10**18])
@pytest.mark.parametrize("date", VERSIONS)
def test_a_buffer_delay_out_of_range_is_refused(delay: int, date: str) -> None:
    talk = Talk(date)
    message = the_error(talk.receive(more("Hello ", max_buffer_delay_ms=delay)))
    assert (message["status_code"], message["context_id"]) == (400, "c1")
    assert "5000" in message["message"]
    talk.receive(more("Hello "))
    stop, *answer = talk.receive(more("there", max_buffer_delay_ms=delay))
    assert stop == Stop("c1")
    assert the_error(answer)["status_code"] == 400


def test_cancel_drops_what_was_buffered() -> None:
    talk = Talk()
    talk.receive(more("Never said"))
    assert kinds(talk.receive(cancel("c1"))) == ["stop", "done"]
    assert kinds(talk.receive(request(transcript="New."))) == ["open", "New.", "end"]


def test_a_piece_of_a_cancelled_context_is_not_sent_as_one_of_its_namesake() -> None:
    talk = Talk()
    talk.receive(more("Old. "))
    messages = talk.session.encode_piece(Say("c1", sentence("Old. "), 0), PIECE, 1.0, talk.now)
    next(messages)
    talk.receive(cancel("c1"))
    assert isinstance(talk.receive(more("New. "))[0], Open)
    assert list(messages) == []


def test_a_message_without_an_id_is_a_context_that_nothing_continues() -> None:
    talk = Talk()
    first, say, end = talk.receive({**request(None), "continue": True})
    assert isinstance(first, Open)
    assert kinds([say, end]) == ["Hello there.", "end"]
    second = talk.receive({**request(None), "continue": True})[0]
    assert isinstance(second, Open)
    assert second.context_id != first.context_id


@pytest.mark.parametrize("context_id", ["c1", "\0" * 1000])
def test_times_stay_under_64_kib_too(context_id: str) -> None:
    count = 5000
    words = tuple(Timing("wörd" * 20, place / 7, (place + 1) / 7) for place in range(count))
    talk = Talk()
    talk.receive(request(context_id))
    piece = Piece(bytes(MOST_AUDIO_BYTES), words=words, phonemes=words)
    messages = list(talk.session.encode_piece(Say(context_id, sentence(""), 0), piece, 1.0, talk.now))
    assert max(len(message) for message in messages) < MOST_BYTES
    events = [json.loads(message) for message in messages]
    for key, column in (("word_timestamps", "words"), ("phoneme_timestamps", "phonemes")):
        parts = [event[key] for event in events if key in event]
        assert len(parts) < 20
        assert [word for part in parts for word in part[column]] == [word.text for word in words]
        starts = [start for part in parts for start in part["start"]]
        assert starts == sorted(starts)
        assert all(len(part["start"]) == len(part["end"]) == len(part[column]) for part in parts)


def test_normalized_words_are_asked_for_by_the_first_message() -> None:
    for wanted in (None, False, True):
        begun = Talk(NEWEST).receive(more("Hello", use_normalized_timestamps=wanted))[0]
        assert isinstance(begun, Open)
        assert begun.style.normalized is bool(wanted)


def test_chunks_are_as_long_as_is_set() -> None:
    begun = Talk(first_chunk=0.1, longest_chunk=0.3).receive(more("Hello"))[0]
    assert isinstance(begun, Open)
    assert (begun.style.first_piece, begun.style.longest_piece) == (0.1, 0.3)


def test_a_voice_that_is_null_is_that_of_whoever_has_none() -> None:
    begun = Talk().receive(more("Hallo", voice={"mode": "id", "id": None}, language="de"))[0]
    assert isinstance(begun, Open)
    assert begun.style.locale.startswith("de")


def test_what_may_go_on_is_told_from_what_ends() -> None:
    talk = Talk()

    def flags(actions: list[Action]) -> list[tuple[str, bool]]:
        return [(action.sentence.text, action.continues) for action in actions if isinstance(action, Say)]

    assert flags(talk.receive(more("I went to ", max_buffer_delay_ms=0))) == [("I went to ", True)]
    assert flags(talk.receive(more("the town ", flush=True))) == [("the town ", False)]
    talk.receive(more("and then ", max_buffer_delay_ms=500))
    assert flags(talk.wait(0.6)) == [("and then ", True)]
    assert flags(talk.receive(request(transcript="home"))) == [("home", False)]
