"""What the API lists is what the engines say of themselves."""

from collections.abc import Generator, Iterator

import httpx
import pytest

from asking import serving
from odd_engines import OddEngine, step
from ownvoice.api.openai import VOICES
from ownvoice.engines import EngineDescription, Speech, Utterance
from ownvoice.traits.embedding import SIZE
from ownvoice.traits.voice import Voice
from recordings import recording

RAW = {"container": "raw", "encoding": "pcm_s16le", "sample_rate": 24000}
OWN = Voice(id="own", name="Own Voice", language="de", locale="de", embedding=(0.0,) * SIZE)


class GermanEngine(OddEngine):
    """An engine with one voice, which knows German alone."""

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
        assert "only German is spoken here, not fr" in answer.text
        assert httpx.post(url + path, json=body()).status_code == 200
    asked = {"model": "tts-1", "input": "Oui.", "voice": "alloy", "language": "fr"}
    assert httpx.post(url + "/v1/audio/speech", json=asked).status_code == 400


def test_cloning_where_no_engine_clones(url: str) -> None:
    files = {"clip": ("clip.wav", recording(), "audio/wav")}
    answer = httpx.post(url + "/voices/clone", files=files, data={"name": "N", "language": "de"})
    assert (answer.status_code, answer.json()["error_code"]) == (501, "not_installed")
