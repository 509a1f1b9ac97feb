"""Requests to make or change voices: their checks, and the voices made from them."""

import dataclasses
import unicodedata
from collections.abc import Sequence
from typing import Any

import msgspec

from ownvoice.errors import InvalidRequest
from ownvoice.text.accents import accent_of, locale_of
from ownvoice.text.languages import language_of
from ownvoice.traits import embedding as embeddings
from ownvoice.traits.voice import GENDERS, Voice
from ownvoice.voices.resolution import VoiceSource, voice_by_id

LONGEST_NAME = 256
"""The longest name, in characters."""
LONGEST_DESCRIPTION = 4096
"""The longest description, in characters."""
LONGEST_TAGLINE = 32
"""The longest tagline, in characters."""
MOST_PARTS = 64
"""The most voices of a mix."""


class VoiceFields(msgspec.Struct, kw_only=True):
    """The metadata of a voice in a request, in any generation's terms. Unknown keys are ignored.

    Nulls count as absent, except for the gender: null means that the voice has none.
    """

    name: str | None = None
    description: str | None = None
    language: str | None = None
    accent: str | None = None
    dialect: str | None = None
    gender: str | msgspec.UnsetType | None = msgspec.UNSET
    tagline: str | None = None
    base_voice_id: str | None = None


class NewVoice(VoiceFields, kw_only=True):
    """A request to make a voice of an embedding."""

    embedding: Any = None


class Localization(VoiceFields, kw_only=True):
    """A request to make a voice that speaks another language or with another accent."""

    voice_id: str | None = None
    original_speaker_gender: str | None = None


class Mix(msgspec.Struct, kw_only=True):
    """A request to mix voices, each with its weight."""

    voices: list[dict[str, Any]] = []


def make_voice(given: NewVoice, owner: str) -> Voice:
    """Make the voice of an embedding.

    Raises:
        InvalidRequest: there is no valid embedding, or the metadata are out of bounds.
    """
    if given.embedding is None:
        raise InvalidRequest("Embedding missing", f"set `embedding` to the {embeddings.SIZE} numbers of the voice")
    try:
        numbers = embeddings.validate(given.embedding)
    except ValueError as error:
        raise InvalidRequest("Invalid embedding", str(error)) from error
    return new_voice(given, numbers, owner)


def new_voice(
    given: VoiceFields, numbers: Sequence[float], owner: str, *, locale: str | None = None, recording: str | None = None
) -> Voice:
    """Make a voice of an embedding that is known to be valid.

    Args:
        given: its metadata.
        numbers: its embedding: 192 numbers.
        owner: the id of its owner.
        locale: its language and accent, if the metadata name none.
        recording: the id of the recording from which it was cloned.

    Raises:
        InvalidRequest: it has no name, or the metadata are out of bounds.
    """
    if not given.name:
        raise InvalidRequest("Name missing", "set `name` to the name of the voice")
    spoken = requested_locale(given) or locale or "en"
    voice = Voice(
        name=given.name,
        language=language_of(spoken).code,
        locale=spoken,
        embedding=tuple(numbers),
        owner=owner,
        recording=recording,
    )
    return dataclasses.replace(voice, **check_changes(given))


def check_changes(given: VoiceFields) -> dict[str, Any]:
    """Check the metadata, and return the fields of the voice that they set.

    Raises:
        InvalidRequest: a field is out of bounds.
    """
    changes: dict[str, Any] = {}
    if given.name is not None:
        changes["name"] = check_name(given.name)
    if given.description is not None:
        changes["description"] = _check_text(given.description, "description", LONGEST_DESCRIPTION, lines=True)
    if given.tagline is not None:
        changes["tagline"] = _check_text(given.tagline, "tagline", LONGEST_TAGLINE) or None
    if given.base_voice_id is not None:
        changes["base_voice_id"] = _check_text(given.base_voice_id, "base_voice_id", LONGEST_NAME) or None
    if given.gender is not msgspec.UNSET:
        if given.gender not in (None, *GENDERS):
            raise InvalidRequest(
                "Invalid gender", f"gender should be one of {', '.join(GENDERS)}, not {given.gender!r}"
            )
        changes["gender"] = given.gender
    return changes


def voice_changes(voice: Voice, given: VoiceFields) -> dict[str, Any]:
    """Return the fields of a voice that the metadata change: also its accent, which has to be one of its language.

    Raises:
        InvalidRequest: a field is out of bounds, or the accent is one of another language.
    """
    changes = check_changes(given)
    if given.accent and (locale := requested_locale(VoiceFields(accent=given.accent))):
        if language_of(locale).code != voice.language:
            raise InvalidRequest(
                "Invalid accent",
                f"{voice.name!r} speaks {language_of(voice.language).name}; POST /voices/localize makes a voice "
                f"that speaks {language_of(locale).name}",
            )
        changes["locale"] = locale
    return changes


def check_name(name: str) -> str:
    """Return a name without the spaces around it.

    Raises:
        InvalidRequest: it is empty, too long or has control characters.
    """
    name = _check_text(name, "name", LONGEST_NAME)
    if not name:
        raise InvalidRequest("Invalid name", "name should not be empty")
    return name


def _check_text(text: str, field: str, longest: int, *, lines: bool = False) -> str:
    text = text.strip()
    if len(text) > longest:
        raise InvalidRequest(f"Invalid {field}", f"{field} should have at most {longest} characters, not {len(text)}")
    if any(unicodedata.category(sign) in ("Cc", "Cs") and not (lines and sign in "\n\t") for sign in text):
        raise InvalidRequest(f"Invalid {field}", f"{field} should have no control characters")
    return text


def requested_locale(given: VoiceFields) -> str | None:
    """Return the locale that the metadata name, by an accent or by a language and its dialect; None if they name none.

    Raises:
        InvalidRequest: the accent, the language or the dialect is not known.
    """
    try:
        if given.accent:
            return accent_of(given.accent).id
        return locale_of(given.language, given.dialect) if given.language else None
    except LookupError as error:
        raise InvalidRequest("Unknown language", str(error.args[0]), error_code="language_not_found") from error


def localize(given: Localization, source: VoiceSource, owner: str) -> Voice:
    """Make a voice that sounds like another but speaks another language or with another accent.

    Args:
        given: the request, which names the original and the language.
        source: the voices among which the original is.
        owner: the id of the owner of the new voice.

    Raises:
        InvalidRequest: the language or another field is missing or invalid.
        NotFound: there is no such original.
    """
    if not given.voice_id:
        raise InvalidRequest("Voice missing", "set `voice_id` to the id of the voice to localize")
    if requested_locale(given) is None:
        raise InvalidRequest(
            "Language missing", "set `language` or `accent` to the language or accent of the new voice"
        )
    original = voice_by_id(given.voice_id, source)
    genders = {"male": "masculine", "female": "feminine"}
    if given.original_speaker_gender and given.original_speaker_gender not in genders:
        raise InvalidRequest(
            "Invalid original_speaker_gender",
            f"original_speaker_gender should be male or female, not {given.original_speaker_gender!r}",
        )
    voice = new_voice(given, original.embedding, owner, recording=original.recording)
    return dataclasses.replace(
        voice,
        gender=voice.gender or original.gender or genders.get(given.original_speaker_gender or ""),
        base_voice_id=voice.base_voice_id or original.id,
    )


def mix(given: Mix, source: VoiceSource) -> list[float]:
    """Return the embedding of a mix of voices, each named by its id or its embedding, with its weight.

    Raises:
        InvalidRequest: a voice or a weight is missing or invalid.
        NotFound: there is no such voice.
    """
    if not given.voices:
        raise InvalidRequest("Voices missing", 'set `voices` to a list of {"id": ..., "weight": ...}')
    if len(given.voices) > MOST_PARTS:
        raise InvalidRequest(
            "Too many voices", f"a mix should have at most {MOST_PARTS} voices, not {len(given.voices)}"
        )
    parts = [_part(part, place, source) for place, part in enumerate(given.voices)]
    try:
        return embeddings.mean(parts)
    except ValueError as error:
        raise InvalidRequest("Invalid weights", str(error)) from error


def _part(part: dict[str, Any], place: int, source: VoiceSource) -> tuple[Sequence[float], float]:
    weight = part.get("weight", 1.0)
    if isinstance(weight, bool) or not isinstance(weight, int | float):
        raise InvalidRequest("Invalid weights", f"voices[{place}].weight should be a number, not {weight!r}")
    if part.get("embedding") is not None:
        try:
            return embeddings.validate(part["embedding"]), weight
        except ValueError as error:
            raise InvalidRequest("Invalid embedding", f"voices[{place}]: {error}") from error
    if part.get("id") is None:
        raise InvalidRequest("Voice missing", f"voices[{place}] should have an `id` or an `embedding`")
    return voice_by_id(part["id"], source).embedding, weight
