"""Named output formats, their data rates, and the headers of streamed WAV files."""

from collections.abc import Mapping
from typing import Any

from cartesia._flac import TAIL as TAIL
from cartesia._flac import complete_flac_header as complete_flac_header
from cartesia.types import RawOutputFormatParam

SAMPLE_WIDTHS: Mapping[str, int] = {"pcm_f32le": 4, "pcm_s16le": 2, "pcm_mulaw": 1, "pcm_alaw": 1}
"""Bytes per sample of each encoding."""


def _raw(encoding: Any, sample_rate: int) -> RawOutputFormatParam:
    return {"container": "raw", "encoding": encoding, "sample_rate": sample_rate}


OUTPUT_FORMATS: Mapping[str, RawOutputFormatParam] = {
    f"raw_{encoding}_{rate}": _raw(encoding, rate)
    for encoding, rates in (
        ("pcm_f32le", (44100, 24000, 22050, 16000, 8000)),
        ("pcm_s16le", (44100, 24000, 22050, 16000, 8000)),
        ("pcm_mulaw", (8000,)),
        ("pcm_alaw", (8000,)),
    )
    for rate in rates
}
"""The twelve formats that have names in the protocol."""


def get_output_format(output_format_name: str) -> RawOutputFormatParam:
    """Return the output format of that name as a dictionary; ValueError lists the valid names."""
    try:
        return OUTPUT_FORMATS[output_format_name].copy()
    except KeyError:
        raise ValueError(
            f"there is no output format {output_format_name!r}; the names are: {', '.join(OUTPUT_FORMATS)}"
        ) from None


def get_sample_rate(output_format_name: str) -> int:
    """Return the sample rate, in Hz, of the format of that name; ValueError lists the valid names."""
    return get_output_format(output_format_name)["sample_rate"]


def bytes_per_second(output_format: Mapping[str, Any]) -> int:
    """Return the bytes that one second of audio takes in an uncompressed format, without a header."""
    return SAMPLE_WIDTHS[output_format["encoding"]] * int(output_format["sample_rate"])


UNKNOWN_LENGTH = 0xFFFFFFFF
"""The lengths in a WAV header that is sent before the audio is generated."""


def complete_wav_header(head: bytes, size: int) -> bytes:
    """Return the header of a streamed WAV file with the lengths that were unknown when it was sent.

    Args:
        head: the first bytes of the file, with the whole header.
        size: the size of the file in bytes.

    Returns:
        The bytes that replace the first ones of the file; empty where it is no WAV file, or its lengths are set.
    """
    start = head.find(b"data", 12)
    unknown = UNKNOWN_LENGTH.to_bytes(4, "little")
    if head[:4] != b"RIFF" or head[4:8] != unknown or start < 0 or head[start + 4 : start + 8] != unknown:
        return b""
    riff, data = (length.to_bytes(4, "little") for length in (size - 8, size - start - 8))
    return head[:4] + riff + head[8 : start + 4] + data
