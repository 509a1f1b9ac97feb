"""The plugin of LiveKit Agents for this protocol, livekit-plugins-cartesia 1.8.9, unchanged."""

import asyncio
import contextlib
import logging

import aiohttp
from livekit.agents import APIConnectOptions, APIError, APIStatusError
from livekit.plugins import cartesia
from probing import ASKS_FOR_KEYS, KEY, LONG, PARTS, TEXT, URL, WHOLE, absent, assert_speech, check, run

RATE = 24000
ONCE = APIConnectOptions(max_retry=0, timeout=10)
logging.disable(logging.CRITICAL)  # what fails is told by exceptions, and what is checked


@contextlib.asynccontextmanager
async def plugin(key=KEY, **options):
    async with aiohttp.ClientSession() as session:
        tts = cartesia.TTS(api_key=key, base_url=URL, http_session=session, **options)
        yield tts
        await tts.aclose()


async def streamed(tts, parts):
    """Push texts one after the other, and return the audio and its words."""
    stream = tts.stream(conn_options=ONCE)
    for part in parts:
        stream.push_text(part)
    stream.end_input()
    audio, words = b"", ""
    async for event in stream:
        audio += bytes(event.frame.data)
        words += "".join(event.frame.userdata.get("lk.timed_transcripts", []))
    await stream.aclose()
    return audio, words.split()


@check("bytes")
async def synthesize():
    async with plugin() as tts:
        audio = b"".join([bytes(event.frame.data) async for event in tts.synthesize(TEXT, conn_options=ONCE)])
        assert_speech(audio, TEXT, rate=RATE)


@check("websocket")
async def stream():
    async with plugin() as tts:
        for _ in range(2):  # the second takes the same connection
            audio, _ = await streamed(tts, [TEXT])
            assert_speech(audio, TEXT, rate=RATE)


@check("timestamps")
async def words():
    async with plugin() as tts:
        _, found = await streamed(tts, PARTS)
        assert found == WHOLE.split(), found


@check("continuations")
async def text_that_streams_in():
    async with plugin() as tts:
        audio, _ = await streamed(tts, [*PARTS, " A third sentence ends it all."])
        assert_speech(audio, WHOLE + " A third sentence ends it all.", rate=RATE)


@check("interleaved contexts")
async def two_at_once():
    texts = [TEXT], PARTS
    async with plugin() as tts:
        spoken = await asyncio.gather(*(streamed(tts, parts) for parts in texts))
        for parts, (audio, _) in zip(texts, spoken, strict=True):
            assert_speech(audio, "".join(parts), rate=RATE)


@check("cancel")
async def aborted():
    """Leave the connection in the middle of an answer, as it does in place of a cancel; the next stream is whole."""
    async with plugin() as tts:
        stream = tts.stream(conn_options=ONCE)
        stream.push_text(LONG)
        stream.end_input()
        async for _ in stream:
            break
        await stream.aclose()
        audio, _ = await streamed(tts, [TEXT])
        assert_speech(audio, TEXT, rate=RATE)


@check("embeddings")
async def an_embedding():
    async with plugin(voice=[0.1] * 192, api_version="2024-11-13", model="sonic-2-2025-03-07") as tts:
        audio, _ = await streamed(tts, [TEXT])
        assert_speech(audio, TEXT, rate=RATE)


@check("errors")
async def errors():
    async with plugin(voice="nobody") as tts:
        for speak in (lambda: streamed(tts, [TEXT]), tts.synthesize(TEXT, conn_options=ONCE).collect):
            try:
                await speak()
            except APIError:
                continue
            raise AssertionError("it was not refused")


@check("keys", given=ASKS_FOR_KEYS)
async def a_wrong_key():
    async with plugin(key="wrong") as tts:
        status_code = None
        try:
            await tts.synthesize(TEXT, conn_options=ONCE).collect()
        except APIStatusError as error:
            status_code = error.status_code
        assert status_code == 401


absent("sse", "flush", "formats", "access tokens", "programs")
absent("voices", "voices made", "voices changed", "voices cloned", "voices mixed", "voices localized", "dictionaries")
absent("contexts left open", why="it always says that a text has ended")
run("livekit-plugins-cartesia")
