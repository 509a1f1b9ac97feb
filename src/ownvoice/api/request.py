"""What endpoints read of a request: its version, its client, the voices it may use, and its body within limits."""

import asyncio
from typing import TypeVar

from starlette.requests import HTTPConnection, Request

from ownvoice.access.clients import Client
from ownvoice.api.errors import RequestTimeout
from ownvoice.api.services import services_of
from ownvoice.errors import TooLarge
from ownvoice.tts.requests import decode_as
from ownvoice.versions import Version, requested_version
from ownvoice.voices.library import VoiceLibrary

T = TypeVar("T")


def version_of(connection: HTTPConnection) -> Version:
    """Return the version of the protocol that a request asks for."""
    return requested_version(connection.headers, connection.query_params)


def client_of(connection: HTTPConnection) -> Client:
    """Return the sender of a request that has passed the gate."""
    client: Client = connection.state.client
    return client


def owner_of(connection: HTTPConnection) -> str:
    """Return the owner whose voices and dictionaries a request may use, besides the built-in ones."""
    return client_of(connection).owner


def voices_of(connection: HTTPConnection) -> VoiceLibrary:
    """Return the voices that a request may use."""
    services = services_of(connection)
    return VoiceLibrary(
        services.catalogue,
        services.store,
        owner_of(connection),
        most_voices=services.settings.max_voices,
        most_recordings=services.settings.max_recordings,
    )


async def read_body(request: Request, largest: int | None = None) -> bytes:
    """Read the body of a request.

    Args:
        request: the request.
        largest: how many bytes it may have; None takes the limit of the settings.

    Raises:
        RequestError: the body is too large, or does not arrive in time.
        ClientDisconnect: the client went away before the end of the body, so there is no one to answer.
    """
    settings = services_of(request).settings
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


async def read_json(request: Request, shape: type[T]) -> T:
    """Read the JSON in the body of a request; RequestError where it is none, or a field is wrong."""
    return decode_as(await read_body(request), shape)
