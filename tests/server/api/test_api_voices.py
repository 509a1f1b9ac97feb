"""The voices over HTTP: pages that come to an end, filters, and the shape of each version."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from asking import NEW, OLD, VOICE, version
from ownvoice.engines.espeak.catalogue import VOICES
from ownvoice.serving.server import ServerThread
from ownvoice.versions import VERSIONS, Version

IDS = [voice.id for voice in VOICES]


@pytest.fixture
def http(tone_server: ServerThread) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=tone_server.base_url) as client:
        yield client


def page(http: httpx.Client, **query: Any) -> dict[str, Any]:
    answer = http.get("/voices", params=query)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    assert set(body) == {"data", "has_more", "next_page"}
    assert body["next_page"] == (body["data"][-1]["id"] if body["has_more"] else None)
    return body


def ids(body: dict[str, Any]) -> list[str]:
    return [voice["id"] for voice in body["data"]]


@pytest.mark.parametrize("path", ["/voices", "/voices/", "/voices?limit=3"])
def test_the_first_version_gets_all_voices_as_an_array(http: httpx.Client, path: str) -> None:
    body = http.get(path, headers=version(OLD)).json()
    assert body == [Version(OLD).voice(voice, embedding=False) for voice in VOICES]
    assert len(body[0]["embedding"]) == 192


@pytest.mark.parametrize("date", VERSIONS[1:])
def test_later_versions_get_pages_in_their_shape(http: httpx.Client, date: str) -> None:
    body = http.get("/voices/?limit=2", headers=version(date)).json()
    shapes = [Version(date).voice(voice, embedding=False) for voice in VOICES[:2]]
    assert body == {"data": shapes, "has_more": True, "next_page": IDS[1]}


def test_pages_have_ten_voices_unless_asked_otherwise(http: httpx.Client) -> None:
    assert ids(page(http)) == IDS[:10]
    assert ids(page(http, limit=1)) == IDS[:1]
    assert ids(page(http, limit=100)) == IDS[:100]


@pytest.mark.parametrize("limit", [1, 7, 37, 100])
def test_a_client_that_ignores_has_more_comes_to_an_end(http: httpx.Client, limit: int) -> None:
    found: list[str] = []
    query: dict[str, Any] = {"limit": limit}
    while data := page(http, **query)["data"]:
        found += [voice["id"] for voice in data]
        query["starting_after"] = found[-1]
        assert len(found) <= len(IDS)
    assert found == IDS


def test_a_client_that_follows_next_page_needs_no_empty_one(http: httpx.Client) -> None:
    found, after = [], None
    while True:
        body = page(http, limit=50, **({"starting_after": after} if after else {}))
        assert body["data"]
        found += ids(body)
        if not body["has_more"]:
            break
        after = body["next_page"]
    assert found == IDS


def test_backwards(http: httpx.Client) -> None:
    body = page(http, limit=3, ending_before=IDS[5])
    assert ids(body) == IDS[2:5]
    assert body["has_more"]
    assert ids(page(http, limit=3, ending_before=IDS[2])) == IDS[:2]
    assert page(http, limit=3, ending_before=IDS[0]) == {"data": [], "has_more": False, "next_page": None}


@pytest.mark.parametrize("cursor", ["starting_after", "ending_before"])
def test_a_cursor_that_is_gone_gives_an_empty_page(http: httpx.Client, cursor: str) -> None:
    assert page(http, **{cursor: "no-such-voice"}) == {"data": [], "has_more": False, "next_page": None}


@pytest.mark.parametrize("limit", ["0", "101", "-1", "1.5", "ten", "", " 5", "9" * 5000, "٣²"])
def test_limits_out_of_range(http: httpx.Client, limit: str) -> None:
    answer = http.get("/voices", params={"limit": limit})
    assert answer.status_code == 400
    assert "from 1 to 100" in answer.json()["message"]


def test_filters(http: httpx.Client) -> None:
    german = page(http, language="de", limit=100)["data"]
    assert german
    assert {voice["language"] for voice in german} == {"de"}
    women = page(http, gender="feminine", limit=100)["data"]
    assert {voice["gender"] for voice in women} == {"feminine"}
    assert ids(page(http, q=VOICE.name.upper(), limit=100)) == [VOICE.id]
    assert VOICE.id in ids(page(http, q=VOICE.description[5:20], limit=100))
    assert page(http, language="de", gender="feminine", q="no such words")["data"] == []
    assert page(http, language="xx") == {"data": [], "has_more": False, "next_page": None}


def test_filters_and_pages_together(http: httpx.Client) -> None:
    women = [voice.id for voice in VOICES if voice.gender == "feminine"]
    body = page(http, gender="feminine", limit=5, starting_after=women[4])
    assert ids(body) == women[5:10]


def test_built_in_voices_have_no_owner(http: httpx.Client) -> None:
    assert page(http, is_owner="true")["data"] == []
    assert ids(page(http, is_owner="false")) == IDS[:10]
    assert ids(page(http, is_owner="False")) == IDS[:10]


@pytest.mark.parametrize("query", [{"gender": "robot"}, {"is_owner": "perhaps"}])
def test_filters_that_cannot_be(http: httpx.Client, query: dict[str, str]) -> None:
    answer = http.get("/voices", params=query)
    assert answer.status_code == 400
    assert next(iter(query)) in answer.json()["message"]


def test_empty_and_unknown_parameters_are_ignored(http: httpx.Client) -> None:
    assert ids(page(http, gender="", language="", is_owner="", q="", is_starred="true", more="x")) == IDS[:10]


@pytest.mark.parametrize("date", VERSIONS)
def test_one_voice(http: httpx.Client, date: str) -> None:
    for path in (f"/voices/{VOICE.id}", f"/voices/{VOICE.id.upper()}/"):
        body = http.get(path, headers=version(date)).json()
        assert body == Version(date).voice(VOICE, embedding=False)


@pytest.mark.parametrize("path", ["/voices", f"/voices/{VOICE.id}"])
@pytest.mark.parametrize(
    ("query", "headers"),
    [
        ({"expand[]": "embedding"}, {}),
        ({"expand": "embedding"}, {}),
        ({"expand[]": ["preview_file_url", "embedding"]}, {}),
        ({}, {"Prefer": "include=embedding"}),
    ],
)
def test_embeddings_on_demand(http: httpx.Client, path: str, query: dict[str, Any], headers: dict[str, str]) -> None:
    body = http.get(path, params=query, headers={**version("2024-11-13"), **headers}).json()
    voice = body["data"][0] if "data" in body else body
    assert len(voice["embedding"]) == 192


@pytest.mark.parametrize("date", [OLD, NEW])
def test_no_such_voice(http: httpx.Client, date: str) -> None:
    answer = http.get("/voices/nobody", headers=version(date))
    assert answer.status_code == 404
    assert "GET /voices lists" in answer.text
