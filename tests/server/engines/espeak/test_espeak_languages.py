"""The languages and accents of the espeak engine."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from espeak_speech import level, say
from native_sentences import SENTENCES
from ownvoice.engines.espeak.accents import available, language_file, language_lines
from ownvoice.engines.espeak.library import find_library
from ownvoice.text.languages import LANGUAGES
from ownvoice.text.words import words
from ownvoice.traits.embedding import Traits


@pytest.mark.parametrize("code", sorted(LANGUAGES))
def test_a_native_sentence_is_spoken_by_the_rules_of_its_language(code: str) -> None:
    text, sounds = SENTENCES[code]
    said = say(text, code, Traits(range_semitones=1.0))
    assert sounds in said.sounds
    if LANGUAGES[code].scripts == {"LATIN"} and code != "en":  # English rules leave other scripts to their languages
        assert sounds not in say(text, "en").sounds
    assert 0.08 < said.seconds / len(words(text, code)) < 1.5
    assert -25 < level(said.samples) < -16
    assert np.abs(said.samples).max() < 1


@pytest.mark.parametrize("code", sorted(LANGUAGES))
def test_every_word_of_a_native_sentence_has_its_time(code: str) -> None:
    text = SENTENCES[code].text
    said = say(text, code)
    assert [word.text for word in said.words] == [text[start:end] for start, end in words(text, code)]
    for word in said.words:
        assert (word.end - word.start > 0.01) == any(character.isalnum() for character in word.text), word


@pytest.mark.parametrize(
    ("locale", "file"),
    [
        ("en", "gmw/en-US"),
        ("en-US", "gmw/en-US"),
        ("en-us-nyc", "gmw/en-US-nyc"),
        ("en-GB", "gmw/en"),
        ("en_GB", "gmw/en"),
        ("en-GB-scotland", "gmw/en-GB-scotland"),
        ("en-GB-x-rp", "gmw/en-GB-x-rp"),
        ("en-GB-x-gbclan", "gmw/en-GB-x-gbclan"),
        ("en-GB-x-gbcwmd", "gmw/en-GB-x-gbcwmd"),
        ("en-GB-cornwall", "gmw/en"),
        ("en-029", "gmw/en-029"),
        ("en-AU", "gmw/en"),
        ("en-XX", "gmw/en-US"),
        ("es", "roa/es"),
        ("es-ES", "roa/es"),
        ("es-419", "roa/es-419"),
        ("es-MX", "roa/es-419"),
        ("fr-FR", "roa/fr"),
        ("fr-BE", "roa/fr-BE"),
        ("fr-CH", "roa/fr-CH"),
        ("fr-CA", "roa/fr"),
        ("pt", "roa/pt-BR"),
        ("pt-BR", "roa/pt-BR"),
        ("pt-PT", "roa/pt"),
        ("vi-VN-x-south", "aav/vi-VN-x-south"),
        ("vi-VN-x-central", "aav/vi-VN-x-central"),
        ("vi-VN", "aav/vi"),
        ("zh-Hans-CN", "sit/cmn"),
        ("cmn", "sit/cmn"),
        ("nb-NO", "gmq/nb"),
        ("no", "gmq/nb"),
        ("fil-PH", "poz/id"),
    ],
)
def test_a_locale_has_its_accent_or_that_of_its_language(locale: str, file: str) -> None:
    assert language_file(locale) == file
    assert say("Taxi!", locale).seconds > 0.2


def test_accents_sound_different() -> None:
    locales = ("en-US", "en-GB", "en-GB-scotland", "en-GB-x-rp", "en-GB-x-gbclan", "en-029")
    text = "I can't hear the girl's bath water in the other room, but there is hardly a cup of butter."
    readings = {say(text, locale).sounds for locale in locales}
    assert len(readings) == len(locales)


def test_tagalog_has_no_schwa_although_indonesian_rules_read_it() -> None:
    text = "Kape beses lalake semestre"
    assert "ə" in say(text, "id").sounds
    assert "ə" not in say(text, "tl").sounds


def test_an_unknown_language_is_an_error() -> None:
    with pytest.raises(LookupError, match="xx-YY"):
        language_file("xx-YY")


def test_languages_without_their_data_are_hidden(tmp_path: Path) -> None:
    _, data = find_library()
    for code in ("de", "nb", "cmn", "ru"):
        file = language_file(code)
        (tmp_path / "lang" / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(data / "lang" / file, tmp_path / "lang" / file)
    for dictionary in ("de", "no", "fr"):
        (tmp_path / f"{dictionary}_dict").touch()
    assert available(tmp_path) == ("de", "no")
    with pytest.raises(LookupError, match="lacks the rules of roa/fr"):
        language_lines(tmp_path, "fr")
    with pytest.raises(LookupError, match=r"lacks the dictionary of zle/ru: .*ru_dict"):
        language_lines(tmp_path, "ru")
