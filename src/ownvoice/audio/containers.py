"""The containers of audio, with the encodings, sample rates and bit rates of each."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from cartesia.types import OutputFormat
from ownvoice.audio import flac, mp3, ogg
from ownvoice.audio.pcm import ENCODINGS
from ownvoice.audio.wav import wav_header
from ownvoice.errors import InvalidRequest, RequestError

LOWEST_RATE = 8000
HIGHEST_RATE = 48000
"""The bounds of sample rates, in Hz."""
ANY_RATE = range(LOWEST_RATE, HIGHEST_RATE + 1)


class Writer(Protocol):
    """A converter of samples into a file, from its start to its end."""

    def push(self, samples: NDArray[np.float32]) -> bytes:
        """Take samples, at the rate of the file, and return the bytes that are ready."""
        ...

    def end(self) -> bytes:
        """Return the rest of the bytes."""
        ...

    def completed_header(self) -> bytes:
        """Return, after the end, the replacement of the first bytes, with lengths that were unknown at the start."""
        ...


@dataclass(frozen=True)
class Container:
    """A kind of file, and what it can contain."""

    media_type: str
    open: Callable[[OutputFormat], Writer]
    """The factory of writers, for formats from `complete_format`."""
    encodings: Collection[str] = tuple(ENCODINGS)
    """The encodings that a request may name."""
    needs_encoding: bool = False
    """Whether a request has to name one. Compressed files have none, but old clients name one all the same."""
    rates: Collection[int] = ANY_RATE
    """The sample rates in Hz."""
    bit_rates: Callable[[int], Collection[int]] | None = None
    """The function from a sample rate to its bit rates in bits per second; None if bit rates cannot be chosen."""
    default_bit_rate: int = 0
    """The bit rate if none is asked for; or the highest of the sample rate, if that is lower."""


class Uncompressed:
    """A writer of samples without compression, after a header if the container has one."""

    def __init__(self, output_format: OutputFormat) -> None:
        assert output_format.encoding is not None
        assert output_format.sample_rate is not None
        self._encoding, self._rate = output_format.encoding, output_format.sample_rate
        self._is_wav = output_format.container == "wav"
        self._header = wav_header(self._encoding, self._rate) if self._is_wav else b""
        self._size = 0

    def push(self, samples: NDArray[np.float32]) -> bytes:
        """Return the encoded samples, after the header if they are the first."""
        header, self._header = self._header, b""
        encoded = ENCODINGS[self._encoding](samples)
        self._size += len(encoded)
        return header + encoded

    def end(self) -> bytes:
        """Return the header if there were no samples."""
        header, self._header = self._header, b""
        return header

    def completed_header(self) -> bytes:
        """Return the header with its lengths."""
        return wav_header(self._encoding, self._rate, self._size) if self._is_wav else b""


CONTAINERS: Mapping[str, Container] = {
    "wav": Container("audio/wav", Uncompressed, needs_encoding=True),
    "raw": Container("application/octet-stream", Uncompressed, needs_encoding=True),
    "mp3": Container("audio/mpeg", mp3.Writer, rates=mp3.RATES, bit_rates=mp3.bit_rates, default_bit_rate=128_000),
    "flac": Container("audio/flac", flac.Writer, encodings=("pcm_s16le",)),
    "ogg": Container("audio/ogg", ogg.Writer, rates=ogg.RATES, bit_rates=ogg.bit_rates, default_bit_rate=64_000),
}


def complete_format(given: OutputFormat) -> OutputFormat:
    """Return an output format with defaults in the place of what was not given.

    Raises:
        RequestError: the format is not supported; the message lists what is.
    """
    container = CONTAINERS[given.container]
    encoding, rate = given.encoding, given.sample_rate
    if encoding not in container.encodings and (container.needs_encoding or encoding is not None):
        raise _refusal(f"encoding should be {one_of(container.encodings)}, not {encoding!r}", given)
    if rate is None or rate not in container.rates:
        rates = f"from {LOWEST_RATE} to {HIGHEST_RATE}" if container.rates is ANY_RATE else _either(container.rates)
        raise _refusal(f"sample_rate should be {rates} Hz, not {rate}", given)
    if container.bit_rates is None:
        named = encoding if container.needs_encoding else None
        return OutputFormat(container=given.container, encoding=named, sample_rate=rate)
    possible = container.bit_rates(rate)
    bit_rate = min(container.default_bit_rate, max(possible)) if given.bit_rate is None else given.bit_rate
    if bit_rate not in possible:
        steps = isinstance(possible, tuple)
        these = _either(possible) if steps else f"from {min(possible)} to {max(possible)}"
        raise _refusal(f"bit_rate should be {these} at {rate} Hz, not {bit_rate}", given)
    return OutputFormat(container=given.container, sample_rate=rate, bit_rate=bit_rate)


def one_of(names: Collection[str]) -> str:
    """Return names as a choice, for a message."""
    return _either([repr(name) for name in names])


def _either(things: Collection[object]) -> str:
    words = [str(thing) for thing in things]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _refusal(message: str, given: OutputFormat) -> RequestError:
    return InvalidRequest("Invalid output format", f"for {given.container}, {message}")
