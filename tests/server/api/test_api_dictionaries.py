"""Pronunciation dictionaries over HTTP: making, listing, changing, deleting and using them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from asking import NEW, OLD, RAW, events, speech, version, websocket
from ownvoice.engines.tone import CHARACTER_SECONDS
from ownvoice.serving.server import ServerThread
from ownvoice.settings import Settings
from ownvoice.versions import VERSIONS

ITEMS = [{"text": "SQL", "alias": "sequel"}, {"text": "Tokio", "pronunciation": "To ki o", "case_sensitive": True}]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerThread]:
    """Serve with an empty store."""
    server = ServerThread(Settings(port=0, models={"sonic": "tone"}, data=str(tmp_path)))
    yield server
    server.stop()


@pytest.fixture
def http(server: ServerThread) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.base_url) as client:
        yield client


def made(http: httpx.Client, name: str = "Words", items: Any = ITEMS) -> dict[str, Any]:
    answer = http.post("/pronunciation-dicts/", json={"name": name, "items": items})
    assert answer.status_code == 200, answer.text
    dictionary: dict[str, Any] = answer.json()
    return dictionary


def seconds(http: httpx.Client, **changes: Any) -> float:
    answer = http.post("/tts/bytes", json=speech(**changes))
    assert answer.status_code == 200, answer.text
    return len(answer.content) / 2 / int(str(RAW["sample_rate"]))


@pytest.mark.parametrize("date", VERSIONS)
def test_made_and_listed(http: httpx.Client, date: str) -> None:
    dictionary = made(http)
    assert dictionary["name"] == "Words"
    assert [item["alias"] for item in dictionary["items"]] == ["sequel", "To ki o"]
    assert [item["pronunciation"] for item in dictionary["items"]] == ["sequel", "To ki o"]
    assert [item["case_sensitive"] for item in dictionary["items"]] == [False, True]
    assert http.get(f"/pronunciation-dicts/{dictionary['id']}").json() == dictionary
    listed = http.get("/pronunciation-dicts/", headers=version(date)).json()
    assert (listed if date == OLD else listed["data"]) == [dictionary]


def test_pages_come_to_an_end(http: httpx.Client) -> None:
    ids = [made(http, f"Words {number}", [])["id"] for number in range(7)][::-1]
    found: list[str] = []
    query: dict[str, Any] = {"limit": 3}
    while page := http.get("/pronunciation-dicts/", params=query).json()["data"]:
        found += [dictionary["id"] for dictionary in page]
        query["starting_after"] = found[-1]
    assert found == ids
    back = http.get("/pronunciation-dicts/", params={"ending_before": ids[4], "limit": 3}).json()
    assert [dictionary["id"] for dictionary in back["data"]] == ids[1:4]
    assert back["has_more"]
    assert http.get("/pronunciation-dicts/", params={"starting_after": "gone"}).json()["data"] == []


def test_changed_and_deleted(http: httpx.Client) -> None:
    dictionary = made(http)
    path = f"/pronunciation-dicts/{dictionary['id']}"
    changed = http.patch(path, json={"name": "Others", "items": ITEMS[:1], "pinned": True}).json()
    assert (changed["name"], len(changed["items"]), changed["pinned"]) == ("Others", 1, True)
    assert http.patch(path, json={"name": None}).json() == changed
    assert http.get(path).json() == changed
    assert http.delete(path).status_code == 204
    for answer in (http.get(path), http.patch(path, json={"name": "x"}), http.delete(path)):
        assert answer.status_code == 404
        assert answer.json()["error_code"] == "dictionary_not_found"


def test_speech_follows_it_and_times_name_the_words_of_the_text(server: ServerThread, http: httpx.Client) -> None:
    dictionary = made(http)
    plain = seconds(http, transcript="Use SQL.")
    said = seconds(http, transcript="Use SQL.", pronunciation_dict_id=dictionary["id"])
    assert said - plain == pytest.approx((len("sequel") - len("SQL")) * CHARACTER_SECONDS, abs=0.001)
    with websocket(server.base_url) as connection:
        wanted = speech(
            transcript="Use SQL.", pronunciation_dict_id=dictionary["id"], add_timestamps=True, context_id="c1"
        )
        connection.send(json.dumps(wanted))
        times = [event["word_timestamps"] for event in events(connection) if event["type"] == "timestamps"]
    assert [word for some in times for word in some["words"]] == ["Use", "SQL."]


def test_an_unknown_dictionary_is_refused(server: ServerThread, http: httpx.Client) -> None:
    for path in ("/tts/bytes", "/tts/sse"):
        answer = http.post(path, json=speech(pronunciation_dict_id="nothing"))
        assert answer.status_code == 404
        assert "'nothing'" in answer.json()["message"]
    with websocket(server.base_url) as connection:
        connection.send(json.dumps(speech(pronunciation_dict_id="nothing", context_id="c1")))
        (event,) = events(connection)
        assert (event["type"], event["status_code"]) == ("error", 404)
        connection.send(json.dumps(speech(pronunciation_dict_id=None, context_id="c2")))
        assert events(connection)[-1]["type"] == "done"


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({}, "set `name`"),
    ({"name": ""}, "name should not be empty"),
    ({"name": "n" * 300}, "at most 256 characters"),
    ({"name": "W", "items": [{"text": "a"}]}, "items[0] should have a `text`, and an `alias`"),
    ({"name": "W", "items": [{"alias": "a"}]}, "items[0] should have a `text`"),
    ({"name": "W", "items": [{"text": " ", "alias": "a"}]}, "items[0] should have a `text`"),
    ({"name": "W", "items": [{"text": "a" * 201, "alias": "a"}]}, "items[0].text should have at most 200 characters"),
    (
        {"name": "W", "items": [{"text": "a", "alias": "a", "pronunciation": "a" * 2000}]},
        "items[0].pronunciation should have at most",
    ),
    ({"name": "W", "items": [{"text": "a", "alias": "a"}] * 1001}, "at most 1000 items"),
    ({"name": "W", "items": "SQL"}, "wrong type"),
]


@pytest.mark.parametrize(("body", "message"), REFUSED)
def test_dictionaries_that_cannot_be(http: httpx.Client, body: dict[str, Any], message: str) -> None:
    answer = http.post("/pronunciation-dicts/", json=body, headers=version(NEW))
    assert answer.status_code == 400
    assert message in answer.json()["message"]
    assert http.get("/pronunciation-dicts/").json()["data"] == []
