"""What the server does with what an engine says of itself."""

import threading
import time
from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from cartesia.types import OutputFormat
from odd_engines import OddEngine, step
from ownvoice import engines
from ownvoice.engines import EngineDescription, EngineVoice, Speech, Utterance
from ownvoice.engines.tone import ToneEngine
from ownvoice.errors import InvalidRequest
from ownvoice.traits.embedding import FIRST_FREE, SIZE, mean
from ownvoice.traits.expression import Expression, Feeling
from ownvoice.tts.runner import speak_job
from ownvoice.tts.runner.inline import InlineRunner
from ownvoice.tts.speech import Job, Style, speak

RAW = OutputFormat(container="raw", encoding="pcm_s16le", sample_rate=24000)
OWN = range(FIRST_FREE, FIRST_FREE + 2)


def job(engine: str, text: str = "Hello.") -> Job:
    return Job(text, Style("en", EngineVoice(), engine, RAW))


class NarrowEngine(OddEngine):
    """An engine of which only some generators may be advanced at the same time."""

    def __init__(self, concurrency: int) -> None:
        self.busy = 0
        self.most = 0
        self._concurrency = concurrency
        self._lock = threading.Lock()

    def describe(self) -> EngineDescription:
        return EngineDescription(languages=("en",), concurrency=self._concurrency)

    def speak(self, utterance: Utterance) -> Generator[Speech, None, None]:
        for _ in range(3):
            with self._lock:
                self.busy += 1
                self.most = max(self.most, self.busy)
            time.sleep(0.005)
            with self._lock:
                self.busy -= 1
            yield step(2400)


@pytest.mark.parametrize("concurrency", [1, 2])
def test_no_more_generators_are_advanced_at_once_than_an_engine_allows(concurrency: int) -> None:
    import asyncio

    async def one(runner: InlineRunner) -> int:
        return sum([len(piece.audio) async for piece in speak_job(runner, job("narrow"))])

    async def all_of_them() -> list[int]:
        runner = InlineRunner({"narrow": engine})
        lengths = await asyncio.gather(*(one(runner) for _ in range(8)))
        runner.close()
        return lengths

    engine = NarrowEngine(concurrency)
    assert asyncio.run(all_of_them()) == [3 * 2400 * 2] * 8
    assert engine.most == concurrency


class ForeignEngine(OddEngine):
    """An engine that fails with an error of its choice."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def speak(self, utterance: Utterance) -> Generator[Speech, None, None]:
        raise self._error
        yield


def test_a_language_that_the_engine_does_not_speak_is_an_error_of_the_request() -> None:
    with pytest.raises(InvalidRequest, match="I speak Volapük only") as caught:
        list(speak(ForeignEngine(LookupError("I speak Volapük only")), job("foreign")))
    assert caught.value.error_code == "language_not_supported"


class UnknownLanguage(LookupError):
    """An engine's own error."""


@pytest.mark.parametrize("error", [UnknownLanguage("no Volapük"), LookupError()])
def test_any_lookup_error_but_those_of_a_bug_is_about_the_language(error: Exception) -> None:
    with pytest.raises(InvalidRequest, match=r"no Volapük|does not speak 'en'"):
        list(speak(ForeignEngine(error), job("foreign")))


@pytest.mark.parametrize("error", [KeyError("x"), IndexError("x")])
def test_a_bug_of_the_engine_is_none_of_the_request(error: Exception) -> None:
    with pytest.raises(type(error)):
        list(speak(ForeignEngine(error), job("foreign")))


class RememberingEngine(ToneEngine):
    def __init__(self) -> None:
        super().__init__()
        self.asked: list[Utterance] = []

    def speak(self, utterance: Utterance) -> Generator[Speech, None, None]:
        self.asked.append(utterance)
        yield from super().speak(utterance)


def test_an_engine_gets_the_voice_and_the_expression_unfolded() -> None:
    engine = RememberingEngine()
    voice = EngineVoice(embedding=tuple(range(SIZE)), id="some-id")
    expression = Expression(rate=1.2, feeling=Feeling(0.5, 0.5, 0.5))
    list(speak(engine, Job("Hello.", Style("en", voice, "tone", RAW, expression=expression))))
    (utterance,) = engine.asked
    assert utterance.voice is voice
    assert utterance.expression == expression
    assert utterance.traits == expression.apply(voice.traits) != voice.traits


def test_coordinates_are_a_slice_of_the_numbers_and_a_mean_stays_a_mean() -> None:
    description = EngineDescription(languages=("en",), coordinates=OWN)

    def numbers(*own: float) -> tuple[float, ...]:
        return (*[0.0] * FIRST_FREE, *own, *[0.0] * (SIZE - FIRST_FREE - len(own)))

    def coordinates(embedding: Sequence[float]) -> tuple[float, ...]:
        return EngineVoice(embedding=tuple(embedding)).coordinates(description)

    assert coordinates(numbers(1, 0)) == (1, 0)
    assert coordinates(mean([(numbers(1, 0), 1), (numbers(0, 1), 3)])) == (0.25, 0.75)
    assert EngineVoice().coordinates(description) == (0, 0)


@pytest.mark.parametrize("wrong", [range(36, 40), range(190, 193), range(40, 50, 2)])
def test_coordinates_have_to_be_free(wrong: range) -> None:
    with pytest.raises(ValueError, match="range"):
        EngineDescription(languages=("en",), coordinates=wrong)


def test_engines_are_made_with_their_options() -> None:
    engine = engines.load("tone", {"piece_seconds": 0.5})
    assert len(next(engine.speak(Utterance("a" * 100, "en"))).samples) == 12000


def test_an_option_that_an_engine_does_not_have() -> None:
    with pytest.raises(ValueError, match="engine 'tone' has no option pitch; its options are: piece_seconds"):
        engines.load("tone", {"pitch": 3})


class FilingEngine(OddEngine):
    def __init__(self, *, data: Path | None = None, scale: float = 1.0) -> None:
        self.data = data
        self.scale = scale

    def speak(self, utterance: Utterance) -> Generator[Speech, None, None]:
        yield Speech(np.zeros(1, np.float32))


def test_an_engine_that_keeps_files_gets_the_directory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class Entry:
        name = "filing"
        value = "here:FilingEngine"

        @staticmethod
        def load() -> type[FilingEngine]:
            return FilingEngine

    monkeypatch.setattr("ownvoice.engines.registry.entry_points", lambda group, name="": [Entry])
    engine = engines.load("filing", {"scale": 2.0}, tmp_path)
    assert isinstance(engine, FilingEngine)
    assert (engine.data, engine.scale) == (tmp_path, 2.0)


def test_ready_makes_and_warms_the_engines() -> None:
    import asyncio

    class SlowEngine(OddEngine):
        warmed = 0

        def warm(self) -> None:
            self.warmed += 1

        def speak(self, utterance: Utterance) -> Generator[Speech, None, None]:
            yield step(1)

    engine = SlowEngine()
    runner = InlineRunner({"slow": engine})
    asyncio.run(runner.ready(["slow", "tone"]))
    assert engine.warmed == 1
    with pytest.raises(LookupError, match="no engine named 'kazoo'"):
        asyncio.run(runner.ready(["kazoo"]))
    runner.close()


def test_one_engine_that_is_slow_to_make_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    gate = threading.Event()

    def load(name: str, options: object, data: object) -> ToneEngine:
        if name == "slow":
            gate.wait(20)
        return ToneEngine()

    monkeypatch.setattr(engines, "load", load)
    runner = InlineRunner()
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(runner.engine, "slow")
        assert isinstance(runner.engine("fast"), ToneEngine)
        assert not slow.done()
        gate.set()
        slow.result()
    runner.close()
