from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ownvoice.text.languages import LANGUAGES
from ownvoice.text.words import words


def tokens(text: str, locale: str) -> list[str]:
    return [text[start:end] for start, end in words(text, locale)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \n ", []),
        ("Hello, world!", ["Hello,", "world!"]),
        ("  It costs\n$42.50 — or\t1,234...  ", ["It", "costs", "$42.50", "—", "or", "1,234..."]),
        ("co-op “quoted” 😀", ["co-op", "“quoted”", "😀"]),
        ("non\u00a0breaking\u3000spaces", ["non", "breaking", "spaces"]),
        ("中文 too", ["中文", "too"]),
    ],
)
def test_words_stand_between_white_space_with_their_punctuation(text: str, expected: list[str]) -> None:
    assert tokens(text, "en") == expected


@pytest.mark.parametrize(
    ("text", "locale", "expected"),
    [
        ("早上好，朋友。", "zh", ["早", "上", "好", "，", "朋", "友", "。"]),
        ("我有3.5个GPT-4和iPhone", "zh-Hans", ["我", "有", "3.5", "个", "GPT-4", "和", "iPhone"]),
        ("おはよー、東京々", "ja", ["お", "は", "よ", "ー", "、", "東", "京", "々"]),
        ("か\u3099き", "ja", ["か\u3099", "き"]),
        ("１２３円 café don’t", "ja", ["１２３", "円", "café", "don’t"]),
        ("𠀀好 ok!", "zh", ["𠀀", "好", "ok", "!"]),
        ("ｶﾞ", "ja", ["ｶ", "ﾞ"]),
    ],
)
def test_chinese_and_japanese_have_a_token_per_character(text: str, locale: str, expected: list[str]) -> None:
    assert tokens(text, locale) == expected


def test_an_unknown_language_is_an_error() -> None:
    with pytest.raises(LookupError):
        words("x", "xx")


@given(st.text(max_size=40), st.sampled_from(sorted(LANGUAGES)))
def test_every_character_but_white_space_is_in_exactly_one_token(text: str, code: str) -> None:
    spans = words(text, code)
    assert all(span.start < span.end for span in spans)
    assert all(one.end <= other.start for one, other in pairwise(spans))
    assert "".join(tokens(text, code)) == "".join(text.split())
