"""What the tests of the espeak engine say, and how they measure it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ownvoice.engines import EngineVoice, Timing, Utterance
from ownvoice.engines.espeak import EspeakEngine
from ownvoice.traits.embedding import Traits

RATE = EspeakEngine.sample_rate
LONG = "The old lighthouse keeper slowly climbed the winding stairs while distant thunder rolled across the bay."


@dataclass(frozen=True)
class Said:
    samples: NDArray[np.float32]
    words: list[Timing]
    phonemes: list[Timing]

    @property
    def seconds(self) -> float:
        return len(self.samples) / RATE

    @property
    def sounds(self) -> str:
        return "".join(phoneme.text for phoneme in self.phonemes).replace("ˈ", "").replace("ˌ", "")


def say(text: str, locale: str = "en", traits: Traits | None = None) -> Said:
    pieces = list(EspeakEngine().speak(Utterance(text, locale, EngineVoice(traits or Traits()))))
    return Said(
        np.concatenate([piece.samples for piece in pieces]),
        [word for piece in pieces for word in piece.words],
        [phoneme for piece in pieces for phoneme in piece.phonemes],
    )


def median_pitch(samples: NDArray[np.float32]) -> float:
    """Return the median fundamental frequency in Hz, by autocorrelation of 50 ms frames, every 20 ms."""
    size, shortest, longest = 1102, RATE // 450, RATE // 50
    pitches = []
    for start in range(0, len(samples) - size - longest, RATE // 50):
        one = samples[start : start + size].astype(np.float64)
        if np.sqrt((one**2).mean()) < 0.02:
            continue
        longer = samples[start : start + size + longest].astype(np.float64)
        products = np.correlate(longer, one, "valid")
        energies = np.convolve(longer**2, np.ones(size), "valid")
        likeness = products / np.sqrt(np.maximum(energies * energies[0], 1e-12))
        peaks = [
            lag
            for lag in range(shortest, longest - 1)
            if likeness[lag - 1] < likeness[lag] >= likeness[lag + 1] and likeness[lag] > 0.7
        ]
        if peaks:
            best = max(likeness[lag] for lag in peaks)
            # Multiples of the period are as alike as the period itself: the first that is nearly the best is it.
            pitches.append(RATE / next(lag for lag in peaks if likeness[lag] > best - 0.06))
    return float(np.median(pitches))


def level(samples: NDArray[np.float32]) -> float:
    """Return the level of the loud parts, in dB of full scale."""
    power = (samples[: len(samples) // 441 * 441].reshape(-1, 441).astype(np.float64) ** 2).mean(1)
    return float(10 * np.log10(power[power > power.max() / 1000].mean()))
