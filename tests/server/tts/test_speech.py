"""From a job to its pieces, with an engine of which every duration is known."""

import tracemalloc
from collections.abc import Generator
from contextlib import closing
from typing import Any

import numpy as np
import pytest

from cartesia.types import OutputFormat
from odd_engines import BrokenEngine, CountingEngine, SilentEngine, WholeEngine
from ownvoice.engines import EngineVoice, Speech, Utterance
from ownvoice.engines.tone import CHARACTER_SAMPLES, CHARACTER_SECONDS, SAMPLE_RATE, ToneEngine
from ownvoice.text.sentences import SENTENCE_PAUSE
from ownvoice.traits.embedding import Traits
from ownvoice.tts.speech import FIRST_PIECE, LONGEST_PIECE, Job, Piece, SpeechStream, Style, speak
from tone_speech import sentences_of, sound, starts, word_starts

TEXT = "Hello there. How are you, Mr. Fox? All is well! "


def job(text: str = TEXT, **changes: Any) -> Job:
    raw = OutputFormat(container="raw", encoding="pcm_f32le", sample_rate=SAMPLE_RATE)
    fields: dict[str, Any] = {"locale": "en", "voice": EngineVoice(), "engine": "tone", "output_format": raw}
    return Job(text, Style(**{**fields, **changes}))


def audio_of(pieces: list[Piece]) -> bytes:
    return b"".join(piece.audio for piece in pieces)


def form(**changes: Any) -> OutputFormat:
    return OutputFormat(**{"container": "raw", "encoding": "pcm_f32le", "sample_rate": SAMPLE_RATE, **changes})


class RememberingEngine(ToneEngine):
    """A tone engine that keeps what it was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[Utterance] = []

    def speak(self, utterance: Utterance) -> Generator[Speech, None, None]:
        self.asked.append(utterance)
        return super().speak(utterance)


def test_every_sentence_is_an_utterance_in_the_voice_of_the_job() -> None:
    engine = RememberingEngine()
    list(speak(engine, job(locale="en-GB", voice=EngineVoice(Traits(pitch_hz=99)))))
    assert [utterance.text for utterance in engine.asked] == sentences_of(TEXT)
    assert {(utterance.locale, utterance.traits.pitch_hz) for utterance in engine.asked} == {("en-GB", 99)}


def test_the_audio_is_that_of_the_engine_with_pauses_and_without_seams() -> None:
    expected = sound(sentences_of(TEXT))
    assert audio_of(list(speak(ToneEngine(), job()))) == expected.astype("<f4").tobytes()
    assert len(expected) == len(TEXT) * CHARACTER_SAMPLES + 2 * round(SENTENCE_PAUSE * SAMPLE_RATE)


def test_marks_by_themselves_are_words_without_sound() -> None:
    """An engine may name them: "exclamation mark"."""
    engine = RememberingEngine()
    spoken = SpeechStream(engine, job(words=True).style)
    pieces = [piece for text in ("—", "Hello.", "”", "! ", "You", "…") for piece in spoken.say(text)]
    assert [utterance.text for utterance in engine.asked] == ["Hello.", "You"]
    assert audio_of(pieces) == sound(["Hello.", "You"]).astype("<f4").tobytes()
    words = [word for piece in pieces for word in piece.words]
    assert [word.text for word in words] == ["—", "Hello.", "”", "!", "You", "…"]
    assert [word.start for word in words] == sorted(word.start for word in words)
    assert {word.end - word.start for word in words if word.text in "—”!…"} == {0.0}


def test_pauses_are_as_fast_as_the_speech() -> None:
    slow, fast = (
        len(audio_of(list(speak(ToneEngine(), job(voice=EngineVoice(Traits(rate=rate))))))) for rate in (0.5, 2.0)
    )
    assert slow == 4 * fast


@pytest.mark.parametrize("engine_piece", [0.001, 0.02, 0.033, 1.0])
@pytest.mark.parametrize("sample_rate", [8000, 24000, 44100])
def test_the_audio_does_not_depend_on_the_engines_pieces(engine_piece: float, sample_rate: int) -> None:
    output_format = form(encoding="pcm_s16le", sample_rate=sample_rate)
    cut = audio_of(list(speak(ToneEngine(engine_piece), job(output_format=output_format))))
    assert cut == audio_of(list(speak(ToneEngine(100.0), job(output_format=output_format))))


def test_pieces_begin_short_and_grow() -> None:
    durations = [len(piece.audio) / 4 / SAMPLE_RATE for piece in speak(ToneEngine(0.01), job(20 * TEXT))]
    assert durations[0] == pytest.approx(FIRST_PIECE)
    assert durations[1] == pytest.approx(2 * FIRST_PIECE)
    assert durations[2] == pytest.approx(4 * FIRST_PIECE)
    assert durations[3] == pytest.approx(8 * FIRST_PIECE)
    assert durations[4:-1] == pytest.approx([LONGEST_PIECE] * len(durations[4:-1]))
    assert 0 < durations[-1] <= LONGEST_PIECE


def test_the_first_piece_comes_before_the_second_is_made() -> None:
    engine = CountingEngine()
    with closing(speak(engine, job())) as pieces:
        next(pieces)
        assert engine.steps <= 3


def test_times_of_words_go_on_from_sentence_to_sentence() -> None:
    words = [word for piece in speak(ToneEngine(), job(words=True)) for word in piece.words]
    assert [word.text for word in words] == TEXT.split()
    assert [word.start for word in words] == pytest.approx(word_starts(TEXT))
    for word in words:
        assert word.end - word.start == pytest.approx(len(word.text) * CHARACTER_SECONDS)


def test_times_of_phonemes_go_on_from_sentence_to_sentence() -> None:
    phonemes = [phoneme for piece in speak(ToneEngine(), job(phonemes=True)) for phoneme in piece.phonemes]
    parts = sentences_of(TEXT)
    letters = [
        (letter, start / SAMPLE_RATE + place * CHARACTER_SECONDS)
        for start, part in zip(starts(parts), parts, strict=False)
        for place, letter in enumerate(part)
        if letter.isalpha()
    ]
    assert [phoneme.text for phoneme in phonemes] == [letter for letter, _ in letters]
    assert [phoneme.start for phoneme in phonemes] == pytest.approx([start for _, start in letters])


def test_a_word_comes_with_the_audio_that_it_ends_in() -> None:
    heard = 0
    for piece in speak(ToneEngine(0.01), job(words=True)):
        before, heard = heard, heard + len(piece.audio) // 4
        for word in piece.words:
            assert before < round(word.end * SAMPLE_RATE) <= heard


@pytest.mark.parametrize(("words", "phonemes"), [(False, False), (True, False), (False, True), (True, True)])
def test_times_come_only_when_they_are_wanted(words: bool, phonemes: bool) -> None:
    pieces = list(speak(ToneEngine(), job(words=words, phonemes=phonemes)))
    assert any(piece.words for piece in pieces) == words
    assert any(piece.phonemes for piece in pieces) == phonemes


@pytest.mark.parametrize("longest", [0.0001, 0.02, 0.123456, 0.26, 0.5, 0.9])
@pytest.mark.parametrize("engine_piece", [0.02, 5.0])
def test_the_longest_duration_is_kept_to_the_sample(longest: float, engine_piece: float) -> None:
    whole = audio_of(list(speak(ToneEngine(engine_piece), job())))
    cut = list(speak(ToneEngine(engine_piece), job(longest=longest, words=True, phonemes=True)))
    samples = round(longest * SAMPLE_RATE)
    sound, before = np.frombuffer(audio_of(cut), np.float32), np.frombuffer(whole, np.float32)[:samples]
    assert len(sound) == samples
    faded = round(0.005 * SAMPLE_RATE)
    assert np.array_equal(sound[:-faded], before[:-faded])
    assert (np.abs(sound) <= np.abs(before)).all()
    assert abs(sound[-1]) <= abs(before[-1]) / faded + 1e-9
    for timing in (timing for piece in cut for timing in (*piece.words, *piece.phonemes)):
        assert timing.start < timing.end <= samples / SAMPLE_RATE


@pytest.mark.parametrize("longest", [60.0, 1e308])
def test_a_longest_duration_beyond_the_end_changes_nothing(longest: float) -> None:
    assert list(speak(ToneEngine(), job(longest=longest, words=True))) == list(speak(ToneEngine(), job(words=True)))


def test_a_longest_duration_stops_the_engine() -> None:
    engine = CountingEngine()
    list(speak(engine, job(longest=0.1)))
    assert (engine.steps, engine.stopped) == (5, 1)


def test_a_word_that_is_cut_off_ends_where_the_audio_does() -> None:
    (piece,) = speak(WholeEngine(1.0), job("word", longest=0.25, words=True))
    assert [(word.start, word.end) for word in piece.words] == [(0.0, 0.25)]


def test_closing_the_generator_stops_the_engine() -> None:
    engine = CountingEngine()
    pieces = speak(engine, job())
    next(pieces)
    steps = engine.steps
    pieces.close()
    assert (engine.steps, engine.stopped) == (steps, 1)


def test_closing_it_before_the_first_piece_starts_nothing() -> None:
    engine = CountingEngine()
    speak(engine, job()).close()
    assert engine.begun == 0


def test_an_error_of_the_engine_comes_after_the_audio_before_it() -> None:
    error = RuntimeError("it broke")
    pieces = speak(BrokenEngine(2, error), job())
    assert len(next(pieces).audio) == 4 * SAMPLE_RATE
    assert len(next(pieces).audio) == 4 * SAMPLE_RATE
    with pytest.raises(RuntimeError) as caught:
        next(pieces)
    assert caught.value is error


@pytest.mark.parametrize("sample_rate", [8000, SAMPLE_RATE])
def test_an_engine_that_says_nothing(sample_rate: int) -> None:
    assert list(speak(SilentEngine(), job(output_format=form(sample_rate=sample_rate)))) == []
    (header,) = speak(SilentEngine(), job(output_format=form(container="wav", sample_rate=sample_rate)))
    assert header.audio.startswith(b"RIFF")


def test_memory_stays_flat_over_ten_thousand_words() -> None:
    text = 5000 * "Many words. "
    pieces = speak(ToneEngine(0.2), job(text, voice=EngineVoice(Traits(rate=4)), words=True, phonemes=True))
    next(pieces)
    tracemalloc.start()
    try:
        audio = sum(len(piece.audio) for piece in pieces)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert audio > 20_000_000
    assert peak < 2_000_000
