"""Which tags there are in a text, and what is text."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ownvoice.text.markup import (
    LONGEST_TAG,
    Break,
    Emotion,
    Mark,
    Nothing,
    Phonemes,
    Speed,
    Spell,
    TaggedText,
    Volume,
    Words,
    begun_tag,
)


def marks(*texts: str) -> list[Mark]:
    return [mark for text in texts for mark in TaggedText.of(text).marks()]


@pytest.mark.parametrize(
    ("tag", "mark"),
    [
        ('<break time="1s"/>', Break(1.0)),
        ('<break time="200ms"/>', Break(0.2)),
        ('<break time="1.5 s" />', Break(1.5)),
        ("<break time='.5s'>", Break(0.5)),
        ("<break time=2s/>", Break(2.0)),
        ("<BREAK TIME=“1S”/>", Break(1.0)),
        ('<break time="2"/>', Break(2.0)),
        ('<break strength="weak" time="1s"/>', Break(1.0)),
        ('<break time="1h"/>', Nothing()),
        ('<break time="-1s"/>', Nothing()),
        ("<break/>", Nothing()),
        ('<break time="100s"/>', Break(10.0)),
        ('<break time="99999999ms"/>', Break(10.0)),
        ('<speed ratio="1.2"/>', Speed(1.2)),
        ('<speed ratio="9"/>', Speed(1.5)),
        ('<speed ratio="0"/>', Speed(0.6)),
        ('<speed ratio="nan"/>', Nothing()),
        ('<speed value="1.2"/>', Nothing()),
        ('<volume ratio="0.5"/>', Volume(0.5)),
        ('<volume ratio="1e9"/>', Nothing()),
        ('<volume ratio="10"/>', Volume(2.0)),
        ('<emotion value="angry"/>', Emotion("angry")),
        ('<emotion value="sad and lonely"/>', Emotion("sad and lonely")),
        ("<emotion/>", Nothing()),
        ("<<ˈ|b|ɑ>>", Phonemes("ˈ|b|ɑ")),
        ("[laughter]", Nothing()),
        ("[Laughter]", Nothing()),
        ("<b>", Nothing()),
        ("</speed>", Nothing()),
        ('<prosody rate="fast">', Nothing()),
        ('<audio src="file:///etc/passwd"/>', Nothing()),
    ],
)
def test_tags(tag: str, mark: Mark) -> None:
    assert marks(tag) == [mark]
    assert marks(f"a{tag}b") == [Words("a"), mark, Words("b")]


@pytest.mark.parametrize(
    "text",
    [
        "2 < 3 and 5 > 4",
        "a<b",
        "a <b and c> d",
        "I <3 you",
        "Write to <bob@example.com>.",
        "<https://example.com/?a=b>",
        "<<hello world>>",
        "<>",
        "< break >",
        "<break time=",
        "[laugh]",
        "[[h@'loU]]",
        "<" + LONGEST_TAG * "b" + ">",
        '<b a="<">',
    ],
)
def test_what_is_text(text: str) -> None:
    assert marks(text) == [Words(text)]


def test_spelling_begins_and_ends() -> None:
    assert marks("a <spell>B1", "C2</spell> d") == [
        Words("a "),
        Spell(True),
        Words("B1"),
        Words("C2"),
        Spell(False),
        Words(" d"),
    ]
    assert marks("<spell/>a") == [Spell(False), Words("a")]


@pytest.mark.parametrize(
    ("text", "something"),
    [
        ('<break time="1s"/>', True),
        ("<<b|ɑ>>", True),
        ('<emotion value="sad"/>', False),
        ('<volume ratio="2"/> ...', False),
        ('<volume ratio="2"/> 5', True),
        ("", False),
    ],
)
def test_whether_a_text_says_something(text: str, something: bool) -> None:
    assert TaggedText.of(text).is_audible() == something


def test_what_is_left_without_tags() -> None:
    assert TaggedText.of('Это <break time="1s"/><<b|ɑ>>тест <b>').words().split() == ["Это", "тест"]


@pytest.mark.parametrize(
    "begun", ["<", "<br", "<break time='1", "</sp", "<<", "<<b|", "<<b>", "[", "[laugh", "[laughter"]
)
def test_what_may_become_a_tag(begun: str) -> None:
    assert begun_tag("a " + begun) == 2


@pytest.mark.parametrize(
    "text", ["a", "a < ", "<3", "[lots", "<<>", "<<1 b", "<b>", "[laughter]", "<<b>>", "<" + 200 * "b"]
)
def test_what_may_not(text: str) -> None:
    assert begun_tag(text) == len(text)


TAGS = st.sampled_from(
    ['<break time="1s"/>', "<spell>", "</spell>", "<<b|ɑ>>", "[laughter]", "<b>", "2 < 3", "<x@y>", "a", "["]
)


@given(st.lists(TAGS | st.text(max_size=4)).map("".join), st.data())
def test_no_tag_is_cut_that_is_kept_until_its_end(text: str, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(text)))
    safe = begun_tag(text[:cut])
    whole = [mark for mark in marks(text) if not isinstance(mark, Words)]
    cut_there = [mark for mark in marks(text[:safe], text[safe:]) if not isinstance(mark, Words)]
    assert cut_there == whole


@given(st.lists(TAGS | st.text(max_size=4)).map("".join), st.data())
def test_a_text_knows_its_tags_in_its_parts_and_when_it_is_joined(text: str, data: st.DataObject) -> None:
    cut = begun_tag(text[: data.draw(st.integers(0, len(text)))])
    whole = TaggedText.of(text)
    first, second = whole.part(0, cut), whole.part(cut, len(text))
    assert (first, second) == (text[:cut], text[cut:])
    assert [*first.marks()] == marks(text[:cut])
    assert [*second.marks()] == marks(text[cut:])
    assert (first.joined(second), first.joined(second).tags) == (text, whole.tags)


def test_a_text_is_a_string_that_crosses_to_another_process() -> None:
    text = TaggedText.of('a <break time="1s"/> b')
    assert text == 'a <break time="1s"/> b'
    assert TaggedText.of(text) is text
    assert pickle.loads(pickle.dumps(text)).tags == text.tags
