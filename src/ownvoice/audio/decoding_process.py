"""The process that a recording is decoded in: a file on standard input, its samples on standard output.

It is told nothing else, and can do nothing else: once its libraries are loaded it can open neither a file nor a socket,
and has so much memory and time (where the system knows such limits: not on Windows).

It answers with ``READY`` as soon as it can begin, then with a line of JSON, and after that with the samples.
"""

import contextlib
import json
import sys

from ownvoice.audio.kinds import kind_of
from ownvoice.errors import InvalidRequest, RequestError

READY = b"ready\n"

MEMORY = 1 << 30
"""Of address space, in bytes. The libraries take a quarter of it."""
CPU_SECONDS = 20
"""For all of it. A minute of sound takes well under one."""


def main() -> None:
    """Decode one recording."""
    from ownvoice.audio import reading

    _restrict()
    sys.stdout.buffer.write(READY)
    sys.stdout.buffer.flush()
    data = sys.stdin.buffer.read()
    try:
        samples, rate = reading.read(data, kind_of(data))
    except RequestError as error:
        _say(kind=type(error).__name__, title=error.title, message=error.message, error_code=error.error_code)
    except MemoryError:
        message = "decoding the clip takes more memory than there is for it; use a shorter one, or a simpler format"
        _say(kind=InvalidRequest.__name__, title="Invalid clip", message=message, error_code="invalid_clip")
    else:
        _say(sample_rate=rate)
        sys.stdout.buffer.write(samples.astype("<f4", copy=False).data.cast("B"))


def _say(**fields: str | int | None) -> None:
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
