"""The espeak engine among threads, forks and exits."""

import gc
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from espeak_speech import LONG, RATE, Said, median_pitch, say
from ownvoice.engines import EngineVoice, Speech, Utterance
from ownvoice.engines.espeak import EspeakEngine, workers
from ownvoice.engines.espeak.library import Event, Library
from ownvoice.traits.embedding import Traits

ENDLESS = "The quick brown fox jumps over the lazy dog. " * 200


def speech(text: str) -> Iterator[Speech]:
    return EspeakEngine().speak(Utterance(text, "en", EngineVoice()))


class Gate:
    """A watch on the tasks of the worker, which stops it at the third piece of a long text until it is opened."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.opened = threading.Event()
        self.reached = threading.Event()
        self.long: workers.Task | None = None
        self.calls = 0
        self.answers: list[bool] = []
        receive = workers.Task.receive

        def watched(task: workers.Task, sound: bytes, events: list[Event]) -> bool:
            if task.text != ENDLESS:
                return receive(task, sound, events)
            self.long = task
            self.calls += 1
            if self.calls == 3:
                self.reached.set()
                assert self.opened.wait(10)
            answer = receive(task, sound, events)
            self.answers.append(answer)
            return answer

        monkeypatch.setattr(workers.Task, "receive", watched)


def test_the_first_piece_comes_while_the_rest_is_not_made_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    gate = Gate(monkeypatch)
    pieces = speech(ENDLESS)
    assert len(next(pieces).samples) > 0
    assert gate.reached.wait(10)
    gate.opened.set()
    pieces.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize("forget", [False, True], ids=["closed", "collected"])
def test_closing_stops_within_a_piece(monkeypatch: pytest.MonkeyPatch, forget: bool) -> None:
    gate = Gate(monkeypatch)
    pieces = speech(ENDLESS)
    next(pieces)
    assert gate.reached.wait(10)
    if forget:
        del pieces
        gc.collect()
    else:
        pieces.close()  # type: ignore[attr-defined]
    gate.opened.set()
    assert say("Hello, world.").sounds == "həloʊwɜːld"
    assert gate.answers == [True, True, False]


def test_what_is_cancelled_in_line_is_never_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    gate = Gate(monkeypatch)
    pieces = speech(ENDLESS)
    next(pieces)
    assert gate.reached.wait(10)
    assert gate.long is not None
    waiting = workers.Task("Never said.", gate.long.definition, 160)
    workers.submit(waiting)
    waiting.cancelled = True
    gate.long.cancelled = True
    gate.opened.set()
    assert waiting.pieces.get(timeout=10) is None


def test_a_generator_that_is_not_started_costs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[object] = []
    monkeypatch.setattr(workers, "submit", begun.append)
    never_started = speech("Hello.")
    del never_started
    assert begun == []


def test_a_slow_consumer_does_not_keep_others_waiting() -> None:
    slow = speech(LONG)
    first = next(slow)
    for _ in range(3):
        assert say("Hello, world.").seconds > 0.5
    rest = sum(len(piece.samples) for piece in slow)
    assert len(first.samples) + rest == pytest.approx(len(say(LONG).samples), abs=100)


def test_eight_threads_each_get_their_own_speech() -> None:
    texts = [" ".join(LONG.split()[: 4 + 2 * index]) + "." for index in range(8)]
    voices = [Traits(pitch_hz=90 + 25 * index, range_semitones=1.0, rate=0.8 + index / 10) for index in range(8)]
    alone = [say(text, "en", voice) for text, voice in zip(texts, voices, strict=True)]
    barrier = threading.Barrier(8)

    def together(index: int) -> list[Said]:
        barrier.wait()
        return [say(texts[index], "en", voices[index]) for _ in range(4)]

    with ThreadPoolExecutor(8) as pool:
        for index, results in enumerate(pool.map(together, range(8))):
            for said in results:
                expected = alone[index]
                assert len(said.samples) == pytest.approx(len(expected.samples), abs=100)
                assert said.sounds == expected.sounds
                assert [word.text for word in said.words] == [word.text for word in expected.words]
            assert median_pitch(results[-1].samples) == pytest.approx(voices[index].pitch_hz, rel=0.1)


def test_an_error_of_the_library_reaches_the_consumer_and_the_next_one_is_served(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(self: Library, definition: bytes) -> None:
        raise RuntimeError("no such voice")

    with monkeypatch.context() as patch:
        patch.setattr(Library, "set_voice", refuse)
        with pytest.raises(RuntimeError, match="no such voice"):
            say("Hello.", traits=Traits(pitch_hz=131))
    assert say("Hello.", traits=Traits(pitch_hz=131)).seconds > 0.2


def test_an_error_in_the_callback_reaches_the_consumer_and_the_next_one_is_served(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(self: workers.Task, sound: bytes, events: list[Event]) -> bool:
        raise ZeroDivisionError("in the callback")

    with monkeypatch.context() as patch:
        patch.setattr(workers.Task, "receive", fail)
        with pytest.raises(ZeroDivisionError, match="in the callback"):
            say("Hello.")
    assert say("Hello.").seconds > 0.2


def test_a_definition_that_espeak_refuses_is_an_error() -> None:
    with pytest.raises(RuntimeError, match="refuses the voice"):
        list(workers.synthesize("Hello.", b"", 160))
    assert say("Hello.").sounds == "həloʊ"


# Forks and exits, in processes of their own.

PRELUDE = """
import os, sys, threading
from ownvoice.engines import EngineVoice, Utterance
from ownvoice.engines.espeak import EspeakEngine
from ownvoice.traits.embedding import Traits
LONG = "The quick brown fox jumps over the lazy dog. " * 40
def speech(text, pitch=120.0):
    return EspeakEngine().speak(Utterance(text, "en", EngineVoice(Traits(pitch_hz=pitch))))
def length(text, pitch=120.0):
    return sum(len(piece.samples) for piece in speech(text, pitch))
"""


def run(program: str) -> str:
    # Newer Pythons warn of a fork where there are threads, which is what is tested.
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", PRELUDE + program]
    done: Any = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    return str(done.stdout)


@pytest.mark.skipif(not hasattr(__import__("os"), "fork"), reason="no fork on this system")
def test_a_forked_child_speaks_and_so_does_its_parent() -> None:
    output = run(
        """
before = length("Hello, world.")
begun = speech(LONG)
next(begun)
busy = threading.Thread(target=length, args=(LONG,))
busy.start()
child = os.fork()
if child == 0:
    try:
        assert abs(length("Hello, world.") - before) < 100
        assert abs(length("Hello, world.", 200.0) - before) < 100
        try:
            for piece in begun: pass
        except RuntimeError as error:
            assert "fork" in str(error)
        else:
            os._exit(3)
        grandchild = os.fork()
        if grandchild == 0:
            os._exit(0 if abs(length("Hello, world.") - before) < 100 else 4)
        os._exit(os.waitstatus_to_exitcode(os.waitpid(grandchild, 0)[1]))
    except BaseException as error:
        print(repr(error), flush=True)
        os._exit(5)
assert abs(length("Hello, world.") - before) < 100
busy.join()
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), sum(len(piece.samples) for piece in begun) > 2000000)
"""
    )
    assert output == "0 True\n"


def test_the_interpreter_exits_while_something_is_said() -> None:
    output = run(
        """
def listen():
    try:
        length(LONG * 5)
    except RuntimeError:  # at the exit
        pass
pieces = speech(LONG)
next(pieces)
threading.Thread(target=listen, daemon=True).start()
threading.Thread(target=listen, daemon=True).start()
print("out")
"""
    )
    assert output == "out\n"


def test_a_consumer_that_is_left_at_exit_gets_an_error() -> None:
    output = run(
        """
import atexit
from ownvoice.engines.espeak import workers
pieces = speech(LONG)
next(pieces)
def late():
    for text in (pieces, speech("Too late.")):
        try:
            for piece in text: pass
        except RuntimeError as error:
            print(error)
atexit.unregister(workers.shut_down)
atexit.register(late)
atexit.register(workers.shut_down)
"""
    )
    assert output == "the interpreter is shutting down\n" * 2


def test_the_rate_of_the_engine_is_known_before_it_is_made() -> None:
    assert EspeakEngine.sample_rate == RATE == 22050
