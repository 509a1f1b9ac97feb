"""The containers that audio can be had in, and what goes into each: encodings, sample rates, bit rates."""

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
ANY_RATE = range(LOWEST_RATE, HIGHEST_RATE + 1)


class Writer(Protocol):
    """What turns samples into a file, from its start to its end."""

    def push(self, samples: NDArray[np.float32]) -> bytes:
        """Take some samples, at the rate of the file, and return the bytes that are ready."""
        ...

    def end(self) -> bytes:
        """The rest of the bytes."""
        ...

    def completed_header(self) -> bytes:
        """After the end: what to put in place of the first bytes, with the lengths that were not known then."""
        ...


@dataclass(frozen=True)
class Container:
    """A kind of file, and what it can hold."""

    media_type: str
    open: Callable[[OutputFormat], Writer]
    """Makes a writer for a format that `checked` has let through."""
    encodings: Collection[str] = tuple(ENCODINGS)
    """The encodings that may be named."""
    needs_encoding: bool = False
    """Whether one has to be: samples in compressed files have none, but old clients name one all the same."""
    rates: Collection[int] = ANY_RATE
    """In Hz."""
    bit_rates: Callable[[int], Collection[int]] | None = None
    """Those in bits per second that a sample rate can have; None where the bit rate follows from the rest."""
    default_bit_rate: int = 0
    """Or the highest that the sample rate can have, if that is lower."""


class Uncompressed:
    """Writes samples as they are, behind a header if there is one."""

    def __init__(self, output_format: OutputFormat) -> None:
        assert output_format.encoding is not None
        assert output_format.sample_rate is not None
        self._encoding, self._rate = output_format.encoding, output_format.sample_rate
        self._is_wav = output_format.container == "wav"
        self._header = wav_header(self._encoding, self._rate) if self._is_wav else b""
        self._size = 0

    def push(self, samples: NDArray[np.float32]) -> bytes:
        """The samples, behind the header when they are the first."""
        header, self._header = self._header, b""
        encoded = ENCODINGS[self._encoding](samples)
        self._size += len(encoded)
        return header + encoded

    def end(self) -> bytes:
        """The header, if there were no samples."""
        header, self._header = self._header, b""
        return header

    def completed_header(self) -> bytes:
        """The header with its lengths."""
        return wav_header(self._encoding, self._rate, self._size) if self._is_wav else b""


CONTAINERS: Mapping[str, Container] = {
    "wav": Container("audio/wav", Uncompressed, needs_encoding=True),
    "raw": Container("application/octet-stream", Uncompressed, needs_encoding=True),
    "mp3": Container("audio/mpeg", mp3.Writer, rates=mp3.RATES, bit_rates=mp3.bit_rates, default_bit_rate=128_000),
    "flac": Container("audio/flac", flac.Writer, encodings=("pcm_s16le",)),
    "ogg": Container("audio/ogg", ogg.Writer, rates=ogg.RATES, bit_rates=ogg.bit_rates, default_bit_rate=64_000),
}


def checked(given: OutputFormat) -> OutputFormat:
    """An output format in one of the containers, with everything said that was left open.

    Raises:
        RequestError: it cannot be made; the message lists what can.
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
    """Names for a message: one of them is right."""
    return _either([repr(name) for name in names])


def _either(things: Collection[object]) -> str:
    words = [str(thing) for thing in things]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _refusal(message: str, given: OutputFormat) -> RequestError:
    return InvalidRequest("Invalid output format", f"for {given.container}, {message}")
