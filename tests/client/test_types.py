"""Events on the wire and Structs that read like dictionaries."""

import base64
from typing import Any

import msgspec
import pytest

from cartesia import types
from cartesia.errors import APIResponseValidationError
from cartesia.types import Chunk, Done, Error, FlushDone, Timestamps, Unknown, Voice, decode_event

CHUNK = {"type": "chunk", "context_id": "c", "status_code": 206, "done": False, "data": "AAEC", "step_time": 1.5}


def decoded(body: dict[str, Any]) -> types.AnyEvent:
    return decode_event(msgspec.json.encode(body))


def test_a_chunk_carries_decoded_audio() -> None:
    event = decoded(CHUNK)
    assert isinstance(event, Chunk)
    assert (event.type, event.audio, event["audio"], event.data) == ("chunk", b"\x00\x01\x02", b"\x00\x01\x02", "AAEC")
    assert (event.context_id, event.step_time, event.done) == ("c", 1.5, False)


def test_structs_survive_encoding_and_decoding() -> None:
    data = base64.b64encode(bytes(range(256))).decode()
    event = Chunk(data=data, context_id="c", status_code=206, step_time=0.5)
    wire = msgspec.json.decode(msgspec.json.encode(event))
    assert wire["data"] == data
    assert event.audio == event.get("audio") == bytes(range(256))
    assert wire["done"] is False
    assert not {"error", "flush_id"} & wire.keys()
    assert decoded(wire) == event


def test_every_event_says_its_type_and_whether_it_is_the_last() -> None:
    words = types.WordTimestamps(words=["a"], start=[0.0], end=[0.5])
    phonemes = types.PhonemeTimestamps(phonemes=["a"], start=[0.0], end=[0.5])
    events = (
        Chunk(data=""),
        Timestamps(word_timestamps=words),
        types.PhonemeTimestampsEvent(phoneme_timestamps=phonemes),
        FlushDone(flush_id=1),
        Done(done=True),
        Error(title="T", message="m", done=True),
    )
    for event in events:
        wire = msgspec.json.decode(msgspec.json.encode(event))
        assert wire["type"] == event.type
        assert wire["done"] == event.done
        assert type(decoded(wire)) is type(event)


@pytest.mark.parametrize(
    ("wire", "title", "message", "error"),
    [
        ({"error": "Bad voice: no such id"}, "Bad voice", "no such id", "Bad voice: no such id"),
        ({"error": "just words"}, None, "just words", "just words"),
        ({"title": "T", "message": "m"}, "T", "m", "T: m"),
        ({"title": "T", "message": "m", "error": "old words"}, "T", "m", "old words"),
        ({"message": "m"}, None, "m", "m"),
    ],
)
def test_both_forms_of_an_error(wire: dict[str, str], title: str | None, message: str, error: str) -> None:
    event = decoded({"type": "error", "context_id": "c", "status_code": 400, "done": True, **wire})
    assert isinstance(event, Error)
    assert (event.title, event.message, event.error, event.done) == (title, message, error, True)


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"3", b"null", b"\xff\xfe", b'{"type": 5}', b'{"no": "type"}'])
def test_nonsense_is_an_unknown_event(data: bytes) -> None:
    assert isinstance(decode_event(data), Unknown)


def test_an_unknown_type_keeps_its_body() -> None:
    event = decoded({"type": "heartbeat", "context_id": "c", "beat": 7})
    assert isinstance(event, Unknown)
    assert (event.type, event.context_id, event.body["beat"], event.done) == ("unknown", "c", 7, False)


def test_a_message_that_cannot_be_decoded_still_ends_its_context() -> None:
    assert decoded({"type": "finale", "context_id": "c", "done": True}).done
    broken = decoded({"type": "error", "context_id": "c", "status_code": "four hundred", "error": "why"})
    assert isinstance(broken, Error)
    assert (broken.error, broken.done, broken.context_id) == ("why", True, "c")


def test_unknown_keys_are_ignored() -> None:
    assert decoded({**CHUNK, "future": {"a": 1}}) == decoded(CHUNK)


def test_a_struct_reads_like_a_dictionary() -> None:
    voice = Voice(id="v", name="N", embedding=[0.5])
    assert voice["name"] == voice.name == "N"
    assert voice.keys() == ["id", "name", "description", "embedding"]
    assert {**voice}["embedding"] == [0.5]
    assert voice.get("gender", "?") == "?"
    assert ("id" in voice, "gender" in voice, 3 in voice) == (True, False, False)
    assert voice.to_dict() == {"id": "v", "name": "N", "embedding": [0.5]}
    with pytest.raises(KeyError):
        voice["__class__"]
    with pytest.raises(KeyError):
        voice["nothing"]


def test_requests_of_all_generations_are_read() -> None:
    old = {"model_id": "m", "transcript": "t", "voice": {"id": "v"}, "continue": None, "stream": True, "duration": None}
    request = msgspec.json.decode(msgspec.json.encode(old), type=types.GenerationRequest)
    assert (request.model_id, request.voice, request.continue_) == ("m", {"id": "v"}, None)


@pytest.mark.parametrize("data", ["AAE", "A", "AA==AA==", "no base64", "AA\nAA"])
def test_audio_that_is_not_base64(data: str) -> None:
    event = decoded({**CHUNK, "data": data})
    assert isinstance(event, Chunk)
    with pytest.raises(APIResponseValidationError, match="not base64"):
        event["audio"]


def test_escaped_base64() -> None:
    """Some encoders of JSON escape the slash."""
    event = decode_event(rb'{"type":"chunk","data":"\/\/\/\/","done":false}')
    assert isinstance(event, Chunk)
    assert event.audio == b"\xff\xff\xff"


def test_printed_structs_are_readable() -> None:
    voice = Voice(id="v", name="N", embedding=[0.0] * 192)
    assert repr(voice) == "Voice(id='v', name='N', description='', embedding=<192 numbers>)"
    chunk = decoded({**CHUNK, "data": "AAAA" * 1000})
    assert len(repr(chunk)) < 200
    assert "<4000 characters>" in repr(chunk)
