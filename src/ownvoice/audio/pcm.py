"""The encodings of samples: 32-bit float, 16-bit integer, and the two laws of G.711."""

from collections.abc import Callable, Mapping
from functools import cache

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]


def f32le(samples: Samples) -> bytes:
    """Encode float32 samples as little-endian 32-bit floats."""
    return samples.astype("<f4", copy=False).tobytes()


def s16le(samples: Samples) -> bytes:
    """Encode float32 samples as little-endian 16-bit integers; those beyond -1 and 1 are clipped."""
    return _int16(samples).astype("<i2", copy=False).tobytes()


def mulaw(samples: Samples) -> bytes:
    """Encode float32 samples as G.711 mu-law, one byte each."""
    return _mulaw_table()[_int16(samples).view(np.uint16)].tobytes()


def alaw(samples: Samples) -> bytes:
    """Encode float32 samples as G.711 A-law, one byte each."""
    return _alaw_table()[_int16(samples).view(np.uint16)].tobytes()


ENCODINGS: Mapping[str, Callable[[Samples], bytes]] = {
    "pcm_f32le": f32le,
    "pcm_s16le": s16le,
    "pcm_mulaw": mulaw,
    "pcm_alaw": alaw,
}


def _int16(samples: Samples) -> NDArray[np.int16]:
    whole: NDArray[np.float32] = np.rint(samples * np.float32(32767))
    return whole.clip(-32768, 32767).astype(np.int16)


def _every_int16() -> NDArray[np.int32]:
    """Return all 16-bit samples, in the order of their bit patterns."""
    patterns: NDArray[np.uint16] = np.arange(65536, dtype=np.uint16)
    return patterns.view(np.int16).astype(np.int32)


@cache
def _mulaw_table() -> NDArray[np.uint8]:
    """Return the code of every 16-bit sample: ITU-T G.711, table 2, on the upper 14 bits.

    A magnitude, with 33 added, lies in one of eight segments, each twice as wide as the one before; the code is sign,
    segment and the four bits after the leading one, all inverted.
    """
    samples = _every_int16()
    # The magnitude is shifted, not the sample: that would round negative samples up.
    magnitude = np.minimum(np.abs(samples) >> 2, 8158) + 33
    segment = np.floor(np.log2(magnitude)).astype(np.int32) - 5
    code = (segment << 4) | ((magnitude >> (segment + 1)) & 0x0F)
    signed: NDArray[np.int32] = np.where(samples < 0, 0x7F ^ code, 0xFF ^ code)
    return signed.astype(np.uint8)


@cache
def _alaw_table() -> NDArray[np.uint8]:
    """Return the code of every 16-bit sample: ITU-T G.711, table 1, on the upper 12 bits.

    The first two of the eight segments are equally wide. Every other bit of the code is inverted (0x55).
    """
    samples = _every_int16()
    magnitude = np.minimum(np.abs(samples) >> 4, 2047)
    segment = np.maximum(np.floor(np.log2(np.maximum(magnitude, 1))).astype(np.int32) - 3, 0)
    code = (segment << 4) | ((magnitude >> np.maximum(segment - 1, 0)) & 0x0F)
    signed: NDArray[np.int32] = np.where(samples < 0, 0x55 ^ code, 0xD5 ^ code)
    return signed.astype(np.uint8)
