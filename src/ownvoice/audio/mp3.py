"""MP3, by LAME. What it makes is sent as it is made.

Encoder and decoder delay the sound by 1105 samples, and the last frame is filled up. A tag that lets players take that
off again has to know the length, and stands at the beginning: a stream has none, so players show (and play) up to four
frames more than there is: silence, at both ends. At some bit rates LAME also turns the sound down by 0.4 dB, so that
nothing clips.
"""

import lameenc
import numpy as np
from numpy.typing import NDArray

from cartesia.types import OutputFormat
from ownvoice.audio.pcm import s16le

RATES = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000)
"""Of MPEG audio 2.5, 2 and 1, in Hz; there are no others."""
_BIT_RATES = (32000, 40000, 48000, 56000, 64000, 80000, 96000, 112000, 128000, 160000, 192000)
QUALITY = 5
"""Of LAME's from 0, best, to 9, fastest: 2 ms of work for a second of sound, where 2 takes three times as long."""


def bit_rates(sample_rate: int) -> tuple[int, ...]:
    """The bit rates that a sample rate can have, in bits per second."""
    highest = 64000 if sample_rate < 16000 else 160_000 if sample_rate < 32000 else 192_000
    return tuple(rate for rate in _BIT_RATES if rate <= highest)


class Writer:
    """Writes frames of MP3, of constant bit rate."""

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
        """The frames that are whole."""
        if not len(samples):
            return b""
        self._begun = True
        return bytes(self._lame.encode(s16le(samples)))

    def end(self) -> bytes:
        """The last frames; none if there were no samples."""
        return bytes(self._lame.flush()) if self._begun else b""

    def completed_header(self) -> bytes:
        """Nothing: there is no header."""
        return b""
