"""A server in a process of its own with a data directory of its own, and what can be seen of it from outside."""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Served:
    """A running server."""

    url: str
    secret: str | None
    """The key that it asks for, if it does."""
    log: Path
    process: subprocess.Popen[str]

    @property
    def headers(self) -> dict[str, str]:
        """What its requests need."""
        return {} if self.secret is None else {"X-API-Key": self.secret}

    def faults(self) -> list[str]:
        """Return the lines of its log that should not be there, and its end, if it has ended."""
        found = [line for line in self.log.read_text(errors="replace").splitlines() if _is_fault(line)]
        if (status := self.process.poll()) is not None:
            found.append(f"the server ended with status {status}")
        return found


def _is_fault(line: str) -> bool:
    return line.startswith(("ERROR", "CRITICAL", "Traceback", "Exception", "Fatal")) or "never retrieved" in line


@contextmanager
def served(*, engine: str = "espeak", keys: bool = False, **settings: Any) -> Iterator[Served]:
    """Start `ownvoice serve` on loopback; at the end, stop it and remove its data."""
    with tempfile.TemporaryDirectory() as home:
        variables = {**os.environ, **_variables(home, engine, settings)}
        for name in ("CARTESIA_API_KEY", "CARTESIA_BASE_URL"):
            variables.pop(name, None)
        command = [sys.executable, "-u", "-m", "ownvoice.cli.main"]
        secret = None
        if keys:
            made = subprocess.run(
                [*command, "keys", "create"], env=variables, check=True, capture_output=True, text=True
            )
            secret = made.stdout.strip()
        serve = [*command, "serve", "--port", "0", "--keys" if keys else "--no-keys"]
        log = Path(home, "log")
        with (
            log.open("w") as errors,
            subprocess.Popen(serve, env=variables, stdout=subprocess.PIPE, stderr=errors, text=True) as process,
        ):
            try:
                assert process.stdout is not None
                found = re.search(r"http://\S+", process.stdout.readline())
                if found is None:
                    raise RuntimeError(f"the server did not start: {log.read_text()}")
                yield Served(found.group(), secret, log, process)
            finally:
                process.terminate()


def _variables(home: str, engine: str, settings: Mapping[str, Any]) -> dict[str, str]:
    models = json.dumps({"sonic": engine, "upbeat-moon": engine})
    named = {"data": str(Path(home, "data")), "models": models, **settings}
    return {f"OWNVOICE_{name.upper()}": str(value) for name, value in named.items()}


@dataclass(frozen=True, slots=True)
class Footprint:
    """What a process takes of its system."""

    resident: float
    """MiB of memory."""
    files: int
    threads: int
    children: int
    busy: float
    """Seconds of processor time since it began."""


def footprint(pid: int) -> Footprint:
    """Measure what a process uses; OSError on systems without ``/proc``, which only Linux has."""
    place = Path("/proc", str(pid))
    told = dict(line.split(":", 1) for line in (place / "status").read_text().splitlines() if ":" in line)
    times = (place / "stat").read_text().rpartition(")")[2].split()
    children = sum(
        len((task / "children").read_text().split())
        for task in (place / "task").iterdir()
        if (task / "children").exists()
    )
    return Footprint(
        resident=int(told["VmRSS"].split()[0]) / 1024,
        files=len(list((place / "fd").iterdir())),
        threads=int(told["Threads"]),
        children=children,
        busy=(int(times[11]) + int(times[12])) / os.sysconf("SC_CLK_TCK"),
    )
