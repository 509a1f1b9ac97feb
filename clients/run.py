"""Run published clients, unchanged, against a server of this repository: `make clients`, `make clients-all`.

Each is installed in an environment of its own (`build/environments/`) and tried there by a program of `probes/`,
against a server without TLS and keys and one with both. With --write the table goes into docs/clients.md.
"""

import argparse
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
sys.path.append(str(HERE.parent / "benchmarks"))

import matrix  # noqa: E402
from environments import environment_with, node_environment_with, server, this_python, variables_for  # noqa: E402
from matrix import CLIENTS, Client, Report, Transport  # noqa: E402

PROGRAMS = HERE.parents[1] / "shared" / "seeds" / "programs"
"""Published programs for the protocol, which are no part of this repository; where they lie beside it, they are run."""
LONGEST_PROBE = 300
"""Seconds after which a probe is given up."""
AT_ONCE = 2
"""How many clients are installed and run at once."""


@dataclass(frozen=True)
class Place:
    """A server that probes can be pointed at."""

    url: str
    key: str | None = None
    trusted: str | None = None


@contextlib.contextmanager
def places() -> Iterator[dict[Transport, Place]]:
    """Start a plain server that needs no key, and one with TLS that does."""
    with contextlib.ExitStack() as stack:
        plain = stack.enter_context(server())
        data = stack.enter_context(tempfile.TemporaryDirectory())
        key = _ownvoice("keys", "create", OWNVOICE_DATA=data).strip()
        tls = stack.enter_context(server("--tls", "self-signed", "--keys", data=data, requests_per_minute=0))
        yield {"plain": Place(_by_name(plain.url)), "tls": Place(_by_name(tls.url), key, tls.trusted)}


def _by_name(url: str) -> str:
    return url.replace("127.0.0.1", "localhost")


def _ownvoice(*arguments: str, **variables: str) -> str:
    command = [sys.executable, "-m", "ownvoice.cli.main", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, env=os.environ | variables).stdout


def probe(client: Client, place: Place) -> Report:
    """Run a client against a server, and return its report."""
    program = HERE / "probes" / client.probe
    if program.suffix == ".mjs":
        environment = node_environment_with(*client.packages)
        command: list[Path | str] = ["node", program]
    else:
        environment = environment_with(client.packages[0]) if client.packages else Path(this_python())
        command = [environment, program]
    variables = {name: value for name, value in variables_for(environment).items() if not name.startswith("CARTESIA_")}
    variables |= {"PROBE_URL": place.url, "PROBE_ENVIRONMENT": str(environment)}
    if PROGRAMS.is_dir():
        variables["PROBE_PROGRAMS"] = str(PROGRAMS)
    if place.key:
        variables["PROBE_KEY"] = place.key
    if place.trusted:
        # OpenSSL, requests, Node and curl look for what they trust in places of their own.
        names = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "CURL_CA_BUNDLE")
        variables |= dict.fromkeys(names, place.trusted)
    started = time.perf_counter()
    try:
        ended = subprocess.run(
            command,
            capture_output=True,
            text=True,
            env=variables,
            stdin=subprocess.DEVNULL,
            timeout=LONGEST_PROBE,
            cwd=tempfile.gettempdir(),
        )
    except subprocess.TimeoutExpired as late:
        printed = late.stdout.decode() if isinstance(late.stdout, bytes) else ""
        return matrix.report(client, printed, 1, f"after {LONGEST_PROBE} s", LONGEST_PROBE)
    return matrix.report(client, ended.stdout, ended.returncode, ended.stderr, time.perf_counter() - started)


def run(client: Client, at: dict[Transport, Place]) -> dict[Transport, Report]:
    """Install a client and run it everywhere; nothing where it cannot be run on this machine."""
    if missing := [tool for tool in client.tools if not shutil.which(tool)]:
        _say(f"{client.title}: not run, for this machine has no {' and no '.join(missing)}")
        return {}
    reports: dict[Transport, Report] = {}
    for transport in client.transports:
        reports[transport] = done = probe(client, at[transport])
        failed = f"{len(done.failures)} failed" if done.failures else "all well"
        lines = [f"{client.title:32} {transport:5}  {done.checks} checks, {failed}, {done.seconds:.1f} s"]
        _say("\n".join(lines + [f"    {failure}" for failure in done.failures]))
    return reports


_one_speaks = threading.Lock()


def _say(text: str) -> None:
    with _one_speaks:
        print(text, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition(":")[0] if __doc__ else None)
    parser.add_argument("clients", nargs="*", metavar="CLIENT", help="titles or parts of them; else the short run's")
    parser.add_argument("--all", action="store_true", help="run every client")
    parser.add_argument("--write", action="store_true", help="write the table into docs/clients.md")
    given = parser.parse_args()
    if given.write and not given.all:
        parser.error("--write needs --all: the table is of all clients")
    chosen = [
        client
        for client in CLIENTS
        if given.all or (any(part in client.title for part in given.clients) if given.clients else client.in_short_run)
    ]
    if not chosen:
        parser.error(f"there is no such client; there are: {', '.join(client.title for client in CLIENTS)}")
    started = time.perf_counter()
    with places() as at, ThreadPoolExecutor(AT_ONCE) as pool:
        reports = dict(zip(chosen, pool.map(lambda client: run(client, at), chosen), strict=True))
    _show(reports)
    failed = sum(len(report.failures) for runs in reports.values() for report in runs.values())
    print(f"{failed} failures, {time.perf_counter() - started:.0f} s")
    if given.write:
        matrix.write(reports)
    return 1 if failed else 0


def _show(reports: matrix.Reports) -> None:
    table = matrix.rows(reports)
    widths = [max(len(row[column]) for row in table) for column in range(len(table[0]))]
    for row in table:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


if __name__ == "__main__":
    sys.exit(main())
