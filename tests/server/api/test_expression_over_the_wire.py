"""Controls and tags through the library, on both faces, to the embedded engine and back."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from conversations import items, settled
from espeak_speech import RATE, level
from faces import Face
from ownvoice.serving.server import ServerThread
from ownvoice.settings import Settings
from sound import Samples, float_samples

VOICE = "a0e99841-438c-4a64-b679-ae501e7d6091"
FORMAT = {"container": "raw", "encoding": "pcm_f32le", "sample_rate": RATE}
TEXT = "Away we move along."


async def said(client: Any, text: str = TEXT, **fields: Any) -> Samples:
    answer = await client.tts.generate(
        **{"model_id": "sonic-3", "transcript": text, "voice": VOICE, "output_format": FORMAT, **fields}
    )
    return float_samples(await answer.read())


@pytest.fixture(scope="module")
def espeak_server() -> Iterator[ServerThread]:
    """Start a server whose engine keeps the level of its vowels at every speed, within half a decibel."""
    server = ServerThread(Settings(port=0, models={"sonic": "espeak"}))
    yield server
    server.stop()


def test_controls_of_every_generation(face: Face, espeak_server: ServerThread) -> None:
    async def scenario(client: Any) -> None:
        plain = await said(client)
        config = await said(client, generation_config={"speed": 1.5, "volume": 0.5})
        assert len(plain) / len(config) == pytest.approx(1.5, rel=0.05)
        assert level(config) - level(plain) == pytest.approx(-6, abs=0.5)
        assert len(await said(client, speed="fast")) < 0.9 * len(plain)
        voice = {"id": VOICE, "__experimental_controls": {"speed": "slowest", "emotion": ["sadness:high"]}}
        assert len(await said(client, voice=voice)) > 1.5 * len(plain)

    face.run(scenario, base_url=espeak_server.base_url)


async def pushed(client: Any, texts: list[str]) -> tuple[Samples, list[str], list[float]]:
    """Return the audio, the words and their starts of a context that gets these messages."""
    async with await settled(client.tts.websocket_connect()) as connection:
        context = await settled(
            connection.context(model_id="sonic-3", voice=VOICE, output_format=FORMAT, add_timestamps=True)
        )
        for text in texts:
            await context.push(text)
        await context.no_more_inputs()
        events = await items(context.receive())
    assert [event.type for event in events][-1] == "done"
    audio = b"".join(event.audio for event in events if event.type == "chunk")
    times = [event.word_timestamps for event in events if event.type == "timestamps"]
    return (
        float_samples(audio),
        [word for some in times for word in some.words],
        [start for some in times for start in some.start],
    )


def test_tags_that_are_split_over_messages(face: Face) -> None:
    text = 'Away <break time="1s"/> up. <volume ratio="0.5"/>I <spell>a1</spell> [laughter] say <<b|ɑː>>.'

    async def scenario(client: Any) -> None:
        whole = await pushed(client, [text])
        split = await pushed(client, [text[place : place + 3] for place in range(0, len(text), 3)])
        assert split[1] == whole[1] == ["Away", "up.", "I", "a1", "say", "b|ɑː", "."]
        assert split[2] == pytest.approx(whole[2], abs=1e-3)
        assert len(split[0]) == pytest.approx(len(whole[0]), abs=20)  # the engine's noise is never the same
        loud = np.flatnonzero(np.abs(whole[0]) > 0.003)
        assert np.diff(loud).max() / RATE == pytest.approx(1, abs=0.01)

    face.run(scenario)


def test_what_a_tag_sets_holds_on_over_messages(face: Face) -> None:
    async def scenario(client: Any) -> None:
        plain, _, times = await pushed(client, [TEXT, TEXT])
        quieter, _, _ = await pushed(client, ['<volume ratio="0.5"/>' + TEXT, TEXT])
        second = round(times[4] * RATE)
        for part in (slice(0, second), slice(second, None)):
            assert level(quieter[part]) - level(plain[part]) == pytest.approx(-6, abs=0.5)

    face.run(scenario)
