"""Where texts are cut, in many languages, and that nothing of them is lost."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ownvoice.text import sentences as cutting
from ownvoice.text.sentences import LONGEST

# Each text with a bar where it should be cut.
CUT = [
    # plain
    "Hello there. |How are you? |Fine!",
    "One line.\n|Another line.",
    "No end",
    "Ends with space. ",
    "",
    "   ",
    # abbreviations, initials, numbers
    "Dr. Smith met Mrs. Jones. |He left.",
    "The works of J. S. Bach. |A sonata.",
    "They have apples, pears, etc. and more. |Good.",
    "Bring it, e.g. Monday, i.e. soon. |Thanks.",
    "Take approx. 5 of them. |Done.",
    "No. 5 is alive. |Fig. 3 shows it.",
    "Is it so? |No. |I am sure.",
    "Room No. seven is free.",
    "Was ist z.B. das? |Am 3. Oktober war es.",
    "El Sr. García y la Sra. López. |Bien.",
    "It costs 3.14 dollars. |Version 2.0 costs 1,000.50.",
    "1. First\n2. Second",
    "approx. half of it. |Yes.",
    # ellipses and mixed ends
    "Wait... |What? |Go on.",
    "Well ... no.",
    "Then… |Nothing.",
    "Really?! |Yes!!! |Oh.",
    # quotes and brackets
    "“Go!” |She went.",
    "“Stop!” he said. |“Why?” asked the man.",
    "(He left.) |She stayed. |[Why?] |Who knows.",
    '"Yes." |"No."',
    "«Allez!» |Il part.",
    "is it? |yes! |it is.",
    # what looks like an end and is none
    "See https://a.example/x?y=1.2&z=3 for more. |Ok.",
    "Mail a.b@c.de or call. |Thanks.",
    "The U.S. Senate sits.",
    "Use file.txt, not a.out.",
    # other scripts
    "今日は。|元気ですか？|はい！|次",
    "他说：“走吧。”|然后走了。",
    "「行け。」|次。 |また。",
    "مرحبا، كيف حالك؟ |بخير. |شكرا!",
    "یہ کتاب ہے۔ |وہ قلم ہے۔",
    "मैं हर सुबह चाय पीता हूँ। |तुम हो॥ |अंत।",
    "আমি চা খাই। |তুমি?",
    "Она ушла. |Он остался… |Да.",
    "안녕하세요. |반갑습니다.",
    # blank lines
    "A title\n\n|Its text",
    "One\r\n\r\n|Two\n \t\n|Three",
    "Signed, Mr.\n\n|Next letter.",
    "A title\nand more",
]


def sentences(text: str, longest: int = LONGEST) -> list[str]:
    return [sentence.text for sentence in cutting.sentences(text, longest)]


@pytest.mark.parametrize("marked", CUT, ids=range(len(CUT)))
def test_cuts(marked: str) -> None:
    assert sentences(marked.replace("|", "")) == [part for part in marked.split("|") if part]


@given(st.text(st.sampled_from("ab B1.!?…。！」\"') \n\r\t,、:।؟Dr")), st.integers(1, 30))
@example("\n\n\n\n", 3)
def test_joined_they_are_the_text_and_none_is_too_long(text: str, longest: int) -> None:
    parts = sentences(text, longest)
    assert "".join(parts) == text
    assert all(part and len(part.rstrip()) <= longest for part in parts)


@given(st.text())
def test_any_text_is_kept(text: str) -> None:
    assert "".join(sentences(text)) == text


def test_a_long_sentence_is_cut_after_a_clause() -> None:
    clause = "and then they went on, "
    parts = sentences(30 * clause)
    assert all(part.rstrip().endswith(",") for part in parts)
    assert all(LONGEST // 4 < len(part) <= LONGEST for part in parts[:-1])


def test_without_clauses_it_is_cut_between_words() -> None:
    parts = sentences(200 * "word ")
    assert {word for part in parts for word in part.split()} == {"word"}
    assert len(parts) == 3


def test_without_spaces_it_is_cut_anywhere() -> None:
    assert [len(part) for part in sentences("a" * 1000)] == [400, 400, 200]


def test_ten_thousand_words() -> None:
    text = 2000 * "The cat sat down. " + 2000 * "Then it slept, at last! "
    parts = sentences(text)
    assert "".join(parts) == text
    assert len(parts) == 4000


@pytest.mark.parametrize("unit", [".", "\n", "。", " \n", ".)", "?!", ")", "'", ". ", "a.", "\n "])
def test_the_time_does_not_grow_with_the_square_of_the_length(unit: str) -> None:
    """Were it so, each of these would take minutes: a client could stop the server with one text."""
    text = 200_000 // len(unit) * unit + "a"
    assert "".join(sentences(text)) == text
