"""The decoding of recordings from clients: in a process of its own, within limits.

A file that exploits its decoder gets a process without files and secrets, which soon ends.
"""

import asyncio
import contextlib
import json
import logging
import multiprocessing.spawn
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import IO, TypeVar

import numpy as np
from numpy.typing import NDArray

from ownvoice import errors
from ownvoice.audio.decoding_process import READY
from ownvoice.audio.kinds import detect_kind
from ownvoice.errors import InvalidRequest, TooLarge

LARGEST_CLIP = 10 * 2**20
"""The size limit of a file in bytes."""
WALL_SECONDS = 30.0
"""Seconds that decoding may take on a busy machine, with the start of the process (0.2 s on an idle one)."""
LARGEST_ANSWER = 128 * 2**20
"""The size limit of the process's output in bytes: more than a minute of sound at the highest rate."""

logger = logging.getLogger("ownvoice")

_threads = ThreadPoolExecutor(max(2, os.cpu_count() or 1), thread_name_prefix="ownvoice-clip")
"""The threads that clips wait for. In asyncio's own threads, speech would wait behind clips."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """A decoded recording."""

    samples: NDArray[np.float32]
    """The samples of its one channel: finite, full scale is from -1 to 1, at least one."""
    sample_rate: int
    """The sample rate of the file in Hz."""

    @property
    def seconds(self) -> float:
        """Its length in seconds."""
        return len(self.samples) / self.sample_rate


def decode(data: bytes) -> Recording:
    """Decode a recording; blocks for some tenths of a second.

    Raises:
        RequestError: it is not a recording (``invalid_clip``), too large (``clip_too_large``) or too long
            (``clip_too_long``), or the package that reads it is missing (``not_installed``).
        RuntimeError: the process could not be started.
    """
    return Decoding(data).result()


async def decode_in_process(data: bytes) -> Recording:
    """Decode like `decode`, without blocking the event loop. Cancelling this kills the process at once."""
    decoding = Decoding(data)
    try:
        return await run_queued(decoding.result)
    finally:
        decoding.kill()


async def run_queued(call: Callable[[], T]) -> T:
    """Run a call that uses a processor for a second, in one of few threads, and return its result."""
    return await asyncio.get_running_loop().run_in_executor(_threads, call)


class Decoding:
    """The decoding of one recording: `result` is called in one thread, `kill` in any other."""

    def __init__(self, data: bytes) -> None:
        """Check the size and the first bytes.

        Raises:
            RequestError: they are wrong.
        """
        if len(data) > LARGEST_CLIP:
            raise TooLarge(
                "Clip too large",
                f"the clip has {len(data)} bytes; it should have at most {LARGEST_CLIP} (10 MiB)",
                error_code="clip_too_large",
            )
        detect_kind(data)
        self._data = data
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._killed = False
        self._expired = False

    def kill(self) -> None:
        """End the process, or keep it from being started; `result` then raises RuntimeError."""
        with self._lock:
            self._killed = True
            if self._process is not None:
                self._process.kill()

    def result(self) -> Recording:
        """Decode the recording, as `decode` does."""
        with tempfile.TemporaryFile() as stderr:
            process = self._start(stderr)
            expiry = threading.Timer(WALL_SECONDS, self._expire)
            feeder = threading.Thread(target=_feed, args=(process, self._data), name="ownvoice-clip")
            expiry.start()
            feeder.start()
            try:
                answer = _read(process, LARGEST_ANSWER)
            finally:
                expiry.cancel()
                process.kill()
                feeder.join()
                process.wait()
            stderr.seek(0)
            return self._parse(answer, stderr.read(2000).decode(errors="replace"))

    def _start(self, stderr: IO[bytes]) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._killed:
                raise RuntimeError("the decoding was stopped before it began")
            self._process = subprocess.Popen(
                _command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr, env=_environment()
            )
            return self._process

    def _expire(self) -> None:
        self._expired = True
        self.kill()

    def _parse(self, answer: bytes, stderr: str) -> Recording:
        """Return the recording in the answer of the process, or raise the error in it."""
        if self._killed and not self._expired:
            raise RuntimeError("the decoding was stopped")
        if not self._expired and not answer.startswith(READY):
            raise RuntimeError(f"the process that decodes recordings did not start: {stderr or 'it said nothing'}")
        line, complete, samples = answer[len(READY) :].partition(b"\n")
        if self._expired or not complete:
            logger.warning("a clip of %d bytes could not be decoded: %s", len(self._data), stderr or "no message")
            raise InvalidRequest(
                "Invalid clip",
                "decoding the clip failed, or took more time or memory than allowed; send it in another format, "
                "such as WAV",
                error_code="invalid_clip",
            )
        fields = json.loads(line)
        if "sample_rate" not in fields:
            raise getattr(errors, fields.pop("kind"))(**fields)
        return Recording(np.frombuffer(samples, "<f4").astype(np.float32, copy=False), fields["sample_rate"])


def _feed(process: subprocess.Popen[bytes], data: bytes) -> None:
    assert process.stdin is not None
    with contextlib.suppress(OSError), process.stdin as pipe:  # the process may end before it has read all
        pipe.write(data)


def _read(process: subprocess.Popen[bytes], most: int) -> bytes:
    assert process.stdout is not None
    with process.stdout as pipe:
        return pipe.read(most)


def _command() -> list[str]:
    """Return the command of a new interpreter, which finds packages where this one does, and is isolated otherwise."""
    # A program that is not an interpreter (frozen, or embedding Python) can set one for `multiprocessing`.
    executable = os.fsdecode(multiprocessing.spawn.get_executable() or "")
    if not executable or (getattr(sys, "frozen", False) and executable == sys.executable):
        raise RuntimeError(
            "decoding a recording needs a Python interpreter to start, and this program is not one; name one with "
            "multiprocessing.set_executable"
        )
    start = "import sys; sys.path[:] = sys.argv[1:]; from ownvoice.audio.decoding_process import main; main()"
    return [executable, "-I", "-c", start, *(os.path.abspath(place) for place in sys.path)]


def _environment() -> dict[str, str]:
    """Return the environment variables that an interpreter needs to start, and no others."""
    needed = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH")
    # Each thread of linear algebra would take address space.
    return {**{name: os.environ[name] for name in needed if name in os.environ}, "OPENBLAS_NUM_THREADS": "1"}
