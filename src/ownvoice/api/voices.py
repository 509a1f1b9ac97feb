"""The voices: listed, looked up, made of numbers and of each other, changed and deleted."""

import asyncio
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ownvoice.api.paging import limit_of
from ownvoice.api.request import json_of, owner_of, shelf_of, version_of
from ownvoice.errors import InvalidRequest, NotPermitted
from ownvoice.store import VoiceFilter
from ownvoice.text.accents import accents
from ownvoice.traits.voice import GENDERS, Voice
from ownvoice.voices.resolution import voice_by_id
from ownvoice.voices.voice_requests import (
    Description,
    Localization,
    Mix,
    NewVoice,
    changes_to,
    created,
    localized,
    mixed,
)

WHOLE_LIST = 100_000
"""How many voices the first version of the protocol, which has no pages, may get at once."""
CHOICES = {"gender": GENDERS, "is_owner": ("true", "false")}
"""What a parameter of the query may be, where not everything may."""


async def list_voices(request: Request) -> Response:
    """The voices that fit the query, a page of them; all of them for the first version of the protocol."""
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

    def listed() -> bytes:
        page = shelf_of(request).page(
            wanted,
            limit=limit if paged else WHOLE_LIST,
            after=query.get("starting_after") if paged else None,
            before=query.get("ending_before") if paged else None,
            own=own.casefold() == "true" if own else None,
        )
        shapes = [_shape(request, voice) for voice in page.voices]
        return msgspec.json.encode(version.list_of(shapes, has_more=page.has_more))

    # With the JSON: a whole list with its embeddings is megabytes of it, and speech that is under way cannot wait.
    return Response(await asyncio.to_thread(listed), media_type="application/json")


async def get_voice(request: Request) -> Response:
    """One voice."""
    voice = await asyncio.to_thread(voice_by_id, request.path_params["id"], shelf_of(request))
    return JSONResponse(_shape(request, voice))


async def create_voice(request: Request) -> Response:
    """A new voice, of its numbers."""
    voice = created(await json_of(request, NewVoice), owner_of(request))
    await asyncio.to_thread(shelf_of(request).add, voice)
    return JSONResponse(_shape(request, voice))


async def update_voice(request: Request) -> Response:
    """Another name, description or gender for an own voice."""
    shelf = shelf_of(request)
    voice = await asyncio.to_thread(_own, request)
    given = await json_of(request, Description)
    return JSONResponse(_shape(request, await asyncio.to_thread(shelf.update, voice, changes_to(voice, given))))


async def delete_voice(request: Request) -> Response:
    """Forget an own voice. What speaks with it already goes on."""
    voice = await asyncio.to_thread(_own, request)
    await asyncio.to_thread(shelf_of(request).delete, voice.id)
    return Response(status_code=204)


async def mix_voices(request: Request) -> Response:
    """The numbers of a voice between others."""
    given = await json_of(request, Mix)
    return JSONResponse({"embedding": await asyncio.to_thread(mixed, given, shelf_of(request))})


async def localize_voice(request: Request) -> Response:
    """A new voice that sounds like another and speaks another language."""
    given = await json_of(request, Localization)
    shelf = shelf_of(request)
    voice = await asyncio.to_thread(localized, given, shelf, owner_of(request))
    try:
        return await kept(request, voice)
    except ValueError:
        # Its recording may have gone since, with the original: then that is what there is to say.
        await asyncio.to_thread(voice_by_id, given.voice_id, shelf)
        raise


async def list_accents(request: Request) -> Response:
    """The accents that voices can have."""
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
    ]
    return JSONResponse({"accents": found})


async def kept(request: Request, voice: Voice) -> Response:
    """Keep a voice that was made of another or of a recording, and answer with what there is to know of it."""
    await asyncio.to_thread(shelf_of(request).add, voice)
    return JSONResponse(version_of(request).voice_metadata(voice, embedding=_wants_embedding(request)))


def _own(request: Request) -> Voice:
    """The voice that the path names, which its owner may change."""
    voice = voice_by_id(request.path_params["id"], shelf_of(request))
    if voice.owner is None:
        raise NotPermitted(
            "Voice not yours",
            f"{voice.name!r} is built in, so it cannot be changed or deleted; make one of your own of its embedding",
            error_code="voice_not_owned",
        )
    return voice


def _shape(request: Request, voice: Voice) -> dict[str, Any]:
    return version_of(request).voice(voice, embedding=_wants_embedding(request))


def _wants_embedding(request: Request) -> bool:
    asked = request.query_params.getlist("expand[]") + request.query_params.getlist("expand")
    return "embedding" in asked or "include=embedding" in request.headers.get("prefer", "")
