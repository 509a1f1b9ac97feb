"""Speech as plain bytes, and the server's own state."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from cartesia_server.api.incoming import body_of, speaker_for
from cartesia_server.audio.containers import CONTAINERS
from cartesia_server.errors import internal_error
from cartesia_server.requests import decode, job_for
from cartesia_server.runner import Runner, spoken
from cartesia_server.settings import Settings
from cartesia_server.speech import Piece
from cartesia_server.versions import NEWEST

MEDIA_TYPES = {name: container.media_type for name, container in CONTAINERS.items()}


async def status(request: Request) -> Response:
    """That the server is there, and the newest version that it speaks."""
    return JSONResponse({"ok": True, "version": NEWEST})


async def tts_bytes(request: Request) -> Response:
    """Speech as bytes, sent as it is made."""
    settings: Settings = request.app.state.settings
    runner: Runner = request.app.state.runner
    asked = decode(await body_of(request))
    job = job_for(asked, await speaker_for(asked, request), settings, containers=tuple(MEDIA_TYPES))
    pieces = spoken(runner, job)
    first = await first_piece(pieces)
    return StreamingResponse(_audio(first, pieces), media_type=MEDIA_TYPES[job.style.output_format.container])


async def first_piece(pieces: AsyncGenerator[Piece, None]) -> Piece | None:
    """The first piece: once it is there, the engine has begun to speak, and the answer may say that all is well."""
    return await anext(pieces, None)


async def _audio(first: Piece | None, pieces: AsyncGenerator[Piece, None]) -> AsyncIterator[bytes]:
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
            raise RuntimeError(f"request {internal_error().request_id} broke off") from error
