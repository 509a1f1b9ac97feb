"""An owner's voices over HTTP: made from embeddings, other voices and recordings, changed, used and deleted."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from asking import NEW, OLD, events, speech, version, websocket
from ownvoice.engines.espeak.catalogue import VOICES
from ownvoice.serving.server import ServerThread
from ownvoice.settings import Settings
from ownvoice.store.voices import VoiceTable
from ownvoice.traits.embedding import Traits, from_embedding, to_embedding
from ownvoice.traits.voice import Voice
from ownvoice.versions import VERSIONS
from recordings import TRAITS, recording
from tone_speech import pitch_of

LOW, HIGH = VOICES[0], next(voice for voice in VOICES if voice.gender == "feminine")
RATE = 24000
NUMBERS = to_embedding(Traits(pitch_hz=140.0, range_semitones=2.0))


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


def made(http: httpx.Client, date: str = OLD, **changes: Any) -> dict[str, Any]:
    body = {"name": "Mine", "description": "My own.", "embedding": NUMBERS, **changes}
    answer = http.post("/voices", json=body, headers=version(date))
    assert answer.status_code == 200, answer.text
    voice: dict[str, Any] = answer.json()
    return voice


def cloned(http: httpx.Client, path: str, date: str, clip: bytes, **fields: str) -> httpx.Response:
    return http.post(path, files={"clip": ("voice.wav", clip)}, data=fields, headers=version(date), timeout=30)


def heard_pitch(http: httpx.Client, voice: Any, **changes: Any) -> float:
    answer = http.post("/tts/bytes", json=speech(voice=voice, **changes))
    assert answer.status_code == 200, answer.text
    return pitch_of(np.frombuffer(answer.content, np.int16).astype(np.float32), RATE)


@pytest.mark.parametrize("date", VERSIONS)
def test_a_created_voice_is_the_one_that_is_listed(http: httpx.Client, date: str) -> None:
    voice = made(http, date, language="de")
    listed = http.get("/voices", headers=version(date)).json()
    first = listed[0] if date == OLD else listed["data"][0]
    assert first == voice == http.get(f"/voices/{voice['id']}", headers=version(date)).json()
    assert (voice["name"], voice["description"], voice["language"]) == ("Mine", "My own.", "de")
    assert voice["is_public" if date == OLD else "is_owner"] is (date != OLD)
    wanted = http.get(f"/voices/{voice['id']}?expand[]=embedding", headers=version(date)).json()
    assert wanted["embedding"] == NUMBERS


def test_own_voices_come_first_and_pages_go_on_with_the_others(http: httpx.Client) -> None:
    own = [made(http, NEW, name=f"Voice {number}")["id"] for number in range(5)][::-1]
    found: list[str] = []
    query: dict[str, Any] = {"limit": 3}
    while page := http.get("/voices", params=query).json()["data"]:
        found += [voice["id"] for voice in page]
        query["starting_after"] = found[-1]
    assert found == own + [voice.id for voice in VOICES]
    assert [voice["id"] for voice in http.get("/voices?is_owner=true").json()["data"]] == own
    back = http.get("/voices", params={"ending_before": VOICES[1].id, "limit": 3}).json()
    assert [voice["id"] for voice in back["data"]] == [*own[-2:], VOICES[0].id]
    assert back["has_more"]
    first = http.get("/voices", params={"ending_before": own[1], "limit": 3}).json()
    assert [voice["id"] for voice in first["data"]] == own[:1]
    assert not first["has_more"]
    for cursor, there in ({"starting_after": own[3].upper()}, own[4]), ({"ending_before": own[1].upper()}, own[0]):
        assert http.get("/voices", params={**cursor, "limit": 1}).json()["data"][0]["id"] == there


def test_a_voice_speaks_by_its_id_and_by_its_numbers(http: httpx.Client, server: ServerThread) -> None:
    voice = made(http)
    for named in (voice["id"], {"mode": "id", "id": voice["id"].upper()}, {"embedding": voice["embedding"]}):
        assert heard_pitch(http, named) == pytest.approx(140.0, rel=0.01)
    with websocket(server.base_url) as connection:
        connection.send(json.dumps(speech(voice={"id": voice["id"]}, context_id="c1")))
        assert [event["type"] for event in events(connection)][-1] == "done"


def test_the_numbers_of_a_voice_keep_its_language(http: httpx.Client) -> None:
    voice = made(http, language="ru")
    answer = http.post("/tts/bytes", json=speech(voice={"embedding": voice["embedding"]}, transcript="Привет, мир."))
    assert answer.status_code == 200


def test_a_voice_is_changed(http: httpx.Client) -> None:
    voice = made(http, NEW)
    answer = http.patch(f"/voices/{voice['id']}", json={"name": " Other ", "gender": "feminine", "description": None})
    assert answer.status_code == 200
    assert answer.json() == {**voice, "name": "Other", "gender": "feminine", "tagline": "Other"}
    assert http.get(f"/voices/{voice['id']}").json() == answer.json()
    assert http.patch(f"/voices/{voice['id']}", json={}).json() == answer.json()
    british = http.patch(f"/voices/{voice['id']}", json={"accent": "en-GB"}).json()
    assert british["locales"] == [{"locale": "en-GB", "is_native": True}]
    assert british["gender"] == "feminine"
    assert http.patch(f"/voices/{voice['id']}", json={"gender": None}).json() == {**british, "gender": None}
    wrong = http.patch(f"/voices/{voice['id']}", json={"accent": "es-MX"})
    assert wrong.status_code == 400
    assert "/voices/localize" in wrong.json()["message"]


def test_a_voice_is_deleted(http: httpx.Client) -> None:
    voice = made(http)
    assert http.delete(f"/voices/{voice['id']}").status_code == 204
    assert http.get(f"/voices/{voice['id']}").status_code == 404
    assert http.delete(f"/voices/{voice['id']}").status_code == 404
    assert http.post("/tts/bytes", json=speech(voice=voice["id"])).status_code == 404
    assert len(http.get("/voices", headers=version(OLD)).json()) == len(VOICES)


@pytest.mark.parametrize(("method", "body"), [("PATCH", {"name": "Mine now"}), ("DELETE", None)])
def test_built_in_voices_stay_as_they_are(http: httpx.Client, method: str, body: Any) -> None:
    answer = http.request(method, f"/voices/{LOW.id}", json=body)
    assert answer.status_code == 403
    assert answer.json()["error_code"] == "voice_not_owned"
    assert http.get(f"/voices/{LOW.id}").json()["name"] == LOW.name


@pytest.mark.parametrize("fields", [{"name": "n" * 10_000}, {"name": "Me", "gender": "robot"}])
def test_no_recording_is_kept_of_a_voice_that_cannot_be(http: httpx.Client, tmp_path: Path, fields: Any) -> None:
    assert cloned(http, "/voices/clone", NEW, recording(), **fields).status_code == 400
    assert not list(tmp_path.glob("clips/*"))


def test_speech_goes_on_when_its_voice_is_deleted(http: httpx.Client) -> None:
    voice = made(http)
    request = speech(voice=voice["id"], transcript="A long sentence goes on and on. " * 300)
    with http.stream("POST", "/tts/bytes", json=request) as answer:
        pieces = answer.iter_bytes(8192)
        size = len(next(pieces))
        assert http.delete(f"/voices/{voice['id']}").status_code == 204
        size += sum(len(piece) for piece in pieces)
    assert size > 300 * 31 * 0.02 * RATE * 2 * 0.9


def test_a_mix_is_a_voice_between_its_parts(http: httpx.Client) -> None:
    def mix(*parts: dict[str, Any]) -> Traits:
        answer = http.post("/voices/mix", json={"voices": parts})
        assert answer.status_code == 200, answer.text
        return from_embedding(answer.json()["embedding"])

    pitches = [
        mix({"id": LOW.id, "weight": 4 - share}, {"embedding": list(HIGH.embedding), "weight": share}).pitch_hz
        for share in range(5)
    ]
    assert pitches == sorted(pitches)
    assert pitches[0] == pytest.approx(LOW.traits.pitch_hz, rel=1e-4)
    assert pitches[4] == pytest.approx(HIGH.traits.pitch_hz, rel=1e-4)
    third = mix({"id": LOW.id}, {"id": HIGH.id}, {"embedding": NUMBERS, "weight": 0})
    assert third.pitch_hz == pytest.approx((LOW.traits.pitch_hz * HIGH.traits.pitch_hz) ** 0.5, rel=1e-3)


@pytest.mark.parametrize(
    ("voices", "message"),
    [
        ([], "set `voices`"),
        ([{"weight": 1}], "should have an `id` or an `embedding`"),
        ([{"id": "nobody"}], "there is no voice 'nobody'"),
        ([{"id": LOW.id, "weight": -1}, {"id": HIGH.id, "weight": 2}], "weight"),
        ([{"id": LOW.id, "weight": 0}], "weight"),
        ([{"id": LOW.id, "weight": "much"}], "should be a number, not 'much'"),
        ([{"embedding": NUMBERS[1:]}], "192 numbers, not 191"),
        ([{"embedding": [*NUMBERS[1:], "x"]}], "must be a number, not str"),
        ([{"id": LOW.id}] * 65, "at most 64"),
        ("Newsman", "wrong type"),
    ],
)
def test_mixes_that_cannot_be(http: httpx.Client, voices: Any, message: str) -> None:
    answer = http.post("/voices/mix", json={"voices": voices})
    assert answer.status_code in (400, 404)
    assert message in answer.json()["message"]


def test_not_a_number_is_no_weight(http: httpx.Client) -> None:
    for weight in ("NaN", "1e999", "Infinity"):
        body = f'{{"voices": [{{"id": "{LOW.id}", "weight": {weight}}}]}}'
        assert http.post("/voices/mix", content=body).status_code == 400


@pytest.mark.parametrize(
    ("wish", "locale"),
    [
        ({"language": "es"}, "es"),
        ({"language": "en", "dialect": "au"}, "en-AU"),
        ({"language": "pt", "dialect": "eu"}, "pt-PT"),
        ({"accent": "fr-CA", "language": "fr"}, None),
        ({"accent": "es-419"}, "es-419"),
    ],
)
def test_a_voice_learns_another_language(http: httpx.Client, wish: dict[str, str], locale: str | None) -> None:
    body = {"voice_id": LOW.id, "name": "Abroad", "description": "", "original_speaker_gender": "male", **wish}
    answer = http.post("/voices/localize", json=body)
    if locale is None:
        assert answer.status_code == 400
        assert "'fr-CA' is no accent" in answer.json()["message"]
        return
    assert answer.status_code == 200, answer.text
    voice = answer.json()
    assert voice["locales"][0]["locale"] == locale
    assert voice["gender"] == "masculine"
    assert voice["user_id"] == "local"
    assert http.get(f"/voices/{voice['id']}?expand[]=embedding").json()["embedding"] == list(LOW.embedding)


def test_a_voice_that_goes_while_it_learns_another_language(
    http: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Copies of a cloned voice keep its recording alive, unless they are made too late."""
    voice = cloned(http, "/voices/clone", NEW, recording(), name="Me").json()
    add = VoiceTable.add

    def late(table: VoiceTable, copy: Voice) -> None:
        table.delete(voice["id"], "local")
        add(table, copy)

    monkeypatch.setattr(VoiceTable, "add", late)
    answer = http.post("/voices/localize", json={"voice_id": voice["id"], "name": "Yo", "language": "es"})
    assert (answer.status_code, answer.json()["error_code"]) == (404, "voice_not_found")


def test_accents_are_listed(http: httpx.Client) -> None:
    accents = http.get("/accents").json()["accents"]
    assert {accent["id"] for accent in accents} >= {"en-US", "en-GB", "es-MX", "de", "ja"}
    for language in {accent["language"] for accent in accents}:
        assert sum(accent["is_locale_default"] for accent in accents if accent["language"] == language) == 1


def test_a_clip_is_cloned_as_the_first_generation_does(http: httpx.Client) -> None:
    answer = cloned(http, "/voices/clone/clip", OLD, recording(), enhance="true", mode="clip")
    assert answer.status_code == 200, answer.text
    numbers = answer.json()["embedding"]
    assert from_embedding(numbers).pitch_hz == pytest.approx(TRAITS.pitch_hz, rel=0.03)
    assert len(http.get("/voices", headers=version(OLD)).json()) == len(VOICES), "no voice is made of it"
    voice = made(http, embedding=numbers)
    assert voice["embedding"] == numbers
    assert heard_pitch(http, voice["id"]) == pytest.approx(TRAITS.pitch_hz, rel=0.03)


def test_a_clip_is_found_again_by_its_numbers(server: ServerThread, http: httpx.Client) -> None:
    numbers = cloned(http, "/voices/clone/clip", OLD, recording(locale="en"), language="de").json()["embedding"]
    single = np.array(numbers, np.float32).astype(float).tolist()
    kept = server.store.recordings.similar(single, "local")
    assert kept is not None
    assert kept.locale == "de"
    assert server.store.recordings.sound(kept.id, "local") == recording()


@pytest.mark.parametrize("date", VERSIONS)
def test_a_voice_is_cloned(http: httpx.Client, date: str) -> None:
    answer = cloned(http, "/voices/clone", date, recording(), name="Me", language="es", mode="similarity")
    assert answer.status_code == 200, answer.text
    voice = answer.json()
    assert (voice["name"], voice["language"]) == ("Me", "es")
    # Clients that check what they get want to know whose it is, here and nowhere else.
    assert (voice["user_id"], voice.get("is_public", False)) == ("local", False)
    assert http.get(f"/voices/{voice['id']}", headers=version(date)).json().items() <= voice.items()
    assert heard_pitch(http, voice["id"], transcript="Hola.") == pytest.approx(TRAITS.pitch_hz, rel=0.03)


def test_a_voice_outlives_its_server(tmp_path: Path) -> None:
    settings = Settings(port=0, models={"sonic": "tone"}, data=str(tmp_path))
    server = ServerThread(settings)
    with httpx.Client(base_url=server.base_url) as http:
        voice = cloned(http, "/voices/clone", NEW, recording(), name="Me").json()
    server.stop()
    server = ServerThread(settings)
    with httpx.Client(base_url=server.base_url) as http:
        assert http.get(f"/voices/{voice['id']}").json().items() <= voice.items()
        assert heard_pitch(http, voice["id"]) == pytest.approx(TRAITS.pitch_hz, rel=0.03)
    server.stop()


REFUSED_VOICES: list[tuple[dict[str, Any], str]] = [
    ({"name": ""}, "set `name`"),
    ({"name": None}, "set `name`"),
    ({"name": "  "}, "name should not be empty"),
    ({"name": "n" * 10_000}, "at most 256 characters, not 10000"),
    ({"name": "a\x00b"}, "no control characters"),
    ({"name": 7}, "wrong type"),
    ({"description": "d" * 5000}, "at most 4096 characters"),
    ({"embedding": None}, "192 numbers"),
    ({"embedding": NUMBERS[:-1]}, "192 numbers, not 191"),
    ({"embedding": ["0.5"] * 192}, "embedding[0] must be a number, not str"),
    ({"embedding": "loud"}, "must be a list of 192 numbers, not str"),
    ({"language": "xx"}, "'xx' is not a language"),
    ({"gender": "robot"}, "masculine, feminine, gender_neutral"),
    ({"accent": "en-XX"}, "is no accent"),
]


@pytest.mark.parametrize(("change", "message"), REFUSED_VOICES)
def test_voices_that_cannot_be(http: httpx.Client, change: dict[str, Any], message: str) -> None:
    answer = http.post("/voices", json={"name": "Mine", "embedding": NUMBERS, **change})
    assert answer.status_code == 400
    assert message in answer.json()["message"]
    assert http.get("/voices?is_owner=true").json()["data"] == []


def test_an_embedding_with_a_hole_is_refused(http: httpx.Client) -> None:
    body = json.dumps({"name": "Mine", "embedding": [float("nan"), *NUMBERS[1:]]})
    assert http.post("/voices", content=body).status_code == 400


def test_a_file_name_is_never_a_path(http: httpx.Client) -> None:
    files = {"clip": ("../../../etc/passwd", recording())}
    answer = http.post("/voices/clone", files=files, data={"name": "../../up"}, timeout=30)
    assert answer.status_code == 200
    assert answer.json()["name"] == "../../up"


REFUSED_FORMS: list[tuple[dict[str, Any], int, str]] = [
    ({"data": {"name": "Me"}, "files": {"other": b"x"}}, 400, "set `clip` to the file"),
    ({"json": {"name": "Me"}}, 415, "multipart/form-data"),
    ({"data": {"name": "Me", "enhance": "maybe"}, "files": {"clip": b"x"}}, 400, "enhance should be true or false"),
    ({"data": {}, "files": {"clip": b"x"}}, 400, "set `name`"),
    ({"data": {"name": "Me"}, "files": {"clip": b""}}, 400, ""),
    ({"data": {"name": "Me", "language": "xx"}, "files": {"clip": recording()}}, 400, "'xx' is not a language"),
    ({"data": {"name": "Me"}, "files": {"clip": bytes(11 * 2**20)}}, 413, "should have at most"),
    ({"data": {"name": "Me"}, "files": {"clip": b"\x89PNG\r\n\x1a\n" + bytes(100)}}, 415, ""),
    ({"content": b"--x\r\nnonsense", "headers": {"Content-Type": "multipart/form-data; boundary=x"}}, 400, ""),
    ({"content": b"", "headers": {"Content-Type": "multipart/form-data"}}, 400, ""),
    ({"data": {"name": "Me"} | {f"field{n}": "x" for n in range(99)}, "files": {"clip": b"x"}}, 400, "form"),
]


@pytest.mark.parametrize(("arguments", "status", "message"), REFUSED_FORMS)
def test_forms_that_cannot_be(http: httpx.Client, arguments: dict[str, Any], status: int, message: str) -> None:
    answer = http.post("/voices/clone", **arguments)
    assert answer.status_code == status, answer.text
    assert message in answer.json()["message"]
    assert http.get("/voices?is_owner=true").json()["data"] == []


def test_an_owner_may_have_so_many_voices_and_recordings(tmp_path: Path) -> None:
    settings = Settings(port=0, models={"sonic": "tone"}, data=str(tmp_path), max_voices=2, max_recordings=1)
    server = ServerThread(settings)
    with httpx.Client(base_url=server.base_url) as http:
        kept = cloned(http, "/voices/clone", NEW, recording(), name="Me").json()
        clips = [cloned(http, "/voices/clone/clip", OLD, recording(pitch)).json()["embedding"] for pitch in (120, 150)]
        found = [server.store.recordings.similar(clip, "local") for clip in clips]
        assert [recording is not None for recording in found] == [False, True], "the newest is kept"
        assert len(list((tmp_path / "clips").rglob("*-*"))) == 2, "that, and the one that a voice was made of"
        assert heard_pitch(http, kept["id"]) == pytest.approx(TRAITS.pitch_hz, rel=0.03)
        made(http)
        for answer in (
            http.post("/voices", json={"name": "Third", "embedding": NUMBERS}),
            cloned(http, "/voices/clone", NEW, recording(), name="Third"),
        ):
            assert answer.status_code == 403
            assert answer.json()["error_code"] == "voice_limit_reached"
        assert http.delete(f"/voices/{kept['id']}").status_code == 204
        made(http)
    server.stop()
