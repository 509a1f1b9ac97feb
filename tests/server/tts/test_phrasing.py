"""Phrases carry all that is known of them; and what is found in a text is found once."""

import pickle
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import FrozenInstanceError, replace
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odd_engines import WholeEngine
from ownvoice.text import markup, normalization, sentences
from ownvoice.text.languages import LANGUAGES, Locale, language_of
from ownvoice.text.markup import Break
from ownvoice.text.pronunciation import Entry
from ownvoice.text.readings import Reading
from ownvoice.text.sentences import SentenceBuffer
from ownvoice.text.words import words
from ownvoice.traits.expression import NEUTRAL
from ownvoice.tts.actions import Open, Say
from ownvoice.tts.phrasing import Phrase, Phrasing
from ownvoice.tts.speech import SpeechStream
from talking import Talk, request

LONG = "and then they went on, " * 30
ENTRIES = (Entry("SQL", "/ˈsiːkwəl/"), Entry("word", "$5"))


def phrased(*texts: str, locale: str = "en", continues: bool = False) -> list[Phrase | Break]:
    phrasing = Phrasing(Locale.of(locale), NEUTRAL, ENTRIES)
    return [phrase for text in texts for phrase in phrasing.phrases(text, continues=continues)]


def melody(phrases: list[Phrase | Break]) -> list[tuple[str, str, bool] | None]:
    return [
        (phrase.text.strip(), phrase.before.strip(), phrase.continues) if isinstance(phrase, Phrase) else None
        for phrase in phrases
    ]


@contextmanager
def counted(*functions: Callable[..., Any]) -> Iterator[Counter[str]]:
    """Count the calls of some functions, from wherever they come."""
    names = {function.__code__: function.__name__ for function in functions}
    calls: Counter[str] = Counter()

    def count(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call" and frame.f_code in names:
            calls[names[frame.f_code]] += 1

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        yield calls
    finally:
        sys.setprofile(before)


def test_a_phrase_carries_its_language_its_words_and_its_readings() -> None:
    (phrase,) = phrased("SQL costs $5.", locale="en-GB")
    assert isinstance(phrase, Phrase)
    assert (phrase.locale.name, phrase.locale.language) == ("en-GB", LANGUAGES["en"])
    assert [phrase.text[start:end] for start, end in phrase.tokens] == ["SQL", "costs", "$5."]
    asked = Reading(0, 3, "ˈsiːkwəl", phonemes=True)
    assert phrase.asked == (asked,)
    assert phrase.readings == (asked, Reading(10, 12, "5 dollars"))
    with pytest.raises(FrozenInstanceError):
        phrase.text = ""  # type: ignore[misc]


def test_what_a_dictionary_says_is_not_normalized() -> None:
    (phrase,) = phrased("word 5 km")
    assert isinstance(phrase, Phrase)
    assert [reading.said for reading in phrase.readings] == ["$5", "kilometers"]


def test_every_language_in_a_text_has_phrases_of_its_own() -> None:
    phrases = phrased("He said “да, 5 km” then 3 km.")
    assert [(phrase.text, phrase.locale.name) for phrase in phrases if isinstance(phrase, Phrase)] == [
        ("He said ", "en"),
        ("“да, 5 ", "ru"),
        ("km” then 3 km.", "en"),
    ]
    assert [phrase.readings for phrase in phrases if isinstance(phrase, Phrase)] == [
        (),
        (),
        (Reading(11, 13, "kilometers"),),
    ]


def test_the_melody_continues_in_a_sentence_that_is_cut_by_its_length_alone() -> None:
    whole = "x " * 500
    first, second, third = melody(phrased(whole))
    assert first is not None
    assert second is not None
    assert third is not None
    assert (first[1:], second[1:], third[1:]) == (
        ("", True),
        (first[0], True),
        ((first[0] + " " + second[0])[-399:], False),
    )
    assert all(item is not None and item[1:] == ("", False) for item in melody(phrased(LONG)))


def test_the_melody_continues_from_text_to_text() -> None:
    assert melody(phrased("One ", "two, ", "three. ", "Four ", "five", continues=True)) == [
        ("One", "", True),
        ("two,", "One", False),
        ("three.", "", False),
        ("Four", "", True),
        ("five", "Four", True),
    ]
    assert melody(phrased("One ", "two")) == [("One", "", False), ("two", "One", False)]


def test_no_melody_continues_over_a_break_or_from_language_to_language() -> None:
    assert melody(phrased('One <break time="1s"/> two', continues=True)) == [
        ("One", "", False),
        None,
        ("two", "", True),
    ]
    assert melody(phrased("One ", "да two ", "three", continues=True)) == [
        ("One", "", True),
        ("да", "", False),
        ("two", "", False),
        ("three", "", True),
    ]


PARTS = [
    *("Hello", " there. ", "How are you? ", "$12.50 ", "5 km ", "“да” ", "東京 ", "SQL ", "<b>", "3/4 "),
    *('<speed ratio="1.5"/>', '<break time="1s"/>', "<spell>", "</spell>", "<<b|ɑ>>", "<br", "word ", "\n\n"),
]


@given(st.lists(st.sampled_from(PARTS), max_size=12).map("".join), st.sampled_from(["en", "de", "ja", "fi"]), st.data())
def test_messages_cut_anywhere_give_the_phrases_of_the_whole(text: str, code: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=5)))
    buffer = SentenceBuffer()
    streamed = [
        sentence
        for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)
        for sentence in buffer.push(text[start:end])
    ]
    phrasing = Phrasing(Locale.of(code), NEUTRAL, ENTRIES)
    sentence_by_sentence = [
        phrase for sentence in [*streamed, *buffer.flush()] for phrase in phrasing.phrases(sentence)
    ]

    def without_melody(phrases: list[Phrase | Break]) -> list[Phrase | Break]:
        return [
            replace(phrase, before="", continues=False) if isinstance(phrase, Phrase) else phrase for phrase in phrases
        ]

    assert without_melody(sentence_by_sentence) == without_melody(phrased(text, locale=code))


def test_a_sentence_crosses_to_another_process() -> None:
    for sentence in sentences.sentences('Hello <break time="1s"/> <<b|ɑ>>. <spell>How</spell>?'):
        assert pickle.loads(pickle.dumps(sentence)) == sentence


def test_one_message_is_cut_once_read_for_tags_once_and_its_language_looked_up_twice_at_most() -> None:
    text = (
        'Hello <emotion value="sad"/>there. How <b>are</b> you? It costs $12.50. <spell>AB</spell> <break time="1s"/>'
    )
    talk = Talk()
    with counted(sentences.cut, markup.find_tags, language_of, normalization.normalize) as calls:
        begun, *actions = talk.receive(request(transcript=text, use_normalized_timestamps=True, add_timestamps=True))
        assert isinstance(begun, Open)
        stream = SpeechStream(WholeEngine(0.1), begun.style)
        says = [action for action in actions if isinstance(action, Say)]
        pieces = [piece for say in says for piece in stream.say(say.sentence, continues=say.continues)]
    assert [say.sentence.text for say in says][1:] == [
        "How <b>are</b> you? ",
        "It costs $12.50. ",
        says[-1].sentence.text,
    ]
    assert sum(len(piece.words) for piece in pieces) >= 5
    assert calls["cut"] == 1
    assert calls["find_tags"] == 1
    assert calls["language_of"] <= 2
    assert calls["normalize"] == 5  # once for each phrase


def test_the_words_of_a_phrase_are_those_of_its_text() -> None:
    for phrase in phrased("Hello there. 東京 is “да”.", locale="en"):
        assert isinstance(phrase, Phrase)
        assert list(phrase.tokens) == words(phrase.text, phrase.locale)
