"""Word times against the sound itself, with tags, numbers and a dictionary in the sentences."""

import statistics

import pytest

from timestamps import errors, sentences

SENTENCES = list(sentences())


def test_there_are_fifty_sentences_in_five_languages() -> None:
    assert len(SENTENCES) == 50
    assert len({language for language, _, _ in SENTENCES}) == 5


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "it"])
def test_words_begin_when_they_are_said_to(language: str) -> None:
    found = [errors(*sentence) for sentence in SENTENCES if sentence[0] == language]
    paired = [some for some in found if some is not None]
    assert len(paired) == len(found), "every word that is told is heard, and no other"
    milliseconds = [error for some in paired for error in some]
    assert len(milliseconds) > 50
    # In German, words that begin with a vowel begin with a stop of the glottis, which is 15 ms of silence.
    assert statistics.median(map(abs, milliseconds)) < (20 if language == "de" else 10)
    assert all(-80 < error < 5 for error in milliseconds)
