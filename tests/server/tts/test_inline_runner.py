"""Engines in threads of this process: many at once, stopped in time, and each with its own fate."""

import asyncio
from collections.abc import Coroutine
from contextlib import aclosing
from typing import Any

import pytest

from cartesia.types import OutputFormat
from odd_engines import DEADLINE, BrokenEngine, CountingEngine, GatedEngine, wait_until
from ownvoice.api.errors import status_of
from ownvoice.engines import EngineVoice
from ownvoice.engines.tone import ToneEngine
from ownvoice.errors import RequestError
from ownvoice.traits.embedding import Traits
from ownvoice.tts.runner import speak_job
from ownvoice.tts.runner.inline import THREADS, InlineRunner
from ownvoice.tts.speech import Job, Style, speak


def job(text: str = "Hello there.", *, engine: str = "tone", pitch_hz: float = 120.0) -> Job:
    raw = OutputFormat(container="raw", encoding="pcm_s16le", sample_rate=24000)
    return Job(text, Style("en", EngineVoice(Traits(pitch_hz=pitch_hz)), engine, raw))


async def heard(runner: InlineRunner, asked: Job) -> bytes:
    return b"".join([piece.audio async for piece in speak_job(runner, asked)])


def run(scenario: Coroutine[Any, Any, None]) -> None:
    async def limited() -> None:
        async with asyncio.timeout(DEADLINE):
            await scenario

    asyncio.run(limited())


def test_many_streams_at_once_each_get_their_own_audio() -> None:
    jobs = [job(f"Text number {number}. " * (1 + number % 5), pitch_hz=100 + number) for number in range(3 * THREADS)]

    async def scenario() -> None:
        runner = InlineRunner()
        audios = await asyncio.gather(*(heard(runner, asked) for asked in jobs))
        runner.close()
        expected = [b"".join(piece.audio for piece in speak(ToneEngine(), asked)) for asked in jobs]
        assert audios == expected
        assert len(set(audios)) == len(jobs)

    run(scenario())


def test_a_stream_that_nobody_reads_stops_nobody_else() -> None:
    async def scenario() -> None:
        counting = CountingEngine()
        runner = InlineRunner({"counting": counting})
        streams = [speak_job(runner, job(engine="counting")) for _ in range(2 * THREADS)]
        for stream in streams:
            await anext(stream)
        steps = counting.steps
        assert len(await heard(runner, job())) > 0
        assert counting.steps == steps  # nobody asks those engines for more, so they make no more
        for stream in streams:
            await stream.aclose()
        counting.wait_for_stops(len(streams))
        runner.close()

    run(scenario())


def test_closing_a_stream_stops_its_engine() -> None:
    async def scenario() -> None:
        engine = CountingEngine()
        runner = InlineRunner({"counting": engine})
        async with aclosing(speak_job(runner, job(engine="counting"))) as pieces:
            await anext(pieces)
        engine.wait_for_stops(1)
        steps = engine.steps
        assert len(await heard(runner, job())) > 0
        assert engine.steps == steps
        runner.close()

    run(scenario())


def test_cancelling_whoever_reads_a_stream_stops_its_engine() -> None:
    async def scenario() -> None:
        engine = CountingEngine()
        runner = InlineRunner({"counting": engine})
        reader = asyncio.create_task(heard(runner, job(engine="counting")))
        await asyncio.to_thread(wait_until, lambda: engine.steps > 100, "it does not speak")
        reader.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reader
        await asyncio.to_thread(engine.wait_for_stops, 1)
        runner.close()

    run(scenario())


def test_cancelling_during_a_long_step_returns_at_once_and_stops_the_engine_after_it() -> None:
    async def scenario() -> None:
        engine = GatedEngine()
        runner = InlineRunner({"gated": engine})
        pieces = speak_job(runner, job(engine="gated"))
        await anext(pieces)
        reader = asyncio.ensure_future(anext(pieces))
        await asyncio.sleep(0.01)
        reader.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reader
        engine.gate.set()
        assert [piece async for piece in pieces] == []
        runner.close()

    run(scenario())


def test_a_stream_that_waits_for_a_thread_can_be_cancelled() -> None:
    async def scenario() -> None:
        gated, counting = GatedEngine(), CountingEngine()
        runner = InlineRunner({"gated": gated, "counting": counting})
        busy = [asyncio.create_task(heard(runner, job(engine="gated"))) for _ in range(THREADS)]
        await asyncio.to_thread(wait_until, lambda: runner_is_full(runner), "a thread has nothing to do")
        waiting = asyncio.create_task(heard(runner, job(engine="counting")))
        await asyncio.sleep(0.01)
        waiting.cancel()
        gated.gate.set()
        await asyncio.gather(*busy)
        assert counting.begun == counting.stopped
        runner.close()

    run(scenario())


def runner_is_full(runner: InlineRunner) -> bool:
    """Whether every thread has something to do: those of a pool are made when none of the others is free."""
    return len(runner._pool._threads) == THREADS


def test_an_error_of_an_engine_reaches_its_own_stream_alone() -> None:
    async def scenario() -> None:
        error = ValueError("it broke")
        runner = InlineRunner({"broken": BrokenEngine(1, error)})
        audios = await asyncio.gather(
            heard(runner, job(engine="broken")),
            heard(runner, job()),
            heard(runner, job("fine", engine="broken")),
            return_exceptions=True,
        )
        assert audios[0] is error
        assert audios[1] == await heard(runner, job())
        assert audios[2] == await heard(runner, job("fine", engine="broken"))
        runner.close()

    run(scenario())


def test_what_came_before_an_error_is_heard() -> None:
    async def scenario() -> None:
        runner = InlineRunner({"broken": BrokenEngine(2)})
        pieces = speak_job(runner, job(engine="broken"))
        assert len((await anext(pieces)).audio) == len((await anext(pieces)).audio) > 0
        with pytest.raises(RuntimeError):
            await anext(pieces)
        runner.close()

    run(scenario())


def test_an_engine_that_is_not_installed() -> None:
    async def scenario() -> None:
        runner = InlineRunner()
        with pytest.raises(LookupError, match=r"'kazoo'.*tone"):
            await heard(runner, job(engine="kazoo"))
        assert len(await heard(runner, job())) > 0
        runner.close()

    run(scenario())


def test_an_engine_is_made_once() -> None:
    async def scenario() -> None:
        runner = InlineRunner()
        await asyncio.gather(*(heard(runner, job()) for _ in range(THREADS)))
        assert list(runner._engines) == ["tone"]
        first = runner._engines["tone"]
        await heard(runner, job())
        assert runner._engines["tone"] is first
        runner.close()

    run(scenario())


def test_after_close_nothing_is_begun() -> None:
    async def scenario() -> None:
        engine = CountingEngine()
        runner = InlineRunner({"counting": engine})
        runner.close()
        with pytest.raises(RequestError, match="shutting down") as refused:
            await heard(runner, job(engine="counting"))
        assert status_of(refused.value) == 503
        assert engine.begun == 0

    run(scenario())


def test_close_lets_the_threads_go() -> None:
    async def scenario() -> None:
        runner = InlineRunner()
        await heard(runner, job())
        threads = list(runner._pool._threads)
        runner.close()
        wait_until(lambda: not any(thread.is_alive() for thread in threads), "a thread lives on")

    run(scenario())
