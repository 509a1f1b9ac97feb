"""The voices, listed and looked up."""

from typing import get_args

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from cartesia_server.api.incoming import version_of
from cartesia_server.errors import RequestError
from cartesia_server.voices import catalogue
from cartesia_server.voices.voice import Gender, Voice

DEFAULT_LIMIT = 10
HIGHEST_LIMIT = 100
CHOICES = {"gender": get_args(Gender), "is_owner": ("true", "false")}
"""What a parameter of the query may be, where not everything may."""


async def list_voices(request: Request) -> Response:
    """The voices that fit the query, a page of them; all of them for the first version of the protocol."""
    version = version_of(request)
    query = request.query_params
    _check(query)
    fitting = [voice for voice in catalogue.VOICES if _fits(voice, query)]
    page = fitting if version.lists_are_whole else _page(fitting, query)
    has_more = bool(page) and (page[0] is not fitting[0] if "ending_before" in query else page[-1] is not fitting[-1])
    shapes = [version.voice(voice, embedding=_wants_embedding(request)) for voice in page]
    return JSONResponse(version.voice_list(shapes, has_more=has_more))


async def get_voice(request: Request) -> Response:
    """One voice."""
    voice_id = request.path_params["id"]
    voice = catalogue.by_id(voice_id)
    if voice is None:
        raise RequestError(
            "Voice not found",
            f"there is no voice {voice_id!r} here; GET /voices lists those there are",
            status_code=404,
            error_code="voice_not_found",
        )
    return JSONResponse(version_of(request).voice(voice, embedding=_wants_embedding(request)))


def _wants_embedding(request: Request) -> bool:
    asked = request.query_params.getlist("expand[]") + request.query_params.getlist("expand")
    return "embedding" in asked or "include=embedding" in request.headers.get("prefer", "")


def _fits(voice: Voice, query: QueryParams) -> bool:
    text = query.get("q", "").casefold()
    return (
        (text in voice.name.casefold() or text in voice.description.casefold())
        and (query.get("gender") or voice.gender or "").casefold() == (voice.gender or "")
        and (query.get("language") or voice.language) == voice.language
        and (query.get("is_owner") or "false").casefold() == "false"  # nobody owns a built-in voice
    )


def _check(query: QueryParams) -> None:
    _limit(query.get("limit"))  # also where the version has no pages
    for name, values in CHOICES.items():
        if (given := query.get(name)) and given.casefold() not in values:
            raise RequestError(f"Invalid {name}", f"{name} should be one of {', '.join(values)}, not {given!r}")


def _page(voices: list[Voice], query: QueryParams) -> list[Voice]:
    limit = _limit(query.get("limit"))
    ids = [voice.id for voice in voices]
    if (before := query.get("ending_before")) is not None:
        end = ids.index(before) if before in ids else 0
        return voices[max(0, end - limit) : end]
    start = 0
    if (after := query.get("starting_after")) is not None:
        # A client that goes on until a page is empty must come to an end also after a voice that is gone.
        start = ids.index(after) + 1 if after in ids else len(ids)
    return voices[start : start + limit]


def _limit(given: str | None) -> int:
    if given is None:
        return DEFAULT_LIMIT
    # Not any length: Python refuses to read a number of thousands of digits.
    if not given.isdecimal() or len(given) > 10 or not 1 <= int(given) <= HIGHEST_LIMIT:
        raise RequestError("Invalid limit", f"limit should be a number from 1 to {HIGHEST_LIMIT}, not {given!r}")
    return int(given)
