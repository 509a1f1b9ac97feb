"""The voices that come with the espeak engine."""

import json
import uuid
from itertools import combinations

import numpy as np
import pytest

from built_in import CATALOGUE
from ownvoice.engines.espeak.catalogue import VOICES
from ownvoice.text.languages import LANGUAGES
from ownvoice.traits.embedding import from_embedding, to_embedding
from ownvoice.traits.voice import DEFAULT_ID, Voice

FIRST = [
    ("a0e99841-438c-4a64-b679-ae501e7d6091", "Barbershop Man", "masculine"),
    ("87748186-23bb-4158-a1eb-332911b0b708", None, "masculine"),
    ("248be419-c632-4f23-adf1-5324ed7dbf1d", None, "feminine"),
    ("6ccbfb76-1fc6-48f7-b71d-91ac6298247b", None, "feminine"),
    ("f786b574-daa5-4673-aa0c-cbe3e8534c02", None, "feminine"),
    ("d46abd1d-2d02-43e8-819f-51fb652c1c61", "Newsman", "masculine"),
]


def test_the_voices_that_old_programs_call_come_first() -> None:
    for voice, (id, name, gender) in zip(VOICES, FIRST, strict=False):
        assert (voice.id, voice.gender, voice.language) == (id, gender, "en")
        assert name is None or voice.name == name


def test_english_has_twelve_voices_in_many_accents_and_they_stand_before_the_others() -> None:
    english = CATALOGUE.of_language("en")
    assert len(english) >= 12
    assert VOICES[: len(english)] == english
    assert len({voice.locale for voice in english}) >= 8


@pytest.mark.parametrize("code", sorted(LANGUAGES))
def test_every_language_has_a_man_and_a_woman(code: str) -> None:
    assert {"masculine", "feminine"} <= {voice.gender for voice in CATALOGUE.of_language(code)}


def test_ids_names_and_embeddings_are_unique() -> None:
    for values in ([v.id for v in VOICES], [v.name for v in VOICES], [v.embedding for v in VOICES]):
        assert len(set(values)) == len(VOICES)


def test_ids_never_change() -> None:
    assert all(str(uuid.UUID(voice.id)) == voice.id for voice in VOICES)
    assert [voice.id for voice in CATALOGUE.of_language("de")] == [
        "37d8a46b-77e4-59c9-8bec-1c85501367e0",
        "cb3384a9-25fc-5af9-95e7-b06bc5a2a8b2",
    ]


def test_voices_with_the_same_accent_sound_different() -> None:
    def apart(one: Voice, other: Voice) -> bool:
        steps = np.abs(np.subtract(one.embedding, other.embedding))
        return bool(steps[0] > 0.04 or steps[1] > 0.04 or steps[2] > 0.03 or steps[3] > 0.1 or steps[4] > 0.05)

    for one, other in combinations(VOICES, 2):
        assert one.locale != other.locale or apart(one, other), (one.name, other.name)


def test_women_and_men_have_their_registers() -> None:
    for voice in VOICES:
        traits = voice.traits
        if voice.gender == "feminine":
            assert 165 <= traits.pitch_hz <= 240
            assert 1.05 <= traits.formant_scale <= 1.18
        elif voice.gender == "masculine":
            assert 85 <= traits.pitch_hz <= 145
            assert 0.93 <= traits.formant_scale <= 1.03


def test_each_has_what_is_shown_of_it() -> None:
    for voice in VOICES:
        assert voice.name == voice.name.strip() != ""
        assert voice.description.endswith(".")
        assert list(voice.embedding) == to_embedding(voice.traits)
        assert voice.created_at == "2026-11-20T00:00:00Z"


def test_a_voice_is_found_by_its_id_in_any_case() -> None:
    voice = CATALOGUE.by_id(DEFAULT_ID)
    assert voice is VOICES[0]
    assert CATALOGUE.by_id(DEFAULT_ID.upper()) is voice
    assert CATALOGUE.by_id("nobody") is None


def test_a_voice_is_recognised_by_its_numbers() -> None:
    for voice in VOICES:
        assert CATALOGUE.recognize(voice.embedding) is voice
        assert CATALOGUE.recognize(json.loads(json.dumps(voice.embedding))) is voice
        assert CATALOGUE.recognize([float(value) for value in np.array(voice.embedding, np.float32)]) is voice


def test_another_voice_is_not_recognised() -> None:
    one, other = VOICES[0].embedding, VOICES[2].embedding
    assert CATALOGUE.recognize([(a + b) / 2 for a, b in zip(one, other, strict=True)]) is None
    assert CATALOGUE.recognize([*one[:-1], 0.5]) is None
    assert CATALOGUE.recognize(one[:-1]) is None
    assert CATALOGUE.recognize([]) is None


def test_the_numbers_of_no_voice_are_bent() -> None:
    for voice in VOICES:
        assert to_embedding(from_embedding(voice.embedding)) == pytest.approx(voice.embedding, abs=2e-6)


def test_a_language_may_be_named_by_a_locale() -> None:
    assert CATALOGUE.of_language("pt-BR") == CATALOGUE.of_language("pt")
    with pytest.raises(LookupError):
        CATALOGUE.of_language("xx")
