"""Memory that was freed goes back to the system. By default glibc keeps much of it for a later that never comes.

Its allocator has a pool for each of many threads, and each keeps the most that it ever held. A server has a hundred
threads, and some of them need sixty megabytes for a second.
"""

import ctypes
import sys

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
"""Numbers of ``mallopt``, from glibc's malloc.h."""
_LARGE = 256 * 1024
"""Bytes from which on a piece of memory is the system's again as soon as it is freed."""
_ARENAS = 2
"""How many pools there are. Threads of Python seldom ask for memory at the same time."""


def give_back_freed_memory() -> bool:
    """Set the allocator of this whole process so; whether it could be set, which it can be with glibc alone."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):  # another C library, such as musl, which has no pools
        return False
    options = ((_ARENA_MAX, _ARENAS), (_MMAP_THRESHOLD, _LARGE), (_TRIM_THRESHOLD, _LARGE))
    taken = [mallopt(option, value) for option, value in options]
    return all(taken)
