"""The effects of the controls on the sound of the embedded engine, measured in the sound."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from built_in import CATALOGUE
from cartesia.types import GenerationRequest, OutputFormat
from espeak_speech import LONG, RATE, level, median_pitch
from ownvoice.engines import Timing
from ownvoice.engines.espeak import EspeakEngine
from ownvoice.settings import Settings
from ownvoice.traits.expression import FEELINGS, FIRST_FEELINGS
from ownvoice.traits.voice import DEFAULT_ID
from ownvoice.tts.requests import job_for
from ownvoice.tts.speech import Job, speak
from ownvoice.voices.resolution import resolve_voice

RAW = OutputFormat(container="raw", encoding="pcm_f32le", sample_rate=RATE)


def job(request: GenerationRequest) -> Job:
    voice = resolve_voice(request, CATALOGUE, CATALOGUE)
    return job_for(request, voice, Settings(), containers=("raw",))


def said(text: str = LONG, **fields: Any) -> tuple[NDArray[np.float32], list[Timing]]:
    request = GenerationRequest(
        **{"model_id": "sonic-3", "transcript": text, "voice": DEFAULT_ID, "output_format": RAW, **fields},
        add_timestamps=True,
    )
    pieces = list(speak(EspeakEngine(), job(request)))
    audio = np.frombuffer(b"".join(piece.audio for piece in pieces), np.float32)
    return audio, [word for piece in pieces for word in piece.words]


def controlled(**controls: Any) -> NDArray[np.float32]:
    return said(voice={"mode": "id", "id": DEFAULT_ID, "__experimental_controls": controls})[0]


def silences(audio: NDArray[np.float32], longest: float = 0.045) -> list[float]:
    """Return the lengths of the silences in the middle of a sound, in seconds; not those within words."""
    loud = np.flatnonzero(np.abs(audio) > 0.01 * np.abs(audio).max())
    gaps = np.diff(loud) / RATE
    return [float(gap) for gap in gaps[gaps > longest]]


def test_speeds_by_name() -> None:
    seconds = [len(controlled(speed=name)) for name in ("fastest", "fast", "normal", "slow", "slowest")]
    assert seconds == sorted(set(seconds))


@pytest.mark.parametrize("speed", [0.6, 0.8, 1.25, 1.5])
def test_a_speed_is_the_factor_that_it_says(speed: float) -> None:
    audio, _ = said(generation_config={"speed": speed})
    assert len(said()[0]) / len(audio) == pytest.approx(speed, rel=0.03)


@pytest.mark.parametrize("volume", [0.5, 0.7, 1.4, 2.0])
def test_a_volume_is_the_factor_that_it_says(volume: float) -> None:
    audio, _ = said(generation_config={"volume": volume})
    assert level(audio) - level(said()[0]) == pytest.approx(20 * np.log10(volume), abs=0.5)
    assert np.abs(audio).max() < 1


@pytest.mark.parametrize("name", FIRST_FEELINGS)
def test_levels_of_emotions_are_heard(name: str) -> None:
    # In the tempo, the loudness and the pitch: each level is further from the plain voice than the one before.
    sounds = [said()[0]]
    sounds += [controlled(emotion=[f"{name}{level}"]) for level in (":lowest", ":low", "", ":high", ":highest")]
    measures = [[len(sound) / RATE for sound in sounds], [level(sound) for sound in sounds]]
    measures += [[median_pitch(sound) for sound in sounds]]
    monotone = [values for values in measures if sorted(set(values)) in (values, values[::-1])]
    assert len(monotone) >= 2


@pytest.mark.parametrize("emotion", sorted(FEELINGS))
def test_every_emotion_can_be_heard(emotion: str) -> None:
    # In the tempo or the loudness, which the noise in the sound does not hide.
    plain, felt = (said("Away we go.", generation_config=config)[0] for config in ({}, {"emotion": emotion}))
    different = abs(len(felt) / len(plain) - 1) > 0.01 or abs(level(felt) - level(plain)) > 0.2
    assert different == (emotion != "neutral")


@pytest.mark.parametrize("seconds", [0.05, 0.2, 1.0, 3.0])
@pytest.mark.parametrize("text", ["I <break/> owe.", "Away. <break/> Up!", "We<break/>move"])
def test_a_break_is_exact(text: str, seconds: float) -> None:
    audio, words = said(text.replace("<break/>", f'<break time="{seconds}s"/>'))
    (silence,) = silences(audio)
    assert silence == pytest.approx(seconds, abs=0.01)
    assert words[1].start - words[0].end == pytest.approx(seconds, abs=0.01)


@pytest.mark.parametrize("duration", [0.5, 2.0])
def test_no_longer_than_the_duration(duration: float) -> None:
    assert len(said(duration=duration)[0]) == duration * RATE


def test_letters_are_spelled_one_after_the_other() -> None:
    def heard(text: str, language: str) -> str:
        request = GenerationRequest(
            model_id="sonic-3", transcript=text, voice=DEFAULT_ID, output_format=RAW, language=language
        )
        request.add_phoneme_timestamps = True
        pieces = speak(
            EspeakEngine(),
            job(request),
        )
        return "".join(phoneme.text for piece in pieces for phoneme in piece.phonemes).replace("ˈ", "")

    assert heard("<spell>aB1</spell>", "en") == "eɪbiːwʌn"
    assert heard("<spell>ab1</spell>", "fr") == "abeœ̃"
    assert heard("<spell>АБ1</spell>", "ru") == heard("А, Б, 1", "ru")
    # Letters that are words too, which have no stress, or no vowel even.
    assert heard("my <spell>a ca</spell> too", "en") == "maɪeɪsiːeɪtuː"
    assert heard("<spell>в</spell> тест", "ru") == "vɛtʲɛst"


def test_a_volume_in_the_middle_leaves_the_rest_as_it_is() -> None:
    plain, _ = said("Away we move, alone we owe.")
    louder, words = said('Away we move, <volume ratio="2"/>alone we owe.')
    place = round(words[3].start * RATE)
    assert words[3].text == "alone"
    assert len(louder) == len(plain)
    before = slice(0, place - 200)
    assert level(louder[before]) == pytest.approx(level(plain[before]), abs=0.2)
    assert level(louder[place:]) - level(plain[place:]) == pytest.approx(20 * np.log10(2), abs=0.5)
