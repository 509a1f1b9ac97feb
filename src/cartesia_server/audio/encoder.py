"""An engine's samples into one continuous stream of bytes."""

import numpy as np
from numpy.typing import NDArray

from cartesia.types import OutputFormat
from cartesia_server.audio.containers import wav_header
from cartesia_server.audio.pcm import ENCODINGS
from cartesia_server.audio.resample import Resampler


class Encoder:
    """Resamples, encodes and wraps a stream of samples. One encoder serves one stream from its start to its end."""

    def __init__(self, engine_rate: int, output_format: OutputFormat) -> None:
        """Make an encoder for a format that `requests.checked_format` has let through."""
        assert output_format.encoding is not None
        assert output_format.sample_rate is not None
        self._resampler = Resampler(engine_rate, output_format.sample_rate)
        self._encode = ENCODINGS[output_format.encoding]
        self._header = b""
        if output_format.container == "wav":
            self._header = wav_header(output_format.encoding, output_format.sample_rate)

    def push(self, samples: NDArray[np.float32], *, last: bool = False) -> bytes:
        """Take some samples and return the bytes that are ready; after the ``last`` ones, all the rest."""
        header, self._header = self._header, b""
        return header + self._encode(self._resampler.push(samples, last=last))
