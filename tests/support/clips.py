"""Sound files, valid and broken, made for the tests of decoding."""

import io
import struct
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray

RATE = 16000


def tone(seconds: float = 1.0, rate: int = RATE, pitch_hz: float = 440.0) -> NDArray[np.float32]:
    """Return a sine at half of full scale, as float32 samples."""
    return (0.5 * np.sin(2 * np.pi * pitch_hz * np.arange(round(seconds * rate)) / rate)).astype(np.float32)


def encode(samples: NDArray[Any], rate: int = RATE, container: str = "WAV", subtype: str | None = None) -> bytes:
    """Return a file as libsndfile writes it."""
    file = io.BytesIO()
    soundfile.write(file, samples, rate, format=container, subtype=subtype)
    return file.getvalue()


def wav(rate: int, channels: int, data: bytes, *, tag: int = 1, bits: int = 16) -> bytes:
    """Return a WAV file whose header has these fields, true or not."""
    width = channels * bits // 8
    form = struct.pack("<HHIIHH", tag, channels, rate, rate * width & 0xFFFFFFFF, width & 0xFFFF, bits)
    body = b"WAVEfmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", len(body)) + body


def mux(container: str, codec: str, samples: NDArray[np.float32], rate: int = 48000) -> bytes:
    """Return a file as ffmpeg's libraries write it."""
    import av

    file = io.BytesIO()
    with av.open(file, "w", format=container) as output:
        stream: Any = output.add_stream(codec, rate=rate, layout="mono")
        stream.bit_rate = 64000
        frame = av.AudioFrame.from_ndarray(samples[np.newaxis, :], format="flt", layout="mono")
        frame.sample_rate = rate
        fitting = av.AudioResampler(stream.format, frame_size=stream.codec_context.frame_size)
        for made in (*fitting.resample(frame), *fitting.resample(None), None):
            output.mux(stream.encode(made))
    return file.getvalue()


def silent_video() -> bytes:
    """Return an MP4 file with pictures alone."""
    import av

    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as output:
        stream: Any = output.add_stream("mpeg4", rate=10, width=32, height=32, pix_fmt="yuv420p")
        for _ in range(5):
            output.mux(stream.encode(av.VideoFrame(32, 32, "yuv420p")))
        output.mux(stream.encode(None))
    return file.getvalue()
