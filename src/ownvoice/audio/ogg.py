"""The writer of Opus in Ogg, by ffmpeg's libraries (the extra ``media``).

libsndfile, which is installed anyway, writes it too, but holds each page for a second, too long for a stream.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cartesia.types import OutputFormat
from ownvoice.errors import NotInstalled

RATES = (8000, 12000, 16000, 24000, 48000)
"""The sample rates of Opus in Hz. Players play all of them at 48000."""
PAGE_SECONDS = 0.04
"""Seconds of sound in a page: two packets. A page is sent at once, and costs 28 bytes."""


def bit_rates(_sample_rate: int) -> range:
    """Return the bit rates, in bits per second."""
    return range(8000, 192_001)


class Writer:
    """A writer of Opus in pages of Ogg."""

    def __init__(self, output_format: OutputFormat) -> None:
        """Begin a file.

        Raises:
            RequestError: the extra is not installed.
        """
        assert output_format.sample_rate is not None
        try:
            import av
        except ModuleNotFoundError as error:
            raise NotInstalled(
                "Cannot encode",
                'this server makes ogg only with one more package: pip install "ownvoice[media]"; '
                "without it, use container 'mp3', 'flac', 'wav' or 'raw'",
                error_code="not_installed",
            ) from error
        assert output_format.bit_rate is not None
        self._frame = av.AudioFrame.from_ndarray
        self._rate = output_format.sample_rate
        self._written = _Pipe()
        options = {"page_duration": str(round(PAGE_SECONDS * 1e6))}
        self._file = av.open(self._written, "w", format="ogg", options=options)
        self._stream: Any = self._file.add_stream("libopus", rate=self._rate, layout="mono")
        self._stream.bit_rate = output_format.bit_rate
        self._stream.codec_context.open()
        self._size = int(self._stream.codec_context.frame_size)
        self._waiting = np.zeros(0, np.float32)
        self._samples = 0

    def push(self, samples: NDArray[np.float32]) -> bytes:
        """Take float32 samples and return the pages that are complete."""
        self._waiting = np.concatenate((self._waiting, samples))
        while len(self._waiting) >= self._size:
            self._encode(self._waiting[: self._size])
            self._waiting = self._waiting[self._size :]
        return self._written.take()

    def end(self) -> bytes:
        """Return the last pages; none if there were no samples."""
        if len(self._waiting):
            self._encode(self._waiting)
        if self._samples:
            self._file.mux(self._stream.encode(None))
        self._file.close()
        return self._written.take()

    def completed_header(self) -> bytes:
        """Return nothing: the length is not in the header, but in the last page."""
        return b""

    def _encode(self, samples: NDArray[np.float32]) -> None:
        frame = self._frame(samples[np.newaxis, :], format="flt", layout="mono")
        frame.sample_rate = self._rate
        frame.pts = self._samples
        self._samples += len(samples)
        self._file.mux(self._stream.encode(frame))


class _Pipe:
    """A file whose bytes are taken away. It is not seekable, so no bytes are overwritten."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)
