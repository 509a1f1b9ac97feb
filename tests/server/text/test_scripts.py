"""Which language reads which part of a text."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartesia.types import OutputFormat
from espeak_speech import say
from native_sentences import SENTENCES
from ownvoice.engines import EngineVoice
from ownvoice.engines.espeak import EspeakEngine
from ownvoice.text.languages import LANGUAGES, Locale
from ownvoice.text.scripts import runs, unspeakable
from ownvoice.tts.speech import Job, Style, speak

RUNS = [
    ("en", "Hello «Привет, мир», world", "en Hello |ru «Привет, мир», |en world"),
    ("en-GB", "naïve Привет", "en-GB naïve |ru Привет"),
    ("en", "5 яблок", "ru 5 яблок"),
    ("en", "Їжак", "uk Їжак"),
    ("bg", "Здравей Їжак", "bg Здравей Їжак"),
    ("en", "the word 漢字 means", "en the word |zh 漢字 |en means"),
    ("en", "東京タワー is 東京", "ja 東京タワー |en is |ja 東京"),
    ("en", "Hello世界!", "en Hello|zh 世界!"),
    ("en", "α is alpha", "en α is alpha"),
    ("en", "αβγ is abc", "el αβγ |en is abc"),
    ("en", 'He said "да", she "нет".', 'en He said |ru "да", |en she |ru "нет".'),
    ("ru", "Привет iPhone", "ru Привет iPhone"),
    ("zh", "我喜欢 Python", "zh 我喜欢 Python"),
    ("ja", "今日は Tokyo です。GPT-4 と", "ja 今日は |en Tokyo |ja です。GPT-4 と"),
    ("ja", "한국어です", "ko 한국어|ja です"),
    ("ko", "漢字 입니다", "zh 漢字 |ko 입니다"),
    ("en", "नमस्ते and नाळ", "hi नमस्ते |en and |mr नाळ"),
    ("ar", "مرحبا hello", "ar مرحبا hello"),
    ("en", "مرحبا and ٹھیک", "ar مرحبا |en and |ur ٹھیک"),
    ("en", "Ես said", "en Ես said"),
    ("en", "2 + 2 = 4 😀", "en 2 + 2 = 4 😀"),
    ("en", "", "en "),
]


@pytest.mark.parametrize(("locale", "text", "expected"), RUNS)
def test_each_stretch_has_its_language(locale: str, text: str, expected: str) -> None:
    assert "|".join(f"{reader.name} {stretch}" for stretch, reader in runs(text, locale)) == expected


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_a_language_reads_its_own_sentences_whole(code: str) -> None:
    assert runs(SENTENCES[code].text, code) == [(SENTENCES[code].text, Locale.of(code))]


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_every_script_has_a_language_that_reads_it(code: str) -> None:
    assert unspeakable(SENTENCES[code].text) is None
    readers = {reader for _, reader in runs(SENTENCES[code].text, "en")}
    assert all(reader.language.scripts & LANGUAGES[code].scripts for reader in readers)
    assert (Locale.of("en") in readers) == (LANGUAGES[code].scripts == {"LATIN"})


@pytest.mark.parametrize("code", ["de", "fr", "hi", "ja", "ko", "th", "zh", "el", "ar"])
def test_words_of_another_script_are_spoken_and_not_spelled(code: str) -> None:
    text = SENTENCES[code].text + " Привет."
    raw = OutputFormat(container="raw", encoding="pcm_s16le", sample_rate=22050)
    pieces = list(
        speak(EspeakEngine(), Job(text, Style(code, EngineVoice(), "espeak", raw, words=True, phonemes=True)))
    )
    sounds = "".join(phoneme.text for piece in pieces for phoneme in piece.phonemes)
    assert sounds.replace("ˈ", "").endswith("prʲivʲet")
    last = [word for piece in pieces for word in piece.words][-1]
    assert last.text == "Привет."
    assert last.end - last.start > 0.2


@pytest.mark.parametrize("word", ["բարեւ", "ኣማርኛ", "ភាសាខ្មែរ", "ལྷ", "မြန်မာ", "ລາວ", "සිංහල", "ᠮᠣᠩᠭᠣᠯ"])
def test_letters_that_no_language_reads_are_silent_among_others(word: str) -> None:
    assert say(f"good {word} morning").sounds == say("good morning").sounds


def test_letters_with_two_accents_are_read_as_they_are_without() -> None:
    assert say("Nguyễn").sounds == say("Nguyen").sounds
    assert say("Nguyễn", "vi").sounds != say("Nguyen", "vi").sounds


@pytest.mark.parametrize(("text", "script"), [("բարեւ", "Armenian"), ("ខ្មែរ 42!", "Khmer"), ("ꦲꦏ꧀", "Javanese")])
def test_a_text_in_a_script_of_no_language_is_unspeakable(text: str, script: str) -> None:
    assert unspeakable(text) == script


@pytest.mark.parametrize(
    "text", ["", "42.50", "... !?", "😀", "ＡＢＣ", "Привет", "Armenian բարեւ", "日本", "ｶﾞｷﾞ", "々ー"]
)
def test_any_other_is_speakable(text: str) -> None:
    assert unspeakable(text) is None


@given(st.text(st.sampled_from('aé я漢かカ가α«"( .,5Ես😀ـ'), max_size=30), st.sampled_from(sorted(LANGUAGES)))
def test_runs_are_the_text(text: str, code: str) -> None:
    parts = runs(text, code)
    assert "".join(stretch for stretch, _ in parts) == text
    assert all(stretch for stretch, _ in parts) or not text
    assert all(before[1] != after[1] for before, after in pairwise(parts))


def test_an_unknown_language_is_an_error() -> None:
    with pytest.raises(LookupError):
        runs("Hello", "xx")
