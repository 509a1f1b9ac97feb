"""Voices from recordings, which are uploaded as forms; nothing is ever fetched from an address."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace

import msgspec
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ownvoice.api.request import owner_of, read_body, voices_of
from ownvoice.api.services import services_of
from ownvoice.api.voices import keep
from ownvoice.audio.decoding import decode_in_process
from ownvoice.errors import InvalidRequest, NotInstalled, UnsupportedMedia
from ownvoice.text.languages import language_of
from ownvoice.voices.voice_requests import VoiceFields, new_voice, requested_locale

_FORM_BYTES = 64 * 1024
"""The most that a form may have besides the clip."""
_MOST_FIELDS = 32
_SWITCH = {"true": True, "1": True, "false": False, "0": False, "": False}


@dataclass(frozen=True, slots=True)
class _Form:
    """The form of a client that clones a voice."""

    clip: bytes
    media_type: str
    description: VoiceFields
    enhance: bool


async def clone_voice(request: Request) -> Response:
    """Make a voice that sounds like a recording, and keep it for its owner."""
    form = await _read_form(request)
    # Everything but the sound is checked first, so that no recording is kept of a voice that cannot be made.
    silent = new_voice(form.description, (), owner_of(request))
    await asyncio.to_thread(voices_of(request).check_room)
    numbers, recording = await _clone(request, form, silent.locale)
    return await keep(request, replace(silent, embedding=tuple(numbers), recording=recording))


async def clone_clip(request: Request) -> Response:
    """Answer with the embedding of a recording, as the first generation has it. No voice is kept."""
    form = await _read_form(request)
    numbers, _ = await _clone(request, form, requested_locale(form.description) or "en")
    return JSONResponse({"embedding": numbers})


async def _clone(request: Request, form: _Form, locale: str) -> tuple[list[float], str]:
    """Return the embedding of a recording, and the id under which the recording is kept.

    An engine that clones from sound can find it again, even by the embedding alone.
    """
    recording = await decode_in_process(form.clip)
    services = services_of(request)
    engine = services.catalogue.cloning_engine
    if engine is None:
        raise NotInstalled(
            "Cloning unavailable", "no engine of this server makes voices of recordings", error_code="not_installed"
        )
    numbers = await services.runner.clone(
        engine,
        recording.samples,
        recording.sample_rate,
        enhance=form.enhance,
        language=language_of(locale).code,
    )
    stored = await asyncio.to_thread(voices_of(request).keep_recording, form.clip, form.media_type, numbers, locale)
    return numbers, stored


async def _read_form(request: Request) -> _Form:
    """Read the form of a request, within limits."""
    content_type = request.headers.get("content-type", "")
    if not content_type.startswith("multipart/form-data"):
        raise UnsupportedMedia(
            "Invalid request",
            f"the body should be multipart/form-data with a file named `clip`, not {content_type or 'without a type'}",
        )
    largest = services_of(request).settings.max_upload_bytes + _FORM_BYTES
    body = await read_body(request, largest)
    try:
        fields = await MultiPartParser(
            request.headers, _once(body), max_files=1, max_fields=_MOST_FIELDS, max_part_size=_FORM_BYTES
        ).parse()
    except MultiPartException as error:
        raise InvalidRequest("Invalid form", f"the form cannot be read: {error.message}") from error
    try:
        return await _parse(fields)
    finally:
        await fields.close()


async def _parse(fields: FormData) -> _Form:
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
        description=msgspec.convert(texts, VoiceFields),
        enhance=_SWITCH[enhance],
    )


async def _once(body: bytes) -> AsyncGenerator[bytes, None]:
    yield body
