"""Voices of your own, on both faces of the library, with the embedded engine."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cartesia import BadRequestError, NotFoundError, PermissionDeniedError
from espeak_speech import RATE, median_pitch
from faces import Face
from ownvoice.engines.espeak.catalogue import VOICES
from ownvoice.serving.server import ServerThread
from ownvoice.settings import Settings
from ownvoice.traits.embedding import Traits, from_embedding, to_embedding
from recordings import TRAITS, recording
from sound import float_samples

LOW, HIGH = VOICES[0], next(voice for voice in VOICES if voice.gender == "feminine")
RAW = {"container": "raw", "encoding": "pcm_f32le", "sample_rate": RATE}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """Start a server with an empty store; return its address."""
    server = ServerThread(Settings(port=0, data=str(tmp_path / "data")))
    yield server.base_url
    server.stop()


async def heard(client: Any, **voice: Any) -> float:
    """Return the pitch of a voice, in Hz."""
    audio = client.tts.bytes(model_id="sonic-3", transcript="We are all away, you know.", output_format=RAW, **voice)
    audio = await audio
    if not isinstance(audio, bytes):
        audio = await audio.read()
    return median_pitch(float_samples(audio))


def test_clone_create_list_speak(server: str, face: Face, tmp_path: Path) -> None:
    path = tmp_path / "me.wav"
    path.write_bytes(recording())

    async def scenario(client: Any) -> None:
        embedding = await client.voices.clone(filepath=str(path))
        assert len(embedding) == 192
        voice = await client.voices.create(name="New Voice", description="A clone of my own voice", embedding=embedding)
        listed = await client.voices.list()
        assert listed[0] == voice
        assert voice["embedding"] == embedding
        assert listed[0].name == "New Voice"
        for named in ({"voice": voice.id}, {"voice_id": voice["id"]}, {"voice_embedding": voice["embedding"]}):
            assert await heard(client, **named) == pytest.approx(TRAITS.pitch_hz, rel=0.05)
        await client.voices.delete(voice.id)
        with pytest.raises(NotFoundError):
            await client.voices.get(voice.id)

    face.run(scenario, base_url=server)


@pytest.mark.parametrize("form", ["bytes", "file", "path", "tuple"])
def test_every_form_of_a_clip(server: str, face: Face, tmp_path: Path, form: str) -> None:
    path = tmp_path / "me.wav"
    path.write_bytes(recording())
    clip: Any = {
        "bytes": recording(),
        "file": io.BytesIO(recording()),
        "path": path,
        "tuple": ("me.wav", recording(), "audio/wav"),
    }[form]

    async def scenario(client: Any) -> None:
        voice = await client.voices.clone(clip=clip, name="Me", language="en", description="Myself.")
        assert (voice.name, voice.language, voice.description) == ("Me", "en", "Myself.")
        assert await heard(client, voice=voice.id) == pytest.approx(TRAITS.pitch_hz, rel=0.05)

    face.run(scenario, base_url=server)


def test_a_mix_goes_from_one_voice_to_the_other(server: str, face: Face) -> None:
    async def scenario(client: Any) -> None:
        pitches = []
        for share in (0, 0.25, 0.5, 0.75, 1):
            mix = await client.voices.mix([{"id": LOW.id, "weight": 1 - share}, {"id": HIGH.id, "weight": share}])
            assert from_embedding(mix)
            pitches.append(await heard(client, voice_embedding=list(mix)))
        assert pitches == sorted(pitches)
        assert pitches[-1] > 1.5 * pitches[0]

    face.run(scenario, base_url=server)


def test_a_voice_is_renamed_localized_and_listed_page_by_page(server: str, face: Face) -> None:
    async def scenario(client: Any) -> None:
        numbers = to_embedding(Traits(pitch_hz=150))
        own = [await client.voices.create(name=f"V{n}", description="", embedding=numbers) for n in range(3)]
        await client.voices.update(own[0].id, name="Renamed", description="Another.")
        assert (await client.voices.get(own[0].id)).name == "Renamed"
        spanish = await client.voices.localize(
            voice_id=own[0].id, name="En español", description="", language="es", original_speaker_gender="female"
        )
        assert spanish.language == "es"
        page = await client.voices.list(is_owner=True, limit=2)
        assert page.data[0].id == spanish.id
        found = [voice.id async for voice in client.voices.list(is_owner=True, limit=2)]
        assert found == [spanish.id, *(voice.id for voice in reversed(own))]

    face.run(scenario, base_url=server)


def test_invalid_texts_raise_and_leave_nothing_behind(server: str, face: Face) -> None:
    async def scenario(client: Any) -> None:
        with pytest.raises(BadRequestError, match="192 numbers, not 191"):
            await client.voices.create(name="Me", description="", embedding=[0.1] * 191)
        with pytest.raises(BadRequestError):
            await client.voices.clone(clip=b"", name="Me", language="en")
        with pytest.raises(BadRequestError, match="weight"):
            await client.voices.mix([{"id": LOW.id, "weight": -1}, {"id": HIGH.id, "weight": 2}])
        with pytest.raises(NotFoundError, match="nobody"):
            await client.voices.mix([{"id": "nobody", "weight": 1}])
        with pytest.raises(PermissionDeniedError, match="built in"):
            await client.voices.delete(LOW.id)
        assert [voice async for voice in client.voices.list(is_owner=True)] == []

    face.run(scenario, base_url=server)


def test_the_embedded_server_keeps_voices_too(face: Face) -> None:
    async def scenario(client: Any) -> None:
        voice = await client.voices.create(name="Mine", description="", embedding=to_embedding(Traits(pitch_hz=150)))
        assert await heard(client, voice=voice.id) == pytest.approx(150, rel=0.05)
        await client.voices.delete(voice.id)

    face.run(scenario)


def test_silence_is_no_voice(server: str, face: Face) -> None:
    from recordings import wav

    async def scenario(client: Any) -> None:
        with pytest.raises(BadRequestError):
            await client.voices.clone(clip=wav(np.zeros(3 * RATE, np.float32), RATE), name="Me", language="en")

    face.run(scenario, base_url=server)
