"""Voices: listed and looked up, created, changed and deleted, cloned, mixed and taken into other languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Unpack

from cartesia._addresses import segment
from cartesia._calls import PROTOCOL_VERSION, CallOptions, Pages, Value
from cartesia._faces import M, Raw, Resource, Streamed, awaitable, blocking
from cartesia._given import is_given, omit, without_none
from cartesia._numbers import finite, numbers
from cartesia.resources.cloning import clone
from cartesia.resources.voice_versions import ACCENTS_VERSION, FIRST_VERSION, SECOND_VERSION, WITH_EMBEDDINGS
from cartesia.types import Embedding, Gender, ListAccentsResponse, MixItemParam, Voice

LONGEST_PAGE = 100


def list_(
    *,
    limit: int | None = None,
    starting_after: str | None = None,
    ending_before: str | None = None,
    q: str | None = None,
    gender: Gender | None = None,
    language: str | None = None,
    is_owner: bool | None = None,
    is_starred: bool | None = None,
    expand: Sequence[str] | None = None,
    **options: Unpack[CallOptions],
) -> Pages[Voice]:
    """The voices that may be used: a list of the first ones, which fetches the rest as it is iterated.

    Args:
        limit: how many to fetch at once, 1 to 100.
        starting_after: the id of a voice; the list goes on after it.
        ending_before: the id of a voice; the list ends before it.
        q: text to look for in names and descriptions.
        gender: ``masculine``, ``feminine`` or ``gender_neutral``.
        language: the code of a language.
        is_owner: only one's own voices, or only those of others.
        is_starred: only those that were marked, or only others; newer versions of the protocol do not know it.
        expand: further fields to fetch.
    """
    query = {
        "limit": LONGEST_PAGE if limit is None else limit,
        "starting_after": starting_after,
        "ending_before": ending_before,
        "q": q,
        "gender": gender,
        "language": language,
        "is_owner": is_owner,
        "is_starred": is_starred,
        "expand[]": list(expand) if expand else None,
    }
    return Pages(method="GET", path="/voices", item=Voice, query=without_none(query), headers=WITH_EMBEDDINGS)


list_.__name__ = "list"  # what `help` shows; the builtin keeps its name in this module


def get(id: str, *, expand: Sequence[str] | None = None, **options: Unpack[CallOptions]) -> Value[Voice]:
    """One voice by its id; NotFoundError where there is none."""
    query = {"expand[]": list(expand)} if expand else {}
    return Value(method="GET", path=_path(id), result=Voice, query=query, headers=WITH_EMBEDDINGS)


def create(
    name: str,
    description: str,
    embedding: Sequence[float],
    language: str = "en",
    base_voice_id: str | None = None,
    **options: Unpack[CallOptions],
) -> Value[Voice]:
    """Keep an embedding as a voice of one's own, which then has an id.

    Args:
        name: what to call it.
        description: what it is like.
        embedding: the 192 numbers of its sound, as `clone` and `mix` give them.
        language: the code of the language that it speaks.
        base_voice_id: the id of a voice that it is like in all else.
    """
    body = {"name": name, "description": description, "embedding": numbers(embedding, "embedding")}
    return Value(
        method="POST",
        path="/voices",
        result=Voice,
        body=without_none({**body, "language": language, "base_voice_id": base_voice_id}),
        headers=WITH_EMBEDDINGS,
        version=FIRST_VERSION if base_voice_id is None else SECOND_VERSION,
    )


def update(
    id: str,
    *,
    name: str | None = None,
    description: str | None = None,
    gender: Gender | None = omit,
    accent: Any = omit,
    **options: Unpack[CallOptions],
) -> Value[Voice]:
    """Change what is said of a voice; what is not named stays. The gender may be set to None.

    Args:
        id: the id of a voice of one's own.
        name: what to call it.
        description: what it is like.
        gender: ``masculine``, ``feminine``, ``gender_neutral``, or None where it has none.
        accent: the accent that it speaks with.
    """
    body = without_none({"name": name, "description": description})
    body |= {key: value for key, value in (("gender", gender), ("accent", accent)) if is_given(value)}
    if not body:
        raise ValueError("nothing to change; name at least one of name=, description=, gender= and accent=")
    version = ACCENTS_VERSION if "accent" in body else PROTOCOL_VERSION
    return Value(method="PATCH", path=_path(id), result=Voice, body=body, headers=WITH_EMBEDDINGS, version=version)


def delete(id: str, **options: Unpack[CallOptions]) -> Value[None]:
    """Delete a voice of one's own. On the asynchronous client this has to be awaited: else it is not made."""
    return Value(method="DELETE", path=_path(id), result=type(None))


def mix(voices: Sequence[MixItemParam], **options: Unpack[CallOptions]) -> Value[Embedding]:
    """A voice between voices: their embeddings weighted and added up.

    Args:
        voices: dictionaries with ``id`` or ``embedding``, and ``weight``. What matters of the weights is their ratio.

    Returns:
        The 192 numbers, as a list that also has them as ``.embedding``.
    """
    if isinstance(voices, str | bytes | Mapping) or not (parts := list(voices)):
        raise ValueError('voices should be a list of at least one part, as in [{"id": "...", "weight": 0.5}, ...]')
    return Value(
        method="POST",
        path="/voices/mix",
        result=Embedding,
        body={"voices": [_part(part, number) for number, part in enumerate(parts)]},
        version=FIRST_VERSION,
    )


def _part(given: Any, number: int) -> dict[str, Any]:
    if not isinstance(given, Mapping) or not ("id" in given or "embedding" in given):
        raise ValueError(f'voices[{number}] should be a dictionary with "id" or "embedding", and "weight"')
    part: dict[str, Any] = dict(given)
    if part.get("embedding") is not None:
        part["embedding"] = numbers(part["embedding"], f"the embedding of voices[{number}]")
    if "weight" in part:
        part["weight"] = finite(part["weight"], f"the weight of voices[{number}]")
    return part


def localize(
    *,
    voice_id: str,
    name: str,
    description: str | None = None,
    language: str | None = None,
    original_speaker_gender: Literal["male", "female"] | None = None,
    dialect: str | None = None,
    accent: Any = None,
    tagline: str | None = None,
    **options: Unpack[CallOptions],
) -> Value[Voice]:
    """A voice that sounds like another one and speaks another language. It is kept.

    Args:
        voice_id: the id of the voice to take.
        name: what to call the new one.
        description: what it is like.
        language: the code of the language it is to speak.
        original_speaker_gender: ``male`` or ``female``.
        dialect: such as ``us``, ``uk``, ``au`` and ``in`` of English, ``mx`` of Spanish, ``br`` of Portuguese.
        accent: the accent it is to speak with (newest versions, which need it).
        tagline: a few words to be shown with its name (newest versions).
    """
    if language is None and accent is None:
        raise TypeError("localize() needs language=, or accent= in the newest versions of the protocol")
    body = {
        "voice_id": voice_id,
        "name": name,
        "description": description,
        "language": language,
        "original_speaker_gender": original_speaker_gender,
        "dialect": dialect,
        "accent": accent,
        "tagline": tagline,
    }
    newest = accent is not None or tagline is not None
    version = ACCENTS_VERSION if newest else PROTOCOL_VERSION
    return Value(
        method="POST",
        path="/voices/localize",
        result=Voice,
        body=without_none(body),
        headers=WITH_EMBEDDINGS,
        version=version,
    )


def list_accents(**options: Unpack[CallOptions]) -> Value[ListAccentsResponse]:
    """All accents there are, as the list ``.accents``."""
    return Value(method="GET", path="/accents", result=ListAccentsResponse, version=ACCENTS_VERSION)


def add_accents(id: str, *, accents: Sequence[Any], **options: Unpack[CallOptions]) -> Value[Voice]:
    """Have a voice speak with further accents, ten at most.

    Args:
        id: the id of a voice of one's own.
        accents: the accents, as `list_accents` names them.
    """
    if isinstance(accents, str | bytes | Mapping) or not accents:
        raise ValueError("accents should be a list of at least one accent, as list_accents() names them")
    body = {"accents": list(accents)}
    return Value(method="PATCH", path=f"{_path(id)}/accents", result=Voice, body=body, version=ACCENTS_VERSION)


def delete_accent(accent_id: str, *, id: str, **options: Unpack[CallOptions]) -> Value[Voice]:
    """Take an accent from a voice.

    Args:
        accent_id: the id of the accent.
        id: the id of a voice of one's own.
    """
    path = f"{_path(id)}/accents/{segment(accent_id, 'accent_id', 'an accent')}"
    return Value(method="DELETE", path=path, result=Voice, version=ACCENTS_VERSION)


def _path(id: str) -> str:
    return f"/voices/{segment(id, 'id', 'a voice')}"


class Voices(Resource[M]):
    """The voices, of the blocking client."""

    @property
    def with_raw_response(self) -> Voices[Raw]:
        """The same calls, which give the HTTP answer."""
        return Voices(self._client, Raw)

    @property
    def with_streaming_response(self) -> Voices[Streamed]:
        """The same calls, which give the HTTP answer before its body, in a `with` block."""
        return Voices(self._client, Streamed)

    get = blocking(get)
    create = blocking(create)
    update = blocking(update)
    delete = blocking(delete)
    clone = blocking(clone)
    mix = blocking(mix)
    localize = blocking(localize)
    list_accents = blocking(list_accents)
    add_accents = blocking(add_accents)
    delete_accent = blocking(delete_accent)
    list = blocking(list_)


class AsyncVoices(Resource[M]):
    """The voices, of the asynchronous client. The calls may be awaited, or used at once, as in the first generation."""

    @property
    def with_raw_response(self) -> AsyncVoices[Raw]:
        """The same calls, which give the HTTP answer."""
        return AsyncVoices(self._client, Raw)

    @property
    def with_streaming_response(self) -> AsyncVoices[Streamed]:
        """The same calls, which give the HTTP answer before its body, in an `async with` block."""
        return AsyncVoices(self._client, Streamed)

    get = awaitable(get)
    create = awaitable(create)
    update = awaitable(update)
    delete = awaitable(delete)
    clone = awaitable(clone)
    mix = awaitable(mix)
    localize = awaitable(localize)
    list_accents = awaitable(list_accents)
    add_accents = awaitable(add_accents)
    delete_accent = awaitable(delete_accent)
    list = awaitable(list_)
