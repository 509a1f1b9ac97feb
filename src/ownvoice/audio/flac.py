"""FLAC, by libsndfile: half the size of WAV, and the same samples."""

import io
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray

from cartesia.types import OutputFormat
from ownvoice.audio.pcm import s16le


class Writer:
    """Writes frames of FLAC: the samples of ``pcm_s16le``, bit for bit.

    The header, which comes first, says that the length is not known.
    """

    def __init__(self, output_format: OutputFormat) -> None:
        self._written = _Pipe()
        # The lowest level has the shortest frames, 1152 samples, so that nothing waits for long.
        file: Any = self._written
        self._file = soundfile.SoundFile(
            file, "w", output_format.sample_rate, 1, "PCM_16", format="FLAC", compression_level=0.0
        )

    def push(self, samples: NDArray[np.float32]) -> bytes:
        """The frames that are whole."""
        self._file.write(_int16(samples))
        return self._written.taken()

    def end(self) -> bytes:
        """The last frame."""
        self._file.close()
        return self._written.taken()

    def completed_header(self) -> bytes:
        """The header with the length."""
        return bytes(self._written.head)


def _int16(samples: NDArray[np.float32]) -> NDArray[np.int16]:
    return np.frombuffer(s16le(samples), "<i2").astype(np.int16, copy=False)


class _Pipe:
    """A file whose end can be taken away as it grows. What is written over its beginning is in `head` alone."""

    HEAD = 42
    """Bytes of the mark and of the block that has the length in it."""

    def __init__(self) -> None:
        self.head = bytearray()
        self._parts: list[bytes] = []
        self._place = self._size = 0

    def write(self, data: bytes) -> int:
        """Write where we are."""
        data = bytes(data)
        if self._place < self.HEAD:
            end = min(self._place + len(data), self.HEAD)
            self.head[self._place : end] = data[: end - self._place]
        if self._place == self._size:
            self._parts.append(data)
            self._size += len(data)
        self._place += len(data)
        return len(data)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go somewhere else."""
        self._place = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._size}[whence]
        return self._place

    def tell(self) -> int:
        """Where we are."""
        return self._place

    def read(self, _size: int) -> bytes:
        """Nothing. libsndfile has no need of it, but `soundfile` wants it to be there."""
        return b""

    def taken(self) -> bytes:
        """What has been written at the end since it was last taken."""
        parts, self._parts = self._parts, []
        return b"".join(parts)
