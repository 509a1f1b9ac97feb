"""The writer of FLAC, by libsndfile: half the size of WAV, with the same samples."""

import io
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray

from cartesia.types import OutputFormat
from ownvoice.audio.pcm import s16le


class Writer:
    """A writer of FLAC: the samples of ``pcm_s16le``, bit for bit.

    The header, which comes first, says that the length is unknown.
    """

    def __init__(self, output_format: OutputFormat) -> None:
        self._written = _Pipe()
        # The lowest level has the shortest frames, 1152 samples, so that nothing waits for long.
        file: Any = self._written
        self._file = soundfile.SoundFile(
            file, "w", output_format.sample_rate, 1, "PCM_16", format="FLAC", compression_level=0.0
        )

    def push(self, samples: NDArray[np.float32]) -> bytes:
        """Take float32 samples and return the frames that are complete."""
        self._file.write(_int16(samples))
        return self._written.take()

    def end(self) -> bytes:
        """Return the last frame."""
        self._file.close()
        return self._written.take()

    def completed_header(self) -> bytes:
        """Return the header with the length."""
        return bytes(self._written.head)


def _int16(samples: NDArray[np.float32]) -> NDArray[np.int16]:
    return np.frombuffer(s16le(samples), "<i2").astype(np.int16, copy=False)


class _Pipe:
    """A file whose new bytes are taken away as it grows. Bytes that overwrite its beginning go into `head` alone."""

    HEAD = 42
    """The size in bytes of the file signature and of the block that contains the length."""

    def __init__(self) -> None:
        self.head = bytearray()
        self._parts: list[bytes] = []
        self._position = self._size = 0

    def write(self, data: bytes) -> int:
        """Write at the current position."""
        data = bytes(data)
        if self._position < self.HEAD:
            end = min(self._position + len(data), self.HEAD)
            self.head[self._position : end] = data[: end - self._position]
        if self._position == self._size:
            self._parts.append(data)
            self._size += len(data)
        self._position += len(data)
        return len(data)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move the current position, and return it."""
        self._position = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        return self._position

    def tell(self) -> int:
        """Return the current position."""
        return self._position

    def read(self, _size: int) -> bytes:
        """Return nothing. libsndfile does not call it, but `soundfile` requires it."""
        return b""

    def take(self) -> bytes:
        """Return what was written at the end since the last call."""
        parts, self._parts = self._parts, []
        return b"".join(parts)
