"""From what a request names to what is spoken with: its voice, in the form of any generation, and its dictionary."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from cartesia.types import GenerationRequest
from ownvoice.engines import EngineVoice, VoiceRecording
from ownvoice.errors import InvalidRequest, NotFound
from ownvoice.store import Store, StoredDictionary, StoredRecording
from ownvoice.text.languages import language_of
from ownvoice.text.pronunciation import Entry
from ownvoice.traits.embedding import from_embedding
from ownvoice.traits.voice import Voice
from ownvoice.voices.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class ResolvedVoice:
    """The voice that speaks for a request."""

    voice: EngineVoice
    locale: str
    """What it speaks, with its accent: ``en-GB``."""
    pronunciations: tuple[Entry, ...] = ()
    """The entries of the dictionary that the request names."""
    recording_id: str | None = None
    """The recording that it was cloned from, if that is kept."""


class VoiceSource(Protocol):
    """Voices to choose from: a catalogue, or the library of an owner."""

    def by_id(self, id: str) -> Voice | None:
        """Return the voice with that id; None if there is none."""
        ...

    def recognize(self, embedding: Sequence[float]) -> Voice | StoredRecording | None:
        """Return the voice, or the recording, of which these are the numbers, within rounding; None if unknown."""
        ...


def needs_no_store(request: GenerationRequest, catalogue: Catalogue) -> bool:
    """Return whether all that a request names is built in, so that it can be resolved without waiting."""
    if request.pronunciation_dict_id:
        return False
    match _named(request):
        case {"embedding": embedding}:
            return _recognize(catalogue, embedding) is not None
        case {"id": str(voice_id)}:
            return catalogue.by_id(voice_id) is not None
    return True


def resolve_voice(request: GenerationRequest, source: VoiceSource, catalogue: Catalogue) -> ResolvedVoice:
    """Find the voice that a request names.

    Args:
        request: names a voice by id or by embedding, and perhaps a language.
        source: where its voice is looked up.
        catalogue: has the default voice, for requests whose voice is null.

    Raises:
        InvalidRequest: the request names no voice, or its embedding or language is invalid.
        NotFound: there is no such voice.
    """
    asked = request.language if request.language is not None else request.locale
    match _named(request):
        case {"embedding": embedding}:
            resolved = _by_embedding(embedding, source)
        case {"id": None}:
            resolved = _default(asked, catalogue)
        case {"id": voice_id}:
            resolved = _resolved(voice_by_id(voice_id, source))
        case _:
            raise InvalidRequest(
                "Voice missing", 'set `voice` to the id of a voice, or to {"id": ...} or {"embedding": [...]}'
            )
    if asked is None:
        return resolved
    try:
        language = language_of(asked)
    except LookupError as error:
        raise InvalidRequest("Unknown language", str(error.args[0]), error_code="language_not_found") from error
    # A voice that speaks the language already keeps its accent, unless the request names a region.
    locale = asked.strip()
    if locale.lower() == language.code and language_of(resolved.locale) == language:
        return resolved
    return replace(resolved, locale=locale)


def voice_by_id(voice_id: Any, source: VoiceSource) -> Voice:
    """Return the voice with that id.

    Raises:
        NotFound: there is none.
    """
    found = source.by_id(voice_id) if isinstance(voice_id, str) else None
    if found is None:
        raise NotFound(
            "Voice not found",
            f"there is no voice {voice_id!r} here; GET /voices lists those there are",
            error_code="voice_not_found",
        )
    return found


def resolve(
    request: GenerationRequest, source: VoiceSource, catalogue: Catalogue, store: Store, owner: str
) -> ResolvedVoice:
    """Find the voice that a request names, its dictionary, and the recording behind the voice where an engine uses it.

    Args:
        request: the request.
        source: the voices of its owner.
        catalogue: the built-in voices, and what the engines need.
        store: has the dictionaries and the recordings.
        owner: whose they are.

    Raises:
        InvalidRequest: as `resolve_voice`.
        NotFound: as `resolve_voice`, or there is no such dictionary.
        StoreError: the store cannot be read.
    """
    resolved = resolve_voice(request, source, catalogue)
    if resolved.recording_id is not None and catalogue.uses_recordings:
        recording = _recording(resolved.recording_id, store, owner)
        resolved = replace(resolved, voice=replace(resolved.voice, recording=recording))
    if not request.pronunciation_dict_id:
        return resolved
    items = dictionary_by_id(request.pronunciation_dict_id, store, owner).items
    entries = tuple(Entry(item.text, item.alias, item.case_sensitive) for item in items)
    return replace(resolved, pronunciations=entries)


def dictionary_by_id(dictionary_id: str, store: Store, owner: str) -> StoredDictionary:
    """Return the owner's pronunciation dictionary with that id.

    Args:
        dictionary_id: its id.
        store: where it is kept.
        owner: whose it is.

    Raises:
        NotFound: there is none.
    """
    found = store.dictionaries.get(dictionary_id, owner)
    if found is None:
        raise NotFound(
            "Dictionary not found",
            f"there is no pronunciation dictionary {dictionary_id!r}; GET /pronunciation-dicts/ lists those there are",
            error_code="dictionary_not_found",
        )
    return found


def _recording(id: str, store: Store, owner: str) -> VoiceRecording | None:
    """Load a recording; None if it is gone."""
    row, sound = store.recordings.get(id, owner), store.recordings.sound(id, owner)
    return None if row is None or sound is None else VoiceRecording(id, sound, row.media_type)


def _named(request: GenerationRequest) -> dict[str, Any]:
    """Return how the request names its voice: ``embedding`` or ``id``; nothing where it names none."""
    given = request.voice
    if isinstance(given, str):
        return {"id": given}
    if not isinstance(given, dict):
        return {}
    if given.get("embedding") is not None and given.get("mode") != "id":
        return {"embedding": given["embedding"]}
    if given.get("id") is None and ("id" not in given or given.get("mode") == "embedding"):
        return {"id": ""}
    return {"id": given["id"]}


def _resolved(voice: Voice) -> ResolvedVoice:
    known = EngineVoice(voice.traits, voice.embedding, voice.id)
    return ResolvedVoice(known, voice.locale, recording_id=voice.recording)


def _default(locale: str | None, catalogue: Catalogue) -> ResolvedVoice:
    """Return the voice for a client that says it has none: one that speaks the language, if there is one."""
    try:
        voice = catalogue.default(locale)
    except LookupError:
        voice = catalogue.default()  # `resolve_voice` says what is wrong with the language
    return _resolved(voice) if voice is not None else ResolvedVoice(EngineVoice(), "en")


def _by_embedding(embedding: Any, source: VoiceSource) -> ResolvedVoice:
    try:
        traits = from_embedding(embedding)
    except ValueError as error:
        raise InvalidRequest("Invalid embedding", str(error)) from error
    voice = EngineVoice(traits, tuple(map(float, embedding)))
    match _recognize(source, embedding):
        case Voice() as known:
            return replace(_resolved(known), voice=replace(voice, id=known.id))
        case StoredRecording() as recording:
            return ResolvedVoice(voice, recording.locale, recording_id=recording.id)
    return ResolvedVoice(voice, "en")


def _recognize(source: VoiceSource, embedding: Any) -> Voice | StoredRecording | None:
    try:
        return source.recognize(embedding)
    except TypeError:
        return None  # it is no list of numbers, which `_by_embedding` says
