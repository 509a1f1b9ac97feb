"""Contexts over real sockets: the sound of text that streams in, flushes, cancels and expiry."""

import base64
import json
import random
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from asking import NEW, OLD, VOICE, ask, events, next_event, serving, speech, websocket
from odd_engines import DEADLINE, CountingEngine, GatedEngine, WholeEngine, wait_until
from ownvoice.engines.tone import SAMPLE_RATE, ToneEngine
from tone_speech import sound, starts, word_starts

TEXT = "Hello there. How are you, Mr. Fox? It costs 3.50 dollars! All is well."
F32 = {"container": "raw", "encoding": "pcm_f32le", "sample_rate": SAMPLE_RATE}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """Serve with the tone engine, and with contexts that do not expire during a slow test."""
    with serving(ToneEngine(), expiry_after_audio=60.0, expiry_after_input=60.0) as base_url:
        yield base_url


def push(connection: ClientConnection, text: str, context_id: str = "c1", **changes: Any) -> None:
    ask(connection, transcript=text, context_id=context_id, **{"continue": True, **changes})


def end(connection: ClientConnection, context_id: str = "c1", **changes: Any) -> None:
    ask(connection, transcript="", context_id=context_id, **{"continue": False, **changes})


def cancel(connection: ClientConnection, context_id: str) -> None:
    connection.send(json.dumps({"context_id": context_id, "cancel": True}))


def audio_of(found: list[dict[str, Any]], context_id: str = "c1") -> bytes:
    own = (event for event in found if event["context_id"] == context_id and event["type"] == "chunk")
    return b"".join(base64.b64decode(event["data"], validate=True) for event in own)


def words_of(found: list[dict[str, Any]]) -> list[tuple[str, float, float]]:
    times = [event["word_timestamps"] for event in found if event["type"] == "timestamps"]
    return [word for part in times for word in zip(part["words"], part["start"], part["end"], strict=True)]


def sentences_of(*texts: str) -> bytes:
    return sound(list(texts), VOICE.traits.pitch_hz).astype("<f4").tobytes()


# --- what is heard ---

WAYS = {
    "whole": [TEXT],
    "letters": list(TEXT),
    "words": [word + " " for word in TEXT.split()],
    "words with the space before": [TEXT[:5], *(" " + word for word in TEXT.split()[1:])],
    "halves": [TEXT[:30], TEXT[30:]],
    "around a dot": ["Hello there", ". ", "How are you, Mr", ".", " Fox? It costs 3", ".", "50 dollars! All is well."],
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("sample_rate", [8000, SAMPLE_RATE, 44100])
def test_however_the_text_is_pushed_the_sound_is_that_of_the_whole(url: str, way: str, sample_rate: int) -> None:
    form = {**F32, "sample_rate": sample_rate}
    text = "".join(WAYS[way])
    assert text.rstrip() == TEXT
    whole = httpx.post(url + "/tts/bytes", json=speech(transcript=text, output_format=form)).content
    with websocket(url) as connection:
        for message in WAYS[way]:
            push(connection, message, output_format=form)
        end(connection)
        found = events(connection)
    assert len(whole) > 4 * sample_rate
    assert audio_of(found) == whole


@pytest.mark.parametrize("date", [OLD, NEW])
def test_stripped_sentences_are_sentences(url: str, date: str) -> None:
    """One client sends them so, one in each message, without buffering."""
    parts = ["Hello there.", "How are you?", "fine, thanks."]
    with websocket(url, f"?cartesia_version={date}") as connection:
        for part in parts:
            push(connection, part, max_buffer_delay_ms=0, output_format=F32, add_timestamps=True)
        end(connection)
        found = events(connection)
    assert audio_of(found) == sentences_of(*parts)
    assert [word for word, _, _ in words_of(found)] == " ".join(parts).split()


def test_times_count_from_the_start_of_the_context(url: str) -> None:
    with websocket(url) as connection:
        for word in TEXT.split():
            push(connection, word + " ", add_timestamps=True, add_phoneme_timestamps=True)
        end(connection)
        found = events(connection)
    words = words_of(found)
    assert [word for word, _, _ in words] == TEXT.split()
    assert [start for _, start, _ in words] == pytest.approx(word_starts(TEXT), abs=1e-4)
    phonemes = [event["phoneme_timestamps"] for event in found if event["type"] == "phoneme_timestamps"]
    assert "".join(sign for part in phonemes for sign in part["phonemes"]) == "".join(filter(str.isalpha, TEXT))
    for times in (
        [time for _, start, finish in words for time in (start, finish)],
        [t for p in phonemes for t in p["start"]],
    ):
        assert times == sorted(times)


def test_chinese_and_japanese_have_a_token_per_character(url: str) -> None:
    with websocket(url) as connection:
        for part in ("今日は", "。元気", "ですか？"):
            push(connection, part, language="ja", add_timestamps=True)
        end(connection)
        found = events(connection)
    assert [word for word, _, _ in words_of(found)] == list("今日は。元気ですか？")


@pytest.mark.parametrize("normalized", [True, False, None])
def test_words_as_they_are_spoken(url: str, normalized: bool | None) -> None:
    asked = speech(transcript="It has 42 of them.", add_timestamps=True, use_normalized_timestamps=normalized)
    with websocket(url) as connection:
        connection.send(json.dumps({**asked, "context_id": "c1"}))
        over_socket = [word for word, _, _ in words_of(events(connection))]
    frames = httpx.post(url + "/tts/sse", json=asked).text.split("\n\n")
    over_http = [
        word
        for frame in frames
        if frame.startswith("event: timestamps")
        for word in json.loads(frame.partition("data: ")[2])["word_timestamps"]["words"]
    ]
    assert over_socket == over_http == ["It", "has", "forty-two" if normalized else "42", "of", "them."]


def test_a_whole_sentence_is_heard_before_the_next_message(url: str) -> None:
    with websocket(url) as connection:
        push(connection, "Hello there. ")
        assert next_event(connection)["type"] == "chunk"
        push(connection, "One")
        assert {event["type"] for event in flushed(connection)} == {"chunk", "flush_done"}


def flushed(connection: ClientConnection, context_id: str = "c1") -> list[dict[str, Any]]:
    """Flush, and return the events up to its end."""
    push(connection, "", context_id, flush=True)
    found = [next_event(connection)]
    while found[-1]["type"] != "flush_done":
        found.append(next_event(connection))
    return found


# --- flushes ---


@pytest.mark.parametrize(("date", "first"), [(OLD, 0), ("2024-11-13", 0), ("2025-04-16", 1), (NEW, 1)])
def test_flushes_part_the_audio(url: str, date: str, first: int) -> None:
    parts = ["One is", " and two are", " three."]
    with websocket(url, f"?cartesia_version={date}") as connection:
        groups = []
        for part in parts[:-1]:
            push(connection, part, max_buffer_delay_ms=5000, output_format=F32)
            groups.append(flushed(connection))
        push(connection, parts[-1])
        end(connection)
        groups.append(events(connection))
    for number, (part, group) in enumerate(zip(parts, groups, strict=True)):
        chunks = [event for event in group if event["type"] == "chunk"]
        assert {event["flush_id"] for event in chunks} == {first + number}
        start, stop = starts(parts)[number : number + 2]
        assert audio_of(group) == sentences_of(*parts)[4 * start : 4 * stop], part
        assert [event["done"] for event in group[:-1]] == [False] * (len(group) - 1)
    assert [group[-1]["type"] for group in groups] == ["flush_done", "flush_done", "done"]
    assert [group[-1].get("flush_id") for group in groups] == [first, first + 1, None]


@pytest.mark.parametrize("date", [OLD, NEW])
def test_who_never_flushes_sees_no_flush_ids(url: str, date: str) -> None:
    with websocket(url, f"?cartesia_version={date}") as connection:
        push(connection, "One. ")
        end(connection)
        assert not any("flush_id" in event for event in events(connection))


# --- many at once ---


def test_many_contexts_stream_at_once_and_keep_apart(url: str) -> None:
    texts = {f"c{number}": f"This is number {number}. It has {number * 7} things. " * 3 for number in range(100)}
    left = {context_id: text.split(" ") for context_id, text in texts.items()}
    order = random.Random(7)
    with websocket(url) as connection:
        while left:
            context_id = order.choice(sorted(left))
            words = left[context_id]
            count = order.randint(1, 5)
            left[context_id] = words[count:]
            push(connection, "".join(word + " " for word in words[:count] if word), context_id, add_timestamps=True)
            if not left[context_id]:
                del left[context_id]
                end(connection, context_id)
        found = events(connection, contexts=len(texts))
    for context_id, text in texts.items():
        own = [event for event in found if event["context_id"] == context_id]
        assert [event["type"] for event in own if event["done"]] == ["done"]
        assert own[-1]["done"]
        assert [word for word, _, _ in words_of(own)] == text.split()


def test_a_storm_of_cancels() -> None:
    """Of 200 over 20 names, each ends one context, nothing follows it, and every engine is stopped."""
    engine = CountingEngine()
    order = random.Random(11)
    with serving(engine) as url, websocket(url) as connection:
        found = []
        opened: list[str] = []
        for _ in range(200):
            context_id = f"c{order.randrange(20)}"
            for text in ("Hello. ", "And more. ")[: order.randint(1, 2)]:
                push(connection, text, context_id)
            opened.append(context_id)
            if order.random() < 0.3:
                found.append(next_event(connection))
            cancel(connection, context_id)
            if order.random() < 0.3:
                end(connection, context_id)  # which comes too late
        ask(connection, context_id="last", transcript="")  # it is answered after all the others
        while found[-1]["context_id"] != "last":
            found.append(next_event(connection))
        wait_until(lambda: engine.begun == engine.stopped, "an engine speaks on")
        assert httpx.get(url).status_code == 200
        steps = engine.steps
        connection.ping().wait(DEADLINE)
        assert engine.steps == steps
        with pytest.raises(TimeoutError):
            connection.recv(0.05)
    (error,) = [event for event in found if event["type"] == "error"]
    assert error["context_id"] == "last"
    assert [event["context_id"] for event in found if event["type"] == "done"] == opened


def test_cancelled_during_its_sentence_a_context_says_no_more() -> None:
    engine = GatedEngine()
    with serving(engine) as url, websocket(url) as connection:
        push(connection, "Hello there. And more. ")
        assert next_event(connection)["type"] == "chunk"
        cancel(connection, "c1")
        assert events(connection)[-1]["type"] == "done"
        engine.gate.set()
        ask(connection, context_id="c2", transcript="")
        assert next_event(connection)["context_id"] == "c2"


def test_the_end_of_a_context_comes_before_anything_of_its_namesake() -> None:
    """Otherwise a client that cancels and reuses the id at once takes that end for the new context's."""
    with serving(CountingEngine()) as url, websocket(url) as connection:
        for _ in range(20):
            push(connection, "Old. ", max_buffer_delay_ms=0)
            found = [next_event(connection)]
            cancel(connection, "c1")
            push(connection, "New. ", max_buffer_delay_ms=0, output_format=F32)
            while not found[-1]["done"]:
                found.append(next_event(connection))
            assert set(audio_of(found)) == {0x00, 0x20}  # 0.25 in 16 bits
            assert set(audio_of([next_event(connection)])) == {0x00, 0x80, 0x3E}  # and as a float
            cancel(connection, "c1")
            while not next_event(connection)["done"]:
                pass


# --- expiry ---


@pytest.mark.parametrize("date", [OLD, NEW])
def test_a_context_that_is_left_open_ends_by_itself(date: str) -> None:
    quick = serving(ToneEngine(), expiry_after_audio=0.1, expiry_after_input=0.1)
    with quick as url, websocket(url, f"?cartesia_version={date}") as connection:
        push(connection, "Hi. ", output_format=F32)
        found = events(connection)
        assert found[-1] == {"type": "done", "done": True, "status_code": 200, "context_id": "c1"}
        assert audio_of(found) == sentences_of("Hi. ")
        end(connection)  # it had not heard of that yet
        push(connection, "Ho. ", output_format=F32)
        assert audio_of(events(connection)) == sentences_of("Ho. ")


def test_an_idle_connection_is_closed_and_says_why() -> None:
    with serving(ToneEngine(), idle_timeout=0.2) as url, websocket(url) as connection:
        ask(connection)
        assert events(connection)[-1]["type"] == "done"
        with pytest.raises(ConnectionClosed) as closed:
            connection.recv(DEADLINE)
        assert closed.value.rcvd is not None
        assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (1000, "connection idle timeout")


@pytest.mark.parametrize("code", [1000, 1001])
def test_a_disconnect_stops_all_contexts(code: int) -> None:
    engine = CountingEngine()
    with serving(engine) as url:
        with websocket(url) as connection:
            for number in range(10):
                push(connection, "Hello. ", f"c{number}")
            while engine.begun < 10:
                next_event(connection)
            connection.close(code)
        engine.wait_for_stops(10)


def test_messages_stay_under_64_kib() -> None:
    with serving(WholeEngine(10.0)) as url, websocket(url, max_size=64 * 1024) as connection:
        ask(
            connection,
            context_id="c1",
            transcript="One. Two.",
            add_timestamps=True,
            output_format={**F32, "sample_rate": 48000},
        )
        found = events(connection)
    assert len(audio_of(found)) > 4 * 48000 * 20
    assert [word for word, _, _ in words_of(found)] == ["One.", "Two."]
