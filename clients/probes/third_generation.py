"""The published Python clients of the third generation, 3.x and 4.x, unchanged. They differ in how a voice is named."""

import asyncio
import contextlib
import itertools
import os
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from probing import (
    ASKS_FOR_KEYS,
    BARBERSHOP_MAN,
    FLUSHED,
    INTERLEAVED,
    KEY,
    LONG,
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

import cartesia
from cartesia import AsyncCartesia, Cartesia

FOURTH = cartesia.__version__.startswith("4.")
# Without an address of its own the WebSocket always goes by TLS.
ADDRESSES = {"base_url": URL} if TLS else {"base_url": URL, "websocket_base_url": URL.replace("http", "ws", 1)}


def voice_of(voice_id):
    return voice_id if FOURTH else {"mode": "id", "id": voice_id}


ASKED = {"model_id": "sonic-3", "voice": voice_of(BARBERSHOP_MAN), "output_format": RAW}
UNKNOWN = {**ASKED, "voice": {"mode": "id", "id": "nobody"}}


def client(key=KEY, **more):
    return Cartesia(api_key=key, **ADDRESSES, **more)


def async_client():
    return AsyncCartesia(api_key=KEY, **ADDRESSES)


def audio_of(events):
    return b"".join(event.audio for event in events if event.type == "chunk")


def words_of(events):
    return [word for event in events if event.type == "timestamps" for word in event.word_timestamps.words]


def said_by(voice_id):
    return client().tts.generate(transcript=TEXT, **{**ASKED, "voice": voice_of(voice_id)}).read()


@contextlib.contextmanager
def cloned():
    """Clone a voice from a recording, and delete it at the end."""
    clip = client().tts.generate(transcript=TEXT * 3, **{**ASKED, "output_format": WAV}).read()
    voice = client().voices.clone(clip=("clip.wav", clip), name="Cloned", language="en")
    yield voice
    client().voices.delete(voice.id)
    assert_refused(cartesia.NotFoundError, "voice", client().voices.get, voice.id)


@check("voices")
def voices():
    page = client().voices.list(limit=10)
    assert len(page.data) == 10
    found = list(page)
    assert len(found) >= 24
    assert len({voice.id for voice in found}) == len(found)
    assert client().voices.get(NEWSMAN, expand=["preview_file_url"]).name == "Newsman"
    assert {voice.gender for voice in client().voices.list(gender="feminine")} == {"feminine"}
    assert_refused(cartesia.NotFoundError, "nobody", client().voices.get, "nobody")


@check("voices")
async def voices_async():
    async with async_client() as waiting:
        assert len([voice async for voice in waiting.voices.list(limit=7)]) >= 24


@check("voices cloned")
def voices_cloned():
    with cloned() as voice:
        assert_speech(said_by(voice.id), TEXT)
        assert voice.id in {each.id for each in client().voices.list(is_owner=True)}


@check("voices changed")
def voices_changed():
    with cloned() as voice:
        changed = client().voices.update(voice.id, name="Changed", description="Again", gender="feminine")
        assert (changed.name, changed.gender) == ("Changed", "feminine")
        assert client().voices.get(voice.id).description == "Again"


@check("voices localized")
def voices_localized():
    given = {"voice_id": NEWSMAN, "name": "Le Newsman", "description": "In French", "language": "fr"}
    if FOURTH:
        accents = client().voices.list_accents().accents
        given["accent"] = next(accent.id for accent in accents if accent.language == "fr")
    else:
        given["original_speaker_gender"] = "male"
    voice = client().voices.localize(**given)
    assert voice.language == "fr"
    assert_speech(said_by(voice.id), TEXT)
    client().voices.delete(voice.id)


@check("dictionaries")
def dictionaries():
    made = client().pronunciation_dicts.create(name="A probe's", items=[{"text": "dear", "alias": "dreadful"}])
    assert made.id in {each.id for each in client().pronunciation_dicts.list()}
    plain = client().tts.generate(transcript=TEXT, **ASKED).read()
    replaced = client().tts.generate(transcript=TEXT, pronunciation_dict_id=made.id, **ASKED).read()
    assert len(replaced) > len(plain)
    changed = client().pronunciation_dicts.update(made.id, name="Changed")
    assert (changed.name, client().pronunciation_dicts.retrieve(made.id).name) == ("Changed", "Changed")
    client().pronunciation_dicts.delete(made.id)
    assert_refused(cartesia.NotFoundError, "", client().pronunciation_dicts.retrieve, made.id)


@check("bytes")
def bytes_at_once():
    assert_speech(client().tts.generate(transcript=TEXT, **ASKED).read(), TEXT)
    assert_speech(b"".join(client().tts.bytes(transcript=TEXT, **ASKED)), TEXT)
    with client().tts.with_streaming_response.generate(transcript=TEXT, **ASKED) as response:
        assert_speech(b"".join(response.iter_bytes()), TEXT)


@check("bytes")
async def bytes_async():
    async with async_client() as waiting:
        assert_speech(await (await waiting.tts.generate(transcript=TEXT, **ASKED)).read(), TEXT)


@check("formats")
def formats():
    for output_format, start in (
        (WAV, b"RIFF"),
        ({"container": "mp3", "sample_rate": 44100, "bit_rate": 128000}, (b"ID3", b"\xff")),
        ({"container": "raw", "encoding": "pcm_mulaw", "sample_rate": 8000}, b""),
    ):
        audio = client().tts.generate(transcript=TEXT, **{**ASKED, "output_format": output_format}).read()
        assert audio.startswith(start)
        assert len(audio) > 4000


@check("sse")
def sse():
    more = {"add_timestamps": True, "add_phoneme_timestamps": True, "context_id": "sse-1"}
    events = list(client().tts.generate_sse(transcript=TEXT, **more, **ASKED))
    assert {event.type for event in events} == {"chunk", "timestamps", "phoneme_timestamps", "done"}
    assert events[-1].type == "done"
    assert {event.context_id for event in events} == {"sse-1"}
    assert_speech(audio_of(events), TEXT)
    assert words_of(events) == TEXT.split()


@check("sse")
async def sse_async():
    async with async_client() as waiting:
        events = [event async for event in await waiting.tts.generate_sse(transcript=TEXT, **ASKED)]
        assert events[-1].type == "done"


@check("websocket")
def websocket():
    ws = client().tts.websocket()
    assert_speech(b"".join(output.audio for output in ws.send(transcript=TEXT, **ASKED) if output.audio), TEXT)
    assert_speech(ws.send(transcript=TEXT, stream=False, **ASKED).audio, TEXT)
    ws.close()


@check("timestamps")
def timestamps():
    with client().tts.websocket_connect() as connection:
        context = connection.context(add_timestamps=True, add_phoneme_timestamps=True, **ASKED)
        context.push(TEXT, continue_=False)
        events = list(context.receive())
        assert words_of(events) == TEXT.split()
        assert any(event.type == "phoneme_timestamps" for event in events)


@check("continuations")
def continuations():
    with client().tts.websocket_connect() as connection:
        context = connection.context(**ASKED)
        for part in PARTS:
            context.push(part)
        context.no_more_inputs()
        events = list(context.receive())
        assert events[-1].type == "done"
        assert_speech(audio_of(events), WHOLE)


@check("flush")
def flush():
    with client().tts.websocket_connect() as connection:
        context = connection.context(**ASKED)
        for text in FLUSHED[:2]:
            context.push(text)
            context.push("", flush=True)
        context.push(FLUSHED[2])
        context.no_more_inputs()
        events = list(context.receive())
        assert [event.flush_id for event in events if event.type == "flush_done"] == [1, 2]
        for number, text in enumerate(FLUSHED, 1):
            audio = [event.audio for event in events if event.type == "chunk" and event.flush_id == number]
            assert_speech(b"".join(audio), text)


@check("interleaved contexts")
def interleaved():
    texts = (
        ("First, the words of one. ", "It goes on."),
        ("Second, the words of quite another conversation. ", "So does this."),
    )
    with client().tts.websocket_connect() as connection:
        contexts = [connection.context(**ASKED) for _ in texts]
        for parts in zip(*texts, strict=True):
            for context, part in zip(contexts, parts, strict=True):
                context.push(part)
        for context in contexts:
            context.no_more_inputs()
        rounds = itertools.zip_longest(*(context.receive() for context in contexts))
        for parts, events in zip(texts, zip(*rounds, strict=True), strict=True):
            assert_speech(audio_of(event for event in events if event), "".join(parts))


async def spoken_in_a_context(connection, parts):
    context = connection.context(add_timestamps=True, **ASKED)
    for part in parts:
        await context.push(part)
    await context.no_more_inputs()
    return [event async for event in context.receive()]


@check("interleaved contexts")
async def interleaved_async():
    async with async_client() as waiting, waiting.tts.websocket_connect() as connection:
        spoken = await asyncio.gather(*(spoken_in_a_context(connection, parts) for parts in INTERLEAVED))
        for parts, events in zip(INTERLEAVED, spoken, strict=True):
            assert events[-1].type == "done"
            assert_speech(audio_of(events), "".join(parts))
            assert words_of(events) == "".join(parts).split()


@check("cancel")
def cancel():
    with client().tts.websocket_connect() as connection:
        first = connection.context(**ASKED)
        first.push(LONG)
        next(iter(first.receive()))
        first.cancel()
        time.sleep(1)
        # This client hands what is late of a cancelled context to whoever receives next, so what it gives its contexts
        # says nothing of the server. What came says it.
        second = connection.context("second", **ASKED)
        second.push("Right after that.")
        second.no_more_inputs()
        ends, events = 0, []
        while not events or events[-1].type != "done":
            event = connection.recv()
            if event.context_id == "second":
                events.append(event)
            else:
                assert not ends, "something of the cancelled context came after its end"
                ends += event.type == "done"
        assert ends == 1
        assert_speech(audio_of(events), "Right after that.")


@check("cancel")
async def cancel_async():
    async with async_client() as waiting, waiting.tts.websocket_connect() as connection:
        first = connection.context(**ASKED)
        await first.push(LONG)
        async for _ in first.receive():
            break
        await first.cancel()
        events = await spoken_in_a_context(connection, ["Right after that."])
        assert_speech(audio_of(events), "Right after that.")


@check("contexts left open")
def left_open():
    with client().tts.websocket_connect() as connection:
        context = connection.context(**ASKED)
        context.push("Left open. ")
        events = list(context.receive())
        assert events[-1].type == "done"
        assert_speech(audio_of(events), "Left open.")


@check("errors")
def errors():
    generate = client().tts.generate
    assert_refused(cartesia.BadRequestError, "transcript", generate, transcript="", **ASKED)
    assert_refused(cartesia.NotFoundError, "voice", generate, transcript=TEXT, **UNKNOWN)
    ws = client().tts.websocket()
    assert_refused(RuntimeError, "voice", lambda: list(ws.send(transcript=TEXT, **UNKNOWN)))
    ws.close()
    with client().tts.websocket_connect() as connection:
        context = connection.context(**UNKNOWN)
        context.push("Hello.")
        (event,) = context.receive()
        assert event.type == "error"
        assert "nobody" in event.error


@check("programs", given=PROGRAMS)
def published_programs():
    names = {"Cartesia": Cartesia, "AsyncCartesia": AsyncCartesia}
    for name in ("20_concurrent_contexts.py", "21_concurrent_contexts_async.py"):
        exec(compile((PROGRAMS / name).read_text("utf-8"), name, "exec"), names)

    async def asynchronous():
        async with async_client() as waiting:
            await names["tts_websocket_concurrent_receives_async"](waiting)

    for program in (
        lambda: names["tts_websocket_concurrent_receives"](client()),
        lambda: asyncio.run(asynchronous()),
    ):
        with TemporaryDirectory() as directory:
            os.chdir(directory)
            with contextlib.redirect_stdout(None):
                program()
            written = [path.stat().st_size for path in Path().glob("*.pcm")]
            assert len(written) == 2
            assert min(written) > 2 * 44100 * 2
            os.chdir("/")


@check("keys", given=ASKS_FOR_KEYS)
def keys():
    assert client().get_status().ok
    wrong = client("wrong")
    assert_refused(cartesia.AuthenticationError, "Invalid API key", wrong.tts.generate, transcript=TEXT, **ASKED)
    assert_refused(Exception, "401", wrong.tts.websocket_connect().enter)


@check("access tokens", given=ASKS_FOR_KEYS)
def access_tokens():
    token = client().access_token.create(grants={"tts": True}, expires_in=60).token
    bearing = Cartesia(token=token, **ADDRESSES)
    assert_speech(bearing.tts.generate(transcript=TEXT, **ASKED).read(), TEXT)
    with bearing.tts.websocket_connect() as connection:
        context = connection.context(**ASKED)
        context.push(TEXT, continue_=False)
        assert_speech(audio_of(context.receive()), TEXT)


absent("voices made", "voices mixed", "embeddings", why="voices are cloned or localized, and named by their ids")
run("cartesia")
