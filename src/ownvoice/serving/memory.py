"""The allocator of the server's process, set to return freed memory to the system.

By default glibc has a pool for each of many threads, and each pool keeps the most that it ever held. A server has a
hundred threads, and some of them need sixty megabytes for a second.
"""

import ctypes
import sys

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
"""The numbers of the options of ``mallopt``, from glibc's malloc.h."""
_LARGE = 256 * 1024
"""The size in bytes from which a piece of memory is returned to the system as soon as it is freed."""
_ARENAS = 2
"""The number of pools. Threads of Python seldom allocate at the same time."""


def return_freed_memory() -> bool:
    """Set the allocator of the whole process, and return whether that worked: it does with glibc alone."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):  # another C library, such as musl, which has no pools
        return False
    options = ((_ARENA_MAX, _ARENAS), (_MMAP_THRESHOLD, _LARGE), (_TRIM_THRESHOLD, _LARGE))
    accepted = [mallopt(option, value) for option, value in options]
    return all(accepted)
