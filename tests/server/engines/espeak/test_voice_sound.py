"""Voices as they come out of the whole chain: engine, equaliser, encoder."""

import random
from collections.abc import Generator, Sequence
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from cartesia.types import OutputFormat
from espeak_speech import LONG, RATE, level
from native_sentences import SENTENCES
from ownvoice.engines import Engine, EngineDescription, EngineVoice, HasTimbre, Speech, Utterance
from ownvoice.engines.espeak import EspeakEngine, catalogue
from ownvoice.engines.espeak.library import PIECE_SECONDS
from ownvoice.engines.tone import ToneEngine
from ownvoice.traits import timbre
from ownvoice.traits.analysis import VoiceMeasurements, analyse
from ownvoice.traits.embedding import SIZE, Traits, distance, from_embedding, mean, to_embedding
from ownvoice.tts.speech import Job, Piece, Style, speak

Samples = NDArray[np.float32]
TEXT = (
    "The small pup gnawed a hole in the sock. The fish twisted and turned on the bent hook. We were told to wait, but "
    "nobody came. A pot of tea helps to pass the evening. Her purse was full of useless trash."
)
DARK = tuple(5.0 - 10 * band / 31 for band in range(32))
BRIGHT = tuple(-level for level in DARK)
BUMPY = tuple(float(7 * np.sin(band / 3)) for band in range(32))


def pieces(
    traits: Traits,
    text: str = LONG,
    *,
    locale: str = "en",
    engine: Engine | None = None,
    first: float = 0.04,
    longest_piece: float = 0.2,
    longest: float | None = None,
    rate: int = RATE,
) -> list[Piece]:
    output = OutputFormat(container="raw", encoding="pcm_f32le", sample_rate=rate)
    style = Style(
        locale,
        EngineVoice(traits),
        "any",
        output,
        words=True,
        phonemes=True,
        longest=longest,
        first_piece=first,
        longest_piece=longest_piece,
    )
    return list(speak(engine or EspeakEngine(), Job(text, style)))


def sound(spoken: Sequence[Piece]) -> Samples:
    return np.frombuffer(b"".join(piece.audio for piece in spoken), "<f4")


def heard(traits: Traits, text: str = LONG, locale: str = "en") -> VoiceMeasurements:
    found = analyse(sound(pieces(traits, text, locale=locale)), RATE)
    assert found is not None
    return found


def apart(one: Sequence[float], other: Sequence[float]) -> float:
    return float(np.sqrt(np.mean(np.subtract(one, other) ** 2)))


def gains(traits: Traits, locale: str) -> NDArray[np.float64] | None:
    return timbre.correction(EspeakEngine().timbre(locale, traits), traits.timbre)


def test_built_in_voices_need_no_equaliser() -> None:
    for voice in catalogue.VOICES:
        assert gains(voice.traits, voice.locale) is None
        assert gains(from_embedding(voice.embedding), voice.locale) is None


def test_an_engine_without_a_timbre_of_its_own_is_left_as_it_is() -> None:
    assert not isinstance(ToneEngine(), HasTimbre)
    plain = sound(pieces(Traits(), engine=ToneEngine()))
    assert np.array_equal(sound(pieces(Traits(timbre=DARK), engine=ToneEngine())), plain)


@pytest.mark.parametrize("wanted", [(0.0,) * 32, DARK, BUMPY], ids=["plain", "dark", "bumpy"])
@pytest.mark.parametrize("traits", [Traits(105, 2, 0.97), Traits(205, 2, 1.12, 0.3)], ids=["man", "woman"])
def test_a_voice_gets_the_timbre_of_its_traits(traits: Traits, wanted: tuple[float, ...]) -> None:
    altered = Traits(traits.pitch_hz, 2, traits.formant_scale, traits.noisiness, timbre=wanted)
    own = EspeakEngine().timbre("en", traits)
    assert apart(heard(altered, TEXT).timbre, wanted) < 0.6 * apart(own, wanted)


@pytest.mark.parametrize("wanted", [(0.0,) * 32, DARK, BRIGHT, BUMPY], ids=["plain", "dark", "bright", "bumpy"])
def test_it_is_as_loud_as_built_in_voices(wanted: tuple[float, ...]) -> None:
    for voice in (catalogue.VOICES[0], catalogue.VOICES[3]):
        traits = Traits(voice.traits.pitch_hz, 2, voice.traits.formant_scale, timbre=wanted)
        louder = level(sound(pieces(traits))) - level(sound(pieces(voice.traits)))
        assert abs(louder) < 2


class Recorded:
    """The espeak engine, recorded once: its noises are not the same each time."""

    sample_rate = RATE

    def __init__(self) -> None:
        self._speech = list(EspeakEngine().speak(Utterance(LONG, "en", EngineVoice())))

    def describe(self) -> EngineDescription:
        return EspeakEngine().describe()

    def timbre(self, locale: str, traits: Traits) -> tuple[float, ...]:
        return EspeakEngine().timbre(locale, traits)

    def speak(self, utterance: Utterance) -> Generator[Speech, None, None]:
        yield from self._speech


def test_it_makes_no_difference_how_it_was_cut() -> None:
    engine = Recorded()
    spoken = pieces(Traits(timbre=BUMPY), engine=engine, first=60, longest_piece=60)
    assert len([piece for piece in spoken if piece.audio]) <= 2
    for first, longest in ((0.001, 0.001), (0.02, 0.06), (0.1, 0.5)):
        cut = pieces(Traits(timbre=BUMPY), engine=engine, first=first, longest_piece=longest)
        assert np.array_equal(sound(cut), sound(spoken))


@pytest.mark.parametrize("rate", [22050, 44100])
def test_there_are_no_clicks_where_pieces_meet(rate: int) -> None:
    spoken = pieces(Traits(timbre=BUMPY), rate=rate)
    steps = np.abs(np.diff(sound(spoken)))
    seams = np.cumsum([len(piece.audio) // 4 for piece in spoken])[:-1]
    assert len(seams) > 20
    assert steps[seams - 1].max() <= np.quantile(steps, 0.999)


def test_times_and_lengths_are_those_of_the_engine() -> None:
    plain, altered = catalogue.VOICES[5].traits, Traits(119, 1.6, 1.0, 0.0, 1.1, DARK)
    without, with_it = pieces(plain), pieces(altered)
    assert len(sound(without)) == len(sound(with_it))
    assert [w for piece in without for w in piece.words] == [w for piece in with_it for w in piece.words]
    assert [p for piece in without for p in piece.phonemes] == [p for piece in with_it for p in piece.phonemes]
    assert len(sound(pieces(altered, longest=1.234))) == round(1.234 * RATE)


def test_the_first_piece_comes_as_early() -> None:
    assert 0.03 < len(pieces(Traits(timbre=DARK))[0].audio) / 4 / RATE < PIECE_SECONDS + 0.005


VECTORS = [
    [0.0] * SIZE,
    [1.0] * SIZE,
    [-1.0] * SIZE,
    [5.0, -5.0] * (SIZE // 2),
    *([random.Random(seed).gauss(0, 1) for _ in range(SIZE)] for seed in range(6)),
    *([random.Random(seed).uniform(-900, 900) for _ in range(SIZE)] for seed in range(2)),
]


@pytest.mark.parametrize("embedding", VECTORS)
def test_any_vector_is_audible_and_stable(embedding: list[float]) -> None:
    said = sound(pieces(from_embedding(embedding), "Can you hear me?"))
    assert np.isfinite(said).all()
    assert np.abs(said).max() < 1
    assert -31 < level(said) < -18


def test_a_mix_goes_in_order_from_one_voice_to_the_other() -> None:
    low = to_embedding(Traits(95, 1.5, 0.95, timbre=DARK))
    high = list(catalogue.VOICES[3].embedding)
    mixed = [heard(from_embedding(mean([(low, 4 - part), (high, part)])), TEXT) for part in range(5)]
    pitches = [one.pitch_hz for one in mixed]
    assert pitches == sorted(pitches)
    assert pitches[2] == pytest.approx((pitches[0] * pitches[4]) ** 0.5, rel=0.03)
    for near, far in pairwise(mixed):
        assert apart(near.timbre, mixed[0].timbre) < apart(far.timbre, mixed[0].timbre)
        assert apart(near.timbre, mixed[4].timbre) > apart(far.timbre, mixed[4].timbre)


def test_a_voice_heard_again_is_near_to_its_embedding() -> None:
    for voice in (catalogue.VOICES[0], catalogue.VOICES[3]):
        found = heard(voice.traits, TEXT)
        again = to_embedding(
            Traits(found.pitch_hz, found.range_semitones, voice.traits.formant_scale, 0, 1, found.timbre)
        )
        others = [distance(again, other.embedding) for other in catalogue.VOICES if other.gender != voice.gender]
        assert distance(again, voice.embedding) < min(0.35, min(others))


@pytest.mark.parametrize("traits", [Traits(90, 1.2), Traits(120, 2.8), Traits(200, 2, 1.1), Traits(160, 0.8)])
def test_english_has_the_pitch_and_the_range_of_its_traits(traits: Traits) -> None:
    found = heard(traits, TEXT)
    assert found.pitch_hz == pytest.approx(traits.pitch_hz, rel=0.03)
    assert found.range_semitones == pytest.approx(traits.range_semitones, abs=0.5)


@pytest.mark.parametrize("code", ["de", "es", "hi", "it", "ru", "th", "vi", "zh"])
def test_other_languages_have_about_the_pitch(code: str) -> None:
    found = heard(Traits(150, 2), SENTENCES[code].text, code)
    assert found.pitch_hz == pytest.approx(150, rel=0.1)
