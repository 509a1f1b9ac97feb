"""Programs in processes of their own: a server, and other distributions in environments that hold nothing else.

The benchmarks use it, and the runs of other clients (`clients/run.py`).
"""

import os
import re
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ENVIRONMENTS = Path(__file__).parents[1] / "build" / "environments"


def environment_with(requirement: str) -> Path:
    """Return the Python of an environment with a distribution, which is made on first use."""
    home = _home_of(requirement)
    python = home / "bin" / "python"
    if not (home / "complete").exists():
        venv.create(home, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", requirement], check=True)
        (home / "complete").touch()
    return python


def node_environment_with(*packages: str) -> Path:
    """Return a directory with packages for Node, named with versions, which is made on first use."""
    home = _home_of(packages[0])
    if not (home / "complete").exists():
        home.mkdir(parents=True, exist_ok=True)
        options = ("--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock")
        subprocess.run(["npm", "install", *options, "--prefix", home, *packages], check=True)
        (home / "complete").touch()
    return home


def _home_of(package: str) -> Path:
    return ENVIRONMENTS / re.sub(r"[^\w.]+", "-", package).strip("-")


@dataclass(frozen=True)
class Serving:
    """A server that is running."""

    url: str
    trusted: str | None
    """The file of the certificate that its clients have to trust, if it has one."""


@contextmanager
def server(*options: str, **settings: object) -> Iterator[Serving]:
    """Start a server in a process and with a data directory of its own, with options and settings."""
    with tempfile.TemporaryDirectory() as data:
        command = [sys.executable, "-u", "-m", "ownvoice.cli.main", "serve", "--port", "0", *options]
        chosen = {"data": data, **settings}
        variables = os.environ | {f"OWNVOICE_{name.upper()}": str(value) for name, value in chosen.items()}
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=variables) as serving:
            try:
                assert serving.stdout is not None
                # It says where it is, perhaps whom to trust, and last how to try it.
                greeting = ""
                for line in serving.stdout:
                    greeting += line
                    if line.startswith("Try it"):
                        break
                url = re.search(r"https?://[^\s/]+", greeting)
                trusted = re.search(r"SSL_CERT_FILE=(\S+)", greeting)
                assert url is not None, "the server did not start"
                yield Serving(url.group(), trusted and trusted.group(1))
            finally:
                serving.terminate()


def output_of(python: Path | str, program: str, *arguments: str) -> str:
    """Return what a program prints."""
    return subprocess.run(
        [str(python), "-c", program, *arguments],
        check=True,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env=variables_for(python),
    ).stdout


def variables_for(python: Path | str) -> dict[str, str]:
    """Return this process's environment, for another Python without what leads to this one's packages."""
    variables = dict(os.environ)
    if str(python) != this_python():
        variables.pop("PYTHONPATH", None)
    return variables


def this_python() -> str:
    """Return the path of the Python that runs this."""
    return sys.executable
