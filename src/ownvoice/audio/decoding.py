"""Recordings that somebody sent, into samples: in a process of its own, within limits.

Whatever a file makes of its decoder, it does so to a process that has no files, no secrets and a minute to live.
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
from ownvoice.audio.kinds import kind_of
from ownvoice.errors import InvalidRequest, TooLarge

LARGEST_CLIP = 10 * 2**20
"""What a file may have, in bytes."""
WALL_SECONDS = 30.0
"""What decoding may take on a busy machine, with the start of the process (0.2 s where nothing else runs)."""
LARGEST_ANSWER = 128 * 2**20
"""What the process may say, in bytes: more than a minute of sound at the highest rate."""

logger = logging.getLogger("ownvoice")

_threads = ThreadPoolExecutor(max(2, os.cpu_count() or 1), thread_name_prefix="ownvoice-clip")
"""Where clips have their turn. Were it where everything else waits for the store, speech would queue behind clips."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """Sound that somebody sent."""

    samples: NDArray[np.float32]
    """One channel, full scale from -1 to 1; finite, and at least one."""
    sample_rate: int
    """In Hz: that of the file."""

    @property
    def seconds(self) -> float:
        """How long it is."""
        return len(self.samples) / self.sample_rate


def decode(data: bytes) -> Recording:
    """Decode a recording; blocks for some tenths of a second.

    Raises:
        RequestError: it is no recording (``invalid_clip``), too large (``clip_too_large``) or too long
            (``clip_too_long``), or the package that reads it is missing (``not_installed``).
        RuntimeError: no process could be started for it.
    """
    return Decoding(data).result()


async def decode_in_process(data: bytes) -> Recording:
    """Like `decode`, without blocking the loop. When it is cancelled, the process is gone at once."""
    decoding = Decoding(data)
    try:
        return await in_turn(decoding.result)
    finally:
        decoding.kill()


async def in_turn(call: Callable[[], T]) -> T:
    """What a call gives that takes a second of a processor; few are made at once, the others wait."""
    return await asyncio.get_running_loop().run_in_executor(_threads, call)


class Decoding:
    """One recording that is being decoded: `result` in one thread, `kill` in any other."""

    def __init__(self, data: bytes) -> None:
        """Check the size and the first bytes; RequestError where they are enough to refuse it."""
        if len(data) > LARGEST_CLIP:
            raise TooLarge(
                "Clip too large",
                f"the clip has {len(data)} bytes; it should have at most {LARGEST_CLIP} (10 MiB)",
                error_code="clip_too_large",
            )
        kind_of(data)
        self._data = data
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._killed = False
        self._expired = False

    def kill(self) -> None:
        """End the process, if there is one, and let none begin; `result` raises RuntimeError then."""
        with self._lock:
            self._killed = True
            if self._process is not None:
                self._process.kill()

    def result(self) -> Recording:
        """Decode it, as `decode` does."""
        with tempfile.TemporaryFile() as complaints:
            process = self._start(complaints)
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
            complaints.seek(0)
            return self._understood(answer, complaints.read(2000).decode(errors="replace"))

    def _start(self, complaints: IO[bytes]) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._killed:
                raise RuntimeError("the decoding was stopped before it began")
            self._process = subprocess.Popen(
                _command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=complaints, env=_environment()
            )
            return self._process

    def _expire(self) -> None:
        self._expired = True
        self.kill()

    def _understood(self, answer: bytes, complaints: str) -> Recording:
        """The recording that the process answered with, or the error."""
        if self._killed and not self._expired:
            raise RuntimeError("the decoding was stopped")
        if not self._expired and not answer.startswith(READY):
            raise RuntimeError(f"the process that decodes recordings did not start: {complaints or 'it said nothing'}")
        line, complete, samples = answer[len(READY) :].partition(b"\n")
        if self._expired or not complete:
            logger.warning("a clip of %d bytes broke its decoder: %s", len(self._data), complaints or "it said nothing")
            raise InvalidRequest(
                "Invalid clip",
                "the clip could not be decoded within the time and the memory that there is for it, or broke its "
                "decoder; save it again as WAV, for example, and send that",
                error_code="invalid_clip",
            )
        told = json.loads(line)
        if "sample_rate" not in told:
            raise getattr(errors, told.pop("kind"))(**told)
        return Recording(np.frombuffer(samples, "<f4").astype(np.float32, copy=False), told["sample_rate"])


def _feed(process: subprocess.Popen[bytes], data: bytes) -> None:
    assert process.stdin is not None
    with contextlib.suppress(OSError), process.stdin as pipe:  # the process may end before it has read all
        pipe.write(data)


def _read(process: subprocess.Popen[bytes], most: int) -> bytes:
    assert process.stdout is not None
    with process.stdout as pipe:
        return pipe.read(most)


def _command() -> list[str]:
    """A fresh interpreter, which finds the packages where this one does, and depends on nothing else around it."""
    # What a program that is not the interpreter (a frozen or an embedding one) names to `multiprocessing` is used here.
    executable = os.fsdecode(multiprocessing.spawn.get_executable() or "")
    if not executable or (getattr(sys, "frozen", False) and executable == sys.executable):
        raise RuntimeError(
            "decoding a recording needs a Python interpreter to start, and this program is not one; name one with "
            "multiprocessing.set_executable"
        )
    start = "import sys; sys.path[:] = sys.argv[1:]; from ownvoice.audio.decoding_process import main; main()"
    return [executable, "-I", "-c", start, *(os.path.abspath(place) for place in sys.path)]


def _environment() -> dict[str, str]:
    """What an interpreter needs to start, and none of what this process was told."""
    needed = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH")
    # Threads of linear algebra would take address space, each.
    return {**{name: os.environ[name] for name in needed if name in os.environ}, "OPENBLAS_NUM_THREADS": "1"}
