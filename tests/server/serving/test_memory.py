"""Memory that threads have freed, which returns to the system where the allocator is glibc's."""

import subprocess
import sys

import pytest

PROGRAM = """
import os, sys
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
    held = resident() if together.wait() == 0 else 0
    together.wait()
    last = b"x" * 1000  # something that stays, behind all of it
    del pieces
    return held, last

if sys.argv[1] == "set" and not return_freed_memory():
    sys.exit("unsupported")
before = resident()
with ThreadPoolExecutor(COUNT) as pool:
    results = [result for _ in range(4) for result in pool.map(work, range(COUNT))]
    print(max(held for held, _ in results) - before, resident() - before)
"""


def run(setting: str) -> tuple[float, float]:
    """Return the MiB that the threads held at most, and those that the process still has when they freed them."""
    done = subprocess.run([sys.executable, "-c", PROGRAM, setting], check=False, capture_output=True, text=True)
    if done.stderr.strip() == "unsupported":
        pytest.skip("the C library here is not glibc")
    assert done.returncode == 0, done.stderr
    held, left = map(float, done.stdout.split())
    return held, left


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells what a process has")
def test_freed_memory_of_threads_returns_to_the_system() -> None:
    """Eight threads hold 32 MiB each; without the setting the process keeps a large part of it."""
    held, left = run("set")
    assert held > 150
    assert left < held / 20
    _, left_without = run("unset")
    assert left < left_without / 2
