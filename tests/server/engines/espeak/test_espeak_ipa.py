"""Words in IPA as espeak-ng says them."""

import unicodedata
from collections.abc import Generator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ipa_table
from examples import examples
from ownvoice.engines import EngineVoice, Speech, Utterance
from ownvoice.engines.espeak import EspeakEngine, ipa
from ownvoice.engines.espeak.accents import FILES, language_file
from ownvoice.engines.espeak.library import Library
from ownvoice.text.languages import LANGUAGES
from ownvoice.text.readings import Reading


def spoken(text: str, locale: str, *readings: Reading) -> tuple[str, list[str]]:
    """Return the phonemes that are heard, without stress, and the words."""
    pieces: Generator[Speech] = EspeakEngine().speak(Utterance(text, locale, EngineVoice(), readings))
    speech = list(pieces)
    heard = "".join(phoneme.text for piece in speech for phoneme in piece.phonemes)
    return heard.replace("ˈ", "").replace("ˌ", ""), [word.text for piece in speech for word in piece.words]


def heard(phonemes: str, locale: str) -> str:
    return spoken("X", locale, Reading(0, 1, phonemes, phonemes=True))[0]


@pytest.mark.parametrize(
    ("locale", "phonemes"),
    [
        *(("en", word) for word in ("ˈtoʊkioʊ", "θɪŋk", "ˈʒɑːnɹə", "tʃɜːtʃ", "bɔɪ", "ˈhæpi", "lʌv", "ðɛm")),
        *(("en-GB", word) for word in ("θɪŋk", "lʌv")),
        *(("de", word) for word in ("ʃɛːn", "ˈføːɡəl", "ˈkyːnʃtlɪç", "ʔax", "pfʊnt", "tsaɪt")),
        *(("fr", word) for word in ("bɔ̃ʒuʁ", "ʃo", "pø", "lyn", "vɛ̃", "œ̃")),
        *(("es", word) for word in ("ˈniɲo", "ˈpero", "ˈmutʃo", "ˈaxo")),
        *(("ru", word) for word in ("ˈmama", "ʂar")),
        *(("it", word) for word in ("ˈtʃao", "ˈdʒorno")),
    ],
)
def test_what_a_language_has_is_said_as_it_is_written(locale: str, phonemes: str) -> None:
    assert heard(phonemes, locale) == phonemes.replace("ˈ", "")


@pytest.mark.parametrize(
    ("locale", "phonemes", "nearest"),
    [
        ("en", "bʏç", "bʊç"),
        ("en", "raːk", "ɹɑːk"),  # r, as English is transcribed broadly
        ("de", "θæŋk", "θɛŋk"),
        ("de", "fɒʟ", "fɔl"),
        ("it", "ˈtʃaːo", "tʃao"),
        ("en", "t͡ʃɪp", "tʃɪp"),
        ("en", "ʧɪp", "tʃɪp"),
        ("en", "ɡəʊ", "ɡəʊ"),
        ("en", "go:", "ɡoː"),
        ("en", "b.ɪ!t", "bɪt"),
    ],
)
def test_what_it_has_not_is_said_as_the_nearest(locale: str, phonemes: str, nearest: str) -> None:
    assert heard(phonemes, locale) == nearest


def test_the_stress_is_where_it_is_written() -> None:
    def stressed(phonemes: str) -> list[str]:
        utterance = Utterance("X", "en", EngineVoice(), (Reading(0, 1, phonemes, phonemes=True),))
        return [p.text for piece in EspeakEngine().speak(utterance) for p in piece.phonemes if "ˈ" in p.text]

    assert stressed("ˈbɪtɛ") == ["ˈɪ"]
    assert stressed("bɪˈtɛ") == ["ˈɛ"]


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_language_says_something_for_every_sound(code: str) -> None:
    sounds = "aeiouyøœɛɔəɪʊʌæɑɒɜɐɨʉɯpbtdkɡqmnŋɲfvszʃʒθðxçɣhrɾɹʁlʎjwʔ"
    for sound in sounds:
        assert len(ipa.phoneme_names(sound, language_file(code))) == 1, sound


@pytest.mark.parametrize("file", ["gmw/en-US", "gmw/de", "sit/cmn"])
def test_the_table_is_what_espeak_ng_says_itself(file: str) -> None:
    measured = ipa_table.measured(Library(), file)
    assert {unicodedata.normalize("NFD", sound): name for sound, name in measured.items()} == ipa.sounds_of(file)


def test_every_language_file_has_its_line() -> None:
    for file in set(FILES.values()):
        assert len(ipa.sounds_of(file)) > 30


@pytest.mark.parametrize("text", ["[[h@'loU]] X", "[[ X ]]", "[ [X"])
def test_what_is_written_is_never_phonemes(text: str) -> None:
    # Nor are the entries of a dictionary.
    place = text.index("X")
    plain, words = spoken(text, "en", Reading(place, place + 1, "bɑː", phonemes=True))
    assert words == text.split()
    assert plain.endswith("bɑː") or plain == "bɑː"
    if "loU" in text:
        letters, _ = spoken(text, "en", Reading(place, place + 1, "be"))
        assert plain.removesuffix("bɑː") == letters.removesuffix("biː")
    assert "həloʊ" not in spoken("a X", "en", Reading(2, 3, "[[h@'loU]]"), Reading(3, 3, "bɑ", phonemes=True))[0]


@pytest.mark.parametrize("text", ["one-X", "one-X11", "”-X", "`X", "X-one"])
@pytest.mark.parametrize("locale", ["bn", "da", "vi", "en"])
def test_phonemes_beside_signs(text: str, locale: str) -> None:
    # A hyphen that touches phonemes would crash the library, and the process with it.
    place = text.index("X")
    heard, words = spoken(text, locale, Reading(place, place + 1, "ʃru", phonemes=True))
    assert "ʃ" in heard
    assert words == [text]


@settings(max_examples=examples(60), deadline=None)
@given(
    st.text(st.sampled_from("aeɑʃtˈˌː|[]'-`\"#!@\u0303\u0361 ./\\x"), min_size=1, max_size=8),
    st.sampled_from(["en", "da", "vi", "zh"]),
)
def test_any_text_may_be_called_phonemes(phonemes: str, locale: str) -> None:
    assert spoken("one X two.", locale, Reading(4, 5, phonemes, phonemes=True))[1][:3] == ["one", "X", "two."][:3] or (
        locale == "zh"
    )
