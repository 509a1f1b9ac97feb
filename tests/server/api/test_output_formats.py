"""Every container with every encoding, sample rate and bit rate: a file that opens and is right, or a refusal."""

import io
import itertools
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import httpx
import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from asking import VOICE, serving, speech
from cartesia._flac import TAIL, complete_flac_header
from cartesia.types import OutputFormat
from faces import Face
from odd_engines import RATE, GatedEngine
from ownvoice.audio.containers import CONTAINERS, complete_format
from ownvoice.audio.decoding import decode
from ownvoice.audio.encoder import Encoder
from ownvoice.engines.tone import SAMPLE_RATE
from ownvoice.serving.server import ServerThread
from tone_speech import samples_in, sound

TEXT = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
SECONDS = samples_in(TEXT) / SAMPLE_RATE
RATES = (7999, 8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 48001)
ENCODINGS = (None, "pcm_f32le", "pcm_s16le", "pcm_mulaw", "pcm_alaw")
BIT_RATES = (32000, 64000, 96000, 128_000, 160_000, 192_000)
MP3_SAMPLES = {rate: 1152 if rate >= 32000 else 576 for rate in RATES}
"""In a frame."""


def possible(container: str, encoding: str | None, rate: int) -> bool:
    """Return whether docs/server.md promises a format."""
    match container:
        case "raw" | "wav":
            return encoding is not None and 8000 <= rate <= 48000
        case "mp3":
            return 8000 <= rate <= 48000
        case "flac":
            return encoding in (None, "pcm_s16le") and 8000 <= rate <= 48000
        case _:
            return rate in (8000, 12000, 16000, 24000, 48000)


MATRIX = list(itertools.product(CONTAINERS, ENCODINGS, RATES))
needs_ffmpeg = pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg is not installed")
WORKING = [one for one in MATRIX if possible(*one)]
REFUSED = [one for one in MATRIX if not possible(*one)]


def name(value: object) -> str:
    return str(value)


@pytest.fixture(scope="module")
def http(tone_server: ServerThread) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=tone_server.base_url) as client:
        yield client


def asked(http: httpx.Client, container: str, encoding: str | None, rate: int, **more: Any) -> httpx.Response:
    if container == "ogg":
        pytest.importorskip("av")
    form = {"container": container, "encoding": encoding, "sample_rate": rate, "bit_rate": None, **more}
    return http.post("/tts/bytes", json=speech(transcript=TEXT, output_format=form))


def whole(content: bytes) -> bytes:
    """Return the file with its length, as the library completes it."""
    header = complete_flac_header(content[:64], content[-TAIL:])
    return header + content[len(header) :]


def read(container: str, encoding: str | None, rate: int, content: bytes) -> tuple[NDArray[np.float32], int]:
    raw: dict[str, Any] = {}
    if container == "raw":
        subtypes = {"pcm_f32le": "FLOAT", "pcm_s16le": "PCM_16", "pcm_mulaw": "ULAW", "pcm_alaw": "ALAW"}
        raw = {"format": "RAW", "subtype": subtypes[encoding or ""], "samplerate": rate, "channels": 1}
    samples, told = soundfile.read(io.BytesIO(whole(content)), dtype="float32", **raw)
    return np.asarray(samples, np.float32), told


def pitch(samples: NDArray[np.float32], rate: int) -> float:
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples)), 1 << 16))
    return float(spectrum.argmax() * rate / (1 << 16))


def longest(container: str, rate: int) -> float:
    """Return how much longer than the sound a file may be, in seconds: one sample, plus what MP3 adds."""
    return 4 * MP3_SAMPLES[rate] / rate if container == "mp3" else 2 / rate


@pytest.mark.parametrize(
    ("container", "encoding", "rate"), [one for one in WORKING if one[1] is None or one[0] in ("raw", "wav")], ids=name
)
def test_it_opens_with_its_rate_its_length_and_its_pitch(
    http: httpx.Client, container: str, encoding: str | None, rate: int
) -> None:
    answer = asked(http, container, encoding, rate)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == CONTAINERS[container].media_type
    samples, told = read(container, encoding, rate, answer.content)
    assert told == rate
    assert -2 / rate <= len(samples) / rate - SECONDS <= longest(container, rate)
    assert pitch(samples, rate) == pytest.approx(pitch(sound([TEXT], VOICE.traits.pitch_hz), SAMPLE_RATE), rel=0.01)
    loudness = np.sqrt(np.mean(samples[rate // 5 : rate] ** 2))
    assert loudness == pytest.approx(0.3 / np.sqrt(2), rel=0.06)


def test_the_encoding_of_samples_makes_no_difference_where_they_are_compressed() -> None:
    for container, encoding, rate in WORKING:
        if container not in ("raw", "wav"):
            one = OutputFormat(container=container, encoding=encoding, sample_rate=rate)
            assert complete_format(one) == complete_format(OutputFormat(container=container, sample_rate=rate))


@needs_ffmpeg
@pytest.mark.parametrize("rate", [8000, 22050, 24000, 48000])
@pytest.mark.parametrize("container", [one for one in CONTAINERS if one != "raw"])
def test_ffmpeg_knows_the_codec_and_plays_all_of_it(http: httpx.Client, container: str, rate: int) -> None:
    encoding = "pcm_s16le" if container == "wav" else None
    if not possible(container, encoding, rate):
        assert asked(http, container, encoding, rate).status_code == 400
        return
    content = asked(http, container, encoding, rate).content
    show = ["ffprobe", "-v", "error", "-show_entries", "stream=codec_name,sample_rate,channels", "-of", "json", "-"]
    (stream,) = json.loads(subprocess.run(show, input=content, capture_output=True, check=True).stdout)["streams"]
    codec = {"wav": "pcm_s16le", "ogg": "opus"}.get(container, container)
    played = 48000 if container == "ogg" else rate
    assert (stream["codec_name"], stream["sample_rate"], stream["channels"]) == (codec, str(played), 1)
    command = ["ffmpeg", "-v", "error", "-i", "-", "-f", "f32le", "-"]
    decoded = subprocess.run(command, input=content, capture_output=True, check=True)
    assert decoded.stderr == b""
    seconds = len(decoded.stdout) / 4 / played
    assert -2 / rate <= seconds - SECONDS <= longest(container, rate)


@pytest.mark.parametrize(("container", "encoding", "rate"), REFUSED, ids=name)
def test_what_cannot_be_had_is_refused_with_what_can(
    http: httpx.Client, container: str, encoding: str | None, rate: int
) -> None:
    form = {"container": container, "encoding": encoding, "sample_rate": rate}
    answer = http.post("/tts/bytes", json=speech(transcript=TEXT, output_format=form))
    assert answer.status_code == 400
    message = answer.json()["message"]
    assert message.startswith(f"for {container}, ")
    if "sample_rate" in message:
        assert "8000" in message
        assert "48000 Hz, not" in message
    else:
        assert "encoding should be " in message
        assert "'pcm_s16le'" in message


@pytest.mark.parametrize("rate", RATES[1:-1])
@pytest.mark.parametrize("bit_rate", BIT_RATES)
def test_mp3_has_the_bit_rate_that_was_asked_for(http: httpx.Client, rate: int, bit_rate: int) -> None:
    answer = asked(http, "mp3", None, rate, bit_rate=bit_rate)
    if bit_rate > (64000 if rate < 16000 else 160_000 if rate < 32000 else 192_000):
        assert answer.status_code == 400
        assert "bit_rate should be 32000, " in answer.json()["message"]
        return
    samples, _ = read("mp3", None, rate, answer.content)
    assert 8 * len(answer.content) / (len(samples) / rate) == pytest.approx(bit_rate, rel=0.02)


@pytest.mark.parametrize(("rate", "bit_rate"), [(44100, 128_000), (22050, 128_000), (8000, 64000)])
def test_mp3_of_a_client_that_names_no_bit_rate(http: httpx.Client, rate: int, bit_rate: int) -> None:
    # The first generation sends an encoding even so, and no bit rate.
    form = {"container": "mp3", "encoding": "pcm_f32le", "sample_rate": rate}
    answer = http.post("/tts/bytes", json=speech(transcript=TEXT, output_format=form))
    assert answer.content == asked(http, "mp3", None, rate, bit_rate=bit_rate).content


def test_ogg_is_larger_with_more_bits(http: httpx.Client) -> None:
    sizes = [len(asked(http, "ogg", None, 24000, bit_rate=rate).content) for rate in (8000, 64000, 192_000)]
    assert sizes == sorted(set(sizes))
    assert asked(http, "ogg", None, 24000, bit_rate=192_001).status_code == 400


def test_ogg_without_the_extra_names_it(http: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "av", None)
    answer = http.post("/tts/bytes", json=speech(output_format={"container": "ogg", "sample_rate": 24000}))
    assert answer.status_code == 501
    assert 'pip install "ownvoice[media]"' in answer.json()["message"]
    assert answer.json()["error_code"] == "not_installed"


def test_flac_has_the_samples_of_pcm(http: httpx.Client) -> None:
    flac, _ = soundfile.read(io.BytesIO(whole(asked(http, "flac", None, 44100).content)), dtype="int16")
    assert flac.astype("<i2").tobytes() == asked(http, "raw", "pcm_s16le", 44100).content


def form(container: str) -> OutputFormat:
    if container == "ogg":
        pytest.importorskip("av")
    encoding = "pcm_s16le" if container in ("raw", "wav") else None
    return complete_format(OutputFormat(container=container, encoding=encoding, sample_rate=24000))


every_container = pytest.mark.parametrize("container", CONTAINERS)
NOISE = np.random.default_rng(1).uniform(-0.5, 0.5, 30000).astype(np.float32)
MARKS = {"wav": b"RIFF", "flac": b"fLaC", "ogg": b"OpusHead"}


def encoded(container: str, cuts: list[int]) -> bytes:
    encoder = Encoder(24000, form(container))
    pieces = [NOISE[start:end] for start, end in itertools.pairwise([0, *cuts, len(NOISE)])]
    parts = [encoder.push(piece) for piece in pieces]
    return b"".join([*parts, encoder.push(NOISE[:0], last=True)])


@every_container
@pytest.mark.parametrize("cuts", [[1, 2, 3, 500, 501], [0, 0, 7777], list(range(480, 30000, 480))], ids=len)
def test_the_cuts_leave_no_trace(container: str, cuts: list[int]) -> None:
    one, other = encoded(container, []), encoded(container, cuts)
    if container == "ogg":  # each file has a number of its own
        assert len(one) == len(other)
        one, other = (soundfile.read(io.BytesIO(data), dtype="int16")[0].tobytes() for data in (one, other))
    assert one == other


@every_container
def test_there_is_one_header(container: str) -> None:
    data = encoded(container, list(range(480, 30000, 480)))
    if container in MARKS:
        assert data.count(MARKS[container]) == 1
        assert data.index(MARKS[container]) < 64


@every_container
def test_some_of_it_comes_soon_and_then_more_all_the_time(container: str) -> None:
    encoder = Encoder(24000, form(container))
    sizes = [len(encoder.push(NOISE[start : start + 480])) for start in range(0, 30000, 480)]
    assert sum(sizes[:4]) > 0, "within 80 ms of sound"
    assert all(sum(sizes[start : start + 4]) > 0 for start in range(4, len(sizes) - 4))


@every_container
def test_no_samples_at_all(container: str) -> None:
    data = Encoder(24000, form(container)).push(NOISE[:0], last=True)
    assert len(data) < 1000
    if container in ("raw", "mp3"):
        assert data == b""


@pytest.mark.parametrize("container", ["mp3", "flac", "ogg"])
def test_the_first_bytes_come_before_the_last_are_made(container: str) -> None:
    asked_for = {**form(container).to_dict(), "sample_rate": RATE}
    engine = GatedEngine()
    with (
        serving(engine) as url,
        httpx.stream("POST", url + "/tts/bytes", json=speech(transcript="Hello", output_format=asked_for)) as answer,
    ):
        parts = answer.iter_raw()
        assert len(next(parts)) > 0
        assert not engine.gate.is_set()
        engine.gate.set()
        assert sum(len(part) for part in parts) > 0


@pytest.mark.parametrize("way", ["read", "write_to_file"])
@pytest.mark.parametrize("container", ["mp3", "flac", "ogg"])
def test_the_library_completes_flac_and_leaves_others_alone(
    face: Face, container: str, way: str, tmp_path: Any, http: httpx.Client
) -> None:
    path = tmp_path / "speech"
    streamed = asked(http, container, None, 24000).content

    async def scenario(client: Any) -> None:
        audio = await client.tts.generate(model_id="m", transcript="x", voice="v", output_format={})
        if way == "read":
            path.write_bytes(await audio.read())
        else:
            await audio.write_to_file(path)

    face.run(scenario, lambda _: httpx.Response(200, content=streamed))
    samples, _ = soundfile.read(path)
    assert len(samples) / 24000 == pytest.approx(SECONDS, abs=longest(container, 24000))
    assert (path.read_bytes() == streamed) == (container != "flac")


@pytest.mark.parametrize("samples", [1, 17, 192, 255, 256, 257, 576, 1024, 1152, 1153, 1152 * 128, 1152 * 2048 + 300])
def test_the_length_of_flac_follows_from_its_last_frame(samples: int) -> None:
    noise = np.resize(NOISE, samples)
    encoder = Encoder(24000, form("flac"))
    streamed = encoder.push(noise) + encoder.push(noise[:0], last=True)
    read_back, _ = soundfile.read(io.BytesIO(whole(streamed)), dtype="float32")
    assert len(read_back) == samples
    assert np.abs(read_back - noise).max() < 1e-4


@pytest.mark.parametrize("data", [b"", b"fLaC", b"RIFF" + bytes(60), b"fLaC\0\0\0\x22" + bytes(60)])
def test_what_is_no_streamed_flac_file_is_left_alone(data: bytes) -> None:
    assert complete_flac_header(data, data) == b""


def test_a_flac_file_that_was_cut_off_is_left_alone() -> None:
    streamed = encoded("flac", [])
    assert complete_flac_header(streamed[:64], streamed[:-5]) == b""
    assert complete_flac_header(whole(streamed)[:64], streamed) == b""


def test_what_was_streamed_as_flac_can_be_sent_back() -> None:
    assert len(decode(encoded("flac", [])).samples) == len(NOISE)


@every_container
def test_the_writer_knows_the_header_with_the_length(container: str) -> None:
    writer = CONTAINERS[container].open(form(container))
    streamed = writer.push(NOISE) + writer.end()
    header = writer.completed_header()
    assert (header != b"") == (container in ("wav", "flac"))
    if header:
        read_back, _ = soundfile.read(io.BytesIO(header + streamed[len(header) :]), dtype="float32")
        assert np.abs(read_back - NOISE).max() < 1e-4
