"""Text that streams in: what goes out of the buffer, and when it may."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ownvoice.text.sentences import LONGEST, Sentence, SentenceBuffer, sentences

# Messages of a client, with what goes out of the buffer; what is left at the end goes out with the flush.
STREAMS: list[tuple[list[str], list[str]]] = [
    (["Hello ", "there. ", "How ", "are you?"], ["Hello there. ", "How are you?"]),
    (["One. Two. Three"], ["One. ", "Two. ", "Three"]),
    # a message that ends a sentence ends it, although the next begins without a space
    (["friend.", "This is it."], ["friend.", "This is it."]),
    (["Hello there friend.", "this is it."], ["Hello there friend.", "this is it."]),
    (["Are you there?", "Yes!", "Good."], ["Are you there?", "Yes!", "Good."]),
    (["I have come.", "3 of us have."], ["I have come.", "3 of us have."]),
    (["He said so.", "“Go!”", "She went."], ["He said so.", "“Go!”", "She went."]),
    (["Vamos.", "¿Adónde?"], ["Vamos.", "¿Adónde?"]),
    (["Она ушла.", "Он остался."], ["Она ушла.", "Он остался."]),
    (["مرحبا، كيف حالك؟", "بخير."], ["مرحبا، كيف حالك؟", "بخير."]),
    # but not what only looks like one
    (["It costs 3.", "50 dollars."], ["It costs 3.50 dollars."]),
    (["3", ".", "1", "4"], ["3.14"]),
    (["example.", "com is"], ["example.com is"]),
    (["https://a.", "example/x", "?y=1", ".2 is it. ", "Yes"], ["https://a.example/x?y=1.2 is it. ", "Yes"]),
    (["Ph", ".", "D", ". Smith"], ["Ph.D. Smith"]),
    (["Dr.", " Smith"], ["Dr. Smith"]),
    (["Dr.", "Smith came."], ["Dr.Smith came."]),
    (["Mr", ". ", "Fox. ", "He"], ["Mr. Fox. ", "He"]),
    (["e", ".", "g", ".", " this"], ["e.g. this"]),
    # ellipses, closing quotes, runs of marks
    (["Well", ".", ".", ".", " no."], ["Well... no."]),
    (["Wait", "...", " What", "?"], ["Wait... ", "What?"]),
    (["Really", "?", "!", " Yes"], ["Really?! ", "Yes"]),
    (["“Go", ".", "”", " She"], ["“Go.” ", "She"]),
    (['"Go.', '" ', "She"], ['"Go." ', "She"]),
    # scripts without spaces
    (["今日は", "。", "元気", "ですか", "？", "はい"], ["今日は。", "元気ですか？", "はい"]),
    (["他说：“走吧", "。", "”", "然后"], ["他说：“走吧。”", "然后"]),
    # a tag that is split over messages
    (["Hi <br", 'eak time="1s"/> you. ', "Yes"], ['Hi <break time="1s"/> you. ', "Yes"]),
    (['So. <emotion value="a. B', '! C"/>Yes. ', "No"], ["So. ", '<emotion value="a. B! C"/>Yes. ', "No"]),
    (["a <", " be. ", "C"], ["a < be. ", "C"]),
    (["I <3", " you. ", "C"], ["I <3 you. ", "C"]),
    # blank lines
    (["A title", "\n", "\n", "Its text"], ["A title\n\n", "Its text"]),
    ([""], []),
    (["", " ", ""], [" "]),
]


def texts(sentences: list[Sentence]) -> list[str]:
    return [sentence.text for sentence in sentences]


def streamed(messages: list[str], longest: int = LONGEST) -> list[str]:
    buffer = SentenceBuffer(longest)
    return texts([*(sentence for message in messages for sentence in buffer.push(message)), *buffer.flush()])


@pytest.mark.parametrize(("messages", "expected"), STREAMS, ids=[" ".join(messages)[:40] for messages, _ in STREAMS])
def test_streams(messages: list[str], expected: list[str]) -> None:
    assert streamed(messages) == expected


SANE = st.lists(
    st.sampled_from(
        [
            *("Hello there.", "How are you?", "Yes!", "Dr. Smith came.", "It costs $3.50, or 1,000.", "Wait... what?"),
            *(
                "“Go!”",
                "See a.example/x?y=1.2 now.",
                "(He left.)",
                "J. S. Bach",
                "Well ... no",
                "e.g. this one.",
                "1. A",
            ),
            *(
                "A <b c='d. E'/> tag.",
                "3 < 5 is so.",
                "Она ушла…",
                "بخير؟",
                "No. 5 lives.",
                "a, b; c: d — e",
                "“Stop!” he",
            ),
        ]
    ),
    max_size=8,
)
SPACES = st.sampled_from([" ", "  ", "\n", "\n\n", " \n\n "])


@given(SANE, st.data(), st.sampled_from([20, 30, 50, LONGEST]))
def test_token_by_token_gives_the_sentences_of_the_whole(parts: list[str], data: st.DataObject, longest: int) -> None:
    """Tokens are what language models send: words or parts of them, with the space before or after or by itself."""
    # Where a sentence is cut for its length, some of much space after it may go to one side or the other.
    spaces = SPACES if longest == LONGEST else st.just(" ")
    text = "".join(part + data.draw(spaces) for part in parts)
    tokens = re.findall(data.draw(st.sampled_from([r"\s*\S+|\s+", r"\S+\s*|\s+", r"\w+|\W", r"."])), text, re.DOTALL)
    assert "".join(tokens) == text
    assert streamed(tokens, longest) == texts(sentences(text, longest))


@given(st.lists(st.text(st.sampled_from("ab B1.!?…。！」\"'<>/ \n,、:؟Dr"), max_size=12)), st.integers(1, 30))
@example(["<", "a>", "<b"], 2)
def test_whatever_is_pushed_comes_out_once_and_in_order(messages: list[str], longest: int) -> None:
    assert "".join(streamed(messages, longest)) == "".join(messages)


@given(st.lists(st.tuples(st.text(st.sampled_from("ab.! <>/"), max_size=8), st.booleans())))
def test_also_when_some_of_it_is_taken_before_its_end(messages: list[tuple[str, bool]]) -> None:
    buffer = SentenceBuffer()
    out = []
    for message, take in messages:
        out += buffer.push(message)
        if take:
            out += buffer.take()
            assert buffer.ready == ""
    assert "".join(texts([*out, *buffer.flush()])) == "".join(message for message, _ in messages)
    assert buffer.flush() == []


def test_half_a_tag_is_not_ready() -> None:
    buffer = SentenceBuffer()
    buffer.push("Hello <break ti")
    assert buffer.ready == "Hello "
    assert texts(buffer.take()) == ["Hello "]
    assert (buffer.ready, buffer.take()) == ("", [])
    buffer.push('me="1s"/>')
    assert buffer.ready == '<break time="1s"/>'


@pytest.mark.parametrize("text", ["a < b", "a <3 b", "<" + "a" * 199, "<a <", "a <>", "<-"])
def test_what_cannot_become_a_tag_is_ready(text: str) -> None:
    buffer = SentenceBuffer()
    buffer.push(text)
    assert buffer.ready == text.removesuffix("<")


def test_a_tag_is_waited_for_no_longer_than_200_characters() -> None:
    buffer = SentenceBuffer()
    buffer.push("<" + "a" * 198)
    assert buffer.ready == ""
    buffer.push("a")
    assert buffer.ready == "<" + "a" * 199


@pytest.mark.parametrize(
    "text", ["It is.", "Is it?", "“It is.” ", "它是。", "Is it?!", "It is...", "هو؟", "यह है।", "It is.</b> <b>"]
)
def test_what_looks_like_an_end(text: str) -> None:
    buffer = SentenceBuffer()
    buffer.push(text)
    assert buffer.ends_sentence()


@pytest.mark.parametrize("text", ["", " ", "It is", "It is,", "Dr.", "J. S.", "e.g. ", "It is: "])
def test_what_does_not(text: str) -> None:
    buffer = SentenceBuffer()
    buffer.push(text)
    assert not buffer.ends_sentence()
    assert not buffer.is_whole_message()


@pytest.mark.parametrize(
    ("messages", "whole"),
    [
        (["Hello there."], True),
        (["Hello there. And you? "], True),
        (["Hello", " there friend."], True),
        (["Hello", " there", "."], False),
        (["Hello."], False),
        (["It costs 3."], False),
        (["It was Dr."], False),
        (["Hello there. <br"], True),
        (["今日は いい。"], True),
        (["It is <spell>AB.</spell>"], True),
        (['It is so.<emotion value="sad"/>'], True),
        (["It is <spell>AB</spell>"], False),
        (["It is so. <<b|ɑ>>"], False),
        (["It is. <3>"], False),
    ],
)
def test_a_message_of_several_words_that_ends_a_sentence_is_whole(messages: list[str], whole: bool) -> None:
    buffer = SentenceBuffer()
    for message in messages:
        buffer.push(message)
    assert buffer.is_whole_message() == whole


def test_what_is_buffered_stays_small() -> None:
    buffer = SentenceBuffer()
    out = []
    for _ in range(20_000):
        out += buffer.push("word ")
        assert len(buffer.ready) <= LONGEST
    assert "".join(texts([*out, *buffer.flush()])) == 20_000 * "word "


def test_white_space_without_end_is_not_kept() -> None:
    buffer = SentenceBuffer()
    out = "".join(part.text for _ in range(1000) for part in buffer.push("\n\n "))
    assert len(buffer.ready) <= 2 * LONGEST
    assert out + buffer.ready == "\n\n " * 1000
