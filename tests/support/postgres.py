"""A PostgreSQL server for the tests, on a socket or port of its own, where this machine has the programs for one."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import uuid
from pathlib import Path

import psycopg

_RUN_AS = ("postgres", "nobody")
"""PostgreSQL refuses to run as root; these are tried then."""


class Unavailable(Exception):
    """The reason why there is no server."""


class Cluster:
    """A server with data in a temporary directory. `stop()` removes both."""

    def __init__(self) -> None:
        self._programs = _programs()
        self._as = _unprivileged()
        self._directory = Path(tempfile.mkdtemp(prefix="pg-"))
        if self._as:
            shutil.chown(self._directory, self._as[2])
        self._data = self._directory / "data"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = int(free.getsockname()[1])
        try:
            self._run("initdb", "-D", str(self._data), "-U", "tester", "--auth=trust", "-E", "UTF8", "--no-sync")
            self.start()
        except subprocess.CalledProcessError as error:
            shutil.rmtree(self._directory, ignore_errors=True)
            raise Unavailable(f"PostgreSQL does not start: {error.stdout}") from error

    def start(self) -> None:
        """Start the server, or start it again."""
        options = f"-c fsync=off -c listen_addresses=127.0.0.1 -p {self._port} -c unix_socket_directories="
        log = str(self._directory / "log")
        self._run("pg_ctl", "-D", str(self._data), "-w", "-l", log, "-o", options, "start")

    def restart(self) -> None:
        """Break all connections, and start the server again."""
        self._run("pg_ctl", "-D", str(self._data), "-w", "-m", "immediate", "stop")
        self.start()

    def stop(self) -> None:
        """Stop the server, and remove its data."""
        self._run("pg_ctl", "-D", str(self._data), "-w", "-m", "immediate", "stop")
        shutil.rmtree(self._directory)

    def new_database(self) -> str:
        """Create an empty database, and return its URL."""
        name = f"t{uuid.uuid4().hex}"
        with psycopg.connect(f"postgresql://tester@127.0.0.1:{self._port}/postgres", autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')  # type: ignore[arg-type,unused-ignore]
        return f"postgresql://tester:secret@127.0.0.1:{self._port}/{name}"

    def _run(self, program: str, *arguments: str) -> None:
        command = [*self._as, str(self._programs / program), *arguments]
        # Not a pipe: the server would inherit it, and reading it would wait for the server to end.
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run(command, cwd="/", stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
            output.seek(0)
            if done.returncode:
                raise subprocess.CalledProcessError(done.returncode, command, output.read())


def _programs() -> Path:
    """Return the directory of the programs. Debian keeps them out of the path, because it may have several versions."""
    if sys.platform == "win32":
        raise Unavailable("these tests start PostgreSQL on Linux and macOS only")
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
    if found:
        return found[-1].parent
    if path := shutil.which("pg_ctl"):
        return Path(path).resolve().parent
    raise Unavailable("PostgreSQL is not installed (Debian: apt-get install postgresql)")


def _unprivileged() -> list[str]:
    if os.getuid() != 0:
        return []
    import pwd

    if not shutil.which("runuser"):
        raise Unavailable("PostgreSQL does not run as root, and there is no runuser to become another user")
    for name in _RUN_AS:
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return ["runuser", "-u", name, "--"]
    raise Unavailable(f"PostgreSQL does not run as root, and there is no user {' or '.join(_RUN_AS)}")
