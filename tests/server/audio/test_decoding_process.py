"""The process that recordings are decoded in: what it may do, and how it ends."""

import asyncio
import multiprocessing.spawn
import subprocess
import sys
import threading
from collections.abc import Callable

import pytest

from clips import encode, tone
from ownvoice.api.errors import status_of
from ownvoice.audio import decoding
from ownvoice.audio.decoding import Decoding, decode, decode_in_process
from ownvoice.errors import RequestError

CLIP = encode(tone())
Replacement = Callable[[str], None]


@pytest.fixture
def process_runs(monkeypatch: pytest.MonkeyPatch) -> Replacement:
    """Let another program run in place of the decoder."""

    def replace(program: str) -> None:
        monkeypatch.setattr(decoding, "_command", lambda: [sys.executable, "-I", "-c", program])

    return replace


SLEEPS = "import time; print('ready', flush=True); time.sleep(60)"


def running(what: Decoding) -> "subprocess.Popen[bytes]":
    while what._process is None:
        threading.Event().wait(0.01)
    return what._process


def test_it_can_be_killed_from_another_thread(process_runs: Replacement) -> None:
    process_runs(SLEEPS)
    what = Decoding(CLIP)

    def kill() -> None:
        running(what)
        what.kill()

    killer = threading.Thread(target=kill)
    killer.start()
    with pytest.raises(RuntimeError, match="the decoding was stopped"):
        what.result()
    killer.join()
    assert running(what).returncode is not None


def test_one_that_is_killed_before_it_began_never_begins() -> None:
    what = Decoding(CLIP)
    what.kill()
    with pytest.raises(RuntimeError, match="stopped before it began"):
        what.result()
    assert what._process is None


async def cancelled(monkeypatch: pytest.MonkeyPatch) -> "subprocess.Popen[bytes]":
    made: list[Decoding] = []
    monkeypatch.setattr(Decoding, "__init__", _noting(made, Decoding.__init__))
    task = asyncio.create_task(decode_in_process(CLIP))
    await asyncio.sleep(0)  # it begins
    process = await asyncio.to_thread(running, made[0])
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    return process


def _noting(made: list[Decoding], init: Callable[..., None]) -> Callable[..., None]:
    def noted(self: Decoding, data: bytes) -> None:
        init(self, data)
        made.append(self)

    return noted


def test_a_caller_that_is_cancelled_ends_it(process_runs: Replacement, monkeypatch: pytest.MonkeyPatch) -> None:
    process_runs(SLEEPS)
    process = asyncio.run(cancelled(monkeypatch))
    assert process.wait(20) != 0


def test_who_waits_for_something_else_does_not_wait_for_clips(process_runs: Replacement) -> None:
    """However many there are: what looks up a voice to speak with uses the threads of the loop."""
    process_runs(SLEEPS)

    async def scenario() -> str:
        clips = [asyncio.create_task(decode_in_process(CLIP)) for _ in range(40)]
        try:
            await asyncio.sleep(0)  # all have asked for their turn
            return await asyncio.wait_for(asyncio.to_thread(lambda: "looked up"), 20)
        finally:
            for clip in clips:
                clip.cancel()
            await asyncio.gather(*clips, return_exceptions=True)

    assert asyncio.run(scenario()) == "looked up"


def test_a_caller_in_a_loop_gets_the_recording() -> None:
    assert asyncio.run(decode_in_process(CLIP)).seconds == 1


def test_it_has_only_so_much_time(process_runs: Replacement, monkeypatch: pytest.MonkeyPatch) -> None:
    process_runs(SLEEPS)
    monkeypatch.setattr(decoding, "WALL_SECONDS", 0.3)
    with pytest.raises(RequestError, match="more time or memory than allowed") as caught:
        decode(CLIP)
    assert (status_of(caught.value), caught.value.error_code) == (400, "invalid_clip")


@pytest.mark.parametrize("end", ["import os; os.abort()", "import os; os._exit(0)", "1 / 0"])
def test_a_file_that_breaks_the_decoder_breaks_nothing_else(process_runs: Replacement, end: str) -> None:
    process_runs(f"print('ready', flush=True)\n{end}")
    with pytest.raises(RequestError, match="decoding the clip failed"):
        decode(CLIP)


def test_one_that_says_too_much_is_not_listened_to(process_runs: Replacement, monkeypatch: pytest.MonkeyPatch) -> None:
    process_runs("print('ready', flush=True)\nwhile True: print('x' * 10000, end='')")
    monkeypatch.setattr(decoding, "LARGEST_ANSWER", 1_000_000)
    with pytest.raises(RequestError, match="decoding the clip failed"):
        decode(CLIP)


def test_an_installation_that_cannot_decode_is_no_fault_of_the_clip(process_runs: Replacement) -> None:
    process_runs("import a_package_that_is_missing")
    with pytest.raises(RuntimeError, match=r"did not start: (.|\n)*a_package_that_is_missing"):
        decode(CLIP)


def test_a_program_that_is_no_interpreter_has_to_name_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    with pytest.raises(RuntimeError, match=r"multiprocessing\.set_executable"):
        decode(CLIP)
    monkeypatch.setattr(sys, "executable", "")
    assert multiprocessing.spawn.get_executable()  # what was named, or what this interpreter was when it started
    assert decode(CLIP).seconds == 1


@pytest.mark.parametrize("flags", [[], ["-I"]])
def test_from_a_program_without_a_main_module(flags: list[str]) -> None:
    program = (
        f"import sys; sys.path[:] = {sys.path!r}; from ownvoice.audio.decoding import decode\n"
        "print(decode(sys.stdin.buffer.read()).seconds)"
    )
    told = subprocess.run([sys.executable, *flags, "-c", program], input=CLIP, capture_output=True, check=True)
    assert told.stdout.split() == [b"1.0"]


def test_it_is_told_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARTESIA_API_KEY", "secret")
    assert "secret" not in decoding._environment().values()


@pytest.mark.skipif(sys.platform != "linux", reason="the limits are those of Linux")
@pytest.mark.parametrize(
    ("attempt", "outcome"),
    [
        ("open('/etc/passwd')", "Too many open files"),
        ("import socket; socket.socket()", "Too many open files"),
        ("bytearray(2 << 30)", "MemoryError"),
        ("import os; os.fork()", "no outcome"),
    ],
)
def test_it_can_open_nothing(attempt: str, outcome: str) -> None:
    program = (
        f"import sys; sys.path[:] = {sys.path!r}; import socket; from ownvoice.audio import decoding_process\n"
        f"decoding_process._restrict()\n{attempt}\nprint('no outcome', file=sys.stderr)"
    )
    told = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True)
    assert outcome in told.stderr
