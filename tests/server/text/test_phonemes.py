"""The phonemes of a text, by the phonemizer that is installed."""

import pytest

from ownvoice.text import phonemes as stage
from ownvoice.text.phonemes import phonemes


def pronounced(text: str, locale: str) -> dict[str, str]:
    """Return the words of a text with their phonemes joined, without stress."""
    return {text[word.start : word.end]: "".join(word.phonemes).replace("ˈ", "") for word in phonemes(text, locale)}


@pytest.mark.parametrize(
    ("text", "locale", "expected"),
    [
        ("Good morning.", "en", {"Good": "ɡʊd", "morning.": "mɔːɹnɪŋ"}),
        ("Guten Tag!", "de", {"Guten": "ɡuːtən", "Tag!": "tɑːk"}),
        ("This costs $2.", "en", {"This": "ðɪs", "costs": "kɔsts", "$2.": "tuːdɑːlɚz"}),
        ("apples - a lot", "en", {"apples": "æpəlz", "-": "", "a": "ɐ", "lot": "lɑːt"}),
        ("你好", "zh", {"你": "niχ", "好": "ɑu"}),
    ],
)
def test_words_and_their_phonemes(text: str, locale: str, expected: dict[str, str]) -> None:
    assert pronounced(text, locale) == expected


def test_a_word_that_comes_twice_is_told_apart_by_its_place() -> None:
    assert [(word.start, word.end) for word in phonemes("no, no", "en")] == [(0, 3), (4, 6)]


def test_a_language_that_it_does_not_know() -> None:
    with pytest.raises(LookupError, match="tlh"):
        phonemes("Qapla", "tlh")


def test_without_a_phonemizer_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    stage.phonemizer.cache_clear()
    monkeypatch.setattr(stage, "entry_points", lambda group: [])
    with pytest.raises(LookupError, match=r"pip install \"ownvoice\[server\]\""):
        phonemes("Hello.", "en")
    stage.phonemizer.cache_clear()
