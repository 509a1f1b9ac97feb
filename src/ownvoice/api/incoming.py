"""What every endpoint needs of a request: its version, its body within limits, and errors in the version's shape."""

import asyncio
import logging
import math
from typing import TypeVar

import msgspec
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from cartesia.types import GenerationRequest
from ownvoice.access.clients import Access, Client
from ownvoice.api.request_ids import request_id_of
from ownvoice.engines.espeak import catalogue
from ownvoice.errors import RequestError, internal_error, store_error
from ownvoice.settings import Settings
from ownvoice.store import Store, StoreError
from ownvoice.tts.requests import decoded
from ownvoice.versions import Version, requested_version
from ownvoice.voices.library import Shelf
from ownvoice.voices.resolution import Speaker, is_at_hand, speaker_of, voice_of

T = TypeVar("T")

logger = logging.getLogger("ownvoice")

OPENAI_PATHS = ("/v1/audio/", "/v1/models")
"""Beginnings of the paths that are in the shape of OpenAI's API."""


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
                    raise RequestError(
                        "Request too large",
                        f"the body should have at most {largest} bytes",
                        status_code=413,
                        error_code="request_too_large",
                    )
    except TimeoutError:
        raise RequestError(
            "Request timeout",
            f"the body did not arrive within {settings.body_timeout:g} seconds",
            status_code=408,
            error_code="request_timeout",
        ) from None
    return bytes(body)


async def json_of(request: Request, shape: type[T]) -> T:
    """The JSON in the body of a request; RequestError where it is none, or a field has the wrong type."""
    return decoded(await body_of(request), shape)


async def speaker_for(request: GenerationRequest, connection: HTTPConnection) -> Speaker:
    """Who says what a request asks for; RequestError where it is not there. Only what is built in needs no thread."""
    if is_at_hand(request):
        return voice_of(request, catalogue)
    return await asyncio.to_thread(
        speaker_of, request, shelf_of(connection), store_of(connection), owner_of(connection)
    )


def settings_of(connection: HTTPConnection) -> Settings:
    """The settings of the server."""
    settings: Settings = connection.app.state.settings
    return settings


def shelf_of(connection: HTTPConnection) -> Shelf:
    """The voices that a request may use."""
    settings = settings_of(connection)
    return Shelf(
        store_of(connection),
        owner_of(connection),
        most_voices=settings.max_voices,
        most_recordings=settings.max_recordings,
    )


def store_of(connection: HTTPConnection) -> Store:
    """What people made on this server."""
    store: Store = connection.app.state.store
    return store


def error_response(request: HTTPConnection, error: RequestError) -> Response:
    """The HTTP answer for an error."""
    error.request_id = request_id_of(request)
    body, media_type = error_body(request, error)
    headers = {}
    if error.status_code == 408:
        headers["Connection"] = "close"  # what may still come of this body is not the beginning of the next request
    if error.retry_after is not None:
        headers["Retry-After"] = str(math.ceil(error.retry_after))
    return Response(body, status_code=error.status_code, media_type=media_type, headers=headers)


def error_body(request: HTTPConnection, error: RequestError) -> tuple[bytes, str]:
    """The body of an error's answer in the shape that the client expects, and its media type."""
    if request.url.path.startswith(OPENAI_PATHS):
        return openai_error(error), "application/json"
    return version_of(request).error_body(error)


def openai_error(error: RequestError) -> bytes:
    """The body of an error as clients of OpenAI's API read it."""
    kinds = {401: "authentication_error", 403: "permission_error", 404: "not_found_error", 429: "rate_limit_error"}
    kind = "server_error" if error.status_code >= 500 else kinds.get(error.status_code, "invalid_request_error")
    told = {"message": f"{error.title}: {error.message}", "type": kind, "param": None, "code": error.error_code}
    return msgspec.json.encode({"error": told})


def failure(error: Exception, request: HTTPConnection | None = None) -> RequestError:
    """What to tell the client of an exception; one that is our own fault is logged with the id that the client gets.

    That id is the request's, if it is told; else one of the error's own, because a WebSocket may have many.
    """
    if isinstance(error, RequestError):
        told = error
    else:
        told = store_error() if isinstance(error, StoreError) else internal_error()
    if request is not None:
        told.request_id = request_id_of(request)
    if told is not error:
        logger.error("request %s failed", told.request_id, exc_info=error)
    return told
