"""The services of pipecat-ai 1.14.0 for this protocol, unchanged: over the WebSocket and over HTTP."""

import os

import aiohttp
from loguru import logger
from pipecat.frames.frames import (
    ErrorFrame,
    InterruptionFrame,
    LLMFullResponseEndFrame,
    LLMFullResponseStartFrame,
    LLMTextFrame,
    TTSAudioRawFrame,
    TTSSpeakFrame,
    TTSStoppedFrame,
    TTSTextFrame,
)
from pipecat.observers.base_observer import BaseObserver
from pipecat.pipeline.worker import PipelineParams
from pipecat.services.cartesia.tts import CartesiaHttpTTSService, CartesiaTTSService
from pipecat.tests.utils import SleepFrame, run_test
from probing import (
    ASKS_FOR_KEYS,
    BARBERSHOP_MAN,
    KEY,
    LONG,
    PARTS,
    TEXT,
    URL,
    WHOLE,
    absent,
    assert_speech,
    check,
    run,
)

os.environ["PIPECAT_TELEMETRY"] = "off"
logger.remove()  # it tells of all that it does
RATE = 24000
LONGEST_START = 4.0
"""Seconds within which it begins to speak even a long text, which it takes apart first."""


async def spoken(frames, voice_id=BARBERSHOP_MAN, key=KEY, **options):
    """Return what a pipeline of the service gives over the WebSocket alone, and its errors."""
    settings = CartesiaTTSService.Settings(voice=voice_id)
    address = URL.replace("http", "ws", 1) + "/tts/websocket"
    return await piped(CartesiaTTSService(api_key=key, url=address, settings=settings), frames, **options)


async def piped(service, frames, **options):
    down, up = await run_test(
        service,
        frames_to_send=frames,
        start_timeout=20.0,
        pipeline_params=PipelineParams(audio_out_sample_rate=RATE),
        **options,
    )
    return down, [frame for frame in up if isinstance(frame, ErrorFrame)]


def audio_of(frames):
    return b"".join(frame.audio for frame in frames if isinstance(frame, TTSAudioRawFrame))


def words_of(frames):
    return " ".join(frame.text for frame in frames if isinstance(frame, TTSTextFrame)).split()


@check("bytes")
async def over_http():
    async with aiohttp.ClientSession(trust_env=True) as session:
        service = CartesiaHttpTTSService(
            api_key=KEY,
            base_url=URL,
            aiohttp_session=session,
            settings=CartesiaHttpTTSService.Settings(voice=BARBERSHOP_MAN),
        )
        down, errors = await piped(service, [TTSSpeakFrame(TEXT)])
    assert not errors, errors
    assert_speech(audio_of(down), TEXT, rate=RATE)


@check("websocket")
async def over_the_websocket():
    down, errors = await spoken([TTSSpeakFrame(TEXT)])
    assert not errors, errors
    assert_speech(audio_of(down), TEXT, rate=RATE)
    assert any(isinstance(frame, TTSStoppedFrame) for frame in down)


@check("timestamps")
async def words_as_they_are_said():
    down, _ = await spoken([TTSSpeakFrame(WHOLE)])
    assert words_of(down) == WHOLE.split(), words_of(down)


@check("continuations")
async def sentences_of_a_model():
    tokens = [LLMTextFrame(token) for token in ("".join(PARTS) + " And then the end.").split(" ")]
    for token in tokens[1:]:
        token.text = " " + token.text
    down, errors = await spoken([LLMFullResponseStartFrame(), *tokens, LLMFullResponseEndFrame()])
    assert not errors, errors
    assert_speech(audio_of(down), WHOLE + " And then the end.", rate=RATE)
    assert len({frame.context_id for frame in down if isinstance(frame, TTSAudioRawFrame)}) == 1


class Interrupting(BaseObserver):
    """Somebody who speaks up when the service has been heard for a moment."""

    def __init__(self):
        super().__init__()
        self.heard = 0

    async def on_push_frame(self, data):
        if isinstance(data.source, CartesiaTTSService) and isinstance(data.frame, TTSAudioRawFrame):
            self.heard += 1
            if self.heard == 3:
                await data.source.queue_frame(InterruptionFrame())


@check("cancel")
async def interrupted():
    """Check that speech after an interruption is whole, and that none is heard of what came before."""
    frames = [TTSSpeakFrame(LONG), SleepFrame(LONGEST_START), TTSSpeakFrame(TEXT)]
    down, errors = await spoken(frames, observers=[Interrupting()])
    assert not errors, errors
    place = next(index for index, frame in enumerate(down) if isinstance(frame, InterruptionFrame))
    seconds = len(audio_of(down[:place])) / 2 / RATE
    assert 0 < seconds < 60, f"{seconds:.1f} s before the interruption, of about 600"
    assert_speech(audio_of(down[place:]), TEXT, rate=RATE)


@check("errors")
async def errors_come_as_frames():
    down, errors = await spoken([TTSSpeakFrame(TEXT)], voice_id="nobody")
    assert not audio_of(down)
    assert "nobody" in str(errors[0].error)


@check("keys", given=ASKS_FOR_KEYS)
async def a_wrong_key():
    down, errors = await spoken([TTSSpeakFrame(TEXT)], key="wrong")
    assert not audio_of(down)
    assert "401" in str(errors), errors


absent("sse", "flush", "embeddings", "formats", "access tokens", "programs")
absent("voices", "voices made", "voices changed", "voices cloned", "voices mixed", "voices localized", "dictionaries")
absent("interleaved contexts", why="a service speaks in one context at a time")
absent("contexts left open", why="it always says that a turn has ended")
run("pipecat-ai")
