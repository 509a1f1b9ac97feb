"""Voices: list, get, create, change and delete them, clone, mix and localize them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Unpack

from cartesia._addresses import path_segment
from cartesia._calls import PROTOCOL_VERSION, CallOptions, Pages, Value
from cartesia._faces import F, M, Raw, Resource, Streamed, endpoint
from cartesia._given import drop_none, is_given, omit
from cartesia._numbers import to_number, to_numbers
from cartesia.resources.cloning import clone_request
from cartesia.resources.voice_versions import ACCENTS_VERSION, FIRST_VERSION, SECOND_VERSION, WITH_EMBEDDINGS
from cartesia.types import Embedding, Gender, ListAccentsResponse, MixItemParam, Voice

LONGEST_PAGE = 100
"""The most voices that one page may have."""


def list_request(
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
    """List the available voices: the first ones, and the rest as the list is iterated.

    Args:
        limit: the number to fetch at once, 1 to 100.
        starting_after: the id of a voice; the list continues after it.
        ending_before: the id of a voice; the list ends before it.
        q: text to search for in names and descriptions.
        gender: ``masculine``, ``feminine`` or ``gender_neutral``.
        language: the code of a language.
        is_owner: only your own voices, or only those of others.
        is_starred: only starred voices, or only others; newer versions of the protocol do not have it.
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
    return Pages(method="GET", path="/voices", item=Voice, query=drop_none(query), headers=WITH_EMBEDDINGS)


def get_request(id: str, *, expand: Sequence[str] | None = None, **options: Unpack[CallOptions]) -> Value[Voice]:
    """Return the voice with that id; NotFoundError where there is none."""
    query = {"expand[]": list(expand)} if expand else {}
    return Value(method="GET", path=_path(id), result=Voice, query=query, headers=WITH_EMBEDDINGS)


def create_request(
    name: str,
    description: str,
    embedding: Sequence[float],
    language: str = "en",
    base_voice_id: str | None = None,
    **options: Unpack[CallOptions],
) -> Value[Voice]:
    """Store an embedding as a voice of your own, with an id.

    Args:
        name: its name.
        description: a description of it.
        embedding: the 192 numbers of its sound, as `clone` and `mix` return them.
        language: the code of the language that it speaks.
        base_voice_id: the id of the voice that all else is taken from.
    """
    body = {"name": name, "description": description, "embedding": to_numbers(embedding, "embedding")}
    return Value(
        method="POST",
        path="/voices",
        result=Voice,
        body=drop_none({**body, "language": language, "base_voice_id": base_voice_id}),
        headers=WITH_EMBEDDINGS,
        version=FIRST_VERSION if base_voice_id is None else SECOND_VERSION,
    )


def update_request(
    id: str,
    *,
    name: str | None = None,
    description: str | None = None,
    gender: Gender | None = omit,
    accent: Any = omit,
    **options: Unpack[CallOptions],
) -> Value[Voice]:
    """Change the fields of a voice; what is not passed stays as it is.

    Args:
        id: the id of a voice of your own.
        name: its name.
        description: a description of it.
        gender: ``masculine``, ``feminine``, ``gender_neutral``, or None to clear it.
        accent: the accent that it speaks with.
    """
    body = drop_none({"name": name, "description": description})
    body |= {key: value for key, value in (("gender", gender), ("accent", accent)) if is_given(value)}
    if not body:
        raise ValueError("nothing to change; pass at least one of name=, description=, gender= and accent=")
    version = ACCENTS_VERSION if "accent" in body else PROTOCOL_VERSION
    return Value(method="PATCH", path=_path(id), result=Voice, body=body, headers=WITH_EMBEDDINGS, version=version)


def delete_request(id: str, **options: Unpack[CallOptions]) -> Value[None]:
    """Delete a voice of your own. With the asynchronous client the call is not made unless it is awaited."""
    return Value(method="DELETE", path=_path(id), result=type(None))


def mix_request(voices: Sequence[MixItemParam], **options: Unpack[CallOptions]) -> Value[Embedding]:
    """Mix voices: return the weighted mean of their embeddings.

    Args:
        voices: dictionaries with ``id`` or ``embedding``, and ``weight``. Only the ratio of the weights matters.

    Returns:
        The 192 numbers, as a list that also has the attribute ``.embedding``.
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
        part["embedding"] = to_numbers(part["embedding"], f"the embedding of voices[{number}]")
    if "weight" in part:
        part["weight"] = to_number(part["weight"], f"the weight of voices[{number}]")
    return part


def localize_request(
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
    """Store a voice that sounds like another one and speaks another language.

    Args:
        voice_id: the id of the voice to start from.
        name: the name of the new voice.
        description: a description of it.
        language: the code of the language of the new voice.
        original_speaker_gender: ``male`` or ``female``.
        dialect: such as ``us``, ``uk``, ``au`` or ``in`` for English, ``mx`` for Spanish, ``br`` for Portuguese.
        accent: the accent of the new voice (newest versions, which need it).
        tagline: a few words to show with its name (newest versions).
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
        body=drop_none(body),
        headers=WITH_EMBEDDINGS,
        version=version,
    )


def list_accents_request(**options: Unpack[CallOptions]) -> Value[ListAccentsResponse]:
    """List all accents, as ``.accents``."""
    return Value(method="GET", path="/accents", result=ListAccentsResponse, version=ACCENTS_VERSION)


def add_accents_request(id: str, *, accents: Sequence[Any], **options: Unpack[CallOptions]) -> Value[Voice]:
    """Add accents to a voice, ten at most.

    Args:
        id: the id of a voice of your own.
        accents: the accents, as `list_accents` returns them.
    """
    if isinstance(accents, str | bytes | Mapping) or not accents:
        raise ValueError("accents should be a list of at least one accent, as list_accents() returns them")
    body = {"accents": list(accents)}
    return Value(method="PATCH", path=f"{_path(id)}/accents", result=Voice, body=body, version=ACCENTS_VERSION)


def delete_accent_request(accent_id: str, *, id: str, **options: Unpack[CallOptions]) -> Value[Voice]:
    """Remove an accent from a voice.

    Args:
        accent_id: the id of the accent.
        id: the id of a voice of your own.
    """
    path = f"{_path(id)}/accents/{path_segment(accent_id, 'accent_id', 'an accent')}"
    return Value(method="DELETE", path=path, result=Voice, version=ACCENTS_VERSION)


def _path(id: str) -> str:
    return f"/voices/{path_segment(id, 'id', 'a voice')}"


class Voices(Resource[F, M]):
    """The calls about voices.

    With `AsyncCartesia` they may be used without `await`, as in the first generation.
    """

    with_raw_response: Voices[F, Raw]
    with_streaming_response: Voices[F, Streamed]
    get = endpoint(get_request)
    create = endpoint(create_request)
    update = endpoint(update_request)
    delete = endpoint(delete_request)
    clone = endpoint(clone_request)
    mix = endpoint(mix_request)
    localize = endpoint(localize_request)
    list_accents = endpoint(list_accents_request)
    add_accents = endpoint(add_accents_request)
    delete_accent = endpoint(delete_accent_request)
    list = endpoint(list_request)
