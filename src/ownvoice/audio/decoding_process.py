"""The process that decodes a recording: a file on standard input, its samples on standard output.

Once its libraries are loaded it can open neither files nor sockets, and its memory and time are limited (where the
system has such limits: not on Windows).

It writes ``READY`` as soon as it can begin, then a line of JSON, and after that the samples.
"""

import contextlib
import json
import sys

from ownvoice.audio.kinds import detect_kind
from ownvoice.errors import InvalidRequest, RequestError

READY = b"ready\n"

MEMORY = 1 << 30
"""The limit of its address space in bytes. The libraries take a quarter of it."""
CPU_SECONDS = 20
"""The limit of its processor time in seconds. A minute of sound takes well under one."""


def main() -> None:
    """Decode one recording."""
    from ownvoice.audio.sound_files import read_sound_file

    _restrict()
    sys.stdout.buffer.write(READY)
    sys.stdout.buffer.flush()
    data = sys.stdin.buffer.read()
    try:
        samples, rate = read_sound_file(data, detect_kind(data))
    except RequestError as error:
        _answer(kind=type(error).__name__, title=error.title, message=error.message, error_code=error.error_code)
    except MemoryError:
        message = "decoding the clip takes more memory than allowed; use a shorter one, or another format, such as WAV"
        _answer(kind=InvalidRequest.__name__, title="Invalid clip", message=message, error_code="invalid_clip")
    else:
        _answer(sample_rate=rate)
        sys.stdout.buffer.write(samples.astype("<f4", copy=False).data.cast("B"))


def _answer(**fields: str | int | None) -> None:
    sys.stdout.buffer.write(json.dumps(fields).encode() + b"\n")


def _restrict() -> None:
    try:
        import resource
    except ModuleNotFoundError:  # Windows
        return
    limits = {
        resource.RLIMIT_AS: MEMORY,
        resource.RLIMIT_CPU: CPU_SECONDS,
        resource.RLIMIT_NOFILE: 3,  # the standard ones, which are open
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
    }
    for which, limit in limits.items():
        _, hard = resource.getrlimit(which)
        most = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        with contextlib.suppress(ValueError, OSError):  # macOS has some of these in name only
            resource.setrlimit(which, (most, most))
