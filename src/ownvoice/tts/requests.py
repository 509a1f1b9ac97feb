"""Requests for speech: decoded, checked, and turned into jobs."""

from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta

from cartesia.types import GenerationRequest, OutputFormat
from ownvoice.audio import containers as known
from ownvoice.constraints import explain
from ownvoice.errors import InvalidRequest, NotFound, TooLarge
from ownvoice.settings import Settings
from ownvoice.text.languages import LANGUAGES
from ownvoice.text.markup import TaggedText
from ownvoice.text.scripts import unspeakable
from ownvoice.tts.controls import expression_of
from ownvoice.tts.speech import Job, Style
from ownvoice.voices.resolution import ResolvedVoice

LONGEST_CONTEXT_ID = 1000
"""Characters. An id comes back in every message, and messages stay under 64 KiB."""
LONGEST_BUFFER_DELAY = 5000
"""Milliseconds."""

T = TypeVar("T")


class ContinuationBounds(msgspec.Struct):
    """The bounds of a message that continues a context. Its fields other than the text and this one are ignored."""

    max_buffer_delay_ms: Annotated[int, Meta(ge=0, le=LONGEST_BUFFER_DELAY)] | None = None


class RequestBounds(ContinuationBounds):
    """The bounds of a request that begins speech, as far as types can express them. `job_for` checks the rest."""

    duration: Annotated[float, Meta(gt=0, description="The longest audio, in seconds.")] | None = None
    context_id: Annotated[str, Meta(max_length=LONGEST_CONTEXT_ID)] | None = None


_decoder = msgspec.json.Decoder(GenerationRequest)


def decode(body: bytes | str) -> GenerationRequest:
    """Decode the request for speech in a body; RequestError as `decode_as`."""
    try:
        return _decoder.decode(body)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return decode_as(body, GenerationRequest)


def decode_as(body: bytes | str, shape: type[T]) -> T:
    """Decode a body.

    Args:
        body: the JSON.
        shape: the type that it should have.

    Raises:
        RequestError: it is not JSON, or a field has the wrong type or is out of bounds; the message says what is right.
    """
    try:
        try:
            return msgspec.json.decode(body, type=shape)
        except msgspec.ValidationError:
            data = _with_whole_numbers(msgspec.json.decode(body))
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise InvalidRequest("Invalid JSON", f"the request should be a JSON object: {error}") from error
    try:
        return msgspec.convert(data, shape)
    except msgspec.ValidationError as error:
        message = explain(error, shape, data) or f"a field has the wrong type: {error}"
        raise InvalidRequest("Invalid request", message) from error


def _with_whole_numbers(value: Any) -> Any:
    """Return decoded JSON with integers for numbers such as ``24000.0``: JSON has one kind of number for both."""
    if isinstance(value, dict):
        return {key: _with_whole_numbers(field) for key, field in value.items()}
    return int(value) if isinstance(value, float) and value.is_integer() else value


def context_id_in(message: str | bytes) -> str | None:
    """Return the context that a wrong message names, so that its error reaches that context; None where it cannot."""
    try:
        found = msgspec.json.decode(message)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
    context_id = found.get("context_id") if isinstance(found, dict) else None
    return context_id if isinstance(context_id, str) else None


def job_for(
    request: GenerationRequest,
    voice: ResolvedVoice,
    settings: Settings,
    *,
    containers: tuple[str, ...],
    more: bool = False,
) -> Job:
    """Check a request, and make the job that it asks for.

    Args:
        request: the request, decoded.
        voice: its voice, looked up.
        settings: the limits and the models.
        containers: the containers that the endpoint can carry.
        more: whether the transcript is only the beginning of a text.

    Raises:
        RequestError: something is missing, unknown or out of range; the message names what would be right.
    """
    check_bounds(request, RequestBounds)
    engine = engine_for(request.model_id, settings)
    text = check_transcript(request.transcript, settings, more=more)
    output_format = check_format(request.output_format, containers)
    if (script := unspeakable(text.words())) is not None:
        raise InvalidRequest(
            "Language mismatch",
            f"the transcript is written in {script}, which no language here uses; "
            f"the languages are: {', '.join(sorted(language.name for language in LANGUAGES.values()))}",
            error_code="language_mismatch",
        )
    style = Style(
        locale=voice.locale,
        voice=voice.voice,
        engine=engine,
        output_format=output_format,
        words=bool(request.add_timestamps),
        phonemes=bool(request.add_phoneme_timestamps),
        normalized=bool(request.use_normalized_timestamps),
        longest=request.duration,
        expression=expression_of(request),
        pronunciations=voice.pronunciations,
        first_piece=settings.first_chunk,
        longest_piece=settings.longest_chunk,
    )
    return Job(text, style)


def check_bounds(request: GenerationRequest, bounds: type[msgspec.Struct]) -> None:
    """Refuse a request with a field outside the bounds, by RequestError."""
    try:
        msgspec.convert(request, bounds, from_attributes=True)
    except msgspec.ValidationError as error:
        message = explain(error, bounds, msgspec.structs.asdict(request)) or str(error)
        raise InvalidRequest("Invalid request", message) from error


def engine_for(model_id: str | None, settings: Settings) -> str:
    """Return the name of the engine for a model; RequestError where there is none."""
    if not model_id:
        raise InvalidRequest("Model missing", "set `model_id`, for example to 'sonic-3'", error_code="model_not_found")
    matches = [prefix for prefix in settings.models if model_id.startswith(prefix)]
    if not matches:
        names = ", ".join(f"{prefix}*" for prefix in sorted(settings.models))
        raise NotFound(
            "Model not found",
            f"there is no model {model_id!r} here; the models are: {names}",
            error_code="model_not_found",
        )
    return settings.models[max(matches, key=len)]


def check_transcript(transcript: str | None, settings: Settings, *, more: bool = False) -> TaggedText:
    """Check a transcript, and return it with its tags parsed.

    Args:
        transcript: the transcript.
        settings: its longest length.
        more: whether it is only the beginning of a text, which may be a mark alone.

    Raises:
        RequestError: it has nothing to say, or is too long.
    """
    # The first token of a text may be a quotation mark; but an empty transcript begins nothing.
    text = TaggedText.of(transcript or "")
    if not text or not (more or text.is_audible()):
        raise InvalidRequest(
            "Invalid transcript", "the transcript is empty or only punctuation and tags; it should have words"
        )
    check_length(len(text), settings)
    return text


def check_length(characters: int, settings: Settings) -> None:
    """Refuse a transcript that is too long, or too much text waiting in a context, by RequestError."""
    if characters > settings.max_transcript_chars:
        raise TooLarge(
            "Transcript too long",
            f"the transcript has {characters} characters; it should have at most {settings.max_transcript_chars}",
            error_code="transcript_too_long",
        )


def check_format(given: OutputFormat | None, containers: tuple[str, ...]) -> OutputFormat:
    """Return an output format with its defaults filled in; RequestError for one that cannot be made or carried."""
    if given is None:
        raise InvalidRequest("Output format missing", "set `output_format` to its container, encoding and sample_rate")
    if given.container not in containers:
        raise InvalidRequest(
            "Invalid output format",
            f"container {given.container!r} is not available here; use {known.one_of(containers)}",
        )
    return known.complete_format(given)
