"""Recordings into samples, whatever was sent."""

import gzip
import io
import struct
import zipfile
import zlib

import numpy as np
import pytest
from numpy.typing import NDArray

from clips import RATE, encode, mux, silent_video, tone, wav
from ownvoice.api.errors import status_of
from ownvoice.audio import sound_files
from ownvoice.audio.decoding import LARGEST_CLIP, decode
from ownvoice.audio.kinds import detect_kind
from ownvoice.errors import RequestError

TONE = tone()


def refusal(data: bytes) -> RequestError:
    with pytest.raises(RequestError) as caught:
        decode(data)
    return caught.value


def pitch(samples: NDArray[np.float32], rate: int) -> float:
    return float(np.abs(np.fft.rfft(samples)).argmax() * rate / len(samples))


@pytest.mark.parametrize(
    ("container", "subtype", "rate", "error"),
    [
        ("WAV", "PCM_16", 16000, 1e-4),
        ("WAV", "PCM_U8", 8000, 0.01),
        ("WAV", "PCM_24", 96000, 1e-6),
        ("WAV", "FLOAT", 44100, 0),
        ("WAV", "DOUBLE", 44100, 1e-7),
        ("WAV", "ULAW", 8000, 0.02),
        ("WAV", "MS_ADPCM", 22050, 0.05),
        ("WAVEX", "PCM_16", 48000, 1e-4),
        ("RF64", "PCM_16", 48000, 1e-4),
        ("W64", "PCM_16", 48000, 1e-4),
        ("AIFF", "PCM_16", 44100, 1e-4),
        ("AU", "ALAW", 8000, 0.02),
        ("CAF", "PCM_16", 44100, 1e-4),
        ("FLAC", "PCM_16", 16000, 1e-4),
        ("FLAC", "PCM_24", 192000, 1e-6),
    ],
)
def test_what_libsndfile_reads(container: str, subtype: str, rate: int, error: float) -> None:
    samples = tone(rate=rate)
    recording = decode(encode(samples, rate, container, subtype))
    assert recording.sample_rate == rate
    assert recording.samples.dtype == np.float32
    assert np.abs(recording.samples[: len(samples)] - samples).max() <= error


@pytest.mark.parametrize("subtype", ["VORBIS", "OPUS"])
def test_ogg(subtype: str) -> None:
    recording = decode(encode(TONE, RATE, "OGG", subtype))
    assert recording.seconds == pytest.approx(1, abs=0.01)
    assert pitch(recording.samples, recording.sample_rate) == pytest.approx(440, abs=1)


@pytest.mark.parametrize("before", [b"", b"ID3\x04\0\0\0\0\0\x0a" + bytes(10)], ids=["bare", "tagged"])
def test_mp3(before: bytes) -> None:
    recording = decode(before + encode(TONE, RATE, "MP3", "MPEG_LAYER_III"))
    assert recording.seconds == pytest.approx(1, abs=0.1)
    assert pitch(recording.samples, recording.sample_rate) == pytest.approx(440, abs=1.1)


@pytest.mark.parametrize(
    ("container", "codec"),
    [
        ("webm", "libopus"),
        ("matroska", "pcm_s16le"),
        ("mp4", "aac"),
        ("mov", "pcm_s16le"),
        ("adts", "aac"),
        ("asf", "wmav2"),
    ],
)
def test_what_needs_the_media_extra(container: str, codec: str) -> None:
    pytest.importorskip("av")
    recording = decode(mux(container, codec, tone(rate=48000)))
    assert recording.sample_rate == 48000
    assert recording.seconds == pytest.approx(1, abs=0.1)
    assert pitch(recording.samples, 48000) == pytest.approx(440, abs=1.1)


def test_without_the_media_extra_the_answer_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sound_files, "HAS_MEDIA", False)
    data = b"\x1a\x45\xdf\xa3" + bytes(100)
    with pytest.raises(RequestError, match=r'reads WebM only with .*pip install "ownvoice\[media\]"') as caught:
        sound_files.read_sound_file(data, detect_kind(data))
    assert (status_of(caught.value), caught.value.error_code) == (501, "not_installed")


def test_channels_are_mixed() -> None:
    left, right = tone(pitch_hz=300, rate=96000), tone(pitch_hz=500, rate=96000)
    recording = decode(encode(np.stack([left, right], axis=1), 96000, subtype="PCM_24"))
    assert recording.sample_rate == 96000
    assert np.abs(recording.samples - (left + right) / 2).max() < 1e-6


PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + bytes(13) + zlib.compress(bytes(10))


def archive() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("../../etc/passwd", encode(TONE))
    return file.getvalue()


OTHER = {
    "a ZIP archive": archive(),
    "a compressed archive": gzip.compress(encode(TONE)),
    "a picture": PNG,
    "a document": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
    "a program": b"\x7fELF\x02\x01\x01" + bytes(60),
    "is text": b"<!doctype html><p>Not found",
}


@pytest.mark.parametrize("what", OTHER)
def test_what_is_something_else_is_called_by_its_name(what: str) -> None:
    error = refusal(OTHER[what])
    assert what in error.message
    assert "it should be a recording of speech, as WAV, FLAC, Ogg, MP3" in error.message
    assert (status_of(error), error.error_code) == (415, "invalid_clip")


@pytest.mark.parametrize(
    "text",
    [
        b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n",
        b"ffconcat version 1.0\nfile /etc/passwd\n",
        b"v=0\no=- 0 0 IN IP4 127.0.0.1\nm=audio 5004 RTP/AVP 96\n",
        b"https://example.com/speech.wav",
        "ключ\n".encode() * 200,
        "Grüße".encode("utf-16"),
        b"a",
    ],
)
def test_playlists_and_addresses_are_text_and_are_not_followed(text: bytes) -> None:
    assert "is text" in refusal(text).message


def test_bytes_of_no_kind() -> None:
    assert "not a sound file of a known kind" in refusal(bytes(range(0x80, 0x100)) * 10).message
    assert "not a sound file of a known kind" in refusal(b"\0").message


def test_nothing_at_all() -> None:
    error = refusal(b"")
    assert "empty (0 bytes)" in error.message
    assert status_of(error) == 400


def test_a_file_may_be_of_ten_mebibytes() -> None:
    error = refusal(encode(TONE).ljust(LARGEST_CLIP + 1, b"\0"))
    assert f"{LARGEST_CLIP + 1} bytes; it should have at most {LARGEST_CLIP} (10 MiB)" in error.message
    assert (status_of(error), error.error_code) == (413, "clip_too_large")


def test_a_recording_may_last_a_minute() -> None:
    assert decode(encode(tone(60.0))).seconds == 60
    error = refusal(encode(tone(61.0)))
    assert "lasts more than 60 s" in error.message
    assert (status_of(error), error.error_code) == (413, "clip_too_long")


def test_a_small_file_that_holds_hours() -> None:
    data = encode(np.zeros(2 * 3600 * 8000, np.int16), 8000, "FLAC")
    assert len(data) < 200_000
    assert refusal(data).error_code == "clip_too_long"


def test_a_file_of_ffmpeg_that_is_too_long() -> None:
    pytest.importorskip("av")
    assert refusal(mux("mp4", "aac", tone(62, 8000), 8000)).error_code == "clip_too_long"


def test_a_header_that_promises_more_than_there_is() -> None:
    data = bytearray(encode(TONE))
    data[40:44] = struct.pack("<I", 0x7FFFFFF0)
    assert len(decode(bytes(data)).samples) == len(TONE)


@pytest.mark.parametrize("container", ["WAV", "FLAC", "OGG", "MP3"])
def test_a_file_that_was_cut_off_gives_what_there_is_of_it(container: str) -> None:
    noise = np.random.default_rng(1).uniform(-0.5, 0.5, 3 * RATE).astype(np.float32)
    data = encode(noise, RATE, container)
    recording = decode(data[: len(data) // 2])
    assert 0.5 < recording.seconds < 2.5


@pytest.mark.parametrize("container", ["WAV", "FLAC", "OGG", "MP3"])
def test_hardly_more_than_a_beginning(container: str) -> None:
    error = refusal(encode(TONE, RATE, container)[:20])
    assert error.error_code in ("invalid_clip", "not_installed")
    assert "clip" in error.message


@pytest.mark.parametrize("kept", [0.02, 0.5, 0.98])
def test_an_mp4_file_without_its_index(kept: float) -> None:
    pytest.importorskip("av")
    data = mux("mp4", "aac", tone(3, 48000))
    error = refusal(data[: int(len(data) * kept)])
    assert "cannot be read as MP4" in error.message
    assert error.error_code == "invalid_clip"


def test_a_video_without_sound() -> None:
    pytest.importorskip("av")
    assert "the clip is a video without sound (MP4)" in refusal(silent_video()).message


def test_a_header_alone() -> None:
    assert "there is no sound in the clip (WAV)" in refusal(encode(TONE[:0])).message


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_samples_that_are_not_numbers(bad: float) -> None:
    samples = TONE.copy()
    samples[100] = bad
    assert "not numbers" in refusal(encode(samples, subtype="FLOAT")).message


@pytest.mark.parametrize("rate", [1, 1_000_000, 2**31 - 1])
def test_rates_that_nobody_records_at(rate: int) -> None:
    assert "sample rate" in refusal(wav(rate, 1, bytes(2000))).message


def test_more_channels_than_anybody_has() -> None:
    assert "from 1 to 32 channels, not 500" in refusal(wav(8000, 500, bytes(100_000))).message


@pytest.mark.parametrize(
    "magic", [b"RIFF\xff\xff\xff\xffWAVE", b"fLaC", b"OggS", b"ID3", b"\x1a\x45\xdf\xa3", b"\0\0\0\x18ftyp"]
)
def test_noise_behind_a_known_beginning(magic: bytes) -> None:
    noise = np.random.default_rng(1).bytes(5000)
    assert refusal(magic + noise).error_code in ("invalid_clip", "not_installed")


@pytest.mark.parametrize("rate", [8000, 44100, 96000])
def test_what_is_kept_as_flac_comes_back(rate: int) -> None:
    samples = 3 * tone(rate=rate)
    recording = decode(encode(samples, rate, "FLAC", "PCM_16"))
    assert recording.sample_rate == rate
    assert np.abs(recording.samples - samples.clip(-1, 1)).max() < 1e-4
