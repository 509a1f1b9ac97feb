"""Requests for speech in every generation's shape, and the errors of those that cannot be served."""

import json
from dataclasses import replace
from typing import Any

import pytest

from built_in import CATALOGUE
from ownvoice.api.errors import status_of
from ownvoice.engines.espeak import catalogue
from ownvoice.errors import RequestError
from ownvoice.settings import Settings
from ownvoice.text.pronunciation import Entry
from ownvoice.traits.embedding import SIZE, from_embedding
from ownvoice.traits.expression import Expression
from ownvoice.tts.requests import decode, job_for
from ownvoice.tts.speech import Job
from ownvoice.voices.resolution import resolve_voice

SETTINGS = Settings(
    models={"sonic": "tone", "sonic-turbo": "fast", "sonic-turbo-mini": "mini"}, max_transcript_chars=100
)
VOICE = catalogue.VOICES[1]
BRITISH = next(voice for voice in catalogue.VOICES if voice.locale.startswith("en-GB"))
EMBEDDING = list(VOICE.embedding)
GOOD: dict[str, Any] = {
    "model_id": "sonic-3",
    "transcript": "Hello there.",
    "voice": {"mode": "id", "id": VOICE.id},
    "output_format": {"container": "raw", "encoding": "pcm_s16le", "sample_rate": 24000},
}


def asked(**changes: Any) -> Job:
    body = json.dumps({**GOOD, **changes}).encode()
    asked = decode(body)
    return job_for(asked, resolve_voice(asked, CATALOGUE, CATALOGUE), SETTINGS, containers=("raw", "wav"))


def refused(**changes: Any) -> RequestError:
    with pytest.raises(RequestError) as caught:
        asked(**changes)
    return caught.value


def with_format(**changes: Any) -> dict[str, Any]:
    return {**GOOD["output_format"], **changes}


def test_a_request_becomes_a_job() -> None:
    job = asked(duration=2.5, add_timestamps=True)
    assert job.text == "Hello there."
    assert (job.style.engine, job.style.locale, job.style.voice.traits) == ("tone", VOICE.locale, VOICE.traits)
    assert job.style.output_format.to_dict() == GOOD["output_format"]
    assert (job.style.words, job.style.phonemes, job.style.longest) == (True, False, 2.5)


@pytest.mark.parametrize("rate", ["24000", "24000.0", "2.4e4"])
def test_a_whole_number_may_be_written_with_a_point(rate: str) -> None:
    body = json.dumps({**GOOD, "output_format": with_format(sample_rate=None)}).replace("null", rate)
    request = decode(body)
    job = job_for(request, resolve_voice(request, CATALOGUE, CATALOGUE), SETTINGS, containers=("raw",))
    assert job.style.output_format.sample_rate == 24000
    assert decode('{"max_buffer_delay_ms": 250.0}').max_buffer_delay_ms == 250
    with pytest.raises(RequestError, match=r"got `float` - at `\$.output_format.sample_rate`"):
        decode(body.replace(rate, "24000.5"))


def test_expression_and_pronunciation_go_to_the_style() -> None:
    entries = (Entry("SQL", "sequel"),)
    body = json.dumps({**GOOD, "generation_config": {"speed": 1.25}}).encode()
    request = decode(body)
    speaker = replace(resolve_voice(request, CATALOGUE, CATALOGUE), pronunciations=entries)
    style = job_for(request, speaker, SETTINGS, containers=("raw",)).style
    assert style.expression == Expression(rate=1.25)
    assert style.pronunciations == entries


def test_without_wishes_nothing_more_is_made() -> None:
    job = asked()
    assert (job.style.words, job.style.phonemes, job.style.longest) == (False, False, None)


@pytest.mark.parametrize(
    "voice",
    [
        VOICE.id,
        VOICE.id.upper(),
        {"id": VOICE.id},
        {"mode": "id", "id": VOICE.id},
        {"mode": "id", "id": VOICE.id, "embedding": None},
        {"mode": "id", "id": VOICE.id, "embedding": [1.0] * SIZE},
        {"id": VOICE.id, "__experimental_controls": {"speed": "fast", "emotion": ["anger:high"]}},
        {"embedding": EMBEDDING},
        {"mode": "embedding", "embedding": EMBEDDING, "id": None},
        {"mode": None, "embedding": EMBEDDING},
        {"id": "00000000-0000-0000-0000-000000000000", "embedding": EMBEDDING},  # both, as the first generation may
    ],
    ids=str,
)
def test_every_generations_voice(voice: Any) -> None:
    job = asked(voice=voice)
    assert job.style.locale == VOICE.locale
    assert job.style.voice.traits.pitch_hz == pytest.approx(VOICE.traits.pitch_hz, rel=1e-4)


def test_an_unknown_embedding_is_a_voice_too() -> None:
    job = asked(voice={"embedding": [1.0] * SIZE})
    assert job.style.voice.traits == from_embedding([1.0] * SIZE)
    assert job.style.locale == "en"


@pytest.mark.parametrize(
    ("language", "locale"),
    [
        (None, BRITISH.locale),
        ("en", BRITISH.locale),  # it is a voice of that language already
        ("en-US", "en-US"),
        ("en-GB-scotland", "en-GB-scotland"),
        ("de", "de"),
        ("pt-BR", "pt-BR"),
    ],
)
def test_the_language(language: str | None, locale: str) -> None:
    assert asked(voice=BRITISH.id, language=language).style.locale == locale
    assert asked(voice=BRITISH.id).style.locale == BRITISH.locale


@pytest.mark.parametrize("spelling", ["EN", "en ", "En"])
def test_a_language_in_other_letters_keeps_the_accent_too(spelling: str) -> None:
    assert asked(voice=BRITISH.id, language=spelling).style.locale == BRITISH.locale


@pytest.mark.parametrize(
    ("model", "engine"),
    [("sonic", "tone"), ("sonic-english", "tone"), ("sonic-turbo-2025", "fast"), ("sonic-turbo-mini", "mini")],
)
def test_the_longest_beginning_of_a_model_wins(model: str, engine: str) -> None:
    assert asked(model_id=model).style.engine == engine


def test_unknown_keys_and_nulls_are_ignored() -> None:
    nulls = dict.fromkeys(
        ("language", "duration", "speed", "generation_config", "pronunciation_dict_id", "context_id", "add_timestamps")
    )
    more = {"stream": True, "use_original_timestamps": False, "nobody_knows": [{"deep": [1]}], "save": None}
    form = with_format(bit_rate=None, anything=1)
    assert asked(**nulls, **more, output_format=form) == asked()


@pytest.mark.parametrize("sample_rate", [8000, 11025, 22050, 44100, 48000])
@pytest.mark.parametrize("encoding", ["pcm_f32le", "pcm_s16le", "pcm_mulaw", "pcm_alaw"])
@pytest.mark.parametrize("container", ["raw", "wav"])
def test_every_output_format(container: str, encoding: str, sample_rate: int) -> None:
    form = {"container": container, "encoding": encoding, "sample_rate": sample_rate}
    assert asked(output_format=form).style.output_format.to_dict() == form


@pytest.mark.parametrize("transcript", ["5", "€", "🎉", "Привет, Anna", "a" * 100, "<break time='1s'/>"])
def test_what_may_be_spoken(transcript: str) -> None:
    assert asked(transcript=transcript).text == transcript


REFUSED: list[tuple[dict[str, Any], int, str | None, tuple[str, ...]]] = [
    # what is wrong, the status, the code, and what the message must name
    ({"model_id": None}, 400, "model_not_found", ("model_id", "sonic-3")),
    ({"model_id": ""}, 400, "model_not_found", ("model_id",)),
    ({"model_id": "tenor-1"}, 404, "model_not_found", ("'tenor-1'", "sonic*", "sonic-turbo*")),
    ({"transcript": None}, 400, None, ("transcript",)),
    ({"transcript": ""}, 400, None, ("transcript", "empty")),
    ({"transcript": " \n"}, 400, None, ("transcript", "empty")),
    ({"transcript": "... ?! —"}, 400, None, ("transcript", "punctuation")),
    ({"transcript": '<volume ratio="2"/> ...'}, 400, None, ("transcript", "tags")),
    ({"transcript": "\u200b\ufeff"}, 400, None, ("transcript",)),
    ({"transcript": "a" * 101}, 413, "transcript_too_long", ("101", "100")),
    ({"voice": None}, 400, None, ("voice", '{"id": ...}', '{"embedding": [...]}')),
    ({"voice": 5}, 400, None, ("voice", '{"id": ...}')),
    ({"voice": [VOICE.id]}, 400, None, ("voice", '{"id": ...}')),
    ({"voice": ""}, 404, "voice_not_found", ("''", "GET /voices")),
    ({"voice": {}}, 404, "voice_not_found", ("GET /voices",)),
    ({"voice": {"id": "nobody"}}, 404, "voice_not_found", ("'nobody'", "GET /voices")),
    ({"voice": {"id": 7}}, 404, "voice_not_found", ("7",)),
    ({"voice": {"id": ["a"]}}, 404, "voice_not_found", ("GET /voices",)),
    ({"voice": {"mode": "embedding"}}, 404, "voice_not_found", ("GET /voices",)),
    ({"voice": {"embedding": EMBEDDING[1:]}}, 400, None, ("192", "191")),
    ({"voice": {"embedding": []}}, 400, None, ("192", "0")),
    ({"voice": {"embedding": "1.0"}}, 400, None, ("list", "192")),
    ({"voice": {"embedding": {"0": 1}}}, 400, None, ("list", "192")),
    ({"voice": {"embedding": ["1.0"] * SIZE}}, 400, None, ("embedding[0]", "number")),
    ({"voice": {"embedding": [None] * SIZE}}, 400, None, ("embedding[0]", "number")),
    ({"voice": {"embedding": [*EMBEDDING[:-1], True]}}, 400, None, ("embedding[191]", "number")),
    ({"language": "xx"}, 400, "language_not_found", ("'xx'", "en", "de")),
    ({"language": "klingon"}, 400, "language_not_found", ("'klingon'",)),
    ({"transcript": "Բարեւ, աշխարհ"}, 400, "language_mismatch", ("Armenian", "English", "Russian")),
    ({"transcript": "ខ្មែរ", "language": "ru"}, 400, "language_mismatch", ("Khmer", "Russian")),
    ({"transcript": '<emotion value="sad"/>Բարեւ <<p|r>>'}, 400, "language_mismatch", ("Armenian", "English")),
    ({"output_format": None}, 400, None, ("output_format", "container", "encoding", "sample_rate")),
    ({"output_format": with_format(container="mp3")}, 400, None, ("'mp3'", "'raw'", "'wav'")),
    ({"output_format": with_format(encoding="opus")}, 400, None, ("'opus'", "'pcm_f32le'", "'pcm_alaw'")),
    ({"output_format": with_format(encoding=None)}, 400, None, ("encoding", "'pcm_s16le'")),
    ({"output_format": with_format(sample_rate=None)}, 400, None, ("sample_rate", "8000", "48000")),
    ({"output_format": with_format(sample_rate=40)}, 400, None, ("sample_rate", "8000", "48000", "40")),
    ({"output_format": with_format(sample_rate=48001)}, 400, None, ("48001",)),
    ({"duration": 0}, 400, None, ("duration", "above 0")),
    ({"duration": -1.5}, 400, None, ("duration", "-1.5")),
    ({"speed": "warp"}, 400, None, ("speed", "fastest", "'warp'")),
    ({"generation_config": {"volume": 3}}, 400, None, ("generation_config.volume", "0.5", "2.0", "3")),
]


@pytest.mark.parametrize(("changes", "status", "code", "named"), REFUSED, ids=[str(case[0])[:60] for case in REFUSED])
def test_refusals(changes: dict[str, Any], status: int, code: str | None, named: tuple[str, ...]) -> None:
    error = refused(**changes)
    assert (status_of(error), error.error_code) == (status, code)
    for name in named:
        assert name in error.message


WRONG_TYPES: dict[str, list[Any]] = {
    "model_id": [5, ["sonic"], {}, True],
    "transcript": [5, ["Hello"], {"text": "Hello"}, False],
    "output_format": [
        "wav",
        5,
        [],
        {},
        with_format(container=1),
        with_format(encoding=2),
        with_format(sample_rate="8000"),
    ],
    "language": [5, ["en"]],
    "duration": ["5", [5], True],
    "speed": [[], {}],
    "generation_config": [5, "fast", []],
    "pronunciation_dict_id": [5],
    "context_id": [5, ["c"], {}],
    "add_timestamps": ["yes", 1, []],
    "add_phoneme_timestamps": ["yes", 0],
    "use_normalized_timestamps": ["no"],
    "continue": ["no", 1],
    "flush": ["no"],
    "cancel": ["no", 1],
    "max_buffer_delay_ms": ["5", 0.5, []],
}


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in WRONG_TYPES.items() for value in values], ids=str
)
def test_wrong_types_name_their_field(name: str, value: Any) -> None:
    error = refused(**{name: value})
    assert status_of(error) == 400
    assert error.title == "Invalid request"
    assert f"$.{name}" in error.message


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"hello",
        b'{"transcript": "cut off',
        b'{"transcript": "\xff\xfe"}',
        b"\xff\xfe\x00",
        b'{"transcript": "\\ud800 and more of it"}',
        b'{"voice": {"embedding": [NaN]}}',
        b'{"voice": {"embedding": [1e999]}}',
        b'{"duration": 1e999}',
        b"[]",
        b"5",
        b"null",
        b'"text"',
        b'{"voice": ' + 100_000 * b"[",
        b'{"voice": ' + 100_000 * b'{"a":',
        b'{"unknown": ' + 100_000 * b"[",
        '{"transcript": "\ud800"}',
    ],
    ids=lambda body: repr(body[:25]),
)
def test_what_is_not_a_json_object_with_the_right_types(body: bytes | str) -> None:
    with pytest.raises(RequestError) as caught:
        decode(body)
    assert status_of(caught.value) == 400
    assert "object" in caught.value.message or "wrong type" in caught.value.message


def test_a_message_does_not_repeat_what_is_very_long() -> None:
    assert len(refused(model_id="x" * 1_000_000).message) < 2000


def test_the_endpoint_decides_on_the_containers() -> None:
    request = decode(json.dumps({**GOOD, "output_format": with_format(container="wav")}))
    with pytest.raises(RequestError, match=r"container 'wav' is not available here; use 'raw'$"):
        job_for(request, resolve_voice(request, CATALOGUE, CATALOGUE), SETTINGS, containers=("raw",))
