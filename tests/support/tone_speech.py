"""What the tone engine makes of texts, computed from what is known of it alone."""

import numpy as np
from numpy.typing import NDArray

from ownvoice.engines import EngineVoice, Utterance
from ownvoice.engines.tone import CHARACTER_SAMPLES, SAMPLE_RATE, ToneEngine
from ownvoice.text.sentences import pause_after, sentences
from ownvoice.traits.embedding import Traits


def sentences_of(text: str) -> list[str]:
    return [sentence.text for sentence in sentences(text)]


def starts(utterances: list[str]) -> list[int]:
    """At which sample each of the utterances begins, and where the last one ends: between them are pauses."""
    places, place = [], 0
    for before, utterance in zip(["", *utterances], utterances, strict=False):
        place += round(pause_after(before) * SAMPLE_RATE)
        places.append(place)
        place += len(utterance) * CHARACTER_SAMPLES
    return [*places, place]


def samples_in(text: str) -> int:
    """How many samples a text lasts at rate 1, as a whole."""
    return starts(sentences_of(text))[-1]


def sound(utterances: list[str], pitch_hz: float = Traits().pitch_hz) -> NDArray[np.float32]:
    """The samples of some utterances that follow each other."""
    audio = np.zeros(starts(utterances)[-1], np.float32)
    for start, utterance in zip(starts(utterances), utterances, strict=False):
        spoken = ToneEngine(1000.0).speak(Utterance(utterance, "en", EngineVoice(Traits(pitch_hz=pitch_hz))))
        for speech in spoken:
            audio[start : start + len(speech.samples)] = speech.samples
    return audio


def word_starts(text: str) -> list[float]:
    """When each word of a text begins, in seconds."""
    times: list[float] = []
    parts = sentences_of(text)
    for start, part in zip(starts(parts), parts, strict=False):
        place = 0
        for word in part.split():
            place = part.index(word, place)
            times.append((start + place * CHARACTER_SAMPLES) / SAMPLE_RATE)
            place += len(word)
    return times


def pitch_of(samples: NDArray[np.float32], sample_rate: int) -> float:
    """The frequency of the tone in Hz, from its spectrum; the gaps between the characters hardly blur it."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples)), 8 * len(samples)))
    return float(np.argmax(spectrum) * sample_rate / (8 * len(samples)))
