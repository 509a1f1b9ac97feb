"""The sound of the espeak engine's voices."""

import numpy as np
import pytest

from espeak_speech import LONG, RATE, level, median_pitch, say
from native_sentences import SENTENCES
from ownvoice.engines import Engine, EngineVoice, Utterance, load
from ownvoice.engines.espeak import EspeakEngine, workers
from ownvoice.engines.espeak.accents import language_lines
from ownvoice.engines.espeak.catalogue import VOICES
from ownvoice.engines.espeak.library import PIECE_SECONDS, find_library
from ownvoice.text.languages import LANGUAGES
from ownvoice.traits.embedding import SIZE, Traits, from_embedding
from ownvoice.traits.voice import Voice


def test_it_is_found_by_its_name() -> None:
    engine: Engine = load("espeak")
    assert isinstance(engine, EspeakEngine)
    assert engine.sample_rate == 22050


def test_sound_comes_in_pieces_of_floats() -> None:
    pieces = list(EspeakEngine().speak(Utterance(LONG, "en", EngineVoice())))
    assert len(pieces) > 20
    assert all(piece.samples.dtype == np.float32 and piece.samples.ndim == 1 for piece in pieces)
    assert max(len(piece.samples) for piece in pieces) <= round(PIECE_SECONDS * RATE) + 1


@pytest.mark.parametrize("hertz", [80, 110, 150, 200, 250, 300])
def test_the_pitch_is_that_of_the_traits(hertz: float) -> None:
    said = say(LONG, traits=Traits(pitch_hz=hertz, range_semitones=1.5))
    assert median_pitch(said.samples) == pytest.approx(hertz, rel=0.05)


@pytest.mark.parametrize(
    "voice", [v for v in VOICES if v.language in ("en", "de") or v.locale == "vi-VN"], ids=lambda voice: voice.id
)
def test_men_and_women_of_the_catalogue_have_their_pitch(voice: Voice) -> None:
    text = LONG if voice.language == "en" else SENTENCES[voice.language].text
    said = say(text, voice.locale, voice.traits)
    assert median_pitch(said.samples) == pytest.approx(voice.traits.pitch_hz, rel=0.1)


def test_a_livelier_voice_moves_its_pitch_more() -> None:
    def spread(semitones: float) -> float:
        said = say(LONG, traits=Traits(pitch_hz=150, range_semitones=semitones))
        size = len(said.samples) // 12
        parts = [median_pitch(said.samples[start : start + size]) for start in range(0, 12 * size, size)]
        return float(np.std(12 * np.log2(parts)))

    assert spread(0) < 0.3 < spread(1.2) < spread(3)


@pytest.mark.parametrize("rate", [0.6, 1.25, 1.5, 2.0])
def test_the_rate_is_that_of_the_traits(rate: float) -> None:
    assert say(LONG, traits=Traits(rate=rate)).seconds == pytest.approx(say(LONG).seconds / rate, rel=0.1)


def test_larger_formants_are_higher() -> None:
    def centre(scale: float) -> float:
        spectrum = np.abs(np.fft.rfft(say("We were away a year ago.", traits=Traits(formant_scale=scale)).samples))
        frequency = np.arange(len(spectrum)) * RATE / 2 / len(spectrum)
        band = (frequency > 300) & (frequency < 4000)
        return float((spectrum * frequency)[band].sum() / spectrum[band].sum())

    assert centre(0.85) < 0.95 * centre(1.0) < 0.9 * centre(1.15)


def test_a_noisy_voice_is_less_periodic() -> None:
    def high(noisiness: float) -> float:
        spectrum = np.abs(np.fft.rfft(say("We were away a year ago.", traits=Traits(noisiness=noisiness)).samples))
        return float(spectrum[len(spectrum) // 2 :].sum() / spectrum.sum())

    assert high(1.0) > 1.5 * high(0.0)


def test_voices_are_about_as_loud_as_each_other() -> None:
    traits = [
        Traits(85),
        Traits(120, 3),
        Traits(240, 2, 1.18),
        Traits(150, noisiness=1),
        Traits(350),
        Traits(110, 2, 0.8),
    ]
    levels = [level(say(LONG, traits=one).samples) for one in traits]
    assert max(levels) - min(levels) < 2.5
    assert -25 < np.mean(levels) < -19


@pytest.mark.parametrize("embedding", [[0.0] * SIZE, [1.0] * SIZE, [-1.0] * SIZE, [5.0, -5.0] * (SIZE // 2)])
def test_any_vector_is_heard(embedding: list[float]) -> None:
    said = say("Can you hear me?", traits=from_embedding(embedding))
    assert 0.3 < said.seconds < 4
    assert -30 < level(said.samples) < -10
    assert np.abs(said.samples).max() < 1


HOSTILE = b"""
speed 60
flutter 20
roughness 7
voicing 20
consonants 10 10
pitch 300 400
breath 90 90 90 90 90 90 90 90
echo 200 90
words 5 5
intonation 4
stressAdd 90 90 90 90 90 90 90 90
replace 00 a i
tone 100 10 200 20 300 30 400 40
formant 1 60 50 50
formant 2 60 50 50
formant 3 60 50 50
klatt 1
"""


def test_nothing_of_a_voice_is_left_for_the_next_one() -> None:
    one = Traits(100, 1.2, 0.95)
    alone = say(LONG, "en-US", one)
    _, data = find_library()
    for lines in (language_lines(data, "en-US") + HOSTILE, language_lines(data, "vi") + HOSTILE):
        list(workers.synthesize("Something else.", lines, 300))
        say("Ещё что-то.", "ru", Traits(250, 3, 1.2, 1.0, 1.8))
        list(workers.synthesize("Something else.", lines, 90))
        again = say(LONG, "en-US", one)
        assert len(again.samples) == pytest.approx(len(alone.samples), abs=100)
        assert median_pitch(again.samples) == pytest.approx(median_pitch(alone.samples), rel=0.02)
        assert level(again.samples) == pytest.approx(level(alone.samples), abs=0.3)
        assert again.sounds == alone.sounds
        ours, theirs = (np.abs(np.fft.rfft(said.samples, 2**17)).reshape(-1)[:65536] for said in (alone, again))
        bands = [np.log(spectrum.reshape(64, -1).sum(1)) for spectrum in (ours, theirs)]
        assert np.abs(bands[0] - bands[1]).max() < 0.25


@pytest.mark.parametrize(
    "text", ["Say <break time='3s'/> it", "Say <prosody rate='x-slow'>it</prosody>", "Say &lt;b&gt; it"]
)
def test_markup_is_spoken_not_obeyed(text: str) -> None:
    said = say(text)
    assert said.seconds < 6
    assert len(said.phonemes) > len(say("Say it").phonemes) + 5


def test_phoneme_brackets_are_not_obeyed() -> None:
    assert say("[[h@l'oU]]").sounds != say("hello").sounds


def test_control_characters_are_not_obeyed() -> None:
    # After a \x01 espeak-ng reads commands: 99P would be a high voice, 400S a fast one, 0A silence.
    plain = say("one two three four", traits=Traits(120, 0.5))
    said = say("\x0199P one two \x01400S three \x010A four", traits=Traits(120, 0.5))
    assert median_pitch(said.samples) == pytest.approx(median_pitch(plain.samples), rel=0.03)
    assert said.seconds > plain.seconds
    assert level(said.samples) == pytest.approx(level(plain.samples), abs=2)


def test_letters_in_another_dress_are_read_as_letters() -> None:
    for text in ("Ｈｅｌｌｏ ４２", "𝐇𝐞𝐥𝐥𝐨 𝟒𝟐"):
        assert say(text).sounds == say("Hello 42").sounds


@pytest.mark.parametrize(
    ("text", "locale"),
    [("”-A” sagde han", "da"), ("?-e", "da"), ("`", "vi"), ("` .", "vi"), ("’-chào", "vi"), ("(-a)", "da")],
)
def test_signs_that_espeak_dies_of_are_kept_from_it(text: str, locale: str) -> None:
    # They are segmentation faults in espeak-ng 1.52, and would end this process.
    assert "".join(word.text for word in say(text, locale).words) == "".join(text.split())


def test_an_unknown_language_is_an_error_when_the_first_piece_is_asked_for() -> None:
    speech = EspeakEngine().speak(Utterance("x", "tlh", EngineVoice()))
    with pytest.raises(LookupError, match="tlh"):
        next(speech)


def test_it_speaks_all_languages_of_the_table() -> None:
    assert set(EspeakEngine().describe().languages) == set(LANGUAGES)
