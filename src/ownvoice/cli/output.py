"""The output of `ownvoice say`: a file or a pipe, in the container that the user asked for."""

import contextlib
import os
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import numpy as np

from cartesia.errors import CartesiaError
from cartesia.types import OutputFormat
from ownvoice.audio.containers import CONTAINERS
from ownvoice.audio.wav import wav_header
from ownvoice.errors import RequestError

Sink: TypeAlias = Callable[[bytes], object]
"""A function that takes audio."""


class SayError(CartesiaError):
    """A failure of the command that does not come from the server."""


@contextlib.contextmanager
def open_output(output: str, output_format: OutputFormat) -> Iterator[Sink]:
    """Give a sink that writes raw audio in a format. A file gets its length in the header even if the audio breaks off.

    Args:
        output: the file; ``-`` is standard output.
        output_format: the format; the audio has its encoding, or is ``pcm_f32le`` if it has none.

    Raises:
        SayError: the file cannot be written, or the format cannot be made.
    """
    encoder = _Uncompressed(output_format) if output_format.encoding is not None else _Compressed(output_format)
    if output == "-":
        standard = sys.stdout.buffer
        standard.write(encoder.header())
        yield lambda audio: standard.write(encoder.encode(audio))
        standard.write(encoder.end())
        standard.flush()
        return
    try:
        opened = Path(output).open("wb")  # noqa: SIM115 - the `with` stands below, outside of what is caught here
    except OSError as error:
        raise SayError(f"cannot write to {output}: {error.strerror}") from error
    with opened as file:
        file.write(encoder.header())
        try:
            yield lambda audio: file.write(encoder.encode(audio))
        finally:
            file.write(encoder.end())
            if stat.S_ISREG(os.fstat(file.fileno()).st_mode) and (header := encoder.completed_header()):
                file.seek(0)
                file.write(header)


class _Uncompressed:
    """Audio that is written as it arrives, after a header if the container has one."""

    def __init__(self, output_format: OutputFormat) -> None:
        assert output_format.encoding is not None
        assert output_format.sample_rate is not None
        self._wav = (output_format.encoding, output_format.sample_rate) if output_format.container == "wav" else None
        self._size = 0

    def header(self) -> bytes:
        return wav_header(*self._wav) if self._wav else b""

    def encode(self, audio: bytes) -> bytes:
        self._size += len(audio)
        return audio

    def end(self) -> bytes:
        return b""

    def completed_header(self) -> bytes:
        return wav_header(*self._wav, self._size) if self._wav else b""


class _Compressed:
    """Audio that arrives as 32-bit floats, and is compressed."""

    def __init__(self, output_format: OutputFormat) -> None:
        try:
            self._writer = CONTAINERS[output_format.container].open(output_format)
        except RequestError as error:
            raise SayError(error.message) from error
        self._rest = b""

    def header(self) -> bytes:
        return b""

    def encode(self, audio: bytes) -> bytes:
        audio = self._rest + audio
        whole = len(audio) // 4 * 4
        self._rest = audio[whole:]
        return self._writer.push(np.frombuffer(audio[:whole], "<f4").astype(np.float32, copy=False))

    def end(self) -> bytes:
        return self._writer.end()

    def completed_header(self) -> bytes:
        return self._writer.completed_header()
