"""Numbers in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartesia.types import OutputFormat
from ownvoice.engines import EngineVoice
from ownvoice.engines.tone import CHARACTER_SECONDS, SAMPLE_RATE, ToneEngine
from ownvoice.text.languages import LANGUAGES
from ownvoice.text.number_words import in_words
from ownvoice.tts.speech import Job, Style, speak

SPELLED = [
    ("en", "42", "forty-two"),
    ("en-GB-scotland", "42", "forty-two"),
    ("en", "(42),", "(forty-two),"),
    ("en", "1,234.5", "one thousand two hundred and thirty-four point five"),
    ("en", "0.25", "zero point two five"),
    ("de", "50%!", "fünfzig %!"),
    ("en", "1st", "first"),
    ("en", "22nd.", "twenty-second."),
    ("en", "007", "zero zero seven"),
    ("en", "1234567890123456", "one two three four five six seven eight nine zero one two three four five six"),
    ("de", "42", "zweiundvierzig"),
    ("de", "1.000", "eintausend"),
    ("de", "3,5", "drei Komma fünf"),
    ("de", "3.5", "drei Komma fünf"),
    ("fr", "21", "vingt et un"),
    ("es", "21.", "veintiuno."),
    ("pt-BR", "42", "quarenta e dois"),
    ("ru", "42", "сорок два"),
    ("ar", "٤٢", "اثنان و أربعون"),
    ("nb", "8", "åtte"),
]
KEPT = [
    # in languages that are not known, what is not a number, and what would be misread
    *(("hi", "42"), ("zh", "42"), ("el", "3,5"), ("it", "3,5"), ("fr", "1st"), ("en", "Hello,"), ("en", "GPT-4")),
    *(("en", "10:30"), ("en", "1/2"), ("en", "3.14.15"), ("en", "1,2,3"), ("en", "-4"), ("en", "x2"), ("en", "…")),
    *(("en", "²"), ("en", ""), ("en", "5pm")),
]


@pytest.mark.parametrize(("locale", "word", "spoken"), SPELLED)
def test_numbers_are_spelled_out(locale: str, word: str, spoken: str) -> None:
    assert in_words(word, locale) == spoken.split()


@pytest.mark.parametrize(("locale", "word"), KEPT)
def test_everything_else_stays(locale: str, word: str) -> None:
    assert in_words(word, locale) == [word]


def test_japanese_has_a_token_per_character() -> None:
    assert in_words("42", "ja") == ["四", "十", "二"]


def test_an_unknown_language_is_an_error() -> None:
    with pytest.raises(LookupError):
        in_words("42", "xx")


@given(st.text(st.sampled_from("0123456789.,$€%st-()a٤²"), max_size=20), st.sampled_from(sorted(LANGUAGES)))
def test_any_word_in_any_language_has_words(word: str, code: str) -> None:
    spoken = in_words(word, code)
    assert spoken == [word] or all(part and not any(character.isspace() for character in part) for part in spoken)


def test_the_words_of_a_number_share_its_time() -> None:
    raw = OutputFormat(container="raw", encoding="pcm_s16le", sample_rate=SAMPLE_RATE)
    style = Style("en", EngineVoice(), "tone", raw, words=True, normalized=True)
    words = [word for piece in speak(ToneEngine(), Job("I have 1,200.5 of them.", style)) for word in piece.words]
    texts = ["I", "have", "one", "thousand", "two", "hundred", "point", "five", "of", "them."]
    assert [word.text for word in words] == texts
    number = words[2:8]
    assert number[0].start == pytest.approx(7 * CHARACTER_SECONDS)
    assert number[-1].end == pytest.approx(14 * CHARACTER_SECONDS)
    letters = sum(len(word.text) for word in number)
    for word in number:
        assert word.end - word.start == pytest.approx(len(word.text) / letters * 7 * CHARACTER_SECONDS)
    times = [time for word in words for time in (word.start, word.end)]
    assert times == sorted(times)
