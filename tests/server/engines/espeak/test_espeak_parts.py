"""Sentences that come in parts: their melody continues, no word is lost or doubled, and the cuts are inaudible."""

from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from cartesia.types import OutputFormat
from espeak_speech import RATE, median_pitch, say
from ownvoice.engines import EngineVoice, Timing, Utterance
from ownvoice.engines.espeak import EspeakEngine
from ownvoice.tts.speech import SpeechStream, Style

FORMAT = OutputFormat(container="raw", encoding="pcm_f32le", sample_rate=RATE)
PARTS = ("I went to the old town to ", "buy some bread and a bottle ", "of the best wine.")
IN_MANY_LANGUAGES = {
    "en": PARTS,
    "de": ("Gestern ging ich in die alte Stadt ", "und kaufte Brot und eine ", "Flasche vom besten Wein."),
    "es": ("Ayer fui al centro de la ciudad ", "y compré pan con una botella ", "del mejor vino."),
    "fr": ("Hier je suis allé dans la vieille ville ", "et j'ai acheté du pain avec ", "une bouteille de vin."),
    "ru": ("Вчера я ходил в старый город ", "и купил хлеба и бутылку ", "самого лучшего вина."),
    "hi": ("मैं कल पुराने शहर में ", "रोटी और एक बोतल ", "खरीदने गया था।"),
    "ja": ("きのう わたしは ", "まちで ", "パンを かいました。"),
    "th": ("เมื่อวานฉันไป ", "ซื้อขนมปัง ", "ในเมือง"),
}


def in_parts(parts: tuple[str, ...], locale: str = "en") -> tuple[NDArray[np.float32], list[Timing]]:
    """Say a text that comes in parts, each of them before the next has come."""
    stream = SpeechStream(EspeakEngine(), Style(locale, EngineVoice(), "espeak", FORMAT, words=True))
    pieces = [piece for place, part in enumerate(parts) for piece in stream.say(part, continues=place < len(parts) - 1)]
    audio = np.frombuffer(b"".join(piece.audio for piece in pieces), np.float32)
    return audio, [word for piece in pieces for word in piece.words]


def around(samples: NDArray[np.float32], seconds: float) -> float:
    """Measure the pitch, in Hz, in the third of a second around a time."""
    place = round(seconds * RATE)
    return median_pitch(samples[max(0, place - RATE // 6) : place + RATE // 6])


def test_the_melody_goes_on_from_part_to_part() -> None:
    whole = say("".join(PARTS))
    audio, words = in_parts(PARTS)
    begun_anew = np.concatenate([say(part).samples for part in PARTS])
    assert len(audio) == pytest.approx(len(whole.samples), rel=0.02)
    assert len(begun_anew) > 1.04 * len(whole.samples)
    for word in ("buy", "of"):
        (time,) = (timing.start for timing in words if timing.text == word)
        (wanted,) = (timing.start for timing in whole.words if timing.text == word)
        assert time == pytest.approx(wanted, abs=0.05)
        assert around(audio, time) == pytest.approx(around(whole.samples, wanted), rel=0.08)


@pytest.mark.parametrize("locale", IN_MANY_LANGUAGES)
def test_all_words_once_and_in_order(locale: str) -> None:
    parts = IN_MANY_LANGUAGES[locale]
    _, words = in_parts(parts, locale)
    assert [word.text for word in words] == [word.text for word in say("".join(parts), locale).words]
    assert all(one.end <= other.start + 1e-6 for one, other in pairwise(words))


@pytest.mark.parametrize("locale", ["en", "de", "es", "fr", "ru", "hi"])
def test_nothing_is_heard_of_the_cuts(locale: str) -> None:
    parts = IN_MANY_LANGUAGES[locale]
    audio, words = in_parts(parts, locale)
    steps = np.abs(np.diff(audio))
    largest = np.quantile(steps, 0.999)
    first = {part.split()[0] for part in parts[1:]}
    for word in (word for word in words if word.text in first):
        place = round(word.start * RATE)
        assert steps[place - 80 : place + 80].max() <= max(largest, 0.02)
    assert len(audio) == pytest.approx(len(say("".join(parts), locale).samples), rel=0.1)


@pytest.mark.parametrize("token_by_token", [True, False])
def test_word_by_word_it_is_still_a_sentence(token_by_token: bool) -> None:
    text = "We are all away in the meadow."
    parts = tuple(word + " " for word in text.split()) if token_by_token else (text,)
    audio, words = in_parts(parts)
    assert [word.text for word in words] == text.split()
    if token_by_token:
        whole = say(text)
        begun_anew = sum(len(say(word).samples) for word in text.split())
        assert len(audio) - len(whole.samples) < 0.4 * (begun_anew - len(whole.samples))
        pitches = [around(audio, word.start) for word in words]
        # Said word by word each would fall to the end of a melody.
        assert min(pitches[1:-1]) > 0.85 * min(around(whole.samples, word.start) for word in whole.words[1:-1])


def test_only_the_part_itself_is_heard() -> None:
    engine = EspeakEngine()
    pieces = list(engine.speak(Utterance("bread", "en", EngineVoice(), before="Please buy some", continues=True)))
    assert [word.text for piece in pieces for word in piece.words] == ["bread"]
    sounds = "".join(phoneme.text for piece in pieces for phoneme in piece.phonemes).replace("ˈ", "")
    assert sounds == "bɹɛd"
    assert sum(len(piece.samples) for piece in pieces) < 0.6 * RATE


def test_a_part_that_runs_into_what_surrounds_it_is_said_by_itself() -> None:
    engine = EspeakEngine()
    for before, text in (("it is part of", "the"), ("3.", "5"), ("...", "—"), ("co", "operate"), ("", "42")):
        pieces = list(engine.speak(Utterance(text, "en", EngineVoice(), before=before, continues=True)))
        assert [word.text for piece in pieces for word in piece.words] == [text]


def test_after_a_clause_or_a_sentence_the_melody_begins_anew() -> None:
    said: list[Utterance] = []

    class Recording(EspeakEngine):
        def speak(self, utterance: Utterance):  # type: ignore[no-untyped-def]
            said.append(utterance)
            return super().speak(utterance)

    stream = SpeechStream(Recording(), Style("en", EngineVoice(), "espeak", FORMAT))
    for text in ("One ", "two, ", "three. ", "Four ", '<break time="0.1s"/> five ', "six."):
        list(stream.say(text, continues=True))
    assert [(part.text.strip(), part.before.strip(), part.continues) for part in said] == [
        ("One", "", True),
        ("two,", "One", False),
        ("three.", "", False),
        ("Four", "", True),
        ("five", "", True),
        ("six.", "five", False),
    ]
