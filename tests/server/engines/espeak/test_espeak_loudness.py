"""The loudness of espeak's voices: equal in all languages."""

import numpy as np
import pytest
from numpy.typing import NDArray

from espeak_speech import RATE, say
from loudness_meter import integrated
from native_sentences import SENTENCES
from ownvoice.engines.espeak.catalogue import VOICES
from ownvoice.engines.espeak.voice import LOUDNESS
from ownvoice.traits.voice import Voice

CODES = ("en", "fr", "no", "he", "ar", "uk", "ja", "zh", "th", "ms")
SAMPLE = [next(voice for voice in VOICES if voice.language == code) for code in CODES]
NUMBERS = ", ".join(map(str, [*range(21), *range(30, 101, 10)]))


def tone(hertz: float, sample_rate: int, seconds: float = 3.0) -> NDArray[np.float32]:
    time = np.arange(round(seconds * sample_rate)) / sample_rate
    return np.asarray(np.sin(2 * np.pi * hertz * time), np.float32)


@pytest.mark.parametrize("sample_rate", [22050, 44100, 48000])
def test_the_meter_agrees_with_the_standard(sample_rate: int) -> None:
    # The standard's own example: 997 Hz at full scale in one channel is -3.01 LKFS.
    full = tone(997, sample_rate)
    assert integrated(full, sample_rate) == pytest.approx(-3.01, abs=0.05)
    assert integrated(full * np.float32(0.1), sample_rate) == pytest.approx(-23.01, abs=0.05)
    # A low tone counts less, a high one more, by about 4 dB; silence counts nothing.
    assert integrated(tone(38, sample_rate), sample_rate) < -8
    assert integrated(tone(6000, sample_rate), sample_rate) == pytest.approx(0.6, abs=0.5)
    half = np.concatenate([full, np.zeros_like(full)])
    assert integrated(half, sample_rate) == pytest.approx(-3.01, abs=0.3)
    assert integrated(np.zeros(sample_rate, np.float32), sample_rate) == float("-inf")


def test_voices_of_all_kinds_of_languages_are_within_two_units() -> None:
    levels = {}
    for voice in SAMPLE:
        texts = (SENTENCES[voice.language].text, NUMBERS)
        sounds = [say(text, voice.locale, voice.traits).samples for text in texts]
        levels[voice.name] = integrated(np.concatenate(sounds), RATE)
    assert max(levels.values()) - min(levels.values()) < 2, levels
    assert np.mean(list(levels.values())) == pytest.approx(LOUDNESS, abs=1)


@pytest.mark.parametrize("voice", SAMPLE, ids=lambda voice: voice.locale)
def test_nothing_reaches_full_scale(voice: Voice) -> None:
    assert np.abs(say(SENTENCES[voice.language].text, voice.locale, voice.traits).samples).max() < 1
