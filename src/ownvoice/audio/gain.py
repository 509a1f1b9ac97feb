"""The gain of a stream of samples, which may change within the stream."""

from collections import deque

import numpy as np
from numpy.typing import NDArray

from ownvoice.audio.limiter import soft_clip

RAMP = 0.005
"""Seconds that a change takes: a step would be audible as a click."""


class Gain:
    """A factor on the samples of a stream. A factor of 1 leaves them unchanged, bit for bit."""

    def __init__(self, sample_rate: int, factor: float = 1.0) -> None:
        self._ramp = max(1, round(RAMP * sample_rate))
        self._factor = factor
        self._left: NDArray[np.float64] = np.zeros(0)
        """The factors of an unfinished ramp."""
        self._changes: deque[tuple[int, float]] = deque()

    @property
    def ramp_samples(self) -> int:
        """The number of samples that a change takes."""
        return self._ramp

    def change(self, factor: float, after: int = 0) -> None:
        """Change to a factor after a number of further samples; changes have to be given in order."""
        if self._changes or factor != self._factor:
            self._changes.append((after, factor))

    def apply(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the next samples of the stream, float32, multiplied by the factors of their positions."""
        if self._factor == 1.0 and not len(self._left) and not self._changes:
            return samples
        factors = np.empty(len(samples))
        done = 0
        while self._changes and self._changes[0][0] <= len(samples):
            after, factor = self._changes.popleft()
            done = self._follow(factors, done, max(done, after))
            before = self._left[0] if len(self._left) else self._factor
            if factor != before or len(self._left):
                self._left = np.linspace(before, factor, self._ramp + 1)[1:]
            self._factor = factor
        self._follow(factors, done, len(samples))
        self._changes = deque((after - len(samples), factor) for after, factor in self._changes)
        return soft_clip((samples * factors).astype(np.float32))

    def _follow(self, factors: NDArray[np.float64], start: int, stop: int) -> int:
        """Fill in the factors from ``start`` to ``stop``: the rest of the ramp, then its end. Return ``stop``."""
        ramped = min(len(self._left), stop - start)
        factors[start : start + ramped] = self._left[:ramped]
        self._left = self._left[ramped:]
        factors[start + ramped : stop] = self._factor
        return stop
