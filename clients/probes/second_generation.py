"""The published Python client 2.0.17, unchanged."""

import asyncio
import base64

from cartesia.core.api_error import ApiError
from probing import (
    ASKS_FOR_KEYS,
    BARBERSHOP_MAN,
    FLUSHED,
    INTERLEAVED,
    KEY,
    LONG,
    NEWSMAN,
    PARTS,
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

# Its WebSocket goes to "localhost" in the clear and everywhere else by TLS, whatever the scheme of the address.
ADDRESS = URL.replace("localhost", "127.0.0.1") if TLS else URL
ASKED = {"model_id": "sonic-2", "voice": {"mode": "id", "id": BARBERSHOP_MAN}, "output_format": RAW}


def client(key=KEY):
    return Cartesia(api_key=key, base_url=ADDRESS)


def async_client():
    return AsyncCartesia(api_key=KEY, base_url=ADDRESS)


def audio_of(outputs):
    return b"".join(output.audio for output in outputs if output.audio)


def words_of(outputs):
    return [word for output in outputs if output.word_timestamps for word in output.word_timestamps.words]


def said_by(voice_id):
    voice = {"mode": "id", "id": voice_id}
    return b"".join(client().tts.bytes(transcript=TEXT, **{**ASKED, "voice": voice}))


@check("voices")
def voices():
    found = list(client().voices.list(limit=10))
    assert len(found) >= 24
    assert len({voice.id for voice in found}) == len(found)
    assert client().voices.get(NEWSMAN).name == "Newsman"
    assert_refused(ApiError, "404", client().voices.get, "nobody")


@check("voices made")
def voices_made():
    voice = client().voices.create(name="Made", description="By a probe", embedding=[0.25] * 192, language="en")
    assert voice.name == "Made"
    assert voice.id in {each.id for each in client().voices.list(is_owner=True)}
    assert_speech(said_by(voice.id), TEXT)
    client().voices.delete(voice.id)
    assert_refused(ApiError, "404", client().voices.get, voice.id)


@check("voices changed")
def voices_changed():
    voice = client().voices.create(name="Made", description="By a probe", embedding=[0.25] * 192, language="en")
    assert client().voices.update(voice.id, name="Changed", description="Again").name == "Changed"
    assert client().voices.get(voice.id).description == "Again"
    client().voices.delete(voice.id)


@check("voices cloned")
def voices_cloned():
    clip = b"".join(client().tts.bytes(transcript=TEXT * 3, **{**ASKED, "output_format": WAV}))
    voice = client().voices.clone(clip=("clip.wav", clip), name="Cloned", language="en", mode="similarity")
    assert_speech(said_by(voice.id), TEXT)
    client().voices.delete(voice.id)


@check("voices mixed")
def voices_mixed():
    mixed = client().voices.mix(voices=[{"id": BARBERSHOP_MAN, "weight": 1}, {"id": NEWSMAN, "weight": 1}])
    assert len(mixed.embedding) == 192


@check("voices localized")
def voices_localized():
    voice = client().voices.localize(
        voice_id=NEWSMAN, name="Le Newsman", description="In French", language="fr", original_speaker_gender="male"
    )
    assert voice.language == "fr"
    assert_speech(said_by(voice.id), TEXT)
    client().voices.delete(voice.id)


@check("embeddings")
def embeddings():
    with_embedding = {"additional_query_parameters": {"expand[]": "embedding"}}
    voice = client().voices.get(BARBERSHOP_MAN, request_options=with_embedding)
    asked = {**ASKED, "voice": {"mode": "embedding", "embedding": voice.embedding}}
    assert_speech(b"".join(client().tts.bytes(transcript=TEXT, **asked)), TEXT)


@check("bytes")
def bytes_at_once():
    assert_speech(b"".join(client().tts.bytes(transcript=TEXT, **ASKED)), TEXT)


@check("bytes")
async def bytes_async():
    waiting = async_client()
    assert_speech(b"".join([piece async for piece in waiting.tts.bytes(transcript=TEXT, **ASKED)]), TEXT)
    await waiting.close()


@check("formats")
def formats():
    for output_format, start in (
        (WAV, b"RIFF"),
        ({"container": "mp3", "sample_rate": 44100, "bit_rate": 128000}, (b"ID3", b"\xff")),
        (client().tts.get_output_format("raw_pcm_mulaw_8000"), b""),
    ):
        audio = b"".join(client().tts.bytes(transcript=TEXT, **{**ASKED, "output_format": output_format}))
        assert audio.startswith(start)
        assert len(audio) > 4000


@check("sse")
def sse():
    events = list(client().tts.sse(transcript=TEXT, add_timestamps=True, add_phoneme_timestamps=True, **ASKED))
    assert {event.type for event in events} == {"chunk", "timestamps", "phoneme_timestamps", "done"}
    assert events[-1].type == "done"
    assert_speech(b"".join(base64.b64decode(event.data) for event in events if event.type == "chunk"), TEXT)


@check("sse")
async def sse_async():
    waiting = async_client()
    events = [event async for event in waiting.tts.sse(transcript=TEXT, **ASKED)]
    assert events[-1].type == "done"
    await waiting.close()


@check("websocket")
def websocket():
    ws = client().tts.websocket()
    assert_speech(audio_of(ws.send(transcript=TEXT, **ASKED)), TEXT)
    assert_speech(ws.send(transcript=TEXT, stream=False, **ASKED).audio, TEXT)
    ws.close()


@check("timestamps")
def timestamps():
    ws = client().tts.websocket()
    outputs = list(ws.send(transcript=TEXT, add_timestamps=True, add_phoneme_timestamps=True, **ASKED))
    assert words_of(outputs) == TEXT.split()
    assert any(output.phoneme_timestamps for output in outputs)
    ws.close()


@check("continuations")
def continuations():
    ws = client().tts.websocket()
    for delay in (None, 500):
        outputs = ws.context().send(transcript=iter(PARTS), max_buffer_delay_ms=delay, **ASKED)
        assert_speech(audio_of(outputs), WHOLE)
    ws.close()


async def spoken_in_a_context(ws, parts, **more):
    context = ws.context()
    for part in parts:
        await context.send(transcript=part, continue_=True, **ASKED, **more)
    await context.no_more_inputs()
    return [output async for output in context.receive()]


@check("continuations")
async def continuations_async():
    waiting = async_client()
    ws = await waiting.tts.websocket()
    outputs = await spoken_in_a_context(ws, PARTS, add_timestamps=True)
    assert_speech(audio_of(outputs), WHOLE)
    assert words_of(outputs) == WHOLE.split()
    await ws.close()
    await waiting.close()


@check("flush")
async def flush():
    waiting = async_client()
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
    await waiting.close()


@check("interleaved contexts")
async def interleaved():
    waiting = async_client()
    ws = await waiting.tts.websocket()
    spoken = await asyncio.gather(*(spoken_in_a_context(ws, parts) for parts in INTERLEAVED))
    for parts, outputs in zip(INTERLEAVED, spoken, strict=True):
        assert_speech(audio_of(outputs), "".join(parts))
    await ws.close()
    await waiting.close()


@check("cancel")
async def cancel():
    waiting = async_client()
    ws = await waiting.tts.websocket()
    context = ws.context()
    await context.send(transcript=LONG, continue_=True, **ASKED)
    async for _ in context.receive():
        break
    await context.cancel()  # to go on receiving after it is an error of this client itself
    assert context.is_closed()
    assert_speech(audio_of(await spoken_in_a_context(ws, ["Right after that."])), "Right after that.")
    await ws.close()
    await waiting.close()


@check("contexts left open")
async def left_open():
    waiting = async_client()
    ws = await waiting.tts.websocket()
    context = ws.context()
    await context.send(transcript="Left open. ", continue_=True, **ASKED)
    assert_speech(audio_of([output async for output in context.receive()]), "Left open.")
    await ws.close()
    await waiting.close()


@check("errors")
def errors():
    assert_refused(ApiError, "transcript", lambda: list(client().tts.bytes(transcript="", **ASKED)))
    for change in (
        {"voice": {"mode": "id", "id": ""}},
        {"model_id": ""},
        {"output_format": {**RAW, "sample_rate": 40}},
    ):
        outputs = client().tts.websocket().send(transcript=TEXT, **{**ASKED, **change})
        assert_refused(RuntimeError, "Error generating audio", list, outputs)
    context = client().tts.websocket().context()
    outputs = context.send(transcript=iter(PARTS), max_buffer_delay_ms=10_000, **ASKED)
    assert_refused(RuntimeError, "max_buffer_delay_ms", list, outputs)


@check("keys", given=ASKS_FOR_KEYS)
def keys():
    assert client().api_status.get().ok
    assert_refused(ApiError, "401", lambda: list(client("wrong").tts.bytes(transcript=TEXT, **ASKED)))
    assert_refused(RuntimeError, "", client("wrong").tts.websocket)


@check("access tokens", given=ASKS_FOR_KEYS)
def access_tokens():
    token = client().auth.access_token(grants={"tts": True}, expires_in=60).token
    bearer = {"additional_headers": {"Authorization": f"Bearer {token}", "X-API-Key": ""}}
    audio = b"".join(client().tts.bytes(transcript=TEXT, request_options=bearer, **ASKED))
    assert_speech(audio, TEXT)


absent("dictionaries")
absent("programs", why="none that is known was written for it")
run("cartesia")
