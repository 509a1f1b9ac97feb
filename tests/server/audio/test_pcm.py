"""Every sample into every encoding, against libsndfile."""

import io

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from ownvoice.audio.pcm import ENCODINGS, alaw, f32le, mulaw, s16le

EVERY_INT16 = np.arange(-32768, 32768, dtype=np.int32).astype(np.int16)
LAWS = {"pcm_mulaw": ("ULAW", 0xFF), "pcm_alaw": ("ALAW", 0xD5)}


def floats(samples: NDArray[np.int16]) -> NDArray[np.float32]:
    """Return the floats of 16-bit samples; that of -32768 is a little beyond -1."""
    return (samples / 32767).astype(np.float32)


@pytest.mark.parametrize("encoding", LAWS)
def test_laws_have_the_codes_of_libsndfile_for_every_sample(encoding: str) -> None:
    subtype, _ = LAWS[encoding]
    reference = io.BytesIO()
    soundfile.write(reference, EVERY_INT16, 8000, format="RAW", subtype=subtype)
    assert ENCODINGS[encoding](floats(EVERY_INT16)) == reference.getvalue()


@pytest.mark.parametrize("encoding", LAWS)
def test_laws_decode_to_the_sample_within_half_a_step(encoding: str) -> None:
    subtype, _ = LAWS[encoding]
    codes = io.BytesIO(ENCODINGS[encoding](floats(EVERY_INT16)))
    decoded, _rate = soundfile.read(codes, dtype="int16", samplerate=8000, channels=1, format="RAW", subtype=subtype)
    # A step is a sixteenth of a segment, and a segment at most as wide as the magnitudes below it.
    half_step = np.abs(EVERY_INT16.astype(int)) / 32 + 16
    clipped = np.abs(EVERY_INT16.astype(int)) > 32124  # the largest magnitude that mu-law has a code for
    error = np.abs(decoded.astype(int) - EVERY_INT16)
    assert np.all((error <= half_step) | clipped)
    assert error[clipped].max() <= 32768 - 32124


@pytest.mark.parametrize("encoding", LAWS)
def test_silence_has_the_code_of_g711(encoding: str) -> None:
    _, silence = LAWS[encoding]
    assert ENCODINGS[encoding](np.zeros(3, np.float32)) == bytes([silence] * 3)


def test_s16_covers_every_sample() -> None:
    assert s16le(floats(EVERY_INT16)) == EVERY_INT16.astype("<i2").tobytes()


@pytest.mark.parametrize(
    ("sample", "expected"),
    [
        (0.0, 0),
        (1.0, 32767),
        (-1.0, -32767),
        (1.5, 32767),
        (-1.5, -32768),
        (1e30, 32767),
        (-1e30, -32768),
        (0.4 / 32767, 0),
        (0.6 / 32767, 1),
        (-0.6 / 32767, -1),
    ],
)
def test_s16_rounds_and_clips(sample: float, expected: int) -> None:
    assert int.from_bytes(s16le(np.array([sample], np.float32)), "little", signed=True) == expected


def test_laws_clip_like_s16() -> None:
    far, full = np.array([1e9, -1e9], np.float32), np.array([1.0, -32768 / 32767], np.float32)
    assert mulaw(far) == mulaw(full)
    assert alaw(far) == alaw(full)


def test_f32_keeps_every_bit() -> None:
    samples = np.array([0.1, -1.0, 3.5, np.float32(1e-40), -0.0], np.float32)
    assert f32le(samples) == samples.astype("<f4").tobytes()


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_nothing_gives_nothing(encoding: str) -> None:
    assert ENCODINGS[encoding](np.zeros(0, np.float32)) == b""


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_encoding_leaves_the_samples_as_they_were(encoding: str) -> None:
    samples = floats(EVERY_INT16)
    samples.setflags(write=False)
    ENCODINGS[encoding](samples)  # raises if it writes
