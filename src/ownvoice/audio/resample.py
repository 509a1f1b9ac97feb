"""The resampler of streams, from an engine's sample rate to that of the output."""

import numpy as np
import soxr
from numpy.typing import NDArray

Samples = NDArray[np.float32]


class Resampler:
    """A resampler of one stream. The result does not depend on the division of the stream into pieces."""

    def __init__(self, from_rate: int, to_rate: int) -> None:
        self._stream = None
        if from_rate != to_rate:
            self._stream = soxr.ResampleStream(from_rate, to_rate, 1, dtype="float32", quality="HQ")

    def push(self, samples: Samples, *, last: bool = False) -> Samples:
        """Take float32 samples and return those that are ready; after the ``last`` ones, all the rest."""
        if self._stream is None:
            return samples
        resampled: Samples = self._stream.resample_chunk(samples, last=last)
        return resampled
