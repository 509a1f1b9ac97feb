"""The stage on which published programs run unchanged, and on which is recorded what they play."""

import ast
import asyncio
import inspect
import sys
import types
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest


@dataclass
class Played:
    """One stream of a sound card, or one player in a notebook."""

    rate: int
    audio: bytearray = field(default_factory=bytearray)
    writes: int = 0
    closed: bool = False

    def write(self, audio: bytes) -> None:
        self.audio += audio
        self.writes += 1

    def stop_stream(self) -> None:
        pass

    def close(self) -> None:
        self.closed = True


class Stage:
    """A stage of stand-ins for pyaudio and IPython's display, which record instead of playing."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.played: list[Played] = []
        self.displayed: list[Any] = []
        stage = self

        class PyAudio:
            def open(self, *, format: int, channels: int, rate: int, output: bool) -> Played:
                assert (format, channels, output) == (1, 1, True)
                stage.played.append(Played(rate))
                return stage.played[-1]

            def terminate(self) -> None:
                pass

        class Audio:
            def __init__(self, data: Any, *, rate: int) -> None:
                self.data, self.rate = data, rate

        pyaudio = types.ModuleType("pyaudio")
        pyaudio.PyAudio, pyaudio.paFloat32 = PyAudio, 1  # type: ignore[attr-defined]
        display = types.ModuleType("IPython.display")
        display.Audio = Audio  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "pyaudio", pyaudio)
        monkeypatch.setitem(sys.modules, "IPython", types.ModuleType("IPython"))
        monkeypatch.setitem(sys.modules, "IPython.display", display)

    def run(self, program: Path, changes: Mapping[str, str] | None = None, **given: Any) -> dict[str, Any]:
        """Run a program, or a notebook's cell, with some names given, and return all its names.

        ``changes`` puts real values in the place of placeholders; each of them has to be there.
        """
        names: dict[str, Any] = {"__name__": "__main__", "display": self.displayed.append, **given}
        source = program.read_text(encoding="utf-8")
        for placeholder, value in (changes or {}).items():
            assert placeholder in source
            source = source.replace(placeholder, value)
        code = compile(source, str(program), "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        if code.co_flags & inspect.CO_COROUTINE:
            asyncio.run(eval(code, names))
        else:
            exec(code, names)
        return names
