"""Speech of texts with tags, by an engine of which every sample is known."""

from collections.abc import Generator
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from cartesia.types import OutputFormat
from ownvoice.engines import Engine, EngineVoice, Speech, Timing, Utterance
from ownvoice.engines.tone import AMPLITUDE, CHARACTER_SAMPLES, CHARACTER_SECONDS, SAMPLE_RATE, ToneEngine
from ownvoice.text.markup import find_tags
from ownvoice.text.pronunciation import Entry
from ownvoice.text.sentences import SENTENCE_PAUSE
from ownvoice.traits.embedding import Traits
from ownvoice.traits.expression import FEELINGS, Expression
from ownvoice.tts.speech import SpeechStream, Style

RAW = OutputFormat(container="raw", encoding="pcm_f32le", sample_rate=SAMPLE_RATE)
RAMP = round(0.005 * SAMPLE_RATE)


def said(*texts: str, engine: Engine | None = None, **changes: Any) -> tuple[NDArray[np.float32], list[Timing]]:
    fields: dict[str, Any] = {
        "locale": "en",
        "voice": EngineVoice(),
        "engine": "tone",
        "output_format": RAW,
        "words": True,
    }
    stream = SpeechStream(engine or ToneEngine(), Style(**{**fields, **changes}))
    pieces = [piece for text in texts for piece in stream.say(text)]
    if (tail := stream.end()) is not None:
        pieces.append(tail)
    audio = np.frombuffer(b"".join(piece.audio for piece in pieces), np.float32)
    return audio, [word for piece in pieces for word in piece.words]


def sounds(audio: NDArray[np.float32]) -> list[tuple[int, int]]:
    """Where there is sound: the first sample of each stretch, and the one behind it."""
    places = np.flatnonzero(np.abs(audio) > 0.003)
    ends = np.flatnonzero(np.diff(places) > CHARACTER_SAMPLES // 2)
    return [
        (int(places[start]), int(places[end]) + 1)
        for start, end in zip([0, *(ends + 1)], [*ends, len(places) - 1], strict=True)
    ]


class RecordingEngine(ToneEngine):
    def __init__(self) -> None:
        super().__init__()
        self.asked: list[Utterance] = []

    def speak(self, utterance: Utterance) -> Generator[Speech, None, None]:
        self.asked.append(utterance)
        return super().speak(utterance)


@pytest.mark.parametrize(
    "texts",
    [
        ['a <break time="1s"/> b'],
        ['a<break time="1s"/>b'],
        ['a. <break time="1s"/>b'],
        ["a  ", '<break time="1s"/>', "  b"],
        ['a <break time="400ms"/><break time="0.6s"/> b'],
    ],
)
@pytest.mark.parametrize("rate", [1.0, 2.0])
def test_a_break_is_a_pause_from_sound_to_sound(texts: list[str], rate: float) -> None:
    """Whatever the tempo, and in the place of the pause that would be there."""
    audio, words = said(*texts, voice=EngineVoice(Traits(rate=rate)))
    first, second = sounds(audio)
    assert second[0] - first[1] == pytest.approx(SAMPLE_RATE, abs=4)
    assert words[1].start == pytest.approx(second[0] / SAMPLE_RATE, abs=0.001)


def test_breaks_at_the_ends() -> None:
    audio, _ = said('<break time="1s"/>ab<break time="500ms"/>')
    ((start, stop),) = sounds(audio)
    assert start == pytest.approx(SAMPLE_RATE, abs=4)
    assert stop == pytest.approx(SAMPLE_RATE + 2 * CHARACTER_SAMPLES, abs=4)
    assert len(audio) == pytest.approx(1.5 * SAMPLE_RATE + 960, abs=8)


def test_a_break_by_itself() -> None:
    audio, words = said('<break time="1s"/>')
    assert audio.tolist() == [0.0] * SAMPLE_RATE
    assert words == []


def test_a_break_counts_towards_the_longest_duration() -> None:
    audio, words = said('a <break time="10s"/> b', longest=0.5)
    assert len(audio) == 0.5 * SAMPLE_RATE
    assert [word.text for word in words] == ["a"]


@pytest.mark.parametrize("longest", [0.3, 0.297])
def test_nothing_comes_after_the_longest_duration(longest: float) -> None:
    """Whether or not it was reached within a piece of the engine."""
    audio, words = said("a text that is cut off. ", '<break time="1s"/>', "More.", "!", longest=longest)
    assert len(audio) == round(longest * SAMPLE_RATE)
    assert [word.text for word in words] == ["a", "text", "that", "is"]


def test_the_pause_after_a_sentence_is_there_where_no_break_is() -> None:
    audio, _ = said('a <break time="1s"/> Bee. Cat.')
    starts = [start for start, _ in sounds(audio)]
    assert starts[2] - starts[1] == pytest.approx((SENTENCE_PAUSE + 5 * CHARACTER_SECONDS) * SAMPLE_RATE, abs=4)


def test_a_volume_changes_at_its_word_to_the_sample() -> None:
    plain, times = said("one two three")
    louder, words = said('one <volume ratio="2"/>two <volume ratio="0.5"/>three')
    two, three = (round(word.start * SAMPLE_RATE) for word in words[1:])
    assert words == times
    assert np.array_equal(louder[: two - RAMP], plain[: two - RAMP])
    assert louder[two : three - RAMP] == pytest.approx(2 * plain[two : three - RAMP])
    assert louder[three:] == pytest.approx(0.5 * plain[three:])
    assert np.abs(np.diff(louder)).max() < 2.1 * np.abs(np.diff(plain)).max()


def test_a_volume_holds_on() -> None:
    plain, _ = said("One two. Three.", "Four.")
    quieter, _ = said('One two. <volume ratio="0.5"/>Three.', "Four.")
    begin = sounds(plain)[2][0]
    assert np.array_equal(quieter[:begin], plain[:begin])
    assert quieter[begin + RAMP :] == pytest.approx(0.5 * plain[begin + RAMP :])


def test_volume_and_feeling_of_the_request() -> None:
    assert np.abs(said("hello", expression=Expression(volume=0.5))[0]).max() == pytest.approx(AMPLITUDE / 2)
    engine = RecordingEngine()
    excited = Expression(1.2, 1.0, FEELINGS["excited"])
    said('Hello. <emotion value="neutral"/>Hello.', engine=engine, expression=excited)
    assert [utterance.traits for utterance in engine.asked] == [
        excited.apply(Traits()),
        Expression(1.2).apply(Traits()),
    ]


def test_readings_reach_the_engine_and_times_name_what_was_written() -> None:
    engine = RecordingEngine()
    text = "Ask SQL <spell>a1</spell> <<b|ɑ>>."
    _, words = said(text, engine=engine, pronunciations=(Entry("sql", "sequel"),))
    (utterance,) = engine.asked
    assert [(reading.said, reading.phonemes) for reading in utterance.readings] == [
        *(("sequel", False), ("A, 1,", False), ("bɑ", True))
    ]
    assert [word.text for word in words] == ["Ask", "SQL", "a1", "b|ɑ", "."]
    assert words[1].end - words[1].start == pytest.approx(6 * CHARACTER_SECONDS)


TAGGED = st.lists(
    st.sampled_from(
        [
            *('<break time="20ms"/>', "<spell>", "</spell>", '<speed ratio="1.5"/>', '<volume ratio="0.5"/>'),
            *('<emotion value="sad"/>', "[laughter]", "<<b|ɑ>>", "<b>", "2 < 3", "<x@y.z>", "[[h]]", "<", "SQL"),
            *("Hello", " there. ", "How? ", " ", "..."),
        ]
    ),
    max_size=10,
).map("".join)


@given(TAGGED, st.sampled_from([0.02, 0.3]))
def test_words_are_in_order_and_no_markup_reaches_the_engine(text: str, piece: float) -> None:
    class Engine(ToneEngine):
        def speak(self, utterance: Utterance) -> Generator[Speech, None, None]:
            assert not any(tag.effect for tag in find_tags(utterance.text))
            return super().speak(utterance)

    audio, words = said(text, engine=Engine(piece), pronunciations=(Entry("SQL", "<b>[[x]]"),))
    place, now = 0, 0.0
    for word in words:
        place = text.index(word.text, place) + len(word.text) if word.text in text else place
        assert now - 1e-9 <= word.start <= word.end <= len(audio) / SAMPLE_RATE + 1e-6
        now = word.start


def test_a_gain_is_told_when_words_come_late_or_not_at_all() -> None:
    class Late(ToneEngine):
        def speak(self, utterance: Utterance) -> Generator[Speech, None, None]:
            pieces = list(super().speak(utterance))
            yield from (Speech(piece.samples) for piece in pieces)
            if utterance.text.startswith("late"):
                yield Speech(pieces[0].samples[:0], tuple(word for piece in pieces for word in piece.words))

    for text in ("late one", "never one"):
        plain, _ = said(text, engine=Late())
        audio, _ = said(text.replace(" ", ' <volume ratio="0.5"/>'), engine=Late())
        assert len(audio) == len(plain)
        if text.startswith("late"):
            assert audio[-400:] == pytest.approx(0.5 * plain[-400:])
