"""The natural engine: what comes out does not depend on how it is made, and is what the traits ask for."""

import functools
import operator
import random
import subprocess
import sys
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ownvoice.engines import EngineVoice, Speech, Utterance
from ownvoice.engines.hibari import HibariEngine
from ownvoice.engines.hibari.alphabet import from_ipa
from ownvoice.engines.hibari.contour import pitch_contour
from ownvoice.engines.hibari.model import FRAMES_PER_UNIT, HOP, SAMPLE_RATE, Model, Prediction
from ownvoice.engines.hibari.overlap_add import OverlapAdd, Prosody, pitch_marks
from ownvoice.engines.hibari.pronunciation import LONGEST, Pronouncer, letter_ids, split_phonemes
from ownvoice.engines.hibari.synthesis import audible_frames, synthesize
from ownvoice.text.readings import Reading
from ownvoice.text.words import words
from ownvoice.traits.analysis import analyse
from ownvoice.traits.embedding import Traits
from ownvoice.traits.pitch import track_pitch

Samples = NDArray[np.float32]

SENTENCE = "Please hold the line while I look up your latest order today."
SENTENCES = (
    "The birch canoe slid on the smooth planks.",
    "Glue the sheet to the dark blue background.",
    "It's easy to tell the depth of a well.",
    "Four hours of steady work faced us, and then we left.",
)
SAME = Traits(pitch_hz=194, range_semitones=2.85, formant_scale=1.15)
MAN = Traits(pitch_hz=112, range_semitones=2.6, formant_scale=0.95, noisiness=0.1)
WOMAN = Traits(pitch_hz=215, range_semitones=3.2, formant_scale=1.2, rate=1.1)


@pytest.fixture(scope="module")
def engine() -> HibariEngine:
    return HibariEngine()


@pytest.fixture(scope="module")
def model() -> Model:
    return Model(Path(str(files("hibari").joinpath("assets", "hibari.onnx"))))


@pytest.fixture(scope="module")
def pronouncer() -> Pronouncer:
    return Pronouncer()


@pytest.fixture(scope="module")
def prediction(model: Model, pronouncer: Pronouncer) -> Prediction:
    return model.predict(_ids(pronouncer, SENTENCE), 1.0)


def _ids(pronouncer: Pronouncer, text: str) -> list[int]:
    return [0, *(letter_ids()[phoneme.letter] for phoneme in pronouncer.pronounce(text).phonemes), 0]


def _said(engine: HibariEngine, text: str, traits: Traits) -> Speech:
    pieces = list(engine.speak(Utterance(text, "en", EngineVoice(traits))))
    return sum(pieces[1:], pieces[0])


# The network


def test_lengths_sum_to_the_frames_exactly(model: Model, pronouncer: Pronouncer) -> None:
    for text in (*SENTENCES, "Yes."):
        for speed in (0.6, 1.0, 1.4):
            ids = _ids(pronouncer, text)
            prediction = model.predict(ids, speed)
            assert len(prediction.lengths) == len(ids)
            assert prediction.lengths.sum() * FRAMES_PER_UNIT == len(prediction.pitch)


def test_several_threads_get_what_one_gets(model: Model, pronouncer: Pronouncer) -> None:
    inputs = [_ids(pronouncer, text) for text in SENTENCES]
    alone = [model.predict(ids, 1.0).harmonic for ids in inputs]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda ids: model.predict(ids, 1.0).harmonic, inputs * 3))
    for got, expected in zip(together, alone * 3, strict=True):
        np.testing.assert_array_equal(got, expected)


def test_a_file_that_is_no_network_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad.onnx").write_bytes(b"nothing")
    with pytest.raises(RuntimeError, match=r"bad\.onnx"):
        Model(tmp_path / "bad.onnx")


# The synthesis


def test_without_noise_it_is_the_package_s_own_sound(prediction: Prediction) -> None:
    from hibari.dsp import synth

    silent = replace(prediction, noise=np.full_like(prediction.noise, -30))
    p = silent
    whole = synth(p.harmonic, p.rotation, p.noise, p.free, p.phase, p.pitch, np.random.default_rng(0))
    first, stop = audible_frames(silent)
    ours = np.concatenate(list(synthesize(silent, first, stop, pitch_contour(silent.pitch, first, stop), 0)))
    assert len(ours) == (stop - first) * HOP
    inside = slice(3 * HOP, -2 * HOP)
    np.testing.assert_allclose(ours[inside], whole[first * HOP : stop * HOP][inside], atol=1e-4)


def test_the_silence_around_is_left_out(prediction: Prediction) -> None:
    first, stop = audible_frames(prediction)
    assert first > 15
    assert stop < len(prediction.pitch) - 15


@pytest.mark.parametrize("traits", [SAME, MAN, WOMAN], ids=["same", "man", "woman"])
def test_a_piece_taken_alone_is_that_of_the_whole(engine: HibariEngine, traits: Traits) -> None:
    whole = [piece.samples for piece in engine.speak(Utterance(SENTENCE, "en", EngineVoice(traits)))]
    again = engine.speak(Utterance(SENTENCE, "en", EngineVoice(traits)))
    for expected in whole[:3]:
        np.testing.assert_array_equal(next(again).samples, expected)
    again.close()
    assert len(whole) > 5


def test_the_same_text_has_the_same_samples(engine: HibariEngine) -> None:
    for traits in (SAME, MAN):
        one, other = (_said(engine, SENTENCE, traits) for _ in range(2))
        np.testing.assert_array_equal(one.samples, other.samples)


def test_speech_begins_and_ends_in_room_noise_rather_than_digital_silence(engine: HibariEngine) -> None:
    samples = _said(engine, SENTENCE, SAME).samples
    for edge in (samples[600:900], samples[-900:-600]):  # the first and the last 25 ms are faded
        assert 0 < np.abs(edge).max() < 0.01


def test_a_reader_that_stops_keeps_the_sound_but_not_the_prediction(engine: HibariEngine) -> None:
    """A prediction has 12 kB a frame, a megabyte a second."""
    tracemalloc.start()
    held = []
    for _ in range(8):
        speech = engine.speak(Utterance(SENTENCE, "en"))
        for _ in range(2):
            next(speech)
        held.append(speech)
    now, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert now / len(held) < 700_000
    for speech in held:
        speech.close()


def test_overlap_add_in_any_pieces_is_the_same(prediction: Prediction) -> None:
    first, stop = audible_frames(prediction)
    run = pitch_contour(prediction.pitch, first, stop)
    samples = np.concatenate(list(synthesize(prediction, first, stop, run, 0)))
    chance = random.Random(1)
    for prosody in (Prosody(194, 0.6, 1.2, 0.85), Prosody(194, 1.2, 0.5, 1.1)):
        plan = pitch_marks(prediction.pitch, first, run, prosody)
        whole = OverlapAdd(plan).push(samples, last=True)
        overlap_add, parts_, place = OverlapAdd(plan), [], 0
        while place < len(samples):
            size = chance.choice((1, 7, 300, 2400))
            parts_.append(overlap_add.push(samples[place : place + size]))
            place += size
        parts_.append(overlap_add.push(samples[:0], last=True))
        np.testing.assert_array_equal(np.concatenate(parts_), whole)
        assert len(whole) == round(len(samples) * prosody.stretch)


def test_overlap_add_that_changes_nothing_changes_nothing(prediction: Prediction) -> None:
    first, stop = audible_frames(prediction)
    run = pitch_contour(prediction.pitch, first, stop)
    samples = np.concatenate(list(synthesize(prediction, first, stop, run, 0)))
    same = OverlapAdd(pitch_marks(prediction.pitch, first, run, Prosody(194, 1, 1))).push(samples, last=True)
    np.testing.assert_allclose(same, samples, atol=1e-6)


# What is heard


def _track(engine: HibariEngine, traits: Traits) -> Samples:
    return np.concatenate([_said(engine, text, traits).samples for text in SENTENCES])


@pytest.mark.parametrize(("pitch", "formants"), [(95, 0.92), (115, 0.95), (150, 1.05), (180, 1.15), (230, 1.2)])
def test_the_median_pitch_is_the_one_asked_for(engine: HibariEngine, pitch: float, formants: float) -> None:
    heard = analyse(_track(engine, replace(SAME, pitch_hz=pitch, formant_scale=formants)), SAMPLE_RATE)
    assert heard is not None
    assert heard.pitch_hz == pytest.approx(pitch, rel=0.03)


def test_another_pitch_leaves_the_formants(engine: HibariEngine) -> None:
    """The long-term spectrum of the voice, between its formants and valleys, is where it was."""
    timbres = []
    for pitch in (194, 150, 125):
        heard = analyse(_track(engine, replace(SAME, pitch_hz=pitch)), SAMPLE_RATE)
        assert heard is not None
        timbres.append(np.asarray(heard.timbre)[4:])  # below 400 Hz the harmonics themselves move
    for timbre in timbres[1:]:
        assert np.corrcoef(np.diff(timbres[0]), np.diff(timbre))[0, 1] > 0.85
        assert np.abs(timbre - timbres[0]).mean() < 2.0


@pytest.mark.parametrize(("wanted", "least", "most"), [(1.0, 0.0, 1.5), (4.0, 3.2, 4.8)])
def test_the_range_is_about_the_one_asked_for(engine: HibariEngine, wanted: float, least: float, most: float) -> None:
    heard = analyse(_track(engine, replace(MAN, range_semitones=wanted)), SAMPLE_RATE)
    assert heard is not None
    assert least < heard.range_semitones < most


@pytest.mark.parametrize("rate", [0.6, 0.8, 1.25, 1.6])
def test_the_rate_is_the_one_asked_for(engine: HibariEngine, rate: float) -> None:
    normal = len(_track(engine, SAME))
    for traits in (SAME, MAN):
        assert normal / len(_track(engine, replace(traits, rate=rate))) == pytest.approx(rate, rel=0.08)


@pytest.mark.parametrize("traits", [SAME, MAN, WOMAN], ids=["same", "man", "woman"])
def test_no_click_where_pieces_meet(engine: HibariEngine, traits: Traits) -> None:
    """The second difference, which a jump makes large, is no larger at the seams than elsewhere."""
    seams, jumps = [], []
    for text in SENTENCES:
        pieces = [piece.samples for piece in engine.speak(Utterance(text, "en", EngineVoice(traits)))]
        samples = np.concatenate(pieces)
        bend = np.abs(np.diff(samples, 2))
        at = np.cumsum([len(piece) for piece in pieces])[:-1]
        at = at[(at > 100) & (at < len(bend) - 100)]
        jumps += [bend[place - 3 : place + 3].max() / (bend[place - 100 : place + 100].max() + 1e-5) for place in at]
        seams += list(at)
        assert abs(samples[0]) < 0.01
        assert abs(samples[-1]) < 0.01
    assert len(seams) > 20
    assert np.median(jumps) < 0.5


# Words and phonemes


@pytest.mark.parametrize(
    "text",
    [
        SENTENCE,
        "“Well,” she said — isn't it?",
        "A well-known café, 5 o'clock; and 1984!",
        "Hi 😀 there … ok",
        "Yes",
        "- - -",
    ],
)
@pytest.mark.parametrize("traits", [SAME, MAN], ids=["same", "man"])
def test_every_word_once_and_in_order(engine: HibariEngine, text: str, traits: Traits) -> None:
    said = _said(engine, text, traits)
    assert [timing.text for timing in said.words] == [text[span.start : span.end] for span in words(text, "en")]
    for timings in (said.words, said.phonemes):
        edges = [edge for timing in timings for edge in (timing.start, timing.end)]
        assert edges == sorted(edges)
        assert not edges or edges[-1] <= len(said.samples) / SAMPLE_RATE + 1e-6


def test_words_come_with_their_sound(engine: HibariEngine) -> None:
    heard = 0
    for piece in engine.speak(Utterance(SENTENCE, "en", EngineVoice(MAN))):
        heard += len(piece.samples)
        assert all(timing.end <= heard / SAMPLE_RATE + 1e-6 for timing in (*piece.words, *piece.phonemes))


def test_times_keep_their_share_in_another_voice(engine: HibariEngine) -> None:
    one, other = (_said(engine, SENTENCE, traits) for traits in (SAME, MAN))
    length, other_length = len(one.samples), len(other.samples)
    for word, same_word in zip(one.words, other.words, strict=True):
        assert word.start / length == pytest.approx(same_word.start / other_length, abs=0.005)


# Parts of a sentence


def _end(engine: HibariEngine, text: str, *, continues: bool) -> tuple[float, float]:
    """Return how far the pitch falls within the last word, in semitones, and how long that word is, in seconds."""
    pieces = engine.speak(Utterance(text, "en", EngineVoice(SAME), continues=continues))
    said = functools.reduce(operator.add, pieces)
    word = said.words[-1]
    samples = said.samples[round(word.start * SAMPLE_RATE) : round(word.end * SAMPLE_RATE)]
    heard = track_pitch(samples.astype(np.float64), SAMPLE_RATE)
    hertz = heard.hertz[(heard.hertz > 120) & (heard.periodicity > 0.7)]
    first, last = np.array_split(hertz, 2)
    return 12 * float(np.log2(np.median(first) / np.median(last))), word.end - word.start


def test_the_melody_does_not_end_where_the_sentence_goes_on(engine: HibariEngine) -> None:
    texts = ("I will call you back", "The soft cushion broke", "She took the paper from the old man")
    for text in texts:
        fall_at_end, length_at_end = _end(engine, text, continues=False)
        fall_within, length_within = _end(engine, text, continues=True)
        assert fall_within < fall_at_end - 0.5
        assert length_within < 0.85 * length_at_end


def test_a_part_is_as_long_as_within_its_sentence_and_has_its_own_words_only(engine: HibariEngine) -> None:
    first, second = "The soft cushion broke ", "the man's fall."
    one = list(engine.speak(Utterance(first, "en", EngineVoice(SAME), continues=True)))
    other = list(engine.speak(Utterance(second, "en", EngineVoice(SAME), before=first)))
    assert [word.text for piece in one for word in piece.words] == first.split()
    assert [word.text for piece in other for word in piece.words] == second.split()
    whole = len(_said(engine, first + second, SAME).samples)
    parts = sum(len(piece.samples) for piece in (*one, *other))
    assert parts == pytest.approx(whole, rel=0.1)


# Texts


@pytest.mark.parametrize("text", ["", "   ", "…", "- !"])
def test_nothing_to_say_is_no_sound_and_no_complaint(engine: HibariEngine, text: str) -> None:
    said = _said(engine, text, SAME)
    assert len(said.phonemes) == 0


@pytest.mark.parametrize(
    ("text", "foreign"),
    [
        ("Привет my friend", ["Привет"]),
        ("say 你好 now", ["你好"]),
        ("Москва", ["Москва"]),
        ("a 😀 smile", ["😀"]),
        ("plain, old “English” naïve café — 5 o'clock", []),
    ],
)
def test_what_cannot_be_said_is_found(pronouncer: Pronouncer, text: str, foreign: list[str]) -> None:
    pronunciation = pronouncer.pronounce(text)
    assert [text[span.start : span.end] for span in pronunciation.unsayable] == foreign
    for span in pronunciation.unsayable:
        assert not any(span.start <= phoneme.start < span.end and phoneme.sounds for phoneme in pronunciation.phonemes)


def test_long_texts_are_cut(pronouncer: Pronouncer) -> None:
    for text in ("A" * 600, "word " * 300, ("One, two, three, and many more to come, " * 30)):
        phonemes = pronouncer.pronounce(text).phonemes
        cut = list(split_phonemes(phonemes))
        assert max(map(len, cut)) <= LONGEST
        assert tuple(phoneme for part in cut for phoneme in part) == phonemes
    assert len(cut[0]) <= 150


def test_600_letters_begin_at_once_and_can_be_stopped(engine: HibariEngine) -> None:
    speech = engine.speak(Utterance("A" * 600, "en", EngineVoice(SAME)))
    assert len(next(speech).samples)
    speech.close()


def test_ipa_is_said_and_keeps_its_place(pronouncer: Pronouncer, engine: HibariEngine) -> None:
    text = "Say tomato now."
    phonemes = pronouncer.pronounce(text, [Reading(4, 10, "təˈmɑːtoʊ", phonemes=True)]).phonemes
    assert "".join(phoneme.letter for phoneme in phonemes if phoneme.start == 4 and phoneme.sounds) == "təmˈɑtO"
    said = list(
        engine.speak(Utterance(text, "en", EngineVoice(SAME), readings=(Reading(4, 10, "təˈmɑːtoʊ", phonemes=True),)))
    )
    assert [timing.text for piece in said for timing in piece.words] == ["Say", "tomato", "now."]
    assert "oʊ" in [timing.text for piece in said for timing in piece.phonemes]


@pytest.mark.parametrize(
    ("ipa", "letters"), [("ˈtʃɑɪld", "ʧˈɑɪld"), ("dʒɔɪn", "ʤYn"), ("ˈʃtʁaːsə", "ʃtɹˈɑsə"), ("!", "")]
)
def test_ipa_in_the_letters_of_the_network(ipa: str, letters: str) -> None:
    assert from_ipa(ipa) == letters


def test_brackets_of_a_text_are_no_phonemes(pronouncer: Pronouncer) -> None:
    letters = "".join(phoneme.letter for phoneme in pronouncer.pronounce("[word](/bˈæd/)").phonemes)
    assert "wˈɜɹd" in letters


def test_onnx_and_scipy_are_not_needed() -> None:
    code = (
        "import sys; sys.modules['onnx'] = sys.modules['scipy'] = None\n"
        "from ownvoice.engines.hibari import HibariEngine; from ownvoice.engines import Utterance\n"
        "assert sum(len(s.samples) for s in HibariEngine().speak(Utterance('Hello.', 'en')))"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
