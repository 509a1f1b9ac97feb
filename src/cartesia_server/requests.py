"""A request as it came over the wire into a job to speak, or into an error that says what is wrong with it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from cartesia.types import GenerationRequest, OutputFormat
from cartesia_server.audio import containers as known
from cartesia_server.errors import RequestError
from cartesia_server.settings import Settings
from cartesia_server.speech import Job, Style
from cartesia_server.text.languages import language_of, unreadable
from cartesia_server.text.words import is_speakable
from cartesia_server.voices import catalogue
from cartesia_server.voices.embedding import Traits, from_embedding

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
        raise RequestError("Invalid request", f"a field has the wrong type: {error}") from error
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise RequestError("Invalid JSON", f"the request should be a JSON object: {error}") from error


def _loosely_decoded(body: bytes | str, shape: type[T]) -> T:
    return msgspec.convert(_with_whole_numbers(msgspec.json.decode(body)), shape)


def _with_whole_numbers(value: Any) -> Any:
    """A decoded object with its numbers such as ``24000.0`` as integers: JSON has one kind of number for both."""
    if isinstance(value, dict):
        return {key: _with_whole_numbers(field) for key, field in value.items()}
    return int(value) if isinstance(value, float) and value.is_integer() else value


@dataclass(frozen=True, slots=True)
class Voice:
    """How a request wants to sound."""

    traits: Traits
    locale: str


def job_for(request: GenerationRequest, settings: Settings, *, containers: tuple[str, ...], more: bool = False) -> Job:
    """The job that a request asks for.

    Args:
        request: the request.
        settings: its limits and models.
        containers: those that the endpoint can carry.
        more: whether its transcript is only the beginning of a text.

    Raises:
        RequestError: something is missing, unknown or out of range; the message names what would be right.
    """
    engine = engine_for(request.model_id, settings)
    text = checked_transcript(request.transcript, settings, more=more)
    voice = voice_of(request)
    output_format = checked_format(request.output_format, containers)
    if (script := unreadable(text, voice.locale)) is not None:
        raise RequestError(
            "Language mismatch",
            f"the transcript is written in {script}, which {language_of(voice.locale).name} does not use; "
            "set `language` to the language of the transcript",
            error_code="language_mismatch",
        )
    if request.duration is not None and not request.duration > 0:
        raise RequestError("Invalid duration", f"duration should be above 0 seconds, not {request.duration}")
    style = Style(
        locale=voice.locale,
        traits=voice.traits,
        engine=engine,
        output_format=output_format,
        words=bool(request.add_timestamps),
        phonemes=bool(request.add_phoneme_timestamps),
        normalized=bool(request.use_normalized_timestamps),
        longest=request.duration,
        first_piece=settings.first_chunk,
        longest_piece=settings.longest_chunk,
    )
    return Job(text, style)


def engine_for(model_id: str | None, settings: Settings) -> str:
    """The name of the engine that speaks for a model."""
    if not model_id:
        raise RequestError("Model missing", "set `model_id`, for example to 'sonic-3'", error_code="model_not_found")
    matches = [prefix for prefix in settings.models if model_id.startswith(prefix)]
    if not matches:
        known = ", ".join(f"{prefix}*" for prefix in sorted(settings.models))
        raise RequestError(
            "Model not found",
            f"there is no model {model_id!r} here; the models are: {known}",
            status_code=404,
            error_code="model_not_found",
        )
    return settings.models[max(matches, key=len)]


def checked_transcript(transcript: str | None, settings: Settings, *, more: bool = False) -> str:
    """The transcript, if there is something in it to be spoken, and not too much."""
    # The first token of a text may be a quotation mark; but an empty transcript begins nothing.
    if not transcript or not (more or is_speakable(transcript)):
        raise RequestError("Invalid transcript", "the transcript is empty or only punctuation; it should have words")
    check_length(len(transcript), settings)
    return transcript


def check_length(characters: int, settings: Settings) -> None:
    """That a transcript, or what is waiting to be said of a context, is not too long."""
    if characters > settings.max_transcript_chars:
        raise RequestError(
            "Transcript too long",
            f"the transcript has {characters} characters; it should have at most {settings.max_transcript_chars}",
            status_code=413,
            error_code="transcript_too_long",
        )


def voice_of(request: GenerationRequest) -> Voice:
    """The voice that a request names, in any generation's shape."""
    given = request.voice
    asked = request.language if request.language is not None else request.locale
    if isinstance(given, str):
        given = {"id": given}
    if not isinstance(given, dict):
        raise RequestError(
            "Voice missing", 'set `voice` to the id of a voice, or to {"id": ...} or {"embedding": [...]}'
        )
    if given.get("embedding") is not None and given.get("mode") != "id":
        voice = _by_embedding(given["embedding"])
    elif "id" in given and given["id"] is None and given.get("mode") != "embedding":
        voice = _default(asked)
    else:
        voice = _by_id(given.get("id"))
    if asked is None:
        return voice
    try:
        language = language_of(asked)
    except LookupError as error:
        raise RequestError("Unknown language", str(error.args[0]), error_code="language_not_found") from error
    # A voice that speaks the language already keeps its accent, unless the request names a region.
    locale = asked.strip()
    if locale.lower() == language.code and language_of(voice.locale) == language:
        return voice
    return Voice(voice.traits, locale)


def _by_id(voice_id: Any) -> Voice:
    found = catalogue.by_id(voice_id) if isinstance(voice_id, str) else None
    if found is None:
        raise RequestError(
            "Voice not found",
            f"there is no voice {voice_id!r} here; GET /voices lists those there are",
            status_code=404,
            error_code="voice_not_found",
        )
    return Voice(found.traits, found.locale)


def _default(locale: str | None) -> Voice:
    """The voice of a client that has none set, and says so: one that speaks the language, if there is one."""
    try:
        native = catalogue.of_language(locale) if locale is not None else ()
    except LookupError:
        native = ()  # `voice_of` says what is wrong with the language
    return _by_id(native[0].id if native else catalogue.DEFAULT_ID)


def _by_embedding(embedding: Any) -> Voice:
    try:
        traits = from_embedding(embedding)
    except ValueError as error:
        raise RequestError("Invalid embedding", str(error)) from error
    known = catalogue.recognise(embedding)
    return Voice(traits, known.locale if known is not None else "en")


def checked_format(given: OutputFormat | None, containers: tuple[str, ...]) -> OutputFormat:
    """The output format, if it is one that can be made and carried."""
    if given is None:
        raise RequestError("Output format missing", "set `output_format` to its container, encoding and sample_rate")
    if given.container not in containers:
        raise RequestError(
            "Invalid output format",
            f"container {given.container!r} cannot be had here; use {known.one_of(containers)}",
        )
    return known.checked(given)
