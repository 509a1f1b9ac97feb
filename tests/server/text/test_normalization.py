"""Normalization: tables of what is written and what is said, in `golden/`."""

import re
from difflib import SequenceMatcher
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from espeak_speech import say
from ownvoice.engines import EngineVoice, Utterance
from ownvoice.engines.espeak import EspeakEngine
from ownvoice.text.languages import LANGUAGES
from ownvoice.text.normalization import normalize, rules_of
from ownvoice.text.number_words import words_of_tokens
from ownvoice.text.readings import Reading, apply_readings
from ownvoice.text.words import words

BEGIN_OF_WORDS = r"(?<![\w.])(?:"
"""Of the pattern of `rules.words`."""
TABLES = sorted((Path(__file__).parent / "golden").glob("*.tsv"))
ROWS = [(table.stem, *line.split("\t")) for table in TABLES for line in table.read_text(encoding="utf-8").splitlines()]
HEARD = [row for row in ROWS if any(sign in row[1] for sign in "$€%°:/²XV-–") or "km" in row[1]]
HOSTILE = [
    "1,234,", "1.1.1.1.", "1", "$", "a@", "www.", "https://", "a.b.", "1-2-", "+1 (2) ", "*", "#", "x", "IVX", "12:34:",
    "😂", "👩\u200d", "\ufe0f", "1 234 ", "Henry V ", "March 3 ", "@a.b", "1/2/", "-5 ", " ", "\n", "Jan.", "the 3 of ",
]  # fmt: skip
"""What is repeated to find a rule that takes more time for each character of a longer text."""


def said(text: str, locale: str) -> str:
    return " ".join(word for token in spoken(text, locale, normalize(text, locale)) for word in token)


def spoken(text: str, locale: str, readings: tuple[Reading, ...]) -> list[list[str]]:
    return words_of_tokens(text, words(text, locale), readings, locale)


def sounds(text: str, locale: str, *, by_rules: bool) -> str:
    """The phonemes of a text, without stress and length, which depend on what stands beside a word."""
    readings = normalize(text, locale) if by_rules else ()
    pieces = EspeakEngine().speak(Utterance(text, locale, EngineVoice(), readings))
    names = "".join(phoneme.text for piece in pieces for phoneme in piece.phonemes)
    return "".join(sign for sign in names if sign not in "ˈˌː")


def test_the_tables_are_long_enough() -> None:
    rows = {table.stem: sum(row[0] == table.stem for row in ROWS) for table in TABLES}
    assert rows["en"] >= 60
    assert min(rows[code] for code in ("es", "fr", "de")) >= 20


@pytest.mark.parametrize(("locale", "written", "words"), ROWS)
def test_what_is_written_is_said_as_it_is_read(locale: str, written: str, words: str) -> None:
    assert said(written, locale) == words


@pytest.mark.parametrize(("locale", "written", "words"), HEARD)
def test_the_engine_says_what_the_words_say(locale: str, written: str, words: str) -> None:
    read_out, words_out = sounds(written, locale, by_rules=True), sounds(words, locale, by_rules=False)
    # Digits and the words for them differ by an "and" or a vowel, as the engine has its own rules for either.
    assert SequenceMatcher(None, read_out, words_out, autojunk=False).ratio() > 0.88, (read_out, words_out)


@pytest.mark.parametrize("locale", ["en", "es", "fr", "de"])
def test_plain_words_are_left_to_the_engine(locale: str) -> None:
    for text in ("Hello there, how are you?", "NASA", "42", "U.S.A.", "GPT-4", "a-b", "@user", "x_y", "…", "?!", ""):
        assert normalize(text, locale) == ()


@pytest.mark.parametrize(("locale", "written", "words"), ROWS)
def test_the_rules_that_are_left_out_would_have_found_nothing(locale: str, written: str, words: str) -> None:
    # Plain sentences are not looked at by any rule; with a sign in them that no rule has, they are.
    before = [(reading.start, reading.said) for reading in normalize(written, locale)]
    assert [(reading.start, reading.said) for reading in normalize(written + "\n\n§", locale)] == before


@pytest.mark.parametrize("locale", ["en", "es", "fr", "de"])
def test_no_abbreviation_is_left_out(locale: str) -> None:
    tables = [
        rule.pattern.pattern for rule in rules_of(locale).rules if rule.pattern.pattern.startswith(BEGIN_OF_WORDS)
    ]
    written = [re.sub(r"\\(.)", r"\1", word) for table in tables for word in table.split("(?:", 1)[1][:-6].split("|")]
    assert len(written) >= 5
    for word in written:
        assert normalize(f"So {word} So", locale), word


def test_sentences_that_end_in_a_short_word_are_plain() -> None:
    for text in ("The old keeper sat by the fire.", "Vengo de casa.", "Il est dans la rue.", "Er ist zu Hause. So!"):
        assert all(rules_of(locale).is_plain(text) for locale in LANGUAGES), text


def test_readings_are_per_word_where_they_can_be() -> None:
    text = "On March 3, 2024, 3 km from Dr. Who, $1.5 million and 5 Mio."
    spans = words(text, "en")
    for reading in normalize(text, "en"):
        assert any(start <= reading.start <= reading.end <= end for start, end in spans), reading


def test_the_words_of_a_reading_share_the_time_of_what_is_written() -> None:
    text = "It costs $12.50 today."
    pieces = list(EspeakEngine().speak(Utterance(text, "en", EngineVoice(), normalize(text, "en"))))
    times = [word for piece in pieces for word in piece.words]
    assert [word.text for word in times] == text.split()
    assert times[2].end - times[2].start > 1.0


def test_emoji_are_named_once_and_without_their_dress() -> None:
    for written, bare in [("😂😂😂", "😂"), ("👍🏽", "👍"), ("❤️", "❤"), ("👨‍👩‍👧", "👪"), ("🏳️‍🌈", "🌈"), ("1️⃣", "1")]:
        for locale in ("en", "fi"):
            assert apply_readings(written, normalize(written, locale)).text == bare
    assert say("😂", "en").sounds == "feɪswɪðtɪɹzʌvdʒɔɪ"


@pytest.mark.parametrize("locale", ["en", "es", "fr", "de"])
def test_long_hostile_texts_are_read_all_the_same(locale: str) -> None:
    # Were any rule quadratic, this would take minutes.
    for pattern in HOSTILE:
        text = (pattern * 10_000)[:10_000]
        assert apply_readings(text, normalize(text, locale)).written == len(text)
    text = "".join((pattern * 7_200)[:7_200] for pattern in HOSTILE)
    assert len(text) > 200_000
    assert apply_readings(text, normalize(text, locale)).written == len(text)


@given(
    st.text(st.sampled_from("0123456789.,:/-+$€%#@ ()amkVIX½😂\u200d°C\n'*h"), max_size=40),
    st.sampled_from(sorted(LANGUAGES)),
)
def test_readings_of_any_text_fit_it(text: str, code: str) -> None:
    readings = normalize(text, code)
    assert apply_readings(text, readings).written == len(text)
    assert len(spoken(text, code, readings)) == len(words(text, code))


def test_an_unknown_language_is_an_error() -> None:
    with pytest.raises(LookupError):
        normalize("42", "xx")
