"""Published programs for this protocol, unchanged, with no key and no network.

Those with contexts run twice: against the embedded engine, and against a script that sends their text back as audio.

They are not part of this repository. Where they lie beside it, they are run; `test_examples` covers the same ground.
"""

import asyncio
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

import recordings
from cartesia import AsyncCartesia, Cartesia
from espeak_speech import RATE, level, median_pitch
from ownvoice.engines.espeak.catalogue import VOICES
from ownvoice.traits.embedding import from_embedding
from scripted_server import converse, scripted
from seed_programs import Stage
from sound import Samples, assert_speech, float_samples

PROGRAMS = Path(__file__).parents[3] / "shared" / "seeds" / "programs"
BARBERSHOP_MAN = "a0e99841-438c-4a64-b679-ae501e7d6091"
FORMAT = {"container": "raw", "encoding": "pcm_f32le", "sample_rate": 44100}
WELCOME = "Hello! Welcome to Cartesia"

pytestmark = pytest.mark.skipif(not PROGRAMS.is_dir(), reason="the published programs are not beside this repository")


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Stage:
    monkeypatch.chdir(tmp_path)
    return Stage(monkeypatch)


def assert_played(stage: Stage, rate: int, text: str) -> None:
    """Assert that one stream was played to its end, in more than one piece."""
    (played,) = stage.played
    assert (played.rate, played.closed) == (rate, True)
    assert played.writes > 3
    assert_speech(float_samples(bytes(played.audio)), rate, text)


@pytest.mark.parametrize("face", ["blocking", "awaitable"])
def test_voices(stage: Stage, tmp_path: Path, face: str, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "voice.wav").write_bytes(recordings.recording())
    changes = {"path/to/voice": "voice.wav", **{f"voice_id_{n + 1}": VOICES[n].id for n in range(3)}}
    if face == "awaitable":
        # The program leaves its client open, which the blocking one closes by itself.
        ending = "embedding=cloned_voice_embedding,\n)"
        changes |= {"Cartesia": "AsyncCartesia", "client.voices.": "await client.voices."}
        changes |= {ending: ending + "\nawait client.close()"}
    names = stage.run(PROGRAMS / "01_voices.py", changes)
    clone, mix, created = (
        names[f"{name}"] for name in ("cloned_voice_embedding", "mixed_voice_embedding", "new_voice")
    )
    assert from_embedding(clone).pitch_hz == pytest.approx(recordings.TRAITS.pitch_hz, rel=0.03)
    pitches = [VOICES[n].traits.pitch_hz for n in range(3)]
    assert from_embedding(mix).pitch_hz == pytest.approx((pitches[0] ** 2 * pitches[1] * pitches[2]) ** 0.25, rel=1e-3)
    assert created["embedding"] == clone
    assert f"The embedding for {names['voice']['name']} is [" in capsys.readouterr().out
    with Cartesia() as client:
        assert client.voices.list()[0] == created
        client.voices.delete(created["id"])


def test_bytes(stage: Stage, tmp_path: Path) -> None:
    stage.run(PROGRAMS / "02_bytes.py")
    samples, rate = soundfile.read(tmp_path / "output.wav", dtype="float32")
    assert rate == 44100
    assert_speech(samples, rate, "Hello, world! I'm generating audio on Cartesia.")


@pytest.mark.parametrize("program", ["03_sse.py", "04_sse_async.py"])
def test_sse(stage: Stage, program: str) -> None:
    stage.run(PROGRAMS / program)
    assert_played(stage, 44100, WELCOME)


def test_websocket(stage: Stage) -> None:
    stage.run(PROGRAMS / "05_websocket.py")
    assert_played(stage, 22050, WELCOME)


@pytest.fixture
def fragment() -> Any:
    """Give the names that the fragments continue from."""
    with Cartesia() as client:
        ws = client.tts.websocket()
        yield {
            "client": client,
            "ws": ws,
            "model_id": "sonic-english",
            "model": "sonic-english",
            "transcript": "It is 42.50 dollars, isn't it?",
            "voice_id": BARBERSHOP_MAN,
            "SAMPLE_VOICE_ID": BARBERSHOP_MAN,
            "output_format": FORMAT,
        }
        ws.close()


def test_timestamps(stage: Stage, fragment: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    names = stage.run(PROGRAMS / "08_timestamps.py", **fragment)
    assert names["words"] == ["It", "is", "42.50", "dollars,", "isn't", "it?"]
    starts, ends = names["start_times"], names["end_times"]
    seconds = len(names["response"]["audio"]) / 4 / 44100
    assert starts == sorted(starts)
    assert all(start < end for start, end in zip(starts, ends, strict=True))
    assert 0.5 * seconds < ends[-1] <= seconds
    assert capsys.readouterr().out.count("Word: ") == 6


def test_multilingual(stage: Stage) -> None:
    stage.run(PROGRAMS / "09_multilingual.py")
    text = "Hola! Bienvenido a Cartesia"
    assert_played(stage, 44100, text)

    def phonemes(language: str | None) -> tuple[list[str], float]:
        events = Cartesia().tts.generate_sse(
            model_id="sonic-multilingual",
            transcript=text,
            voice=BARBERSHOP_MAN,
            output_format={"container": "raw", "encoding": "pcm_f32le", "sample_rate": 44100},
            language=language,
            add_phoneme_timestamps=True,
        )
        found: list[str] = []
        audio = 0
        for event in events:
            if event.type == "phoneme_timestamps":
                found += event.phoneme_timestamps.phonemes
            elif event.type == "chunk":
                audio += len(event.audio)
        return found, audio / 4 / 44100

    spanish, seconds = phonemes("es")
    english, _ = phonemes(None)
    assert len(stage.played[0].audio) / 4 / 44100 == pytest.approx(seconds, abs=0.01)
    heard = "".join(spanish).replace("ˈ", "")
    assert heard.startswith("ola")  # Spanish has no sound for the h
    assert spanish != english


class Keeping:
    """A connection of which one keeps what a program asks for and drops."""

    def __init__(self, ws: Any) -> None:
        self._ws = ws
        self.sent: dict[str, Any] = {}

    def send(self, **fields: Any) -> None:
        self.sent = fields
        self._ws.send(**fields)

    def audio_with(self, **changes: Any) -> Samples:
        return float_samples(self._ws.send(**{**self.sent, **changes, "stream": False})["audio"])


def test_voice_controls(stage: Stage, fragment: dict[str, Any]) -> None:
    ws = Keeping(fragment["ws"])
    stage.run(PROGRAMS / "10_voice_controls.py", **{**fragment, "ws": ws})
    ws.sent["output_format"] = {**FORMAT, "sample_rate": RATE}
    controlled, plain = ws.audio_with(), ws.audio_with(_experimental_voice_controls=None)
    assert len(controlled) < 0.85 * len(plain)  # faster
    assert median_pitch(controlled) > 1.05 * median_pitch(plain)  # and livelier
    assert level(controlled) > level(plain) + 1


@pytest.mark.parametrize("program", ["11_notebook.py", "12_notebook_async.py"])
def test_notebooks(stage: Stage, program: str) -> None:
    stage.run(PROGRAMS / program)
    (audio,) = stage.displayed
    assert audio.rate == 8000
    assert audio.data.dtype == np.float32
    assert_speech(audio.data, 8000, "Hey there! Welcome to Cartesia")


def test_output_format(stage: Stage, fragment: dict[str, Any]) -> None:
    names = stage.run(PROGRAMS / "13_output_format.py", **fragment)
    assert names["output_format"] == FORMAT
    audio = b"".join(output["audio"] for output in names["generator"])
    assert_speech(float_samples(audio), 44100, fragment["transcript"])


@pytest.mark.parametrize(
    ("program", "begin", "end"),
    [
        ("06_continuations_async.py", "Sonic and Yoshi team up", "victory in this high-octane crossover!"),
        ("07_continuations_sync.py", "The crew engaged in", "under such challenging conditions. "),
    ],
)
class TestContinuations:
    def test_what_is_played_is_what_was_sent(
        self, stage: Stage, monkeypatch: pytest.MonkeyPatch, program: str, begin: str, end: str
    ) -> None:
        with scripted(converse) as url:
            monkeypatch.setenv("CARTESIA_BASE_URL", url)
            stage.run(PROGRAMS / program)
        (played,) = stage.played
        said = played.audio.decode()
        assert (played.rate, played.closed) == (44100, True)
        assert said.startswith(begin)
        assert said.endswith(end)

    def test_with_the_embedded_engine(self, stage: Stage, program: str, begin: str, end: str) -> None:
        stage.run(PROGRAMS / program)
        (played,) = stage.played
        assert (played.rate, played.closed) == (44100, True)
        assert played.writes > 3
        samples = float_samples(bytes(played.audio))
        assert len(samples) > 15 * 44100


def speak_twice(stage: Stage, program: str, **options: Any) -> list[bytes]:
    """Return the two recordings of a program that speaks in two contexts at once."""
    names = stage.run(PROGRAMS / program, Cartesia=Cartesia, AsyncCartesia=AsyncCartesia)
    if "async" in program:

        async def speak() -> None:
            async with AsyncCartesia(**options) as client:
                await names["tts_websocket_concurrent_receives_async"](client)

        asyncio.run(speak())
    else:
        with Cartesia(**options) as client:
            names["tts_websocket_concurrent_receives"](client)
    return [path.read_bytes() for path in sorted(Path().glob("*.pcm"))]


@pytest.mark.parametrize("program", ["20_concurrent_contexts.py", "21_concurrent_contexts_async.py"])
class TestConcurrentContexts:
    def test_each_recording_is_of_its_own_text(self, stage: Stage, program: str) -> None:
        with scripted(converse) as url:
            first, second = speak_twice(stage, program, base_url=url)
        assert first.startswith(b"Context one is speaking now.")
        assert first.endswith(b"jumps over the lazy dog.")
        assert second.startswith(b"Context two has a different message.")
        assert second.endswith(b"with five dozen liquor jugs.")

    def test_with_the_embedded_engine(self, stage: Stage, program: str) -> None:
        first, second = speak_twice(stage, program)
        assert first != second
        for recording in (first, second):
            assert len(recording) > 2 * 44100 * 4
