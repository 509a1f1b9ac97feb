"""Word times against the sound itself, with tags, numbers and a dictionary in the sentences."""

import runpy
import statistics
from pathlib import Path
from typing import Any

import pytest

TIMESTAMPS: dict[str, Any] = runpy.run_path(str(Path(__file__).parents[4] / "benchmarks/timestamps.py"))
SENTENCES = list(TIMESTAMPS["sentences"]())


def test_there_are_fifty_sentences_in_five_languages() -> None:
    assert len(SENTENCES) == 50
    assert len({language for language, _, _ in SENTENCES}) == 5


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "it"])
def test_words_begin_when_they_are_said_to(language: str) -> None:
    found = [TIMESTAMPS["errors"](*sentence) for sentence in SENTENCES if sentence[0] == language]
    assert None not in found, "every word that is told is heard, and no other"
    errors = [error for some in found for error in some]
    assert len(errors) > 50
    # In German, words that begin with a vowel begin with a stop of the glottis, which is 15 ms of silence.
    assert statistics.median(map(abs, errors)) < (20 if language == "de" else 10)
    assert all(-80 < error < 5 for error in errors)
