"""Speech as server-sent events."""

import time
from collections.abc import AsyncIterator
from contextlib import aclosing

import msgspec
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from cartesia.types import AnyEvent, Done
from ownvoice.api.errors import error_event, failure
from ownvoice.api.request import read_body
from ownvoice.api.speech import StartedSpeech, start_speech
from ownvoice.tts.events import events_of
from ownvoice.tts.requests import decode

_encoder = msgspec.json.Encoder()


async def tts_sse(request: Request) -> Response:
    """Answer with speech as events, sent as it is made."""
    started = time.perf_counter()
    asked = decode(await read_body(request))
    speech = await start_speech(request, asked, containers=("raw",))
    events = _events(speech, asked.context_id, request, started)
    return StreamingResponse(events, media_type="text/event-stream", headers={"Cache-Control": "no-cache"})


async def _events(
    speech: StartedSpeech, context_id: str | None, request: Request, started: float
) -> AsyncIterator[bytes]:
    async with aclosing(speech.pieces()) as pieces:
        try:
            async for piece in pieces:
                now = time.perf_counter()
                for event in events_of(piece, context_id, 1000 * (now - started)):
                    yield frame(event)
                started = time.perf_counter()
        except Exception as error:
            yield frame(error_event(failure(error, request), context_id))
        else:
            yield frame(Done(context_id=context_id, status_code=200, done=True))


def frame(event: AnyEvent) -> bytes:
    """Return an event as it is sent. Its type stands in the frame and in the JSON: clients look in either place."""
    return b"event: %s\ndata: %s\n\n" % (event.type.encode(), _encoder.encode(event))
