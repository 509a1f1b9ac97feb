"""The encoder of an engine's samples into one continuous stream of bytes."""

import numpy as np
from numpy.typing import NDArray

from cartesia.types import OutputFormat
from ownvoice.audio.containers import CONTAINERS
from ownvoice.audio.limiter import hard_clip
from ownvoice.audio.resample import Resampler


class Encoder:
    """A resampler, encoder and container writer for one stream of samples, from its start to its end."""

    def __init__(self, engine_rate: int, output_format: OutputFormat) -> None:
        """Make an encoder for a format from `containers.complete_format`.

        Raises:
            RequestError: the format needs a package that is not installed.
        """
        assert output_format.sample_rate is not None
        self._resampler = Resampler(engine_rate, output_format.sample_rate)
        self._writer = CONTAINERS[output_format.container].open(output_format)

    def push(self, samples: NDArray[np.float32], *, last: bool = False) -> bytes:
        """Take float32 samples and return the bytes that are ready; after the ``last`` samples, all the rest."""
        ready = self._writer.push(hard_clip(self._resampler.push(samples, last=last)))
        return ready + self._writer.end() if last else ready
