"""A request as it came over the wire into a job to speak, or into an error that says what is wrong with it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import msgspec

from cartesia.types import GenerationRequest, OutputFormat
from ownvoice.audio import containers as known
from ownvoice.errors import InvalidRequest, NotFound, TooLarge
from ownvoice.settings import Settings
from ownvoice.text.languages import LANGUAGES
from ownvoice.text.markup import TaggedText
from ownvoice.text.scripts import unspeakable
from ownvoice.tts.controls import expression_of
from ownvoice.tts.speech import Job, Style
from ownvoice.voices.resolution import Speaker

T = TypeVar("T")

_decoder = msgspec.json.Decoder(GenerationRequest)


def decode(body: bytes | str) -> GenerationRequest:
    """The request for speech in a body; RequestError as `decoded`."""
    with _explained():
        try:
            return _decoder.decode(body)
        except msgspec.ValidationError:
            return _loosely_decoded(body, GenerationRequest)


def decoded(body: bytes, shape: type[T]) -> T:
    """What a body says; RequestError where it is not JSON, or a field has the wrong type."""
    with _explained():
        try:
            return msgspec.json.decode(body, type=shape)
        except msgspec.ValidationError:
            return _loosely_decoded(body, shape)


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except msgspec.ValidationError as error:
        raise InvalidRequest("Invalid request", f"a field has the wrong type: {error}") from error
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise InvalidRequest("Invalid JSON", f"the request should be a JSON object: {error}") from error


def _loosely_decoded(body: bytes | str, shape: type[T]) -> T:
    return msgspec.convert(_with_whole_numbers(msgspec.json.decode(body)), shape)


def _with_whole_numbers(value: Any) -> Any:
    """A decoded object with its numbers such as ``24000.0`` as integers: JSON has one kind of number for both."""
    if isinstance(value, dict):
        return {key: _with_whole_numbers(field) for key, field in value.items()}
    return int(value) if isinstance(value, float) and value.is_integer() else value


def context_in(message: str | bytes) -> str | None:
    """The context that a message names which is wrong otherwise, so that its error reaches whoever waits for it."""
    try:
        found = msgspec.json.decode(message)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
    context_id = found.get("context_id") if isinstance(found, dict) else None
    return context_id if isinstance(context_id, str) else None


def job_for(
    request: GenerationRequest,
    speaker: Speaker,
    settings: Settings,
    *,
    containers: tuple[str, ...],
    more: bool = False,
) -> Job:
    """The job that a request asks for.

    Args:
        request: the request.
        speaker: who says it, looked up.
        settings: its limits and models.
        containers: those that the endpoint can carry.
        more: whether its transcript is only the beginning of a text.

    Raises:
        RequestError: something is missing, unknown or out of range; the message names what would be right.
    """
    engine = engine_for(request.model_id, settings)
    text = checked_transcript(request.transcript, settings, more=more)
    output_format = checked_format(request.output_format, containers)
    if (script := unspeakable(text.words())) is not None:
        raise InvalidRequest(
            "Language mismatch",
            f"the transcript is written in {script}, which no language here uses; "
            f"the languages are: {', '.join(sorted(language.name for language in LANGUAGES.values()))}",
            error_code="language_mismatch",
        )
    if request.duration is not None and not request.duration > 0:
        raise InvalidRequest("Invalid duration", f"duration should be above 0 seconds, not {request.duration}")
    style = Style(
        locale=speaker.locale,
        traits=speaker.traits,
        engine=engine,
        output_format=output_format,
        words=bool(request.add_timestamps),
        phonemes=bool(request.add_phoneme_timestamps),
        normalized=bool(request.use_normalized_timestamps),
        longest=request.duration,
        expression=expression_of(request),
        pronunciations=speaker.pronunciations,
        first_piece=settings.first_chunk,
        longest_piece=settings.longest_chunk,
    )
    return Job(text, style)


def engine_for(model_id: str | None, settings: Settings) -> str:
    """The name of the engine that speaks for a model."""
    if not model_id:
        raise InvalidRequest("Model missing", "set `model_id`, for example to 'sonic-3'", error_code="model_not_found")
    matches = [prefix for prefix in settings.models if model_id.startswith(prefix)]
    if not matches:
        known = ", ".join(f"{prefix}*" for prefix in sorted(settings.models))
        raise NotFound(
            "Model not found",
            f"there is no model {model_id!r} here; the models are: {known}",
            error_code="model_not_found",
        )
    return settings.models[max(matches, key=len)]


def checked_transcript(transcript: str | None, settings: Settings, *, more: bool = False) -> TaggedText:
    """The transcript, if there is something in it to be spoken, and not too much."""
    # The first token of a text may be a quotation mark; but an empty transcript begins nothing.
    text = TaggedText.of(transcript or "")
    if not text or not (more or text.is_audible()):
        raise InvalidRequest(
            "Invalid transcript", "the transcript is empty or only punctuation and tags; it should have words"
        )
    check_length(len(text), settings)
    return text


def check_length(characters: int, settings: Settings) -> None:
    """That a transcript, or what is waiting to be said of a context, is not too long."""
    if characters > settings.max_transcript_chars:
        raise TooLarge(
            "Transcript too long",
            f"the transcript has {characters} characters; it should have at most {settings.max_transcript_chars}",
            error_code="transcript_too_long",
        )


def checked_format(given: OutputFormat | None, containers: tuple[str, ...]) -> OutputFormat:
    """The output format, if it is one that can be made and carried."""
    if given is None:
        raise InvalidRequest("Output format missing", "set `output_format` to its container, encoding and sample_rate")
    if given.container not in containers:
        raise InvalidRequest(
            "Invalid output format",
            f"container {given.container!r} cannot be had here; use {known.one_of(containers)}",
        )
    return known.checked(given)
