"""Invalid input on both faces: the error says what is wrong and what is valid, and nothing else is affected."""

from typing import Any

import pytest

import cartesia
from cartesia import Cartesia
from cartesia.errors import APIStatusError
from faces import Face

VOICE = "a0e99841-438c-4a64-b679-ae501e7d6091"
RAW = {"container": "raw", "encoding": "pcm_s16le", "sample_rate": 8000}
GOOD = {"model_id": "sonic-3", "transcript": "Hello there.", "voice": VOICE, "output_format": RAW}

CASES: dict[str, tuple[dict[str, Any], type[APIStatusError], str]] = {
    "empty transcript": ({"transcript": ""}, cartesia.BadRequestError, "transcript is empty or only punctuation"),
    "blank transcript": ({"transcript": " \n\t"}, cartesia.BadRequestError, "it should have words"),
    "only punctuation": ({"transcript": "... !?"}, cartesia.BadRequestError, "it should have words"),
    "unknown voice": ({"voice": "nobody"}, cartesia.NotFoundError, "no voice 'nobody' here; GET /voices lists"),
    "empty voice": ({"voice": {"mode": "id", "id": ""}}, cartesia.NotFoundError, "no voice ''"),
    "no voice in it": ({"voice": {}}, cartesia.NotFoundError, "GET /voices lists"),
    "short embedding": (
        {"voice": {"embedding": [0.0] * 191}},
        cartesia.BadRequestError,
        "must have 192 numbers, not 191",
    ),
    "unknown model": (
        {"model_id": "parrot-1"},
        cartesia.NotFoundError,
        "no model 'parrot-1' here; the models are: sonic*",
    ),
    "empty model": ({"model_id": ""}, cartesia.BadRequestError, "set `model_id`, for example"),
    "low rate": (
        {"output_format": {**RAW, "sample_rate": 40}},
        cartesia.BadRequestError,
        "from 8000 to 48000 Hz, not 40",
    ),
    "no rate": (
        {"output_format": {"container": "raw", "encoding": "pcm_s16le"}},
        cartesia.BadRequestError,
        "8000 to 48000",
    ),
    "unknown encoding": (
        {"output_format": {**RAW, "encoding": "pcm_s24le"}},
        cartesia.BadRequestError,
        "encoding should be 'pcm_f32le', 'pcm_s16le', 'pcm_mulaw' or 'pcm_alaw', not 'pcm_s24le'",
    ),
    "unknown container": (
        {"output_format": {**RAW, "container": "zip"}},
        cartesia.BadRequestError,
        "'zip' is not available here",
    ),
    "foreign script": (
        {"transcript": "Բարեւ, աշխարհ"},
        cartesia.BadRequestError,
        "written in Armenian, which no language here uses; the languages are: Arabic, ",
    ),
    "unknown language": ({"language": "tlh"}, cartesia.BadRequestError, "'tlh' is not a language that can be spoken"),
    "too long": ({"transcript": "word " * 200_000}, APIStatusError, "has 1000000 characters; it should have at most"),
    "wrong type": (
        {"transcript": 5},
        cartesia.BadRequestError,
        r"Expected `str \| null`, got `int` - at `\$.transcript`",
    ),
    "no duration": ({"duration": 0}, cartesia.BadRequestError, "duration should be above 0, not"),
}


@pytest.fixture(scope="module")
def embedded() -> str:
    return Cartesia().base_url


@pytest.mark.parametrize("way", ["bytes", "sse", "websocket"])
@pytest.mark.parametrize("case", CASES)
def test_bad_input(face: Face, embedded: str, way: str, case: str) -> None:
    change, kind, message = CASES[case]

    async def speak(client: Any, ws: Any, fields: dict[str, Any]) -> int:
        if way == "websocket":
            return len((await ws.send(**fields, stream=False)).audio)
        if way == "sse":
            events = [event async for event in client.tts.sse(**fields)]
            return sum(len(event.audio) for event in events if event.type == "chunk")
        return sum([len(piece) async for piece in client.tts.bytes(**fields)])

    async def scenario(client: Any) -> None:
        ws = await client.tts.websocket()
        before = await speak(client, ws, GOOD)
        with pytest.raises(kind, match=message):
            await speak(client, ws, GOOD | change)
        after = await speak(client, ws, GOOD)  # the same connection goes on as if nothing had been
        assert abs(after - before) < 400
        await ws.close()

    face.run(scenario, base_url=embedded)


@pytest.mark.parametrize("way", ["bytes", "generate", "sse", "generate_sse"])
def test_bytes_are_no_text(face: Face, way: str) -> None:
    async def scenario(client: Any) -> None:
        with pytest.raises(TypeError, match="transcript should be a str, not bytearray"):
            await getattr(client.tts, way)(**GOOD | {"transcript": bytearray(b"Hi.")})

    face.run(scenario, base_url="http://localhost:9")


@pytest.mark.parametrize("container", ["wav", "mp3"])
def test_events_carry_raw_audio_only(face: Face, embedded: str, container: str) -> None:
    fields: dict[str, Any] = GOOD | {"output_format": {**RAW, "container": container}}

    async def scenario(client: Any) -> None:
        message = f"container '{container}' is not available here; use 'raw'"
        with pytest.raises(cartesia.BadRequestError, match=message):
            await client.tts.generate_sse(**fields)
        ws = await client.tts.websocket()
        with pytest.raises(cartesia.BadRequestError, match=message):
            await ws.send(**fields, stream=False)
        await ws.close()

    face.run(scenario, base_url=embedded)


def test_the_first_generation_catches_what_it_always_caught(face: Face, embedded: str) -> None:
    v1: dict[str, Any] = {"model_id": "sonic-english", "transcript": "", "voice_id": VOICE, "output_format": RAW}

    async def scenario(client: Any) -> None:
        with pytest.raises(ValueError, match="Invalid transcript"):
            await client.tts.bytes(**v1)
        with pytest.raises(RuntimeError, match="Invalid transcript"):
            [output async for output in await client.tts.sse(**v1)]
        ws = await client.tts.websocket()
        with pytest.raises(RuntimeError, match="Invalid transcript"):
            [output async for output in await ws.send(**v1)]
        await ws.close()
        with pytest.raises(ValueError, match="no voice 'x'"):
            await client.voices.get("x")

    face.run(scenario, base_url=embedded)


def test_one_bad_utterance_among_good_ones(embedded: str) -> None:
    with Cartesia(base_url=embedded) as client:
        ws = client.tts.websocket()
        good: list[Any] = [ws.send(**GOOD) for _ in range(3)]  # type: ignore[arg-type]
        bad = ws.send(**GOOD | {"voice": "nobody"})  # type: ignore[arg-type]
        good += [ws.send(**GOOD) for _ in range(3)]  # type: ignore[arg-type]
        with pytest.raises(cartesia.NotFoundError):
            list(bad)
        lengths = [sum(len(output.audio) for output in outputs) for outputs in good]
        assert min(lengths) > 8000
        assert max(lengths) - min(lengths) < 400
        ws.close()
