"""The description of requests for speech: voices, output formats and the controls of all generations."""

from collections.abc import Collection, Iterator
from typing import Any

from cartesia.types import GenerationRequest
from ownvoice.api.openapi_parts import BODY, Schema, json, media, operation, ref, refine, schemas_of
from ownvoice.api.openapi_voices import embedding
from ownvoice.api.rest import MEDIA_TYPES
from ownvoice.audio.containers import CONTAINERS, Container
from ownvoice.settings import Settings
from ownvoice.text.markup import SPEED_RATIO, VOLUME_RATIO
from ownvoice.traits.expression import FEELINGS
from ownvoice.tts.controls import CONTROLS, LEVELS, SPEEDS
from ownvoice.tts.requests import RequestBounds

BINARY: Schema = {"type": "string", "format": "binary"}


def speech_paths(events: Collection[str]) -> dict[str, Any]:
    """Return the endpoints that speak, given the names of the events that a stream may have."""
    audio = {media_type: {"schema": BINARY} for media_type in MEDIA_TYPES.values()}
    return {
        "/tts/bytes": _speech("tts_bytes", "Speech as bytes", list(MEDIA_TYPES), audio, (501,)),
        "/tts/sse": _speech("tts_sse", "Speech as server-sent events", ["raw"], _event_stream(events), ()),
    }


def _speech(name: str, summary: str, containers: list[str], content: Schema, refusals: tuple[int, ...]) -> Schema:
    carried = {"properties": {"output_format": {"properties": {"container": {"enum": containers}}}}}
    body = json({"allOf": [ref("GenerationRequest"), carried]})
    return {"post": operation(name, summary, content, (*BODY, 404, *refusals, 503), body=body)}


def _event_stream(events: Collection[str]) -> Schema:
    # OpenAPI before 3.2 cannot describe a stream, so as many tools do, this is the schema of each event in it.
    data = {"type": "string", "contentMediaType": "application/json"}
    names = {"type": "string", "description": f"`data` is one of: {', '.join(events)}."}
    event = {"type": "object", "required": ["event", "data"], "properties": {"event": names, "data": data}}
    return media("text/event-stream", {**event, "description": "Each event of the stream."})


def generation_request(settings: Settings) -> Schema:
    """Return the schema of requests for speech: each field by its type, refined by what types cannot express."""
    transcript = {
        "type": "string",
        "minLength": 1,
        "maxLength": settings.max_transcript_chars,
        "description": "Text to say: at least a letter, a digit, a symbol or a pause. It may have tags in it.",
    }
    return refine(
        schemas_of(GenerationRequest)["GenerationRequest"],
        required=("model_id", "transcript", "voice", "output_format"),
        **schemas_of(RequestBounds)["RequestBounds"]["properties"],
        model_id={"type": "string", "minLength": 1},
        transcript=transcript,
        voice=_voice_specifier(),
        output_format=_output_format(),
        speed=_speed(),
        generation_config=_generation_config(),
        **{CONTROLS[0]: _first_controls()},
    )


def _voice_specifier() -> Schema:
    voice_id = {"type": "string", "minLength": 1}
    # Clients that have no voice set send a null id, and get a default voice.
    nullable_id = {**voice_id, "type": ["string", "null"]}
    by_id = {"required": ["id"], "properties": {"id": nullable_id, "mode": {"enum": ["id", None]}}}
    by_embedding = {"required": ["embedding"], "properties": {"embedding": embedding()}}
    controlled = dict.fromkeys(CONTROLS, _first_controls())
    return {"anyOf": [voice_id, {"type": "object", "anyOf": [by_embedding, by_id], "properties": controlled}]}


def _first_controls() -> Schema:
    """Return the schema of the first generation's controls."""
    tag = {"type": "string", "pattern": f"^({'|'.join(FEELINGS)})(:({'|'.join(LEVELS)}))?$"}
    emotion = {"anyOf": [{"type": "array", "items": tag}, tag, {"type": "null"}]}
    return {"type": ["object", "null"], "properties": {"speed": _speed(), "emotion": emotion}}


def _speed() -> Schema:
    return {"anyOf": [{"enum": [*SPEEDS, None]}, {"type": "number", "minimum": -1, "maximum": 1}]}


def _generation_config() -> Schema:
    emotion = {
        "type": ["string", "array", "null"],
        "items": {"type": "string"},
        "description": f"Any word; those that make a difference are: {', '.join(FEELINGS)}.",
    }
    ratios = {"speed": _ratio(SPEED_RATIO), "volume": _ratio(VOLUME_RATIO)}
    return {"type": ["object", "null"], "properties": {**ratios, "emotion": emotion}}


def _ratio(bounds: tuple[float, float]) -> Schema:
    return {"type": ["number", "null"], "minimum": bounds[0], "maximum": bounds[1]}


def _output_format() -> Schema:
    forms = [form for name, container in CONTAINERS.items() for form in _forms(name, container)]
    return {"type": "object", "required": ["container", "sample_rate"], "anyOf": forms}


def _forms(name: str, container: Container) -> Iterator[Schema]:
    """Yield the formats of a container: one schema for all sample rates that can have the same bit rates."""
    rates: dict[Any, list[int]] = {}
    for rate in container.rates:
        rates.setdefault(container.bit_rates(rate) if container.bit_rates is not None else None, []).append(rate)
    for bit_rates, those in rates.items():
        bit_rate: Schema = {"type": ["integer", "null"]}
        if bit_rates is not None:
            bit_rate = {"anyOf": [{"type": "null"}, _integers(bit_rates)]}
        encoding: Schema = {"enum": list(container.encodings)}
        if not container.needs_encoding:
            encoding["enum"].append(None)
        yield {
            "required": ["encoding"] if container.needs_encoding else [],
            "properties": {
                "container": {"const": name},
                "encoding": encoding,
                "sample_rate": _integers(container.rates if len(those) == len(container.rates) else those),
                "bit_rate": bit_rate,
            },
        }


def _integers(values: Collection[int]) -> Schema:
    if isinstance(values, range):
        return {"type": "integer", "minimum": min(values), "maximum": max(values)}
    return {"type": "integer", "enum": list(values)}
