"""The file in which espeak-ng reads a voice definition.

`espeak_SetVoiceByFile` takes only a path, which it lower-cases, cuts at 59 bytes and splits at a ``+``. On Linux a file
in memory has a path that survives this, and nothing is written to disk; elsewhere a temporary file needs a directory
whose path does.
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PATH_LIMIT = 59
"""The longest path that espeak-ng can read, in bytes."""
IN_MEMORY = sys.platform == "linux" and Path("/proc/self/fd").is_dir()
"""Whether definitions are files in memory."""
WINDOWS = sys.platform == "win32"

_PREFIX = "espeak-"
_NAME_LENGTH = len(_PREFIX) + 8  # what `tempfile.mkstemp` adds, of a-z, 0-9 and _


@contextmanager
def temporary_file(definition: bytes) -> Iterator[bytes]:
    """Hold a file with that content while the block runs, and yield its path.

    The file is new each time: one that is kept open would be shared with the children of a fork.

    Raises:
        RuntimeError: no directory for temporary files has a path that espeak-ng can read.
        OSError: the file cannot be written.
    """
    with _in_memory(definition) if IN_MEMORY else _on_disk(definition) as path:
        yield path


@contextmanager
def _in_memory(definition: bytes) -> Iterator[bytes]:
    descriptor = os.memfd_create("espeak-voice")
    try:
        os.write(descriptor, definition)
        yield b"/proc/self/fd/%d" % descriptor
    finally:
        os.close(descriptor)


@contextmanager
def _on_disk(definition: bytes) -> Iterator[bytes]:
    descriptor, path = tempfile.mkstemp(prefix=_PREFIX, dir=_directory())
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(definition)
        yield os.fsencode(path)
    finally:
        os.unlink(path)


def _directory() -> str:
    candidates = [tempfile.gettempdir(), *common_directories()]
    for directory in candidates:
        if is_readable_at(directory) and os.access(directory, os.W_OK):
            return directory
    raise RuntimeError(
        f"espeak-ng can read its voice from no directory for temporary files ({', '.join(candidates)}): "
        f"set TMPDIR to one with a path of at most {PATH_LIMIT - _NAME_LENGTH - 1} ASCII letters, all lower-case"
    )


def common_directories() -> list[str]:
    """Return short directories that most machines have; the temporary one of macOS is long and has capitals."""
    if not WINDOWS:
        return ["/tmp", "/var/tmp"]
    return [os.environ.get("PROGRAMDATA", r"C:\ProgramData"), os.environ.get("PUBLIC", r"C:\Users\Public")]


def is_readable_at(directory: str) -> bool:
    """Tell whether espeak-ng finds a file in a directory again after it has changed its path."""
    return (
        len(directory) + 1 + _NAME_LENGTH <= PATH_LIMIT
        and directory.isascii()
        and "+" not in directory
        and (WINDOWS or directory == directory.lower())  # names on Windows have no case
    )
