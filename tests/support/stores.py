"""Stores for the tests, their locations, and other processes that use them."""

import itertools
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from ownvoice.store import Store, VoiceFilter, open_store
from ownvoice.traits.voice import Voice

EMBEDDING = tuple(index / 7 - 3.3 for index in range(192))
"""Numbers that a few decimal digits cannot represent."""
ALL = VoiceFilter()
"""The filter that all voices meet."""

_seconds = itertools.count()


@dataclass(frozen=True)
class StoreLocation:
    """The directory and the database of a store."""

    directory: Path
    url: str | None
    """The URL of a PostgreSQL database; None for SQLite in the directory."""

    @property
    def clips(self) -> list[str]:
        """The names of the files in which its clips are."""
        return sorted(path.name for path in (self.directory / "clips").glob("*"))

    def open(self) -> Store:
        """Open the store, as another process would."""
        return open_store(self.directory, self.url)

    def start_process(self, program: str, *arguments: str) -> "subprocess.Popen[str]":
        """Start another process, in which `store` is this store, with a program and its arguments."""
        start = f"""
            import os, sys
            from pathlib import Path
            from ownvoice.store import *
            from stores import voice
            store = open_store(Path({str(self.directory)!r}), {self.url!r})
        """
        text = textwrap.dedent(start) + textwrap.dedent(program)
        return subprocess.Popen(
            [sys.executable, "-W", "error", "-c", text, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parent,
        )


def voice(name: str = "Ann", owner: str = "me", **values: Any) -> Voice:
    """Return a voice with default values for what the test does not give; each is newer than the ones before."""
    given = {"language": "en", "locale": "en-US", "embedding": EMBEDDING, "created_at": _next_time(), **values}
    return Voice(name=name, owner=owner, **given)


def names(voices: list[Voice]) -> list[str]:
    """Return the names of voices, in their order."""
    return [voice.name for voice in voices]


def _next_time() -> str:
    return f"{datetime(2026, 1, 1) + timedelta(seconds=next(_seconds)):%Y-%m-%dT%H:%M:%SZ}"
