"""The voices: listing, reading, making, changing and deleting them."""

import asyncio
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ownvoice.api.paging import limit_of
from ownvoice.api.request import owner_of, read_json, version_of, voices_of
from ownvoice.api.services import services_of
from ownvoice.errors import InvalidRequest, NotPermitted
from ownvoice.store import VoiceFilter
from ownvoice.text.accents import accents
from ownvoice.traits.voice import GENDERS, Voice
from ownvoice.voices.resolution import voice_by_id
from ownvoice.voices.voice_requests import (
    Localization,
    Mix,
    NewVoice,
    VoiceFields,
    localize,
    make_voice,
    mix,
    voice_changes,
)

WHOLE_LIST = 100_000
"""The most voices in an answer of the first version of the protocol, which has no pages."""
CHOICES = {"gender": GENDERS, "is_owner": ("true", "false")}
"""The parameters of the query that take only some values."""


async def list_voices(request: Request) -> Response:
    """Answer with a page of the voices that fit the query, or all of them in the first version of the protocol."""
    version = version_of(request)
    query = request.query_params
    for name, values in CHOICES.items():
        if (given := query.get(name)) and given.casefold() not in values:
            raise InvalidRequest(f"Invalid {name}", f"{name} should be one of {', '.join(values)}, not {given!r}")
    own = query.get("is_owner")
    wanted = VoiceFilter(
        q=query.get("q") or None,
        gender=query["gender"].casefold() if query.get("gender") else None,
        language=query.get("language") or None,
    )
    limit = limit_of(request)
    paged = not version.lists_are_whole

    def encode_page() -> bytes:
        page = voices_of(request).page(
            wanted,
            limit=limit if paged else WHOLE_LIST,
            after=query.get("starting_after") if paged else None,
            before=query.get("ending_before") if paged else None,
            own=own.casefold() == "true" if own else None,
        )
        shapes = [_shape(request, voice) for voice in page.voices]
        return msgspec.json.encode(version.list_of(shapes, has_more=page.has_more))

    # The thread also makes the JSON, megabytes of it for a list with embeddings: speech under way cannot wait for that.
    return Response(await asyncio.to_thread(encode_page), media_type="application/json")


async def get_voice(request: Request) -> Response:
    """Answer with one voice."""
    voice = await asyncio.to_thread(voice_by_id, request.path_params["id"], voices_of(request))
    return JSONResponse(_shape(request, voice))


async def create_voice(request: Request) -> Response:
    """Make a voice from its embedding."""
    voice = make_voice(await read_json(request, NewVoice), owner_of(request))
    await asyncio.to_thread(voices_of(request).add, voice)
    return JSONResponse(_shape(request, voice))


async def update_voice(request: Request) -> Response:
    """Change the name, the description or other fields of an owner's voice."""
    voice = await asyncio.to_thread(_own, request)
    given = await read_json(request, VoiceFields)
    return JSONResponse(
        _shape(request, await asyncio.to_thread(voices_of(request).update, voice, voice_changes(voice, given)))
    )


async def delete_voice(request: Request) -> Response:
    """Delete an owner's voice. Speech that uses it already goes on."""
    voice = await asyncio.to_thread(_own, request)
    await asyncio.to_thread(voices_of(request).delete, voice.id)
    return Response(status_code=204)


async def mix_voices(request: Request) -> Response:
    """Answer with the embedding of a mix of voices."""
    given = await read_json(request, Mix)
    return JSONResponse({"embedding": await asyncio.to_thread(mix, given, voices_of(request))})


async def localize_voice(request: Request) -> Response:
    """Make a voice that sounds like another and speaks another language."""
    given = await read_json(request, Localization)
    owned = voices_of(request)
    voice = await asyncio.to_thread(localize, given, owned, owner_of(request))
    try:
        return await keep(request, voice)
    except ValueError:
        # The recording may have been deleted meanwhile, with the original voice: then say so.
        await asyncio.to_thread(voice_by_id, given.voice_id, owned)
        raise


async def list_accents(request: Request) -> Response:
    """Answer with the accents that voices can have."""
    languages = services_of(request).catalogue.languages
    found = [
        {
            "id": accent.id,
            "name": accent.name,
            "language": accent.language,
            "locale": accent.id,
            "is_locale_default": accent.is_default,
            "is_localizable": True,
        }
        for accent in accents()
        if accent.language in languages
    ]
    return JSONResponse({"accents": found})


async def keep(request: Request, voice: Voice) -> Response:
    """Keep a voice that was made from another or from a recording, and answer with it."""
    await asyncio.to_thread(voices_of(request).add, voice)
    return JSONResponse(version_of(request).voice_metadata(voice, embedding=_wants_embedding(request)))


def _own(request: Request) -> Voice:
    """Return the voice that the path names; RequestError where the client does not own it."""
    voice = voice_by_id(request.path_params["id"], voices_of(request))
    if voice.owner is None:
        raise NotPermitted(
            "Voice not owned",
            f"{voice.name!r} is built in, so it cannot be changed or deleted; make your own voice from its embedding",
            error_code="voice_not_owned",
        )
    return voice


def _shape(request: Request, voice: Voice) -> dict[str, Any]:
    return version_of(request).voice(voice, embedding=_wants_embedding(request))


def _wants_embedding(request: Request) -> bool:
    asked = request.query_params.getlist("expand[]") + request.query_params.getlist("expand")
    return "embedding" in asked or "include=embedding" in request.headers.get("prefer", "")
