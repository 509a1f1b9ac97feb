"""Where `ownvoice say` writes to: a file or a pipe, in the container that was asked for."""

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
"""Something that takes audio."""


class SayError(CartesiaError):
    """What was asked for cannot be said, for a reason that is not the server's."""


@contextlib.contextmanager
def written_to(output: str, output_format: OutputFormat) -> Iterator[Sink]:
    """Where raw audio goes to be written, also where it breaks off; a file's header gets its length at the end."""
    coder = _Plain(output_format) if output_format.encoding is not None else _Compressed(output_format)
    if output == "-":
        standard = sys.stdout.buffer
        standard.write(coder.header())
        yield lambda audio: standard.write(coder.coded(audio))
        standard.write(coder.end())
        standard.flush()
        return
    try:
        opened = Path(output).open("wb")  # noqa: SIM115 - the `with` stands below, outside of what is caught here
    except OSError as error:
        raise SayError(f"cannot write to {output}: {error.strerror}") from error
    with opened as file:
        file.write(coder.header())
        try:
            yield lambda audio: file.write(coder.coded(audio))
        finally:
            file.write(coder.end())
            if stat.S_ISREG(os.fstat(file.fileno()).st_mode) and (header := coder.completed_header()):
                file.seek(0)
                file.write(header)


class _Plain:
    """Audio that comes as it is wanted, perhaps but for a header."""

    def __init__(self, output_format: OutputFormat) -> None:
        assert output_format.encoding is not None
        assert output_format.sample_rate is not None
        self._wav = (output_format.encoding, output_format.sample_rate) if output_format.container == "wav" else None
        self._size = 0

    def header(self) -> bytes:
        return wav_header(*self._wav) if self._wav else b""

    def coded(self, audio: bytes) -> bytes:
        self._size += len(audio)
        return audio

    def end(self) -> bytes:
        return b""

    def completed_header(self) -> bytes:
        return wav_header(*self._wav, self._size) if self._wav else b""


class _Compressed:
    """Audio that comes as 32-bit floats."""

    def __init__(self, output_format: OutputFormat) -> None:
        try:
            self._writer = CONTAINERS[output_format.container].open(output_format)
        except RequestError as error:
            raise SayError(error.message) from error
        self._rest = b""

    def header(self) -> bytes:
        return b""

    def coded(self, audio: bytes) -> bytes:
        audio = self._rest + audio
        whole = len(audio) // 4 * 4
        self._rest = audio[whole:]
        return self._writer.push(np.frombuffer(audio[:whole], "<f4").astype(np.float32, copy=False))

    def end(self) -> bytes:
        return self._writer.end()

    def completed_header(self) -> bytes:
        return self._writer.completed_header()
