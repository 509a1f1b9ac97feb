"""The loudness of a stream of samples, which may change while it goes on."""

from collections import deque

import numpy as np
from numpy.typing import NDArray

from ownvoice.audio.limiter import within_scale

RAMP = 0.005
"""Seconds that a change takes: a step would be heard as a click."""


class Gain:
    """A factor on the samples of a stream. Where it is 1, they stay as they are, to the bit."""

    def __init__(self, sample_rate: int, factor: float = 1.0) -> None:
        self._ramp = max(1, round(RAMP * sample_rate))
        self._factor = factor
        self._left: NDArray[np.float64] = np.zeros(0)
        """The factors of the ramp that has been begun and not finished."""
        self._changes: deque[tuple[int, float]] = deque()

    @property
    def ramp_samples(self) -> int:
        """How many samples a change takes."""
        return self._ramp

    def change(self, factor: float, after: int = 0) -> None:
        """Go to that factor when so many more samples have come; changes are to be told in order."""
        if self._changes or factor != self._factor:
            self._changes.append((after, factor))

    def apply(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """The next samples of the stream, with the factor that is theirs."""
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
        return within_scale((samples * factors).astype(np.float32))

    def _follow(self, factors: NDArray[np.float64], start: int, stop: int) -> int:
        """Put in the factors from one place to another: what is left of the ramp, then its end."""
        ramped = min(len(self._left), stop - start)
        factors[start : start + ramped] = self._left[:ramped]
        self._left = self._left[ramped:]
        factors[start + ramped : stop] = self._factor
        return stop
