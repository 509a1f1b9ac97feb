"""What a thread has freed is the system's again, where the allocator is glibc's."""

import subprocess
import sys

import pytest

PROGRAM = """
import os
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from ownvoice.serving.memory import return_freed_memory

COUNT = 8
together = Barrier(COUNT)

def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20

def work(_):
    together.wait()  # each in a thread of its own
    pieces = [bytearray(size) for _ in range(8) for size in (300_000, 1_000_000, 3_000_000)]
    together.wait()
    last = b"x" * 1000  # something that stays, behind all of it
    del pieces
    return last

set_ = return_freed_memory()
with ThreadPoolExecutor(COUNT) as pool:
    kept = [last for _ in range(4) for last in pool.map(work, range(COUNT))]
    print(resident() if set_ else -1)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells what a process has")
def test_what_threads_have_freed_goes_back() -> None:
    """Eight threads have had 34 MiB each; by itself the allocator would keep some fifty of them."""
    resident = float(subprocess.run([sys.executable, "-c", PROGRAM], check=True, capture_output=True).stdout)
    if resident < 0:
        pytest.skip("the C library here is not glibc")
    assert resident < 40
