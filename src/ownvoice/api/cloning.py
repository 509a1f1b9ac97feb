"""Voices from recordings. They come as forms; nothing is ever fetched from an address."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace

import msgspec
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ownvoice.api.request import body_of, owner_of, settings_of, shelf_of
from ownvoice.api.voices import kept
from ownvoice.audio.decoding import Recording, decode_in_process, run_queued
from ownvoice.engines.espeak.cloning import clone
from ownvoice.errors import InvalidRequest, UnsupportedMedia
from ownvoice.text.languages import language_of
from ownvoice.traits.embedding import Traits, to_embedding
from ownvoice.voices.voice_requests import Description, locale_for, new_voice

_FORM_BYTES = 64 * 1024
"""What a form may have besides the clip."""
_MOST_FIELDS = 32
_SWITCH = {"true": True, "1": True, "false": False, "0": False, "": False}


@dataclass(frozen=True, slots=True)
class _Form:
    """What a client sends to have a voice cloned."""

    clip: bytes
    media_type: str
    description: Description
    enhance: bool


async def clone_voice(request: Request) -> Response:
    """A voice that sounds like a recording, kept for its owner."""
    form = await _form(request)
    # First all but its sound, so that no recording is kept of a voice that cannot be.
    silent = new_voice(form.description, (), owner_of(request))
    await asyncio.to_thread(shelf_of(request).check_room)
    numbers, recording = await _cloned(request, form, silent.locale)
    return await kept(request, replace(silent, embedding=tuple(numbers), recording=recording))


async def clone_clip(request: Request) -> Response:
    """The numbers of a voice that sounds like a recording, as the first generation has it. No voice is kept."""
    form = await _form(request)
    numbers, _ = await _cloned(request, form, locale_for(form.description) or "en")
    return JSONResponse({"embedding": numbers})


async def _cloned(request: Request, form: _Form, locale: str) -> tuple[list[float], str]:
    """The numbers of a recording's voice, and the id under which the recording is kept.

    It is kept so that an engine which clones from sound finds it again, also by the numbers alone.
    """
    recording = await decode_in_process(form.clip)
    traits = await run_queued(lambda: _heard(recording, form.enhance, locale))
    numbers = to_embedding(traits)
    stored = await asyncio.to_thread(shelf_of(request).keep_recording, form.clip, form.media_type, numbers, locale)
    return numbers, stored


def _heard(recording: Recording, enhance: bool, locale: str) -> Traits:
    return clone(recording.samples, recording.sample_rate, enhance=enhance, language=language_of(locale).code)


async def _form(request: Request) -> _Form:
    """The form of a request, within limits."""
    content_type = request.headers.get("content-type", "")
    if not content_type.startswith("multipart/form-data"):
        raise UnsupportedMedia(
            "Invalid request",
            f"the body should be multipart/form-data with a file named `clip`, not {content_type or 'without a type'}",
        )
    largest = settings_of(request).max_upload_bytes + _FORM_BYTES
    body = await body_of(request, largest)
    try:
        fields = await MultiPartParser(
            request.headers, _once(body), max_files=1, max_fields=_MOST_FIELDS, max_part_size=_FORM_BYTES
        ).parse()
    except MultiPartException as error:
        raise InvalidRequest("Invalid form", f"the form cannot be read: {error.message}") from error
    try:
        return await _understood(fields)
    finally:
        await fields.close()


async def _understood(fields: FormData) -> _Form:
    clip = fields.get("clip")
    if not isinstance(clip, UploadFile):
        raise InvalidRequest("Clip missing", "set `clip` to the file of a recording", error_code="invalid_clip")
    texts = {name: value for name, value in fields.items() if isinstance(value, str) and value}
    enhance = texts.get("enhance", "false").casefold()
    if enhance not in _SWITCH:
        raise InvalidRequest("Invalid enhance", f"enhance should be true or false, not {enhance!r}")
    return _Form(
        clip=await clip.read(),
        media_type=clip.content_type or "application/octet-stream",
        description=msgspec.convert(texts, Description),
        enhance=_SWITCH[enhance],
    )


async def _once(body: bytes) -> AsyncGenerator[bytes, None]:
    yield body
