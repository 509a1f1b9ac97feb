"""The description of voices and pronunciation dictionaries."""

from typing import Any

from cartesia import types
from ownvoice.api.dictionaries import DictionaryRequest
from ownvoice.api.openapi_parts import (
    BODY,
    Schema,
    id_in_path,
    json,
    list_of,
    media,
    operation,
    paging,
    query,
    refine,
    schemas_of,
)
from ownvoice.api.voices import CHOICES
from ownvoice.text.accents import accents
from ownvoice.text.languages import LANGUAGES
from ownvoice.traits.embedding import LARGEST, SIZE
from ownvoice.traits.voice import GENDERS
from ownvoice.voices import voice_requests

_EXPAND = query("expand[]", {"type": "array", "items": {"type": "string"}})


def embedding() -> Schema:
    """Return the schema of a voice's embedding."""
    return {
        "type": "array",
        "items": {"type": "number", "minimum": -LARGEST, "maximum": LARGEST},
        "minItems": SIZE,
        "maxItems": SIZE,
    }


def paths() -> dict[str, Any]:
    """Return the endpoints."""
    found = (
        query("q", {"type": "string"}),
        query("gender", {"type": "string", "enum": [*CHOICES["gender"], ""]}),
        query("language", {"type": "string"}),
        query("is_owner", {"type": "boolean"}),
        _EXPAND,
    )
    one = (id_in_path(),)
    voice, dictionary = json("Voice"), json("PronunciationDict")
    clip = (*BODY, 415, 501)
    return {
        "/voices": {
            "get": operation("list_voices", "Voices", list_of("Voice"), (400,), parameters=(*paging(), *found)),
            "post": operation("create_voice", "A voice of its numbers", voice, BODY, body=json("NewVoice")),
        },
        "/voices/clone": {
            "post": operation("clone_voice", "A voice of a recording", voice, clip, body=_form(named=True))
        },
        "/voices/clone/clip": {
            "post": operation("clone_clip", "A recording's numbers", json("Embedding"), clip, body=_form(named=False))
        },
        "/voices/mix": {
            "post": operation("mix_voices", "Numbers between voices", json("Embedding"), (*BODY, 404), body=json("Mix"))
        },
        "/voices/localize": {
            "post": operation("localize_voice", "Another language", voice, (*BODY, 404), body=json("Localization"))
        },
        "/voices/{id}": {
            "get": operation("get_voice", "One voice", voice, (404,), parameters=(*one, _EXPAND)),
            "patch": operation(
                "update_voice", "Change a voice", voice, (*BODY, 403, 404), parameters=one, body=json("VoiceChanges")
            ),
            "delete": operation("delete_voice", "Delete a voice", None, (403, 404), parameters=one),
        },
        "/accents": {"get": operation("list_accents", "Accents of voices", json("ListAccentsResponse"))},
        "/pronunciation-dicts": {
            "get": operation(
                "list_dictionaries", "Dictionaries", list_of("PronunciationDict"), (400,), parameters=paging()
            ),
            "post": operation("create_dictionary", "A dictionary", dictionary, BODY, body=json("NewDictionary")),
        },
        "/pronunciation-dicts/{id}": {
            "get": operation("get_dictionary", "One dictionary", dictionary, (404,), parameters=one),
            "patch": operation(
                "update_dictionary",
                "Change a dictionary",
                dictionary,
                (*BODY, 404),
                parameters=one,
                body=json("DictionaryRequest"),
            ),
            "delete": operation("delete_dictionary", "Delete a dictionary", None, (404,), parameters=one),
        },
    }


def schemas() -> dict[str, Schema]:
    """Return the schemas that the endpoints name."""
    described = _description()
    either = {"anyOf": [{"required": ["language"]}, {"required": ["accent"]}]}
    found = schemas_of(types.Voice, types.PronunciationDict, types.ListAccentsResponse, DictionaryRequest)
    item, dictionary = found["DictionaryItemRequest"], found["DictionaryRequest"]
    text = {**item["properties"]["text"]["anyOf"][0], "minLength": 1, "pattern": r"\S"}
    spoken = {"anyOf": [{"required": ["alias"]}, {"required": ["pronunciation"]}]}
    return {
        **found,
        "DictionaryItemRequest": refine(item, ("text",), text=text) | spoken,
        "DictionaryRequest": refine(dictionary, name=_text(voice_requests.LONGEST_NAME)),
        "Embedding": {"type": "object", "required": ["embedding"], "properties": {"embedding": embedding()}},
        "NewVoice": {
            "type": "object",
            "required": ["name", "embedding"],
            "properties": {**described, "name": _name(), "embedding": embedding()},
        },
        "VoiceChanges": {"type": "object", "properties": described},
        "Localization": {
            "type": "object",
            "required": ["voice_id", "name"],
            "properties": {
                **described,
                "name": _name(),
                "voice_id": {"type": "string", "minLength": 1},
                "original_speaker_gender": {"enum": ["male", "female", None]},
            },
            **either,
        },
        "Mix": {
            "type": "object",
            "required": ["voices"],
            "properties": {
                "voices": {"type": "array", "minItems": 1, "maxItems": voice_requests.MOST_PARTS, "items": _part()}
            },
        },
        "NewDictionary": refine(dictionary, ("name",), name=_name()),
    }


def _text(longest: int) -> Schema:
    return {"type": ["string", "null"], "maxLength": longest}


def _name() -> Schema:
    return {"type": "string", "minLength": 1, "maxLength": voice_requests.LONGEST_NAME, "pattern": r"\S"}


def _description() -> Schema:
    return {
        "name": {**_text(voice_requests.LONGEST_NAME), "pattern": r"\S"},
        "description": _text(voice_requests.LONGEST_DESCRIPTION),
        "language": {"type": ["string", "null"], "description": f"One of {', '.join(LANGUAGES)}, or a locale of it."},
        "accent": {"enum": [*(accent.id for accent in accents()), None]},
        "dialect": {"type": ["string", "null"]},
        "gender": {"enum": [*GENDERS, None]},
        "tagline": _text(voice_requests.LONGEST_TAGLINE),
        "base_voice_id": {"type": ["string", "null"]},
    }


def _part() -> Schema:
    by_id = {"required": ["id"], "properties": {"id": {"type": "string"}}}
    by_numbers = {"required": ["embedding"], "properties": {"embedding": embedding()}}
    weight = {"weight": {"type": "number", "minimum": 0, "default": 1}}
    return {"type": "object", "properties": weight, "anyOf": [by_id, by_numbers]}


def _form(*, named: bool) -> Schema:
    properties: Schema = {"clip": {"type": "string", "format": "binary"}, "enhance": {"enum": ["true", "false"]}}
    properties |= {field: {"type": "string"} for field in ("name", "description", "language", "accent", "dialect")}
    properties |= {field: {"type": "string"} for field in ("mode", "transcript", "base_voice_id", "tagline")}
    required = ["clip", "name"] if named else ["clip"]
    return media("multipart/form-data", {"type": "object", "required": required, "properties": properties})
