"""The description of what is there of voices and pronunciation dictionaries."""

from typing import Any

from ownvoice.api import dictionaries
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
)
from ownvoice.api.voices import CHOICES
from ownvoice.text.accents import accents
from ownvoice.text.languages import LANGUAGES
from ownvoice.traits.embedding import LARGEST, SIZE
from ownvoice.traits.voice import GENDERS
from ownvoice.voices import voice_requests

_EXPAND = query("expand[]", {"type": "array", "items": {"type": "string"}})


def embedding() -> Schema:
    """The numbers of a voice."""
    return {
        "type": "array",
        "items": {"type": "number", "minimum": -LARGEST, "maximum": LARGEST},
        "minItems": SIZE,
        "maxItems": SIZE,
    }


def paths() -> dict[str, Any]:
    """The endpoints."""
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
        "/accents": {"get": operation("list_accents", "Accents of voices", json("Accents"), ())},
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
                body=json("DictionaryChanges"),
            ),
            "delete": operation("delete_dictionary", "Delete a dictionary", None, (404,), parameters=one),
        },
    }


def schemas() -> dict[str, Schema]:
    """The schemas that those name."""
    described = _description()
    either = {"anyOf": [{"required": ["language"]}, {"required": ["accent"]}]}
    items = {"type": ["array", "null"], "maxItems": dictionaries.MOST_ITEMS, "items": _item()}
    dictionary = {"name": _text(voice_requests.LONGEST_NAME), "items": items, "pinned": {"type": ["boolean", "null"]}}
    return {
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
        "Accents": {
            "type": "object",
            "required": ["accents"],
            "properties": {"accents": {"type": "array", "items": _accent()}},
        },
        "NewDictionary": {
            "type": "object",
            "required": ["name"],
            "properties": {**dictionary, "name": _name()},
        },
        "DictionaryChanges": {"type": "object", "properties": dictionary},
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


def _accent() -> Schema:
    text = {"type": "string"}
    properties: Schema = dict.fromkeys(("id", "name", "language", "locale"), text)
    properties |= {name: {"type": "boolean"} for name in ("is_locale_default", "is_localizable")}
    return {"type": "object", "required": list(properties), "properties": properties}


def _item() -> Schema:
    said = _text(dictionaries.LONGEST_ALIAS)
    return {
        "type": "object",
        "required": ["text"],
        "anyOf": [{"required": ["alias"]}, {"required": ["pronunciation"]}],
        "properties": {
            "text": {"type": "string", "minLength": 1, "maxLength": dictionaries.LONGEST_TEXT, "pattern": r"\S"},
            "alias": said,
            "pronunciation": said,
            "case_sensitive": {"type": ["boolean", "null"]},
        },
    }


def _form(*, named: bool) -> Schema:
    properties: Schema = {"clip": {"type": "string", "format": "binary"}, "enhance": {"enum": ["true", "false"]}}
    properties |= {field: {"type": "string"} for field in ("name", "description", "language", "accent", "dialect")}
    properties |= {field: {"type": "string"} for field in ("mode", "transcript", "base_voice_id", "tagline")}
    required = ["clip", "name"] if named else ["clip"]
    return media("multipart/form-data", {"type": "object", "required": required, "properties": properties})
