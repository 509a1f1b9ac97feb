"""Engines that misbehave, or that a test steers, where the well-behaved tone engine would prove nothing."""

import threading
import time
from collections.abc import Callable, Generator

import numpy as np

from ownvoice.engines import EngineDescription, Speech, Timing, Utterance
from ownvoice.engines.tone import ToneEngine

RATE = 24000
SECRET = "a secret of the engine"
DEADLINE = 20.0
"""Seconds to wait for what should happen at once: only a failing test waits as long."""


def wait_until(condition: Callable[[], bool], message: str) -> None:
    """Return when the condition holds; fail when it does not for long."""
    deadline = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < deadline, message
        time.sleep(0.005)


def step(samples: int) -> Speech:
    return Speech(np.full(samples, 0.25, np.float32))


class OddEngine:
    """An engine that has the voices of the tone engine, and little else."""

    sample_rate = RATE

    def describe(self) -> EngineDescription:
        return ToneEngine().describe()


class CountingEngine(OddEngine):
    """Speaks for ever, and counts: its steps, those who began to speak, and those who were stopped."""

    def __init__(self, samples: int = RATE // 50) -> None:
        self.samples = samples
        self.steps = 0
        self.begun = 0
        self.stopped = 0

    def speak(self, utterance: Utterance) -> Generator[Speech, None, None]:
        self.begun += 1
        try:
            while True:
                self.steps += 1
                yield step(self.samples)
        finally:
            self.stopped += 1

    def wait_for_stops(self, count: int) -> None:
        wait_until(lambda: self.stopped == count, f"{self.stopped} of {count} were stopped")


class BrokenEngine(OddEngine):
    """Speaks some pieces and then fails. A text with ``fine`` in it is spoken to its end."""

    def __init__(self, pieces: int = 0, error: Exception | None = None) -> None:
        self._pieces = pieces
        self._error = error

    def speak(self, utterance: Utterance) -> Generator[Speech, None, None]:
        for _ in range(max(1, self._pieces) if "fine" in utterance.text else self._pieces):
            yield step(RATE)
        if "fine" not in utterance.text:
            raise self._error or RuntimeError(SECRET)


class GatedEngine(OddEngine):
    """Speaks one piece, and the second only when the gate is opened."""

    def __init__(self) -> None:
        self.gate = threading.Event()

    def speak(self, utterance: Utterance) -> Generator[Speech, None, None]:
        yield step(RATE)
        assert self.gate.wait(DEADLINE), "nobody opened the gate"
        yield step(RATE)


class WholeEngine(OddEngine):
    """Speaks an utterance in one long piece, with its time as a word."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def speak(self, utterance: Utterance) -> Generator[Speech, None, None]:
        samples = np.linspace(-0.5, 0.5, round(self._seconds * RATE), dtype=np.float32)
        yield Speech(samples, (Timing(utterance.text.strip(), 0.0, self._seconds),))


class SilentEngine(OddEngine):
    """Has nothing to say."""

    def speak(self, utterance: Utterance) -> Generator[Speech, None, None]:
        yield from ()
