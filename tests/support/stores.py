"""Stores for the tests, and other processes that use them."""

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
"""Numbers that no decimal notation of a few digits keeps."""
ALL = VoiceFilter()

_seconds = itertools.count()


@dataclass(frozen=True)
class Place:
    """Where a store is."""

    directory: Path
    url: str | None

    @property
    def clips(self) -> list[str]:
        """The names of the files of its clips."""
        return sorted(path.name for path in (self.directory / "clips").glob("*"))

    def open(self) -> Store:
        """The store, as another process would have it."""
        return open_store(self.directory, self.url)

    def process(self, program: str, *arguments: str) -> "subprocess.Popen[str]":
        """Another process, with `store` open in it."""
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
    """A voice with what the test does not care about filled in; each is newer than the ones before."""
    given = {"language": "en", "locale": "en-US", "embedding": EMBEDDING, "created_at": _later(), **values}
    return Voice(name=name, owner=owner, **given)


def names(voices: list[Voice]) -> list[str]:
    """Of voices, in their order."""
    return [voice.name for voice in voices]


def _later() -> str:
    return f"{datetime(2026, 1, 1) + timedelta(seconds=next(_seconds)):%Y-%m-%dT%H:%M:%SZ}"
