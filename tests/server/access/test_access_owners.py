"""Owners: what was made with one key does not exist for other keys and their tokens."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from asking import ask, next_event, speech, websocket
from guarded import Guarded, guarded
from ownvoice.engines.espeak import catalogue


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    with guarded(tmp_path_factory.mktemp("owners")) as found:
        yield found


@pytest.fixture(scope="module")
def other(server: Guarded) -> Iterator[httpx.Client]:
    _, secret = server.store.keys.create("other")
    headers = {"X-API-Key": secret, "Cartesia-Version": "2024-11-13"}
    with httpx.Client(base_url=server.url, headers=headers) as client:
        yield client


@pytest.fixture(scope="module")
def mine(server: Guarded) -> Iterator[httpx.Client]:
    headers = {**server.headers, "Cartesia-Version": "2024-11-13"}
    with httpx.Client(base_url=server.url, headers=headers) as client:
        yield client


@pytest.fixture(scope="module")
def voice_id(mine: httpx.Client) -> str:
    first, *others = catalogue.VOICES[3].embedding
    numbers = [first + 0.05, *others]  # not a voice that everybody has
    body = {"name": "Mine", "description": "", "language": "en", "embedding": numbers}
    answer = mine.post("/voices", json=body)
    assert answer.status_code == 200, answer.text
    made: str = answer.json()["id"]
    return made


def test_the_owner_has_it(mine: httpx.Client, voice_id: str) -> None:
    assert mine.get(f"/voices/{voice_id}").json()["is_owner"] is True
    assert mine.post("/tts/bytes", json=speech(voice=voice_id)).status_code == 200


def test_no_other_owner_has_it(server: Guarded, other: httpx.Client, voice_id: str) -> None:
    for answer in (
        other.get(f"/voices/{voice_id}"),
        other.patch(f"/voices/{voice_id}", json={"name": "Theirs", "description": ""}),
        other.delete(f"/voices/{voice_id}"),
        other.post("/tts/bytes", json=speech(voice=voice_id)),
        other.post("/tts/sse", json=speech(voice=voice_id)),
        other.post("/v1/audio/speech", json={"model": "sonic-3", "input": "Hi.", "voice": voice_id}),
    ):
        assert answer.status_code == 404, answer.text
    listed = other.get("/voices", params={"is_owner": "true"}).json()["data"]
    assert listed == []
    with websocket(server.url, f"?api_key={other.headers['x-api-key']}") as connection:
        ask(connection, voice=voice_id)
        assert next_event(connection)["error_code"] == "voice_not_found"


def test_a_token_has_what_its_key_has(server: Guarded, voice_id: str) -> None:
    headers = {"Authorization": f"Bearer {server.token(grants={'tts': True})}"}
    spoken: Any = httpx.post(server.url + "/tts/bytes", headers=headers, json=speech(voice=voice_id))
    assert spoken.status_code == 200
    assert httpx.get(f"{server.url}/voices/{voice_id}", headers=headers).status_code == 200
    assert httpx.delete(f"{server.url}/voices/{voice_id}", headers=headers).status_code == 403


def test_dictionaries_have_owners_too(mine: httpx.Client, other: httpx.Client) -> None:
    made = mine.post("/pronunciation-dicts/", json={"name": "mine", "items": [{"text": "GIF", "alias": "jif"}]})
    assert made.status_code == 200, made.text
    assert mine.get(f"/pronunciation-dicts/{made.json()['id']}").status_code == 200
    assert other.get(f"/pronunciation-dicts/{made.json()['id']}").status_code == 404
    assert other.get("/pronunciation-dicts/").json()["data"] == []
