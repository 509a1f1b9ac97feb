"""The writer of MP3, by LAME.

Encoder and decoder delay the sound by 1105 samples, and the last frame is padded. A tag that lets players remove both
has to contain the length, and is at the beginning of a file: a stream has none, so players show (and play) up to four
frames of additional silence, at both ends. At some bit rates LAME also lowers the level by 0.4 dB, so that nothing
clips.
"""

import lameenc
import numpy as np
from numpy.typing import NDArray

from cartesia.types import OutputFormat
from ownvoice.audio.pcm import s16le

RATES = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000)
"""The sample rates of MPEG audio 2.5, 2 and 1 in Hz; there are no others."""
_BIT_RATES = (32000, 40000, 48000, 56000, 64000, 80000, 96000, 112000, 128000, 160000, 192000)
QUALITY = 5
"""The quality of LAME, from 0 (best) to 9 (fastest): 2 ms of work for a second of sound; 2 takes three times that."""


def bit_rates(sample_rate: int) -> tuple[int, ...]:
    """Return the bit rates of a sample rate, in bits per second."""
    highest = 64000 if sample_rate < 16000 else 160_000 if sample_rate < 32000 else 192_000
    return tuple(rate for rate in _BIT_RATES if rate <= highest)


class Writer:
    """A writer of MP3 of constant bit rate."""

    def __init__(self, output_format: OutputFormat) -> None:
        assert output_format.sample_rate is not None
        assert output_format.bit_rate is not None
        self._lame = lameenc.Encoder()
        self._lame.silence()
        self._lame.set_channels(1)
        self._lame.set_in_sample_rate(output_format.sample_rate)
        self._lame.set_out_sample_rate(output_format.sample_rate)
        self._lame.set_bit_rate(output_format.bit_rate // 1000)
        self._lame.set_quality(QUALITY)
        self._begun = False

    def push(self, samples: NDArray[np.float32]) -> bytes:
        """Take float32 samples and return the frames that are complete."""
        if not len(samples):
            return b""
        self._begun = True
        return bytes(self._lame.encode(s16le(samples)))

    def end(self) -> bytes:
        """Return the last frames; none if there were no samples."""
        return bytes(self._lame.flush()) if self._begun else b""

    def completed_header(self) -> bytes:
        """Return nothing: there is no header."""
        return b""
