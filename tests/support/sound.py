"""What can be measured of speech."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]


def float_samples(audio: bytes) -> Samples:
    """Return the samples of raw pcm_f32le."""
    return np.frombuffer(audio, np.float32)


def assert_speech(samples: NDArray[Any], sample_rate: int, text: str) -> None:
    """Assert that it sounds like speech: loud enough, not clipped, as long as the text takes to say."""
    seconds, words = len(samples) / sample_rate, len(text.split())
    assert 0.12 < seconds / words < 1.2, f"{seconds:.2f} s for {words} words"
    assert np.isfinite(samples).all()
    assert 0.1 < np.abs(samples).max() <= 1.0
    frame = sample_rate // 50
    frames = samples[: len(samples) // frame * frame].reshape(-1, frame).astype(np.float64)
    loud = np.sqrt((frames**2).mean(axis=1)) > 0.01
    assert loud.mean() > 0.4, "most of it should be sound"
    assert not loud.all(), "speech has gaps"
