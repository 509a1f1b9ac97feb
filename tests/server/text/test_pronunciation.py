"""Dictionaries of pronunciations: where their words stand in a text."""

import pytest

from ownvoice.text.pronunciation import Entry, Pronunciations, compile_entries
from ownvoice.text.readings import Reading, apply_readings, merge_readings


def said(text: str, *entries: Entry) -> str:
    return apply_readings(text, Pronunciations(entries).readings(text)).text


@pytest.mark.parametrize(
    ("entries", "text", "expected"),
    [
        ([("SQL", "sequel")], "SQL, sql; MySQL and SQL2", "sequel, sequel; MySQL and SQL2"),
        ([("York", "Jorvik"), ("New York", "Gotham")], "New York, York", "Gotham, Jorvik"),
        ([("New York", "Gotham")], "new\n york", "Gotham"),
        ([("a", "b"), ("b", "a")], "a b", "b a"),
        ([("C++", "see plus plus")], "C++ and C++11", "see plus plus and see plus plus11"),
        ([("Dr.", "Doctor")], "Dr.No", "DoctorNo"),
        ([("naïve", "nah-eev")], "NAÏVE naïveté", "nah-eev naïveté"),
        ([("हिन्द", "x")], "हिन्दी हिन्द", "हिन्दी x"),
        ([("東京", "とうきょう")], "私は東京です", "私はとうきょうです"),
        ([("x", "one"), ("x", "two")], "x", "one"),
        ([("", "nothing"), (" ", "space")], "a b", "a b"),
        ([("(.*)", "regex")], "a (.*) b", "a regex b"),
        ([("mute", "..."), ("mum", "")], "mute mum", "mute mum"),
    ],
)
def test_words(entries: list[tuple[str, str]], text: str, expected: str) -> None:
    assert said(text, *(Entry(*entry) for entry in entries)) == expected


def test_case() -> None:
    entries = Entry("US", "you ess", case_sensitive=True), Entry("it", "eye tea"), Entry("IT", "I T", True)
    assert said("US us it IT", *entries) == "you ess us eye tea I T"


@pytest.mark.parametrize("ipa", ["/ˈtoʊki.oʊ/", "<<ˈ|t|oʊ|k|i.|oʊ>>", " /ˈtoʊki.oʊ/ "])
def test_phonemes(ipa: str) -> None:
    (reading,) = Pronunciations([Entry("Tokyo", ipa)]).readings("in Tokyo")
    assert reading == Reading(3, 8, "ˈtoʊki.oʊ", phonemes=True)


@pytest.mark.parametrize("words", ["/", "and/or", "//", "a / b", "<<a b>>"])
def test_what_is_not_written_as_phonemes(words: str) -> None:
    (reading,) = Pronunciations([Entry("x", words)]).readings("x")
    assert not reading.phonemes


def test_a_dictionary_is_compiled_once() -> None:
    assert compile_entries((Entry("a", "b"),)) is compile_entries((Entry("a", "b"),))


def test_many_entries() -> None:
    dictionary = Pronunciations([Entry(f"word{number}", f"said {number}") for number in range(3000)])
    assert [reading.said for reading in dictionary.readings("a word2999 and word1")] == ["said 2999", "said 1"]


def test_of_two_that_overlap_the_first_is_kept() -> None:
    first = [Reading(2, 4, "a"), Reading(8, 9, "b")]
    second = [Reading(0, 2, "c"), Reading(3, 6, "d"), Reading(4, 8, "e"), Reading(7, 10, "f"), Reading(9, 10, "g")]
    assert [reading.said for reading in merge_readings(first, second)] == ["c", "a", "e", "b", "g"]
    assert merge_readings([], second[:1]) == (second[0],)
    assert merge_readings(first, []) == tuple(first)
