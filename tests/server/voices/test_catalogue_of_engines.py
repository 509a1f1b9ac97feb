"""The built-in voices are those of the engines in use."""

import pytest

from ownvoice.engines import EngineDescription
from ownvoice.traits.embedding import SIZE
from ownvoice.traits.voice import DEFAULT_ID, Voice
from ownvoice.voices.catalogue import Catalogue


def voice(id: str, name: str, language: str = "en") -> Voice:
    return Voice(id=id, name=name, language=language, locale=language, embedding=(0.0,) * SIZE)


def catalogue(**engines: EngineDescription) -> Catalogue:
    return Catalogue(lambda: engines)


def test_voices_come_in_the_order_of_the_engines_and_the_first_of_an_id_counts() -> None:
    one = EngineDescription(languages=("en",), voices=(voice("a", "Ann"), voice("b", "Bo")))
    two = EngineDescription(languages=("de",), voices=(voice("b", "Another Bo"), voice("c", "Cleo", "de")))
    found = catalogue(one=one, two=two)
    assert [voice.name for voice in found.voices] == ["Ann", "Bo", "Cleo"]
    assert found.languages == {"en", "de"}
    assert (found.place("C"), found.place("d")) == (2, None)
    assert found.by_name("cleo") == found.by_id("C") == found.voices[2]


def test_the_default_speaks_the_language_or_is_the_one_that_programs_know() -> None:
    known = EngineDescription(
        languages=("en",), voices=(voice("a", "Ann"), voice(DEFAULT_ID, "Def"), voice("c", "C", "de"))
    )
    default = catalogue(one=known).default
    assert [getattr(default(locale), "id", None) for locale in (None, "de", "fr")] == [DEFAULT_ID, "c", DEFAULT_ID]
    assert getattr(catalogue(one=EngineDescription(languages=(), voices=(voice("x", "X"),))).default(), "id", "") == "x"
    assert catalogue(one=EngineDescription(languages=())).default() is None


def test_the_engine_that_clones_is_the_first_that_can() -> None:
    mute, cloner = EngineDescription(languages=()), EngineDescription(languages=(), clones=True)
    assert catalogue(a=mute, b=cloner, c=cloner).cloning_engine == "b"
    assert catalogue(a=mute).cloning_engine is None


def test_two_engines_cannot_own_the_same_numbers() -> None:
    one = EngineDescription(languages=("en",), coordinates=range(40, 50))
    two = EngineDescription(languages=("de",), coordinates=range(49, 60))
    with pytest.raises(ValueError, match="'one' and 'two' claim the same number 49"):
        _ = catalogue(one=one, two=two).voices
    apart = EngineDescription(languages=("de",), coordinates=range(50, 60))
    assert catalogue(one=one, two=apart).voices == ()
