"""The versions of the protocol: which one is asked for, its errors, its voices, its lists."""

import dataclasses
import json
from typing import Any

import msgspec
import pytest

from ownvoice.api.errors import error_body, error_event
from ownvoice.engines.espeak.catalogue import VOICES
from ownvoice.errors import InvalidRequest, NotFound
from ownvoice.traits.voice import Voice
from ownvoice.versions import NEWEST, VERSIONS, Version, requested_version

VOICE = VOICES[0]
ERROR = NotFound("Voice not found", "there is none", error_code="voice_not_found")

EVERYWHERE = {"id", "name", "description", "created_at", "language"}
FIELDS = {
    "2024-06-10": EVERYWHERE | {"user_id", "is_public", "embedding"},
    "2024-11-13": EVERYWHERE | {"is_owner"},
    "2025-04-16": EVERYWHERE | {"is_owner", "is_public", "gender"},
    "2025-11-04": EVERYWHERE | {"is_owner", "is_public", "gender"},
    "2026-03-01": EVERYWHERE | {"is_owner", "is_public", "gender"},
    "2026-08-14": EVERYWHERE | {"is_owner", "gender", "access", "visibility", "tagline", "locales"},
}

every_version = pytest.mark.parametrize("date", VERSIONS)


@pytest.mark.parametrize(
    ("headers", "query", "expected"),
    [
        ({}, {}, NEWEST),
        ({"cartesia-version": "2024-11-13"}, {}, "2024-11-13"),
        ({}, {"cartesia_version": "2024-06-10"}, "2024-06-10"),
        ({"cartesia-version": "2024-11-13"}, {"cartesia_version": "2025-04-16"}, "2025-04-16"),
        ({"cartesia-version": "2024-11-13"}, {"cartesia_version": ""}, "2024-11-13"),
        ({"cartesia-version": "2031-01-01"}, {}, NEWEST),
        ({"cartesia-version": "1999-01-01"}, {}, NEWEST),
        ({"cartesia-version": "latest"}, {"other": "2024-06-10"}, NEWEST),
        ({"cartesia-version": "2024-11-13"}, {"cartesia_version": "nonsense"}, NEWEST),
    ],
    ids=str,
)
def test_the_version_that_is_asked_for(headers: dict[str, str], query: dict[str, str], expected: str) -> None:
    assert requested_version(headers, query) == Version(expected)


def test_versions_stand_in_their_order() -> None:
    assert list(VERSIONS) == sorted(VERSIONS)
    assert set(FIELDS) == set(VERSIONS)


@pytest.mark.parametrize("date", [date for date in VERSIONS if date < "2026-03-01"])
def test_older_error_bodies_are_text(date: str) -> None:
    assert error_body(ERROR, Version(date)) == (b"Voice not found: there is none", "text/plain; charset=utf-8")


@pytest.mark.parametrize("date", [date for date in VERSIONS if date >= "2026-03-01"])
@pytest.mark.parametrize("code", ["voice_not_found", None])
def test_newer_error_bodies_are_json(date: str, code: str | None) -> None:
    error = InvalidRequest("Title", "message with “quotes”", error_code=code)
    body, media_type = error_body(error, Version(date))
    assert media_type == "application/json"
    assert json.loads(body) == {
        "error_code": code,
        "title": "Title",
        "message": "message with “quotes”",
        "request_id": error.request_id,
    }


@every_version
def test_error_events_have_the_older_and_the_newer_form(date: str) -> None:
    event = json.loads(msgspec.json.encode(error_event(ERROR, "c1")))
    assert event == {
        "type": "error",
        "context_id": "c1",
        "status_code": 404,
        "done": True,
        "title": "Voice not found",
        "message": "there is none",
        "error_code": "voice_not_found",
        "request_id": ERROR.request_id,
        "error": "Voice not found: there is none",
    }


@every_version
def test_error_events_without_context_and_code_have_no_nulls(date: str) -> None:
    event = json.loads(msgspec.json.encode(error_event(InvalidRequest("Title", "message"), None)))
    assert None not in event.values()
    assert not {"context_id", "error_code"} & set(event)


@every_version
def test_the_fields_of_a_voice(date: str) -> None:
    shape = Version(date).voice(VOICE, embedding=False)
    assert set(shape) == FIELDS[date]
    for name in EVERYWHERE:
        assert shape[name] == getattr(VOICE, name)
    json.dumps(shape)


@every_version
def test_what_clients_read_of_a_voice_that_they_made_of_another(date: str) -> None:
    voice = dataclasses.replace(VOICE, owner="somebody")
    shape = Version(date).voice_metadata(voice, embedding=False)
    assert set(shape) == FIELDS[date] | {"user_id"} | ({"is_public"} if date < NEWEST else set())
    assert shape["user_id"] == "somebody"
    assert shape.get("is_public", False) is False


@every_version
def test_the_embedding_on_demand(date: str) -> None:
    shape = Version(date).voice(VOICE, embedding=True)
    assert set(shape) == FIELDS[date] | {"embedding"}
    assert shape["embedding"] == list(VOICE.embedding)
    assert len(shape["embedding"]) == 192


def test_the_values_of_the_first_version() -> None:
    shape = Version("2024-06-10").voice(VOICE, embedding=False)
    assert (shape["user_id"], shape["is_public"]) == (None, True)


def test_the_values_of_the_middle_versions() -> None:
    shape = Version("2025-04-16").voice(VOICE, embedding=False)
    assert (shape["is_owner"], shape["is_public"], shape["gender"]) == (False, True, VOICE.gender)


@pytest.mark.parametrize("voice", VOICES, ids=lambda voice: voice.name)
def test_the_values_of_the_newest_version(voice: Voice) -> None:
    shape = Version(NEWEST).voice(voice, embedding=False)
    assert (shape["access"], shape["visibility"], shape["is_owner"]) == ("public", "all", False)
    assert 0 < len(shape["tagline"]) <= 32
    assert shape["locales"][0] == {"locale": voice.locale, "is_native": True}
    assert shape["gender"] in ("masculine", "feminine", "gender_neutral")


def test_a_long_name_is_cut_for_the_tagline() -> None:
    voice = dataclasses.replace(VOICE, name="A voice with a name that is longer than that")
    shape = Version(NEWEST).voice(voice, embedding=False)
    assert shape["tagline"] == voice.name[:32]
    assert shape["name"] == voice.name


@every_version
@pytest.mark.parametrize("has_more", [False, True])
def test_lists(date: str, has_more: bool) -> None:
    voices = [{"id": "a"}, {"id": "b"}]
    answer: Any = Version(date).list_of(voices, has_more=has_more)
    if date == "2024-06-10":
        assert answer == voices
    else:
        assert answer == {"data": voices, "has_more": has_more, "next_page": "b" if has_more else None}
    assert Version(date).lists_are_whole == (date == "2024-06-10")


@pytest.mark.parametrize("date", VERSIONS[1:])
def test_an_empty_page(date: str) -> None:
    assert Version(date).list_of([], has_more=False) == {"data": [], "has_more": False, "next_page": None}
