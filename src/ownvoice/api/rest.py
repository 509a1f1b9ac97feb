"""Speech as plain bytes, and the server's own state."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from ownvoice.api.request import read_body
from ownvoice.api.request_ids import request_id_of
from ownvoice.api.speech import StartedSpeech, start_speech
from ownvoice.audio.containers import CONTAINERS
from ownvoice.tts.requests import decode
from ownvoice.versions import NEWEST

MEDIA_TYPES = {name: container.media_type for name, container in CONTAINERS.items()}


async def status(request: Request) -> Response:
    """Tell that the server is running, and the newest version of the protocol that it speaks."""
    return JSONResponse({"ok": True, "version": NEWEST})


async def tts_bytes(request: Request) -> Response:
    """Answer with speech as bytes, sent as it is made."""
    asked = decode(await read_body(request))
    return audio_response(request, await start_speech(request, asked, containers=tuple(MEDIA_TYPES)))


def audio_response(request: Request, speech: StartedSpeech) -> Response:
    """Return the answer whose body is the audio."""
    media_type = MEDIA_TYPES[speech.job.style.output_format.container]
    return StreamingResponse(_audio(speech, request_id_of(request)), media_type=media_type)


async def _audio(speech: StartedSpeech, request_id: str) -> AsyncGenerator[bytes, None]:
    async with aclosing(speech.pieces()) as pieces:
        try:
            async for piece in pieces:
                if piece.audio:
                    yield piece.audio
        except Exception as error:
            # Bytes cannot carry an error, so one that happens now breaks the connection: a client must not take what
            # has come for the whole. The ASGI server logs it, so it is not logged here.
            raise RuntimeError(f"request {request_id} broke off") from error
