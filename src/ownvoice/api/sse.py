"""Speech as server-sent events."""

import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

import msgspec
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from cartesia.types import AnyEvent, Done
from ownvoice.api.errors import error_event, failure
from ownvoice.api.request import body_of, speaker_for, take_context
from ownvoice.api.rest import first_piece
from ownvoice.settings import Settings
from ownvoice.tts.events import events_of
from ownvoice.tts.requests import decode, job_for
from ownvoice.tts.runner import Runner, spoken
from ownvoice.tts.speech import Piece

_encoder = msgspec.json.Encoder()


async def tts_sse(request: Request) -> Response:
    """Speech as events, sent as it is made."""
    settings: Settings = request.app.state.settings
    runner: Runner = request.app.state.runner
    started = time.perf_counter()
    asked = decode(await body_of(request))
    job = job_for(asked, await speaker_for(asked, request), settings, containers=("raw",))
    take_context(request)
    pieces = spoken(runner, job)
    first = await first_piece(pieces)
    events = _events(first, pieces, asked.context_id, request, started)
    return StreamingResponse(events, media_type="text/event-stream", headers={"Cache-Control": "no-cache"})


async def _events(
    first: Piece | None,
    pieces: AsyncGenerator[Piece, None],
    context_id: str | None,
    request: Request,
    started: float,
) -> AsyncIterator[bytes]:
    async with aclosing(pieces):
        try:
            piece = first
            while piece is not None:
                now = time.perf_counter()
                for event in events_of(piece, context_id, 1000 * (now - started)):
                    yield framed(event)
                started = time.perf_counter()
                piece = await anext(pieces, None)
        except Exception as error:
            yield framed(error_event(failure(error, request), context_id))
        else:
            yield framed(Done(context_id=context_id, status_code=200, done=True))


def framed(event: AnyEvent) -> bytes:
    """An event as it is sent. Its type stands in the frame and in the JSON: different clients look in either place."""
    return b"event: %s\ndata: %s\n\n" % (event.type.encode(), _encoder.encode(event))
