"""What the API lists is what the engines say of themselves."""

from collections.abc import Generator, Iterator

import httpx
import pytest

from asking import serving
from odd_engines import BrokenEngine, OddEngine, step
from ownvoice.api.openai import VOICES
from ownvoice.engines import EngineDescription, Speech, Utterance
from ownvoice.errors import NotPermitted
from ownvoice.traits.embedding import SIZE
from ownvoice.traits.voice import DEFAULT_ID, Voice
from recordings import recording

RAW = {"container": "raw", "encoding": "pcm_s16le", "sample_rate": 24000}
OWN = Voice(id="oWn", name="Own Voice", language="de", locale="de", embedding=(0.0,) * SIZE)


class GermanEngine(OddEngine):
    """An engine with one voice, which knows German alone, whatever it declares."""

    def describe(self) -> EngineDescription:
        return EngineDescription(languages=("de",), voices=(OWN,), phoneme_times=False)

    def speak(self, utterance: Utterance) -> Generator[Speech, None, None]:
        if utterance.locale != "de":
            raise LookupError(f"only German is spoken here, not {utterance.locale}")
        yield step(2400)


@pytest.fixture
def url() -> Iterator[str]:
    with serving(GermanEngine()) as url:
        yield url


def body(**changes: object) -> dict[str, object]:
    return {"model_id": "sonic", "transcript": "Ja.", "voice": {"id": "own"}, "output_format": RAW, **changes}


def test_voices_and_accents_are_those_of_the_engine(url: str) -> None:
    assert [voice["name"] for voice in httpx.get(url + "/voices").json()["data"]] == ["Own Voice"]
    for id in ("own", "OWN", DEFAULT_ID):  # programs of the protocol call the default voice by its id
        assert httpx.get(url + f"/voices/{id}").json()["name"] == "Own Voice"
        assert httpx.post(url + "/tts/bytes", json=body(voice={"id": id})).status_code == 200
    assert {accent["language"] for accent in httpx.get(url + "/accents").json()["accents"]} == {"de"}


def test_capabilities_are_those_of_the_engine(url: str) -> None:
    found = httpx.get(url + "/v1/capabilities").json()
    assert found["languages"] == ["de"]
    assert found["engines"] == {
        "odd": {"languages": ["de"], "voices": 1, "word_times": True, "phoneme_times": False, "clones": False}
    }


@pytest.mark.parametrize("name", VOICES)
def test_every_name_of_openai_is_a_voice_of_the_engine(url: str, name: str) -> None:
    asked = {"model": "tts-1", "input": "Ja.", "voice": name, "response_format": "pcm"}
    assert len(httpx.post(url + "/v1/audio/speech", json=asked).content) == 4800


def test_a_language_that_the_engine_does_not_speak_is_refused_on_every_way_to_it(url: str) -> None:
    for path in ("/tts/bytes", "/tts/sse"):
        answer = httpx.post(url + path, json=body(language="fr"))
        assert (answer.status_code, answer.json()["error_code"]) == (400, "language_not_supported")
        assert "does not speak 'fr'" in answer.text
        assert httpx.post(url + path, json=body()).status_code == 200
    asked = {"model": "tts-1", "input": "Oui.", "voice": "alloy", "language": "fr"}
    assert httpx.post(url + "/v1/audio/speech", json=asked).status_code == 400


def test_words_of_a_script_that_the_engine_does_not_read_stay_in_the_text(url: str) -> None:
    answer = httpx.post(url + "/tts/bytes", json=body(transcript="Ja. Er sagte привет zu mir."))
    assert (answer.status_code, len(answer.content)) == (200, 2 * 4800 + 2 * round(0.35 * 24000))


class OwnError(NotPermitted):
    """An engine's own kind of a kind of error."""


@pytest.mark.parametrize("path", ["/tts/bytes", "/tts/sse"])
def test_an_error_of_an_engines_own_kind_has_the_status_of_the_nearest(path: str) -> None:
    with serving(BrokenEngine(0, OwnError("Not today", "come back tomorrow", error_code="closed"))) as url:
        answer = httpx.post(url + path, json=body(voice={"id": DEFAULT_ID}))
    assert (answer.status_code, answer.json()["error_code"]) == (403, "closed")


def test_cloning_where_no_engine_clones(url: str) -> None:
    files = {"clip": ("clip.wav", recording(), "audio/wav")}
    answer = httpx.post(url + "/voices/clone", files=files, data={"name": "N", "language": "de"})
    assert (answer.status_code, answer.json()["error_code"]) == (501, "not_installed")
