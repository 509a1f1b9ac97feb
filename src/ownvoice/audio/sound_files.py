"""The reading of sound files into samples, up to a limit, by libsndfile and by ffmpeg's libraries.

This runs in a process of its own (`decoding_process`), because the files are not trusted.
"""

import io
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np
import soundfile
from numpy.typing import NDArray

from cartesia.formats import TAIL, complete_flac_header
from ownvoice.audio.kinds import WANTED, Kind
from ownvoice.errors import InvalidRequest, NotInstalled, RequestError, TooLarge

if TYPE_CHECKING or find_spec("av") is not None:
    import av
    from av.error import FFmpegError, InvalidDataError

    HAS_MEDIA = True
    # PyAV loads some of its modules with the first stream that needs them, which is too late in this process.
    for module in pkgutil.walk_packages(av.__path__, "av."):
        if module.name not in ("av.__main__", "av.datasets"):
            import_module(module.name)
else:
    HAS_MEDIA = False

LONGEST_SECONDS = 60.0
"""The longest clip, decoded."""
PADDING_SECONDS = 0.25
"""The silence that codecs may add to it at its ends."""
LOWEST_RATE = 4000
HIGHEST_RATE = 384_000
MOST_CHANNELS = 32
BLOCK = 1 << 12
"""The number of samples, of all channels together, that are decoded at once; a broken file loses its last block."""

DECODERS = (
    "aac,aac_latm,ac3,adpcm_ima_qt,adpcm_ima_wav,adpcm_ms,alac,amrnb,amrwb,eac3,flac,gsm,gsm_ms,mp2,mp2float,mp3,"
    "mp3float,opus,libopus,pcm_alaw,pcm_f32be,pcm_f32le,pcm_f64be,pcm_f64le,pcm_mulaw,pcm_s16be,pcm_s16le,pcm_s24be,"
    "pcm_s24le,pcm_s32be,pcm_s32le,pcm_s8,pcm_u8,speex,vorbis,wavpack,wmalossless,wmapro,wmav1,wmav2"
)
"""The decoders of ffmpeg that may run: those of sound alone, so that pictures in the file are not decoded."""

Samples = NDArray[np.float32]


def read_sound_file(data: bytes, kind: Kind) -> tuple[Samples, int]:
    """Return the samples of a file, float32 mixed to one channel, and their rate in Hz.

    Of a file that was cut off, it returns what can be read.

    Raises:
        RequestError: the file has no sound, is too long or broken, or needs a package that is not installed.
    """
    samples, rate = _read_plain(data, kind) if kind.plain else _read_media(data, kind)
    if not len(samples):
        raise _invalid(f"there is no sound in the clip ({kind.name}); {WANTED}")
    if not np.isfinite(samples).all():
        raise _invalid("the clip has samples that are not numbers (NaN or infinite)")
    return samples, rate


def _read_plain(data: bytes, kind: Kind) -> tuple[Samples, int]:
    if kind.name == "FLAC":  # libsndfile does not read one that was sent before its length was known
        header = complete_flac_header(data[:64], data[-TAIL:])
        data = header + data[len(header) :]
    try:
        file = soundfile.SoundFile(io.BytesIO(data))
    except soundfile.LibsndfileError as error:
        # ffmpeg reads most codecs that libsndfile does not know in files of these kinds.
        if HAS_MEDIA:
            return _read_media(data, kind)
        reason = error.error_string.rstrip(".")
        raise _invalid(f"the clip cannot be read as {kind.name}: {reason}; {WANTED}") from error
    with file:
        _check(file.samplerate, file.channels)
        return _join(_plain_blocks(file), file.samplerate), file.samplerate


def _plain_blocks(file: soundfile.SoundFile) -> Iterator[Samples]:
    size = max(1, BLOCK // file.channels)
    while True:
        try:
            block = file.read(size, dtype="float32", always_2d=True)
        except soundfile.LibsndfileError:
            return  # cut off, or broken from here on
        if not len(block):
            return
        mixed: Samples = block.mean(axis=1, dtype=np.float32)
        yield mixed


def _read_media(data: bytes, kind: Kind) -> tuple[Samples, int]:
    if not HAS_MEDIA:
        raise NotInstalled(
            "Cannot decode",
            f'this server reads {kind.name} only with one more package: pip install "ownvoice[media]"; '
            "without it, a clip should be WAV, FLAC, Ogg, MP3 or AIFF",
            error_code="not_installed",
        )
    # Only this demuxer, and only from memory: a file that refers to other files or addresses gets none of them.
    options = {"codec_whitelist": DECODERS, "format_whitelist": kind.demuxer, "protocol_whitelist": "none"}
    try:
        with av.open(io.BytesIO(data), format=kind.demuxer, options=options, metadata_errors="replace") as container:
            if not container.streams.audio:
                what = "a video without sound" if container.streams.video else "a file without sound"
                raise _invalid(f"the clip is {what} ({kind.name}); {WANTED}")
            stream = container.streams.audio[0]
            rate = stream.codec_context.sample_rate
            _check(rate, stream.codec_context.channels)
            return _join(_media_blocks(container, stream, rate), rate), rate
    except (FFmpegError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise _invalid(f"the clip cannot be read as {kind.name}: {reason}; {WANTED}") from error


def _media_blocks(container: Any, stream: Any, rate: int) -> Iterator[Samples]:
    stream.codec_context.thread_count = 1
    mixer = av.AudioResampler(format="flt", layout="mono", rate=rate)
    for packet in container.demux(stream):
        try:
            frames = packet.decode()
        except InvalidDataError:
            continue  # a packet that was cut off
        for frame in frames:
            for mixed in mixer.resample(frame):
                yield mixed.to_ndarray()[0]
    for mixed in mixer.resample(None):
        yield mixed.to_ndarray()[0]


def _check(rate: int, channels: int) -> None:
    if not LOWEST_RATE <= rate <= HIGHEST_RATE:
        raise _invalid(f"the sample rate of the clip should be from {LOWEST_RATE} to {HIGHEST_RATE} Hz, not {rate}")
    if not 1 <= channels <= MOST_CHANNELS:
        raise _invalid(f"the clip should have from 1 to {MOST_CHANNELS} channels, not {channels}")


def _join(blocks: Iterator[Samples], rate: int) -> Samples:
    """Join the blocks. Beyond the limit nothing more is decoded, however long the file claims to be."""
    longest = round((LONGEST_SECONDS + PADDING_SECONDS) * rate)
    taken, count = [], 0
    for block in blocks:
        taken.append(block)
        count += len(block)
        if count > longest:
            raise TooLarge(
                "Clip too long",
                f"the clip lasts more than {LONGEST_SECONDS:g} s; cut it: some seconds of speech are enough",
                error_code="clip_too_long",
            )
    return np.concatenate(taken) if taken else np.zeros(0, np.float32)


def _invalid(message: str) -> RequestError:
    return InvalidRequest("Invalid clip", message, error_code="invalid_clip")
