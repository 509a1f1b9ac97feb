"""Ten thousand words, and one letter, as the embedded engine says them."""

import tracemalloc
from collections.abc import Iterator

import numpy as np
import pytest

from cartesia.types import OutputFormat
from native_sentences import SENTENCES
from ownvoice.engines import Engine, EngineVoice
from ownvoice.engines.espeak import EspeakEngine
from ownvoice.engines.tone import ToneEngine
from ownvoice.text.languages import LANGUAGES
from ownvoice.traits.embedding import Traits
from ownvoice.tts.speech import Job, Piece, Style, speak

SAMPLE_RATE = 8000
RAW = OutputFormat(container="raw", encoding="pcm_f32le", sample_rate=SAMPLE_RATE)


def pieces_of(text: str, locale: str = "en", *, engine: Engine | None = None, rate: float = 1.0) -> Iterator[Piece]:
    style = Style(locale, EngineVoice(Traits(rate=rate)), "espeak", RAW, words=True, phonemes=True)
    return speak(engine or EspeakEngine(), Job(text, style))


def long_text(sentences: int) -> str:
    """Numbered sentences of about seven words, some with sums, dates, other scripts and emoji."""
    turns = (
        "Number {} is a sentence like any other.",
        "In {} words, it costs $12.50, or 5 km!",
        "Was that {} on March 3, 2024?",
        "“Привет”, she said {} times 😀.",
    )
    return " ".join(turns[number % len(turns)].format(number) for number in range(sentences))


# `benchmarks/long_text.py` says ten thousand words with espeak too.
@pytest.mark.parametrize(("engine", "sentences"), [(ToneEngine(0.2), 1400), (EspeakEngine(), 200)])
def test_no_word_of_a_long_text_is_missing_and_memory_is_flat(engine: Engine, sentences: int) -> None:
    text = long_text(sentences)
    assert len(text.split()) > 7 * sentences
    words: list[str] = []
    before = 0.0
    pieces = pieces_of(text, engine=engine, rate=2.8)
    first = next(pieces)  # all that is loaded on first use is
    words += [word.text for word in first.words]
    tracemalloc.start()
    try:
        for piece in pieces:
            for word in piece.words:
                words.append(word.text)
                assert word.end >= word.start >= before - 1e-6
                before = word.start
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert words == text.split()
    assert peak < 4_000_000  # a minute of speech is 2 MB here


@pytest.mark.parametrize("text", ["Hi", "OK.", "7", "a", "I", "😀", "🫠", "€", "No!", "W", "42.", "❤️", "👍🏽", "½"])
def test_the_shortest_texts_are_clean_speech(text: str) -> None:
    pieces = list(pieces_of(text))
    samples = np.frombuffer(b"".join(piece.audio for piece in pieces), np.float32)
    assert 0.1 < len(samples) / SAMPLE_RATE < 2.5
    assert 0.05 < np.abs(samples).max() < 1
    assert [word.text for piece in pieces for word in piece.words] == [text]
    assert [phoneme for piece in pieces for phoneme in piece.phonemes]


@pytest.mark.parametrize("code", sorted(LANGUAGES))
@pytest.mark.parametrize("text", ["7", "🎉", "{first}"])
def test_one_word_is_spoken_in_every_language(code: str, text: str) -> None:
    spoken = text.format(first=SENTENCES[code].text.split()[0])
    assert sum(len(piece.audio) for piece in pieces_of(spoken, code)) > 4 * SAMPLE_RATE // 10


@pytest.mark.parametrize("text", ["…", "?!", " ", "\n", "—"])
def test_marks_alone_are_silence(text: str) -> None:
    assert not b"".join(piece.audio for piece in pieces_of(text))
