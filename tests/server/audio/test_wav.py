"""WAV files as programs read them: libsndfile, the standard library, and ffmpeg where it is installed."""

import io
import shutil
import subprocess
import wave
from pathlib import Path

import numpy as np
import pytest
import soundfile

from cartesia.formats import SAMPLE_WIDTHS, UNKNOWN_LENGTH, complete_wav_header
from ownvoice.audio.pcm import ENCODINGS
from ownvoice.audio.wav import wav_header

RATES = (8000, 22050, 44100, 48000)
CODECS = {"pcm_f32le": "FLOAT", "pcm_s16le": "PCM_16", "pcm_mulaw": "ULAW", "pcm_alaw": "ALAW"}
SAMPLES = (0.5 * np.sin(np.arange(12345) / 20)).astype(np.float32)

every_encoding = pytest.mark.parametrize("encoding", ENCODINGS)
every_rate = pytest.mark.parametrize("sample_rate", RATES)
every_length = pytest.mark.parametrize("streamed", [False, True], ids=["known", "streamed"])
needs_ffmpeg = pytest.mark.skipif(shutil.which("ffprobe") is None, reason="ffmpeg is not installed")


def wav(encoding: str, sample_rate: int, *, streamed: bool) -> bytes:
    data = ENCODINGS[encoding](SAMPLES)
    return wav_header(encoding, sample_rate, None if streamed else len(data)) + data


@every_encoding
@every_rate
@every_length
def test_libsndfile_reads_it(encoding: str, sample_rate: int, streamed: bool) -> None:
    with soundfile.SoundFile(io.BytesIO(wav(encoding, sample_rate, streamed=streamed))) as file:
        assert (file.samplerate, file.channels, file.subtype) == (sample_rate, 1, CODECS[encoding])
        assert file.frames == len(SAMPLES)
        assert np.abs(file.read(dtype="float32") - SAMPLES).max() < 0.02


@every_rate
@every_length
def test_the_standard_library_reads_pcm(sample_rate: int, streamed: bool) -> None:
    with wave.open(io.BytesIO(wav("pcm_s16le", sample_rate, streamed=streamed))) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (sample_rate, 1, 2)
        assert file.readframes(file.getnframes()) == ENCODINGS["pcm_s16le"](SAMPLES)


@needs_ffmpeg
@every_encoding
@every_length
def test_ffprobe_knows_codec_rate_and_duration(encoding: str, streamed: bool, tmp_path: Path) -> None:
    path = tmp_path / "speech.wav"
    path.write_bytes(wav(encoding, 24000, streamed=streamed))
    command = ["ffprobe", "-v", "error", "-show_entries", "stream=codec_name,sample_rate,duration", "-of", "csv=p=0"]
    told = subprocess.run([*command, path], capture_output=True, text=True, check=True).stdout.strip().split(",")
    assert told[:2] == [encoding, "24000"]
    assert float(told[2]) == pytest.approx(len(SAMPLES) / 24000, abs=1e-3)


@needs_ffmpeg
@every_encoding
def test_ffmpeg_plays_a_streamed_one_from_a_pipe_to_its_end(encoding: str) -> None:
    command = ["ffmpeg", "-v", "error", "-i", "-", "-f", "f32le", "-"]
    told = subprocess.run(command, input=wav(encoding, 24000, streamed=True), capture_output=True, check=True).stdout
    assert len(told) == 4 * len(SAMPLES)


@every_encoding
@every_length
def test_the_header_is_all_that_stands_before_the_samples(encoding: str, streamed: bool) -> None:
    header = wav_header(encoding, 16000, None if streamed else 1000)
    assert header[:4] == b"RIFF"
    assert header[-8:-4] == b"data"
    lengths = (int.from_bytes(header[4:8], "little"), int.from_bytes(header[-4:], "little"))
    assert lengths == ((UNKNOWN_LENGTH, UNKNOWN_LENGTH) if streamed else (len(header) - 8 + 1000, 1000))


@every_encoding
def test_a_streamed_file_can_be_completed(encoding: str) -> None:
    streamed, known = (wav(encoding, 24000, streamed=streamed) for streamed in (True, False))
    head = complete_wav_header(streamed[:100], len(streamed))
    assert head + streamed[len(head) :] == known


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"RIFF",
        b"ID3\x04" + bytes(80),
        wav_header("pcm_s16le", 8000, 20),  # complete already
        wav_header("pcm_s16le", 8000)[:30],  # cut off before its length
    ],
)
def test_what_is_no_streamed_wav_file_is_left_alone(head: bytes) -> None:
    assert complete_wav_header(head, 1000) == b""


@every_encoding
def test_block_and_byte_rate_are_those_of_the_encoding(encoding: str) -> None:
    header = wav_header(encoding, 22050)
    width = SAMPLE_WIDTHS[encoding]
    assert int.from_bytes(header[28:32], "little") == 22050 * width
    assert int.from_bytes(header[32:34], "little") == width
    assert int.from_bytes(header[34:36], "little") == 8 * width
