"""Named output formats, and how many bytes a second of sound takes."""

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
"""The twelve formats that the protocol has names for."""


def get_output_format(output_format_name: str) -> RawOutputFormatParam:
    """The output format of that name, as a dictionary to pass on; ValueError lists the names there are."""
    try:
        return OUTPUT_FORMATS[output_format_name].copy()
    except KeyError:
        raise ValueError(
            f"there is no output format {output_format_name!r}; the names are: {', '.join(OUTPUT_FORMATS)}"
        ) from None


def get_sample_rate(output_format_name: str) -> int:
    """The sample rate, in Hz, of the format of that name; ValueError lists the names there are."""
    return get_output_format(output_format_name)["sample_rate"]


def bytes_per_second(output_format: Mapping[str, Any]) -> int:
    """How many bytes one second of sound takes in an uncompressed format, without a header."""
    return SAMPLE_WIDTHS[output_format["encoding"]] * int(output_format["sample_rate"])


UNKNOWN_LENGTH = 0xFFFFFFFF
"""What a WAV header says of its lengths when it is sent before the audio is made."""


def complete_wav_header(head: bytes, size: int) -> bytes:
    """The header of a streamed WAV file, with the lengths that were unknown when it was sent.

    Args:
        head: the first bytes of the file, the whole header among them.
        size: how many bytes the file has.

    Returns:
        The bytes to put in place of the file's first ones; none where it is no WAV file, or one with its lengths set.
    """
    start = head.find(b"data", 12)
    unknown = UNKNOWN_LENGTH.to_bytes(4, "little")
    if head[:4] != b"RIFF" or head[4:8] != unknown or start < 0 or head[start + 4 : start + 8] != unknown:
        return b""
    riff, data = (length.to_bytes(4, "little") for length in (size - 8, size - start - 8))
    return head[:4] + riff + head[8 : start + 4] + data
