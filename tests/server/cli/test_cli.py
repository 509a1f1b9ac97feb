"""The command line, run as a user runs it."""

import os
import signal
import subprocess
import sys
import wave
from pathlib import Path

import httpx
import msgspec
import pytest
import soundfile

from cartesia import __version__
from sound import assert_speech

TEXT = "Hello from the command line."


def ownvoice(*arguments: str, cwd: Path, stdin: bytes = b"", code: int = 0) -> subprocess.CompletedProcess[bytes]:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "ownvoice.cli.main", *arguments],
        input=stdin,
        capture_output=True,
        cwd=cwd,
        timeout=60,
        check=False,
    )
    assert done.returncode == code, done.stderr.decode()
    assert b"Traceback" not in done.stderr
    return done


def test_say_to_a_file(tmp_path: Path) -> None:
    done = ownvoice("say", TEXT, "-o", "hello.wav", cwd=tmp_path)
    samples, rate = soundfile.read(tmp_path / "hello.wav", dtype="float32")
    assert rate == 44100
    assert_speech(samples, rate, TEXT)
    with wave.open(str(tmp_path / "hello.wav")) as opened:
        assert opened.getnframes() == len(samples)
    (line,) = done.stderr.decode().splitlines()
    seconds = f"{len(samples) / rate:.2f}"
    assert line.startswith(f"hello.wav: {seconds} s of speech by Barbershop Man, 44100 Hz, pcm_s16le; first audio ")


@pytest.mark.parametrize("format_", ["mp3_44100", "mp3_16000_32000", "flac_22050", "ogg_24000"])
def test_say_to_a_compressed_file(tmp_path: Path, format_: str) -> None:
    container, rate = format_.split("_")[:2]
    if container == "ogg":
        pytest.importorskip("av")
    done = ownvoice("say", TEXT, "--format", format_, cwd=tmp_path)
    samples, told = soundfile.read(tmp_path / f"speech.{container}", dtype="float32")
    assert told == int(rate)
    assert_speech(samples, told, TEXT)
    assert f" Hz, {container}; first audio " in done.stderr.decode()
    piped = ownvoice("say", TEXT, "--format", format_, "-o", "-", cwd=tmp_path).stdout
    assert len(piped) == (tmp_path / f"speech.{container}").stat().st_size


def test_say_from_a_pipe_to_a_pipe(tmp_path: Path) -> None:
    done = ownvoice("say", "-", "-o", "-", "--format", "raw_pcm_f32le_16000", cwd=tmp_path, stdin="Grüß dich.".encode())
    assert len(done.stdout) > 4 * 16000 * 0.3
    assert len(done.stdout) % 4 == 0
    assert not list(tmp_path.iterdir())
    piped = ownvoice("say", TEXT, "-o", "-", cwd=tmp_path).stdout
    assert piped[:4] == b"RIFF"


def test_say_a_file_in_another_language_with_times(tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text("Hola, buenos días.", encoding="utf-8")
    done = ownvoice("say", "--file", "text.txt", "--language", "es", "--timestamps", cwd=tmp_path)
    rows = [line.split("\t") for line in done.stdout.decode().splitlines()]
    assert [row[2] for row in rows] == ["Hola,", "buenos", "días."]
    assert all(float(start) < float(end) for start, end, _ in rows)
    assert (tmp_path / "speech.wav").exists()


def test_times_go_elsewhere_when_the_audio_goes_to_standard_output(tmp_path: Path) -> None:
    done = ownvoice("say", "Hi.", "-o", "-", "--timestamps", cwd=tmp_path)
    assert done.stdout[:4] == b"RIFF"
    assert b"\tHi." in done.stderr


def test_say_faster_louder_and_sadder(tmp_path: Path) -> None:
    ownvoice("say", TEXT, "-o", "plain.wav", cwd=tmp_path)
    ownvoice("say", TEXT, "-o", "fast.wav", "--speed", "1.4", "--volume", "1.5", "--emotion", "sad", cwd=tmp_path)
    plain, fast = (soundfile.read(tmp_path / f"{name}.wav")[0] for name in ("plain", "fast"))
    assert len(fast) < 0.9 * len(plain)
    done = ownvoice("say", TEXT, "--speed", "9", cwd=tmp_path, code=1)
    assert b"0.6 to 1.5" in done.stderr


@pytest.mark.parametrize("voice", ["Newsman", "newsman", "d46abd1d-2d02-43e8-819f-51fb652c1c61"])
def test_say_with_a_voice(tmp_path: Path, voice: str) -> None:
    ownvoice("say", "Hi.", "--voice", voice, cwd=tmp_path)
    assert (tmp_path / "speech.wav").stat().st_size > 10_000


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["say"], 2, "give either a TEXT (- for standard input) or --file"),
        (["say", "a", "--file", "x"], 2, "'x' does not exist"),
        (["say", "a", "--format", "mp3"], 2, "--format should be wav_ or raw_"),
        (["say", "a", "--format", "mp3_44000"], 2, "for mp3, sample_rate should be 8000, 11025"),
        (["say", "a", "--format", "mp3_8000_128000"], 2, "bit_rate should be 32000, 40000, 48000, 56000 or 64000 at"),
        (["say", "a", "--format", "wav_pcm_s16le_40"], 2, "sample_rate should be from 8000 to 48000 Hz, not 40"),
        (["say", "a", "--voice", "nobody at all"], 1, "no voice is named 'nobody at all'"),
        (["say", "a", "--language", "tlh"], 1, "'tlh' is not a language that can be spoken"),
        (["say", "a", "--model", "parrot"], 1, "there is no model 'parrot' here"),
        (["say", " "], 1, "Error: Invalid transcript: the transcript is empty"),
        (["say", "a", "-o", "no/such/place.wav"], 1, "cannot write to no/such/place.wav: No such file"),
        (["say", "--file", sys.executable], 1, "is not a text in UTF-8"),
        (
            ["serve", "--config", "kazoo.toml"],
            1,
            "engines that are not installed: kazoo; there are: auto, espeak, hibari, tone",
        ),
        (["serve", "--config", "options.toml"], 1, "engine 'tone' has no option pitch; its options are: piece_seconds"),
        (["serve", "--port", "99999"], 1, "port should be from 0 to 65535"),
        (["serve", "--no-keys", "--host", "203.0.113.7", "--port", "0"], 1, "cannot listen on 203.0.113.7 port 0"),
    ],
)
def test_mistakes_are_explained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: int, message: str
) -> None:
    if "--config" in arguments:
        monkeypatch.delenv("OWNVOICE_MODELS")  # the variable would win over the file
    (tmp_path / "kazoo.toml").write_text('models = {sonic = "kazoo", "sonic-turbo" = "tone"}')
    (tmp_path / "options.toml").write_text('models = {sonic = "tone"}\nengines = {tone = {pitch = 3}}')
    assert message in ownvoice(*arguments, cwd=tmp_path, code=code).stderr.decode()


def test_a_refusal_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "keep.wav").write_bytes(b"precious")
    ownvoice("say", "Բարեւ", "-o", "keep.wav", cwd=tmp_path, code=1)
    assert (tmp_path / "keep.wav").read_bytes() == b"precious"


@pytest.mark.parametrize("target", ["/dev/null", "/dev/full"])
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no such device")
def test_say_to_what_is_no_file(tmp_path: Path, target: str) -> None:
    ownvoice("say", "Hi.", "-o", target, cwd=tmp_path, code=0 if target == "/dev/null" else 1)


def test_say_needs_speakers_before_it_touches_the_file(tmp_path: Path) -> None:
    (tmp_path / "keep.wav").write_bytes(b"precious")
    program = "import sys; sys.modules['sounddevice'] = None; from ownvoice.cli.main import main; main()"
    command = [sys.executable, "-c", program, "say", "Hi.", "-o", "keep.wav", "--play"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert 'pip install "ownvoice[play]"' in done.stderr
    assert (tmp_path / "keep.wav").read_bytes() == b"precious"


def test_a_standard_input_that_is_no_text(tmp_path: Path) -> None:
    done = ownvoice("say", "-", cwd=tmp_path, stdin=b"\xff\xfe", code=1)
    assert b"standard input is not a text in UTF-8" in done.stderr


def test_voices(tmp_path: Path) -> None:
    table = ownvoice("voices", "--language", "en", cwd=tmp_path).stdout.decode().splitlines()
    assert table[0].split() == ["ID", "NAME", "LANGUAGE", "GENDER", "DESCRIPTION"]
    assert len(table) > 12
    voices = msgspec.json.decode(ownvoice("voices", "--json", cwd=tmp_path).stdout)
    assert len(voices) > 80
    assert all(len(voice["embedding"]) == 192 for voice in voices)


def test_help(tmp_path: Path) -> None:
    for command in ([], ["say"], ["serve"], ["voices"], ["keys"]):
        assert b"Usage:" in ownvoice(*command, "--help", cwd=tmp_path).stdout
    told = " ".join(ownvoice("--help", cwd=tmp_path).stdout.decode().split())
    assert "cannot share an environment" in told


def test_the_version_is_printed_without_loading_the_server(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from ownvoice.cli.main import main\n"
        "try:\n    main(['--version'])\n"
        "finally:\n    print(*{name.partition('.')[0] for name in sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=tmp_path)
    shown, loaded = done.stdout.splitlines()
    assert shown == f"ownvoice, version {__version__}"
    assert not {"numpy", "sqlalchemy", "uvicorn", "starlette"} & set(loaded.split())


def test_serve(tmp_path: Path) -> None:
    """A server in a process of its own, and the command line as its client."""
    serving = subprocess.Popen(
        [sys.executable, "-m", "ownvoice.cli.main", "serve", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        text=True,
    )
    try:
        assert serving.stdout is not None
        address = serving.stdout.readline().split()[2]
        assert httpx.get(address).json()["ok"] is True
        environment = {**os.environ, "CARTESIA_BASE_URL": address}
        command = [sys.executable, "-m", "ownvoice.cli.main", "say", "Hi.", "-o", "hi.wav"]
        subprocess.run(command, env=environment, cwd=tmp_path, check=True, timeout=60)
        assert (tmp_path / "hi.wav").exists()
        httpx.get(address, params={"api_key": "secret"})
    finally:
        serving.terminate()
        out, err = serving.communicate(timeout=20)
    assert "secret" not in out + err
    assert "Traceback" not in err


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is for all processes of a console there")
def test_ctrl_c_is_how_serving_ends() -> None:
    serving = subprocess.Popen(
        [sys.executable, "-u", "-m", "ownvoice.cli.main", "serve", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert serving.stdout is not None
        address = serving.stdout.readline().split()[2]
        assert httpx.get(address).json()["ok"] is True
        serving.send_signal(signal.SIGINT)
        _, err = serving.communicate(timeout=20)
        assert (serving.returncode, err) == (0, "")
    finally:
        serving.kill()


def test_without_the_server_package(tmp_path: Path) -> None:
    program = "import sys; sys.modules['click'] = None; import ownvoice.cli.main"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.strip() == 'the command line is part of the server: pip install "ownvoice[server]"'
