"""The published Python client 1.4.0, unchanged."""

import asyncio
import os
import sys
import types
from pathlib import Path
from tempfile import TemporaryDirectory

from probing import (
    ASKS_FOR_KEYS,
    BARBERSHOP_MAN,
    FLUSHED,
    INTERLEAVED,
    KEY,
    NEWSMAN,
    PARTS,
    PROGRAMS,
    RAW,
    TEXT,
    TLS,
    URL,
    WAV,
    WHOLE,
    absent,
    assert_refused,
    assert_speech,
    check,
    run,
)

from cartesia import AsyncCartesia, Cartesia

# It takes a host without a scheme, and goes to "localhost" in the clear and everywhere else by TLS.
HOST = URL.removeprefix("https://").replace("localhost", "127.0.0.1") if TLS else URL.removeprefix("http://")
ASKED = {"model_id": "sonic-english", "voice_id": BARBERSHOP_MAN, "output_format": RAW}
UNKNOWN = {**ASKED, "voice_id": "nobody"}


def client(key=KEY):
    return Cartesia(api_key=key, base_url=HOST)


def async_client():
    return AsyncCartesia(api_key=KEY, base_url=HOST)


def audio_of(outputs):
    return b"".join(output["audio"] for output in outputs if "audio" in output)


def words_of(outputs):
    return [word for output in outputs if "word_timestamps" in output for word in output["word_timestamps"]["words"]]


@check("voices")
def voices():
    found = client().voices.list()
    assert isinstance(found, list)
    assert len(found) >= 24
    assert all(len(voice["embedding"]) == 192 for voice in found)
    voice = client().voices.get(id=NEWSMAN)
    assert voice["name"] == "Newsman"
    assert_refused(ValueError, "no voice", client().voices.get, id="nobody")


@check("voices made")
def voices_made():
    given = {"name": "Made", "description": "By a probe", "embedding": [0.25] * 192, "language": "en"}
    voice = client().voices.create(**given)
    assert {name: voice[name] for name in given} == given
    assert voice["is_public"] is False
    assert voice in client().voices.list()
    assert_speech(client().tts.bytes(transcript=TEXT, **{**ASKED, "voice_id": voice["id"]}), TEXT)
    client().voices.delete(id=voice["id"])
    assert_refused(ValueError, "no voice", client().voices.get, id=voice["id"])


@check("voices cloned")
def voices_cloned():
    with TemporaryDirectory() as directory:
        path = Path(directory) / "clip.wav"
        path.write_bytes(client().tts.bytes(transcript=TEXT * 3, **{**ASKED, "output_format": WAV}))
        embedding = client().voices.clone(filepath=str(path))
        assert len(embedding) == 192
        voice = client().voices.clone(
            filepath=str(path), mode="similarity", name="Cloned", description="By a probe", transcript=TEXT * 3
        )
    assert voice["name"] == "Cloned"
    assert_speech(client().tts.bytes(transcript=TEXT, **{**ASKED, "voice_id": voice["id"]}), TEXT)
    client().voices.delete(id=voice["id"])


@check("voices mixed")
def voices_mixed():
    embedding = client().voices.mix([{"id": BARBERSHOP_MAN, "weight": 1}, {"embedding": [0.1] * 192, "weight": 1}])
    assert len(embedding) == 192


@check("embeddings")
def embeddings():
    embedding = client().voices.get(id=BARBERSHOP_MAN)["embedding"]
    asked = {"model_id": "sonic-english", "transcript": TEXT, "voice_embedding": embedding, "output_format": RAW}
    assert_speech(client().tts.bytes(**asked), TEXT)
    assert_speech(client().tts.bytes(voice_id=BARBERSHOP_MAN, **asked), TEXT)


@check("bytes")
def bytes_at_once():
    assert_speech(client().tts.bytes(transcript=TEXT, **ASKED), TEXT)


@check("bytes")
async def bytes_async():
    async with async_client() as waiting:
        assert_speech(await waiting.tts.bytes(transcript=TEXT, **ASKED), TEXT)


@check("formats")
def formats():
    speaking = client()
    assert speaking.tts.bytes(transcript=TEXT, **{**ASKED, "output_format": WAV})[:4] == b"RIFF"
    for name in ("raw_pcm_f32le_44100", "raw_pcm_s16le_22050", "raw_pcm_mulaw_8000", "raw_pcm_alaw_8000"):
        output_format = speaking.tts.get_output_format(name)
        audio = speaking.tts.bytes(transcript=TEXT, **{**ASKED, "output_format": output_format})
        width = {"pcm_f32le": 4, "pcm_s16le": 2}.get(output_format["encoding"], 1)
        assert 0.6 < len(audio) / width / output_format["sample_rate"] < 7


@check("sse")
def sse():
    assert_speech(audio_of(client().tts.sse(transcript=TEXT, **ASKED)), TEXT)
    assert_speech(client().tts.sse(transcript=TEXT, stream=False, **ASKED)["audio"], TEXT)


@check("sse")
async def sse_async():
    async with async_client() as waiting:
        assert_speech(audio_of([output async for output in await waiting.tts.sse(transcript=TEXT, **ASKED)]), TEXT)


@check("websocket")
def websocket():
    ws = client().tts.websocket()
    assert_speech(audio_of(ws.send(transcript=TEXT, **ASKED)), TEXT)
    assert_speech(ws.send(transcript=TEXT, stream=False, **ASKED)["audio"], TEXT)
    controls = {"speed": "fast", "emotion": ["positivity:high"]}
    assert_speech(audio_of(ws.send(transcript=TEXT, _experimental_voice_controls=controls, **ASKED)), TEXT)
    ws.close()


@check("timestamps")
def timestamps():
    ws = client().tts.websocket()
    outputs = list(ws.send(transcript=TEXT, add_timestamps=True, **ASKED))
    assert words_of(outputs) == TEXT.split()
    assert all(output.keys() - {"context_id"} in ({"audio"}, {"word_timestamps"}) for output in outputs)
    merged = ws.send(transcript=TEXT, stream=False, add_timestamps=True, **ASKED)
    assert merged.keys() == {"audio", "context_id", "word_timestamps"}
    ws.close()


@check("continuations")
def continuations():
    ws = client().tts.websocket()
    context = ws.context()
    for _ in range(2):  # an id may be used again
        assert_speech(audio_of(context.send(transcript=iter(PARTS), **ASKED)), WHOLE)
    ws.close()


async def spoken_in_a_context(ws, parts, **more):
    context = ws.context()
    for part in parts:
        await context.send(transcript=part, continue_=True, **ASKED, **more)
    await context.no_more_inputs()
    return [output async for output in context.receive()]


@check("continuations")
async def continuations_async():
    async with async_client() as waiting:
        ws = await waiting.tts.websocket()
        outputs = await spoken_in_a_context(ws, PARTS, add_timestamps=True)
        assert_speech(audio_of(outputs), WHOLE)
        assert words_of(outputs) == WHOLE.split()
        await ws.close()


@check("flush")
async def flush():
    async with async_client() as waiting:
        ws = await waiting.tts.websocket()
        context = ws.context()
        groups = []
        for text in FLUSHED[:2]:
            await context.send(transcript=text, continue_=True, **ASKED)
            groups.append((await context.flush())())
        await context.send(transcript=FLUSHED[2], continue_=True, **ASKED)
        await context.no_more_inputs()
        for text, group in zip(FLUSHED, [*groups, context.receive()], strict=True):
            assert_speech(audio_of([output async for output in group]), text)
        await ws.close()


@check("interleaved contexts")
async def interleaved():
    async with async_client() as waiting:
        ws = await waiting.tts.websocket()
        spoken = await asyncio.gather(*(spoken_in_a_context(ws, parts) for parts in INTERLEAVED))
        for parts, outputs in zip(INTERLEAVED, spoken, strict=True):
            assert_speech(audio_of(outputs), "".join(parts))
        await ws.close()


@check("contexts left open")
async def left_open():
    async with async_client() as waiting:
        ws = await waiting.tts.websocket()
        context = ws.context()
        await context.send(transcript="Left open. ", continue_=True, **ASKED)
        assert_speech(audio_of([output async for output in context.receive()]), "Left open.")
        await ws.close()


@check("errors")
def errors():
    assert_refused(ValueError, "transcript", client().tts.bytes, **ASKED, transcript="")
    assert_refused(RuntimeError, "voice", lambda: list(client().tts.sse(transcript=TEXT, **UNKNOWN)))
    for change in ({"voice_id": "nobody"}, {"model_id": ""}, {"output_format": {**RAW, "sample_rate": 40}}):
        outputs = client().tts.websocket().send(transcript=TEXT, **{**ASKED, **change})
        assert_refused(RuntimeError, "Failed to generate audio", list, outputs)


class SoundCard:
    """Records what programs play by PyAudio."""

    played = b""

    def open(self, **_):
        return self

    def write(self, audio):
        SoundCard.played += audio

    def stop_stream(self):
        pass

    close = terminate = stop_stream


def run_program(name):
    """Run a published program, and return what it played; what it writes is in the current directory."""
    SoundCard.played = b""
    pyaudio = sys.modules["pyaudio"] = types.ModuleType("pyaudio")
    pyaudio.PyAudio, pyaudio.paFloat32 = SoundCard, 1
    os.environ.update(CARTESIA_API_KEY=KEY, CARTESIA_BASE_URL=HOST)
    exec(compile((PROGRAMS / name).read_text("utf-8"), name, "exec"), {"__name__": "__main__"})
    return SoundCard.played


@check("programs", given=PROGRAMS)
def published_programs():
    with TemporaryDirectory() as directory:
        os.chdir(directory)
        run_program("02_bytes.py")
        assert Path("output.wav").stat().st_size > 44100 * 4
        os.chdir("/")
    for name in ("03_sse.py", "04_sse_async.py"):
        assert_speech(run_program(name), "Hello! Welcome to Cartesia", rate=44100, encoding="pcm_f32le")
    assert_speech(run_program("05_websocket.py"), "Hello! Welcome to Cartesia", rate=22050, encoding="pcm_f32le")
    for name in ("06_continuations_async.py", "07_continuations_sync.py"):
        assert len(run_program(name)) > 15 * 44100 * 4


@check("keys", given=ASKS_FOR_KEYS)
def keys():
    assert_refused(ValueError, "Invalid API key", client("wrong").tts.bytes, transcript=TEXT, **ASKED)
    assert_refused(RuntimeError, "401", client("wrong").tts.websocket)


absent("voices changed", "voices localized", "dictionaries", "access tokens")
absent("cancel", why="a program that wants no more closes the connection")
run("cartesia")
