"""The header of WAV files."""

import struct

from cartesia.formats import SAMPLE_WIDTHS, UNKNOWN_LENGTH

_WAVE_TAGS = {"pcm_s16le": 1, "pcm_f32le": 3, "pcm_alaw": 6, "pcm_mulaw": 7}
"""``wFormatTag`` of each encoding, from Microsoft's multimedia registry."""


def wav_header(encoding: str, sample_rate: int, data_bytes: int | None = None) -> bytes:
    """Return the header of a mono WAV file.

    An unknown length is 0xFFFFFFFF in both places, as ffmpeg writes it to a pipe. Readers then read to the end of the
    file: libsndfile, ffmpeg (from a file and from a pipe) and Python's ``wave`` do. With 0 they fail, or find no
    samples.

    Args:
        encoding: the encoding of the samples.
        sample_rate: the sample rate in Hz.
        data_bytes: the size of the samples in bytes; None if it is not known yet.
    """
    width = SAMPLE_WIDTHS[encoding]
    fields = (_WAVE_TAGS[encoding], 1, sample_rate, sample_rate * width, width, 8 * width)
    # The format chunk of other encodings than PCM ends with the size of an extension, here none.
    extension = b"" if encoding == "pcm_s16le" else b"\0\0"
    chunk = struct.pack("<HHIIHH", *fields) + extension
    body = b"WAVEfmt " + struct.pack("<I", len(chunk)) + chunk + b"data"
    if data_bytes is None:
        riff_bytes = data_bytes = UNKNOWN_LENGTH
    else:
        riff_bytes = len(body) + 4 + data_bytes
    return b"RIFF" + struct.pack("<I", riff_bytes) + body + struct.pack("<I", data_bytes)
