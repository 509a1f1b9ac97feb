"""An engine's samples into one continuous stream of bytes."""

import numpy as np
from numpy.typing import NDArray

from cartesia.types import OutputFormat
from ownvoice.audio.containers import CONTAINERS
from ownvoice.audio.limiter import cut_at_scale
from ownvoice.audio.resample import Resampler


class Encoder:
    """Resamples, encodes and wraps a stream of samples. One encoder serves one stream from its start to its end."""

    def __init__(self, engine_rate: int, output_format: OutputFormat) -> None:
        """Make an encoder for a format that `containers.checked` has let through.

        Raises:
            RequestError: it takes a package that is not installed.
        """
        assert output_format.sample_rate is not None
        self._resampler = Resampler(engine_rate, output_format.sample_rate)
        self._writer = CONTAINERS[output_format.container].open(output_format)

    def push(self, samples: NDArray[np.float32], *, last: bool = False) -> bytes:
        """Take some samples and return the bytes that are ready; after the ``last`` ones, all the rest."""
        ready = self._writer.push(cut_at_scale(self._resampler.push(samples, last=last)))
        return ready + self._writer.end() if last else ready
