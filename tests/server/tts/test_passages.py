"""From texts with tags to what an engine is asked to say: the same however the text is cut into messages."""

import re
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ownvoice.text.markup import TAG, Break, find_tags
from ownvoice.text.pronunciation import Entry
from ownvoice.text.readings import Reading
from ownvoice.text.sentences import Sentence, SentenceBuffer, sentences
from ownvoice.text.words import words
from ownvoice.traits.expression import FEELINGS, NEUTRAL, Expression
from ownvoice.tts.passages import Passage, TagInterpreter

ASKED = Expression(rate=1.2, volume=0.8)


def phrased(
    *texts: str | Sentence, asked: Expression = NEUTRAL, entries: tuple[Entry, ...] = ()
) -> list[Passage | Break]:
    cut = [sentence for text in texts for sentence in ([text] if isinstance(text, Sentence) else sentences(text))]
    tags = TagInterpreter(asked, entries)
    return [passage for sentence in cut for passage in tags.passages(sentence)]


def test_a_text_without_tags_is_its_sentences() -> None:
    assert phrased("Hello there. How are you?") == [Passage("Hello there. ", NEUTRAL), Passage("How are you?", NEUTRAL)]


def test_breaks_stand_between_phrases() -> None:
    assert phrased('<break time="1s"/>a <break time="2s"/><break time="1s"/> b.<break time="1s"/>') == [
        *(Break(1.0), Passage("a ", NEUTRAL), Break(2.0), Break(1.0), Passage(" b.", NEUTRAL), Break(1.0))
    ]


def test_speed_and_emotion_hold_on_over_sentences_and_texts() -> None:
    sad = replace(ASKED, feeling=FEELINGS["sad"])
    assert phrased('a <emotion value="sad"/>bee. Cat.', "D <speed ratio='0.6'/> e.", "f", asked=ASKED) == [
        Passage("a ", ASKED),
        Passage("bee. ", sad),
        Passage("Cat.", sad),
        Passage("D ", sad),
        *(Passage(text, replace(sad, rate=0.6 * ASKED.rate)) for text in (" e.", "f")),
    ]


def test_ratios_are_factors_on_what_was_asked_for_and_not_on_each_other() -> None:
    first, second = phrased('<speed ratio="1.5"/>a. <speed ratio="1"/>b.', asked=ASKED)
    assert isinstance(first, Passage)
    assert isinstance(second, Passage)
    assert first.expression.rate == pytest.approx(1.8)
    assert second.expression == ASKED


def test_a_volume_does_not_part_a_sentence() -> None:
    assert phrased('a <volume ratio="0.5"/>b <volume ratio="2"/>cat. D.') == [
        Passage("a b cat. ", NEUTRAL, gains=((2, 0.5), (4, 2.0))),
        Passage("D.", Expression(volume=2.0)),
    ]
    assert phrased('<volume ratio="0.5"/>a') == [Passage("a", Expression(volume=0.5))]


def test_a_part_of_a_phrase_is_as_loud_and_as_it_is_read_as_it_was() -> None:
    loud = Expression(volume=2.0, feeling=FEELINGS["angry"])
    readings = Reading(0, 1, "x"), Reading(2, 3, "y"), Reading(3, 5, "z")
    passage = Passage("a b c d", loud, readings, ((2, 0.5 * loud.gain), (6, loud.gain)))
    part = passage.part(2, 4)
    assert (part.text, part.readings, part.gains) == ("b ", (Reading(0, 1, "y"),), ())
    assert part.expression.gain == pytest.approx(0.5 * loud.gain)
    assert passage.part(0, 7) == passage
    assert passage.part(0, 4).gains == passage.gains[:1]
    assert passage.part(4, 7).gains == ((2, loud.gain),)


def test_what_changes_nothing_parts_nothing() -> None:
    assert phrased('a <speed ratio="1"/><emotion value="like a pirate"/>b') == [Passage("a b", NEUTRAL)]


def test_tags_part_words() -> None:
    assert phrased("un<b>believable</b>, is[laughter]it") == [Passage("un believable , is it", NEUTRAL)]


def test_spelling() -> None:
    (passage,) = phrased("It is <spell>aB-1 2ß</spell>, yes.")
    assert passage == Passage(
        "It is aB-1 2ß , yes.", NEUTRAL, (Reading(6, 10, "A, B, -, 1,"), Reading(11, 13, "2, ß,"))
    )
    assert [passage.readings for passage in phrased("<spell>a. ", "b</spell>") if isinstance(passage, Passage)] == [
        (Reading(0, 2, "A, .,"),),
        (Reading(0, 1, "B,"),),
    ]


def test_phonemes_and_the_dictionary() -> None:
    entries = (Entry("b", "bee"), Entry("ɑ", "ah"), Entry("New York", "/nu/"))
    (passage,) = phrased("b <<b|ɑ>>s New York", entries=entries)
    assert passage == Passage(
        "b b|ɑ s New York",
        NEUTRAL,
        (
            Reading(0, 1, "bee"),
            Reading(2, 5, "bɑ", phonemes=True),
            Reading(8, 16, "nu", phonemes=True),
        ),
    )


def test_explicit_markup_beats_the_dictionary() -> None:
    (passage,) = phrased("<spell>SQL</spell> SQL", entries=(Entry("SQL", "sequel"),))
    assert isinstance(passage, Passage)
    assert [reading.said for reading in passage.readings] == ["S, Q, L,", "sequel"]


def test_a_tag_of_remains_is_no_tag() -> None:
    (passage,) = phrased('<speed <b/>ratio="1.5"/>')
    assert passage == Passage(' speed ratio="1.5"/ ', NEUTRAL)


PARTS = [
    *('<break time="1s"/>', '<break time="50ms"/>', "<spell>", "</spell>", "[laughter]", "<<ˈ|b|ɑ>>"),
    *('<speed ratio="1.5"/>', "<speed ratio='x'/>", '<volume ratio="0.5"/>', "<b>", "</p>", "<speed <b/>ratio=2/>"),
    *('<emotion value="sad. Or! not"/>', '<emotion value="neutral"/>', "<break", "<<x", "[", "<", ">", "/>"),
    *("2 < 3", "a<b", "I <3 you", "<bob@example.com>", "[[h@'loU]]", "SQL", "東京", "é"),
    *("Hello", " there. ", "How are you? ", " ", "3", "word", "\n\n"),
]
TEXTS = st.lists(st.sampled_from(PARTS), max_size=12).map("".join)
ENTRIES = (Entry("word", "[[said]] <b>"), Entry("SQL", "/ˈsiːkwəl/"))


def streamed(messages: list[str]) -> list[Sentence]:
    buffer = SentenceBuffer()
    return [*(sentence for message in messages for sentence in buffer.push(message)), *buffer.flush()]


def has_tags(text: str) -> bool:
    return any(tag.effect is not None for tag in find_tags(text))


@given(TEXTS, st.data())
@example("a<brea<b/>k time='1s'/>", None)
def test_messages_cut_anywhere_give_the_phrases_of_the_whole(text: str, data: st.DataObject | None) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=5))) if data is not None else [1, 4]
    messages = [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    whole = phrased(text, entries=ENTRIES)
    assert phrased(*streamed(messages), entries=ENTRIES) == whole

    # No markup is left for an engine, and every word stands in what was written, in order.
    place = 0
    for passage in whole:
        if isinstance(passage, Passage):
            assert not has_tags(passage.text)
            for start, end in words(passage.text, "en"):
                word = passage.text[start:end]
                found = re.compile(re.escape(word).replace(r"\ ", "[<>]")).search(text, place)
                assert found is not None, word
                place = found.end()


@given(
    st.lists(st.sampled_from(PARTS) | st.text(st.sampled_from("<>/[]ab= \"'|.!"), max_size=5), max_size=10), st.data()
)
def test_nothing_is_an_error(parts: list[str], data: st.DataObject) -> None:
    text = "".join(parts)
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=5)))
    texts = [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    for passage in phrased(*texts):
        assert isinstance(passage, Break) or not has_tags(passage.text)
        if isinstance(passage, Break):
            assert 0 <= passage.seconds <= 10


def test_a_long_sentence_is_not_cut_within_a_tag() -> None:
    for padding in range(380, 420):
        text = "a" * padding + '<emotion value="sad and more"/>' + "b " * 300
        passages = [passage for passage in phrased(text) if isinstance(passage, Passage)]
        assert len(passages) > 2
        assert not any(TAG.search(passage.text) or "emotion" in passage.text for passage in passages)
