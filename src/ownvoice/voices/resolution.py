"""What a request names: its voice, in any generation's shape, from those built in or from the store."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from cartesia.types import GenerationRequest
from ownvoice.engines.espeak import catalogue
from ownvoice.errors import InvalidRequest, NotFound
from ownvoice.store import Store, StoredDictionary
from ownvoice.text.languages import language_of
from ownvoice.text.pronunciation import Entry
from ownvoice.traits.embedding import Traits, from_embedding
from ownvoice.traits.voice import Voice


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who says what a request asks for."""

    traits: Traits
    locale: str
    pronunciations: tuple[Entry, ...] = ()
    """The entries of the dictionary that it names."""


class Known(Protocol):
    """What an embedding was recognised as."""

    @property
    def locale(self) -> str:
        """What it speaks."""
        ...


class Shelf(Protocol):
    """Voices to choose from. The catalogue is one."""

    def by_id(self, id: str) -> Voice | None:
        """The voice with that id."""
        ...

    def recognise(self, embedding: Sequence[float]) -> Known | None:
        """The voice, or the recording, of which these are the numbers, within rounding."""
        ...


def needs_no_store(request: GenerationRequest) -> bool:
    """Return whether everything that a request names is found without the store."""
    if request.pronunciation_dict_id:
        return False
    match _named(request):
        case {"embedding": embedding}:
            return _recognised(catalogue, embedding) is not None
        case {"id": str(voice_id)}:
            return catalogue.by_id(voice_id) is not None
    return True


def voice_of(request: GenerationRequest, shelf: Shelf) -> Speaker:
    """The voice that a request names.

    Raises:
        RequestError: it names none, or one that is not there, or its language is none.
    """
    asked = request.language if request.language is not None else request.locale
    match _named(request):
        case {"embedding": embedding}:
            voice = _by_embedding(embedding, shelf)
        case {"id": None}:
            voice = _default(asked)
        case {"id": voice_id}:
            voice = _speaking(voice_by_id(voice_id, shelf))
        case _:
            raise InvalidRequest(
                "Voice missing", 'set `voice` to the id of a voice, or to {"id": ...} or {"embedding": [...]}'
            )
    if asked is None:
        return voice
    try:
        language = language_of(asked)
    except LookupError as error:
        raise InvalidRequest("Unknown language", str(error.args[0]), error_code="language_not_found") from error
    # A voice that speaks the language already keeps its accent, unless the request names a region.
    locale = asked.strip()
    if locale.lower() == language.code and language_of(voice.locale) == language:
        return voice
    return Speaker(voice.traits, locale)


def voice_by_id(voice_id: Any, shelf: Shelf) -> Voice:
    """The voice with that id; RequestError where there is none."""
    found = shelf.by_id(voice_id) if isinstance(voice_id, str) else None
    if found is None:
        raise NotFound(
            "Voice not found",
            f"there is no voice {voice_id!r} here; GET /voices lists those there are",
            error_code="voice_not_found",
        )
    return found


def speaker_of(request: GenerationRequest, shelf: Shelf, store: Store, owner: str) -> Speaker:
    """Who says what a request asks for, with the dictionary that it names; RequestError where one is not there."""
    speaker = voice_of(request, shelf)
    if not request.pronunciation_dict_id:
        return speaker
    items = dictionary_by_id(request.pronunciation_dict_id, store, owner).items
    entries = tuple(Entry(item.text, item.alias, item.case_sensitive) for item in items)
    return replace(speaker, pronunciations=entries)


def dictionary_by_id(dictionary_id: str, store: Store, owner: str) -> StoredDictionary:
    """The owner's pronunciation dictionary with that id; RequestError where there is none."""
    found = store.dictionaries.get(dictionary_id, owner)
    if found is None:
        raise NotFound(
            "Dictionary not found",
            f"there is no pronunciation dictionary {dictionary_id!r}; GET /pronunciation-dicts/ lists those there are",
            error_code="dictionary_not_found",
        )
    return found


def _named(request: GenerationRequest) -> dict[str, Any]:
    """By what the request names its voice: ``embedding`` or ``id``; nothing where it names none."""
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


def _speaking(voice: Voice) -> Speaker:
    return Speaker(voice.traits, voice.locale)


def _default(locale: str | None) -> Speaker:
    """The voice of a client that has none set, and says so: one that speaks the language, if there is one."""
    try:
        native = catalogue.of_language(locale) if locale is not None else ()
    except LookupError:
        native = ()  # `voice_of` says what is wrong with the language
    return _speaking(native[0] if native else voice_by_id(catalogue.DEFAULT_ID, catalogue))


def _by_embedding(embedding: Any, shelf: Shelf) -> Speaker:
    try:
        traits = from_embedding(embedding)
    except ValueError as error:
        raise InvalidRequest("Invalid embedding", str(error)) from error
    known = _recognised(shelf, embedding)
    return Speaker(traits, known.locale if known is not None else "en")


def _recognised(shelf: Shelf, embedding: Any) -> Known | None:
    try:
        return shelf.recognise(embedding)
    except TypeError:
        return None  # it is no list of numbers, which `_by_embedding` says
