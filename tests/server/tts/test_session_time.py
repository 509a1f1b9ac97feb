"""The effects of time: waiting text is said, contexts expire, idle connections are closed."""

import pytest

from ownvoice.tts.session import SETTLE
from ownvoice.versions import VERSIONS
from talking import Talk, cancel, kinds, more, request, said, sent

OLD, LAST_OLD, UNBUFFERED, BUFFERED = "2024-06-10", "2024-11-13", "2025-04-16", "2025-11-04"
EARLY = 1e-3


def test_an_unfinished_sentence_is_said_when_it_has_waited_long_enough() -> None:
    talk = Talk()
    talk.receive(more("Hello my", max_buffer_delay_ms=2000))
    assert talk.wait(1.5) == []
    assert talk.receive(more(" name is", max_buffer_delay_ms=2000)) == []
    assert talk.wait(0.5 - EARLY) == []
    assert kinds(talk.wait(EARLY)) == ["Hello my name is"]
    assert talk.receive(more(" Anna")) == []
    assert talk.wait(2 - EARLY) == []  # the delay counts from the beginning of this text
    assert kinds(talk.wait(EARLY)) == [" Anna"]


def test_the_delay_counts_from_the_beginning_of_the_sentence() -> None:
    talk = Talk()
    talk.receive(more("One, ", max_buffer_delay_ms=2000))
    talk.wait(1.5)
    assert kinds(talk.receive(more("two. Three"))) == ["One, two. "]
    assert talk.wait(2 - EARLY) == []
    assert kinds(talk.wait(EARLY)) == ["Three"]


@pytest.mark.parametrize("date", VERSIONS)
def test_without_a_wish_the_version_decides(date: str) -> None:
    talk = Talk(date)
    at_once = said(talk.receive(more("Hello my")))
    assert at_once == (["Hello my"] if date < BUFFERED else [])
    if not at_once:
        assert talk.wait(3 - EARLY) == []
        assert kinds(talk.wait(EARLY)) == ["Hello my"]


@pytest.mark.parametrize("date", VERSIONS)
def test_with_0_each_message_is_said_as_it_comes(date: str) -> None:
    talk = Talk(date)
    for text in ("Hello", " there. How are", " you?", "Fine"):
        assert "".join(said(talk.receive(more(text, max_buffer_delay_ms=0)))) == text


@pytest.mark.parametrize("date", VERSIONS)
@pytest.mark.parametrize("delay", [0, 1, 5000, None])
def test_the_end_of_input_waits_for_nothing(date: str, delay: int | None) -> None:
    talk = Talk(date)
    assert kinds(talk.receive(request(transcript="One. Two", max_buffer_delay_ms=delay))) == [
        "open",
        "One. ",
        "Two",
        "end",
    ]


def test_whole_sentences_are_said_at_once() -> None:
    talk = Talk()
    assert said(talk.receive(more("One. Two. Three"))) == ["One. ", "Two. "]
    assert said(talk.receive(more(" is here."))) == ["Three is here."]  # several words and their end: a sentence
    assert said(talk.receive(more("Hello there."))) == ["Hello there."]
    assert said(talk.receive(more("this is it."))) == ["this is it."]


def test_what_may_be_the_end_of_one_waits_a_moment_for_what_may_follow() -> None:
    talk = Talk()
    talk.receive(more("It costs 3"))
    assert talk.receive(more(".")) == []
    assert talk.wait(SETTLE / 2) == []
    assert talk.receive(more("5")) == []
    assert talk.wait(SETTLE * 2) == []
    assert talk.receive(more(" euros")) == []
    assert talk.receive(more(".")) == []
    assert talk.wait(SETTLE - EARLY) == []
    assert kinds(talk.wait(EARLY)) == ["It costs 3.5 euros."]


def test_abbreviations_wait_as_long_as_words() -> None:
    talk = Talk()
    talk.receive(more("Dr"))
    talk.receive(more("."))
    assert talk.wait(3 - EARLY) == []
    assert kinds(talk.wait(EARLY)) == ["Dr."]


def test_half_a_tag_is_not_said_however_long_it_waits() -> None:
    talk = Talk()
    talk.hear(talk.receive(more("Hello <break ti", max_buffer_delay_ms=0)), 20.0)
    assert talk.wait(10) == []
    assert said(talk.receive(more('me="1s"/> you'))) == ['<break time="1s"/> you']


def test_half_a_tag_at_the_end_of_everything_is_said_as_it_is() -> None:
    talk = Talk()
    talk.hear(talk.receive(more("Hello <break ti", max_buffer_delay_ms=0)), 0.5)
    assert kinds(talk.wait(5)) == ["<break ti", "end"]
    talk = Talk()
    talk.receive(more("Hello <break ti", max_buffer_delay_ms=0))
    assert kinds(talk.receive(request(transcript=""))) == ["<break ti", "end"]


# --- expiry ---


@pytest.mark.parametrize("date", [UNBUFFERED, BUFFERED])
def test_a_context_expires_a_second_after_its_last_audio_has_been_heard(date: str) -> None:
    talk = Talk(date)
    talk.hear(talk.receive(more("Hello there. ")), 4.0)
    assert talk.wait(5 - EARLY) == []
    assert kinds(talk.wait(EARLY)) == ["end"]
    assert talk.wait(100) == []  # only once
    assert [event["type"] for event in talk.finished()] == ["done"]


@pytest.mark.parametrize("date", [OLD, LAST_OLD])
def test_in_2024_five_seconds_after_its_last_input(date: str) -> None:
    talk = Talk(date)
    talk.hear(talk.receive(more("Hello there. ")), 1.0)
    talk.wait(4)
    talk.hear(talk.receive(more("And more. ")), 1.0)
    assert talk.wait(5 - EARLY) == []
    assert kinds(talk.wait(EARLY)) == ["end"]


@pytest.mark.parametrize("date", [OLD, LAST_OLD])
def test_but_not_while_it_can_be_heard(date: str) -> None:
    talk = Talk(date)
    talk.hear(talk.receive(more("Hello there. ")), 30.0)
    assert talk.wait(30 - EARLY) == []
    assert kinds(talk.wait(EARLY)) == ["end"]


@pytest.mark.parametrize("date", VERSIONS)
def test_not_while_there_is_something_to_be_said(date: str) -> None:
    talk = Talk(date)
    actions = talk.receive(more("Hello there. "))
    assert talk.wait(1000) == []  # the engine is slow
    talk.hear(actions, 1.0)
    assert kinds(talk.wait(1000)) == ["end"]


@pytest.mark.parametrize("date", VERSIONS)
def test_a_context_that_was_opened_with_nothing_to_say_expires(date: str) -> None:
    talk = Talk(date)
    actions = talk.receive(more("..."))
    talk.hear(actions, 0.0)
    actions += talk.wait(10)
    assert kinds(actions) == ["open", "...", "end"]


def test_text_in_time_keeps_a_context_alive() -> None:
    talk = Talk()
    for _ in range(20):
        talk.hear(talk.receive(more("Hello there. ")), 1.0)
        assert talk.wait(1.9) == []
    assert kinds(talk.wait(1)) == ["end"]


def test_text_that_comes_just_after_it_expired_is_refused() -> None:
    """It would be lost silently otherwise: the context's end is on its way to the client."""
    talk = Talk()
    talk.hear(talk.receive(more("Hello there. ")), 1.0)
    assert kinds(talk.wait(2)) == ["end"]
    assert kinds(talk.receive(more("More. "))) == ["stop", "error"]
    assert talk.finished() == []


def test_the_times_of_expiry_are_settings() -> None:
    talk = Talk(expiry_after_audio=7.0)
    talk.hear(talk.receive(more("Hello there. ")), 1.0)
    assert talk.wait(8 - EARLY) == []
    assert kinds(talk.wait(EARLY)) == ["end"]
    talk = Talk(OLD, expiry_after_input=7.0)
    talk.hear(talk.receive(more("Hello there. ")), 1.0)
    assert talk.wait(7 - EARLY) == []
    assert kinds(talk.wait(EARLY)) == ["end"]


# --- the idle connection ---


def test_an_idle_connection_is_closed_once() -> None:
    talk = Talk()
    assert talk.wait(300 - EARLY) == []
    assert kinds(talk.wait(EARLY)) == ["close 1000 connection idle timeout"]
    assert talk.session.deadline() is None
    assert talk.session.tick(talk.now + 1000) == []


def test_any_message_and_any_audio_puts_that_off() -> None:
    talk = Talk(idle_timeout=10.0)
    talk.wait(9)
    talk.receive(cancel("nobody"))
    talk.wait(9)
    actions = talk.receive(request())
    talk.wait(1000)  # not while a context is open
    talk.hear(actions, 1.0)
    talk.finished()
    assert talk.wait(10 - EARLY) == []
    assert kinds(talk.wait(EARLY)) == ["close 1000 connection idle timeout"]


def test_an_open_context_keeps_the_connection_until_it_expires() -> None:
    talk = Talk(idle_timeout=0.5)
    talk.hear(talk.receive(more("Hello there. ")), 2.0)
    assert kinds(talk.wait(3)) == ["end"]
    talk.finished()
    assert kinds(talk.wait(1)) == ["close 1000 connection idle timeout"]


def test_time_alone_sends_nothing() -> None:
    talk = Talk()
    for number in range(5):
        talk.receive(more("Hello", str(number)))
    assert sent(talk.wait(1000)) == []
