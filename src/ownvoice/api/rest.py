"""Speech as plain bytes, and the server's own state."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from ownvoice.api.request import body_of, speaker_for, take_context
from ownvoice.api.request_ids import request_id_of
from ownvoice.audio.containers import CONTAINERS
from ownvoice.settings import Settings
from ownvoice.tts.requests import decode, job_for
from ownvoice.tts.runner import Runner, spoken
from ownvoice.tts.speech import Job, Piece
from ownvoice.versions import NEWEST

MEDIA_TYPES = {name: container.media_type for name, container in CONTAINERS.items()}


async def status(request: Request) -> Response:
    """That the server is there, and the newest version that it speaks."""
    return JSONResponse({"ok": True, "version": NEWEST})


async def tts_bytes(request: Request) -> Response:
    """Speech as bytes, sent as it is made."""
    settings: Settings = request.app.state.settings
    asked = decode(await body_of(request))
    job = job_for(asked, await speaker_for(asked, request), settings, containers=tuple(MEDIA_TYPES))
    return await speech_response(request, job)


async def speech_response(request: Request, job: Job) -> Response:
    """The answer whose body is the speech of a job."""
    runner: Runner = request.app.state.runner
    take_context(request)
    pieces = spoken(runner, job)
    first = await first_piece(pieces)
    audio = audio_of(first, pieces, request_id_of(request))
    return StreamingResponse(audio, media_type=MEDIA_TYPES[job.style.output_format.container])


async def first_piece(pieces: AsyncGenerator[Piece, None]) -> Piece | None:
    """The first piece: once it is there, the engine has begun to speak, and the answer may say that all is well."""
    return await anext(pieces, None)


async def audio_of(
    first: Piece | None, pieces: AsyncGenerator[Piece, None], request_id: str
) -> AsyncGenerator[bytes, None]:
    """The audio of pieces, which are closed with it."""
    async with aclosing(pieces):
        try:
            if first is not None and first.audio:
                yield first.audio
            async for piece in pieces:
                if piece.audio:
                    yield piece.audio
        except Exception as error:
            # Bytes cannot carry an error. One that happens from here on breaks the connection, so that nobody takes
            # what has come for the whole. The ASGI server logs it, so it is not logged here.
            raise RuntimeError(f"request {request_id} broke off") from error
