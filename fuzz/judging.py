"""The arguments of the fuzzers, and their findings."""

import argparse
import asyncio
import random
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable

from served import Served

PATIENCE = 15.0
"""Seconds within which a server has to answer or to close, on a busy machine."""


class Findings:
    """What was tried and what was wrong, each with its count."""

    def __init__(self, until: float) -> None:
        self._until = until
        self._tried: Counter[str] = Counter()
        self._wrong: Counter[str] = Counter()

    @property
    def has_time(self) -> bool:
        """Whether there is time left."""
        return time.monotonic() < self._until

    def tried(self, what: str) -> None:
        """Count an attempt."""
        self._tried[what] += 1

    def wrong(self, what: str) -> None:
        """Note a fault of the server."""
        if not self._wrong[what]:
            print(f"  WRONG: {what}", flush=True)
        self._wrong[what] += 1

    def look_at(self, server: Served) -> None:
        """Note the faults that the server has logged, and print the end of its log."""
        for fault in server.faults():
            self.wrong(f"the server logged: {fault}")
        if server.faults():
            print(server.log.read_text(errors="replace")[-5000:])

    def report(self) -> int:
        """Print the findings, and return the exit status."""
        print("  " + ", ".join(f"{count} {what}" for what, count in sorted(self._tried.items())) or "nothing was tried")
        for what, count in self._wrong.most_common():
            print(f"  {count} x {what}")
        return bool(self._wrong) or not self._tried


def run(description: str | None, fuzz: Callable[[random.Random, Findings], Awaitable[None]]) -> None:
    """Fuzz for as long as the program's arguments say, and exit with the status of the findings."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    given = parser.parse_args()
    print(f"  seed {given.seed}", flush=True)
    findings = Findings(time.monotonic() + given.seconds)
    asyncio.run(_awaited(fuzz(random.Random(given.seed), findings)))
    sys.exit(findings.report())


async def _awaited(fuzzing: Awaitable[None]) -> None:
    await fuzzing
