"""What endpoints read of a request: its version, its client, its body within limits, and the voice that it names."""

import asyncio
from typing import TypeVar

from starlette.requests import HTTPConnection, Request

from cartesia.types import GenerationRequest
from ownvoice.access.clients import Access, Client
from ownvoice.api.errors import RequestTimeout
from ownvoice.errors import TooLarge
from ownvoice.settings import Settings
from ownvoice.store import Store
from ownvoice.tts.requests import decoded
from ownvoice.versions import Version, requested_version
from ownvoice.voices.catalogue import Catalogue
from ownvoice.voices.library import VoiceLibrary
from ownvoice.voices.resolution import ResolvedVoice, needs_no_store, resolve, resolve_voice

T = TypeVar("T")


def version_of(connection: HTTPConnection) -> Version:
    """The version of the protocol that a request asks for."""
    return requested_version(connection.headers, connection.query_params)


def client_of(connection: HTTPConnection) -> Client:
    """Who sent a request that has passed the gate."""
    client: Client = connection.state.client
    return client


def access_of(connection: HTTPConnection) -> Access:
    """Who may use the server, and what they use of it."""
    access: Access = connection.app.state.access
    return access


def owner_of(connection: HTTPConnection) -> str:
    """Whose things a request may use besides those that are built in."""
    return client_of(connection).owner


def take_context(request: Request) -> None:
    """Take a place for one stream of speech until the request ends; RequestError (429) where there is none."""
    place = access_of(request).usage.context(owner_of(request))
    request.state.places.callback(place.free)


async def body_of(request: Request, largest: int | None = None) -> bytes:
    """The body of a request; RequestError where it is too large or does not arrive in time.

    ``largest`` is in bytes; else it is what the settings say.

    A client that goes away in the middle raises Starlette's ClientDisconnect: nobody is left to answer.
    """
    settings = settings_of(request)
    largest = settings.max_body_bytes if largest is None else largest
    body = bytearray()
    try:
        async with asyncio.timeout(settings.body_timeout):
            async for part in request.stream():
                body += part
                if len(body) > largest:
                    raise TooLarge(
                        "Request too large",
                        f"the body should have at most {largest} bytes",
                        error_code="request_too_large",
                    )
    except TimeoutError:
        raise RequestTimeout(
            "Request timeout",
            f"the body did not arrive within {settings.body_timeout:g} seconds",
            error_code="request_timeout",
        ) from None
    return bytes(body)


async def json_of(request: Request, shape: type[T]) -> T:
    """The JSON in the body of a request; RequestError where it is none, or a field has the wrong type."""
    return decoded(await body_of(request), shape)


async def speaker_for(request: GenerationRequest, connection: HTTPConnection) -> ResolvedVoice:
    """Find the voice that a request names; only what is built in needs no thread.

    Raises:
        InvalidRequest, NotFound: as `ownvoice.voices.resolution.resolve`.
    """
    catalogue = catalogue_of(connection)
    if needs_no_store(request, catalogue):
        return resolve_voice(request, catalogue, catalogue)
    return await asyncio.to_thread(
        resolve, request, voice_library(connection), catalogue, store_of(connection), owner_of(connection)
    )


def catalogue_of(connection: HTTPConnection) -> Catalogue:
    """Return the voices that come with the engines in use."""
    catalogue: Catalogue = connection.app.state.catalogue
    return catalogue


def settings_of(connection: HTTPConnection) -> Settings:
    """The settings of the server."""
    settings: Settings = connection.app.state.settings
    return settings


def voice_library(connection: HTTPConnection) -> VoiceLibrary:
    """The voices that a request may use."""
    settings = settings_of(connection)
    return VoiceLibrary(
        catalogue_of(connection),
        store_of(connection),
        owner_of(connection),
        most_voices=settings.max_voices,
        most_recordings=settings.max_recordings,
    )


def store_of(connection: HTTPConnection) -> Store:
    """What people made on this server."""
    store: Store = connection.app.state.store
    return store
