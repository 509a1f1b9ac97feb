"""The way from a request for speech to the first piece of it, the same for all endpoints over HTTP."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, replace

from starlette.requests import HTTPConnection, Request

from cartesia.types import GenerationRequest
from ownvoice.api.request import owner_of, voices_of
from ownvoice.api.services import services_of
from ownvoice.tts.requests import job_for
from ownvoice.tts.runner import speak_job
from ownvoice.tts.speech import Job, Piece
from ownvoice.voices import resolution
from ownvoice.voices.resolution import ResolvedVoice


@dataclass(frozen=True, slots=True)
class StartedSpeech:
    """Speech whose engine has made its first piece, so that the answer may say that all is well."""

    job: Job
    first: Piece | None
    """None where there is nothing to be heard."""
    rest: AsyncGenerator[Piece, None]

    async def pieces(self) -> AsyncGenerator[Piece, None]:
        """Yield all pieces. Closing the generator stops the engine."""
        async with aclosing(self.rest):
            if self.first is not None:
                yield self.first
            async for piece in self.rest:
                yield piece


async def start_speech(
    request: Request, asked: GenerationRequest, *, containers: tuple[str, ...], rate: float | None = None
) -> StartedSpeech:
    """Start the speech that a request asks for, in one of its client's contexts, which is free when the request ends.

    Args:
        request: the HTTP request.
        asked: what its body asks for.
        containers: those that the endpoint can carry.
        rate: the tempo, as a factor, in place of the one in the body; None keeps that.

    Raises:
        RequestError: what the body asks for cannot be made, or its client has no context free.
        Exception: whatever the engine raises before its first piece.
    """
    services = services_of(request)
    job = job_for(asked, await resolve_voice(asked, request), services.settings, containers=containers)
    if rate is not None:
        job = replace(job, style=replace(job.style, expression=replace(job.style.expression, rate=rate)))
    request.state.leases.callback(services.access.usage.context(owner_of(request)).release)
    pieces = speak_job(services.runner, job)
    return StartedSpeech(job, await anext(pieces, None), pieces)


async def resolve_voice(asked: GenerationRequest, connection: HTTPConnection) -> ResolvedVoice:
    """Find the voice and the dictionary that a request names; built-in ones are found without a thread.

    Raises:
        RequestError: one of them does not exist, or cannot be read.
    """
    services = services_of(connection)
    if resolution.needs_no_store(asked, services.catalogue):
        return resolution.resolve_voice(asked, services.catalogue, services.catalogue)
    return await asyncio.to_thread(
        resolution.resolve, asked, voices_of(connection), services.catalogue, services.store, owner_of(connection)
    )
