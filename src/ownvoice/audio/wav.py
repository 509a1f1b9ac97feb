"""The header of WAV files."""

import struct

from cartesia.formats import SAMPLE_WIDTHS, UNKNOWN_LENGTH

_WAVE_TAGS = {"pcm_s16le": 1, "pcm_f32le": 3, "pcm_alaw": 6, "pcm_mulaw": 7}
"""``wFormatTag`` of each encoding, from Microsoft's multimedia registry."""


def wav_header(encoding: str, sample_rate: int, data_bytes: int | None = None) -> bytes:
    """The header of a mono WAV file.

    A length that is not known yet, because the audio is still to be made, is 0xFFFFFFFF in both places, as ffmpeg
    writes it to a pipe. Readers then go on to the end of the file: libsndfile, ffmpeg (and what is built on it, from a
    file and from a pipe) and Python's ``wave`` do. They give up on 0 instead, or find no samples.
    """
    width = SAMPLE_WIDTHS[encoding]
    fields = (_WAVE_TAGS[encoding], 1, sample_rate, sample_rate * width, width, 8 * width)
    # What is not plain PCM has the size of an extension, here of none, in its format chunk.
    extension = b"" if encoding == "pcm_s16le" else b"\0\0"
    chunk = struct.pack("<HHIIHH", *fields) + extension
    body = b"WAVEfmt " + struct.pack("<I", len(chunk)) + chunk + b"data"
    if data_bytes is None:
        riff_bytes = data_bytes = UNKNOWN_LENGTH
    else:
        riff_bytes = len(body) + 4 + data_bytes
    return b"RIFF" + struct.pack("<I", riff_bytes) + body + struct.pack("<I", data_bytes)
