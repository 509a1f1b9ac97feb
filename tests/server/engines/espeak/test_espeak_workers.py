"""The order in which many texts are said at once: in turn, piece by piece, and beginners first."""

import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from ownvoice.engines import EngineVoice, Utterance
from ownvoice.engines.espeak import EspeakEngine, workers
from ownvoice.engines.espeak.fair_semaphore import FairSemaphore
from ownvoice.engines.espeak.library import CAN_COPY
from ownvoice.traits.embedding import Traits

LONG = "One long sentence goes on and on, with many words in it, " * 8
DEADLINE = 20.0


def wait_until_waiting(semaphore: FairSemaphore, count: int) -> None:
    deadline = time.monotonic() + DEADLINE
    while semaphore.waiting < count:
        assert time.monotonic() < deadline
        time.sleep(0.001)


def test_beginners_come_first_and_everybody_in_turn() -> None:
    semaphore = FairSemaphore(1)
    semaphore.acquire(beginner=True)
    order: list[str] = []

    def wait(name: str, *, beginner: bool) -> None:
        semaphore.acquire(beginner=beginner)
        order.append(name)
        semaphore.release()

    threads = []
    for number, (name, beginner) in enumerate([("a", False), ("b", False), ("C", True), ("D", True)]):
        threads.append(threading.Thread(target=wait, args=(name,), kwargs={"beginner": beginner}))
        threads[-1].start()
        wait_until_waiting(semaphore, number + 1)
    semaphore.give_way()
    assert order == ["C", "D", "a", "b"]
    semaphore.release()
    for thread in threads:
        thread.join()


def test_no_more_run_than_there_are_permits() -> None:
    semaphore = FairSemaphore(2)
    running = 0
    most = 0
    lock = threading.Lock()

    def work(number: int) -> None:
        nonlocal running, most
        semaphore.acquire(beginner=True)
        for _ in range(20):
            with lock:
                running += 1
                most = max(most, running)
            time.sleep(0)
            with lock:
                running -= 1
            semaphore.give_way()
        semaphore.release()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert most == 2
    semaphore.acquire(beginner=True)
    semaphore.acquire(beginner=True)  # both are free again


@pytest.mark.skipif(not CAN_COPY, reason="this system loads the library once")
def test_a_word_does_not_wait_for_long_sentences() -> None:
    engine = EspeakEngine()
    voice = Traits()
    slow = [engine.speak(Utterance(LONG, "en", EngineVoice(voice))) for _ in range(12)]
    for speech in slow:
        next(speech)  # all of them are being said now, and their pieces are not taken
    said = sum(len(piece.samples) for piece in engine.speak(Utterance("Yes.", "en", EngineVoice(voice))))
    assert said > 2000
    assert workers.busy_workers() > 0, "the long ones were still being said"
    for speech in slow:
        speech.close()


def test_more_texts_than_threads() -> None:
    # All are said; the longest wait ends too.
    engine = EspeakEngine()

    def length(number: int) -> int:
        text = f"This is number {number}."
        return sum(len(piece.samples) for piece in engine.speak(Utterance(text, "en", EngineVoice())))

    with ThreadPoolExecutor(100) as pool:
        lengths = list(pool.map(length, [7] * 100))
    assert max(lengths) - min(lengths) < 200
    assert 0 < sum(thread.name == "espeak" for thread in threading.enumerate()) <= workers.MOST_THREADS


def test_systems_that_load_the_library_once() -> None:
    program = """
from concurrent.futures import ThreadPoolExecutor
from ownvoice.engines.espeak import EspeakEngine, library, workers
library.CAN_COPY, workers.MOST_THREADS = False, 1
from ownvoice.engines import EngineVoice, Utterance
from ownvoice.traits.embedding import Traits
def length(language):
    texts = {"en": "Hello there, my friend.", "de": "Guten Tag, mein Freund."}
    utterance = Utterance(texts[language], language, EngineVoice())
    return language, sum(len(p.samples) for p in EspeakEngine().speak(utterance))
with ThreadPoolExecutor(8) as pool:
    lengths = list(pool.map(length, ["en", "de"] * 8))
for language in ("en", "de"):
    own = [samples for each, samples in lengths if each == language]
    assert max(own) - min(own) < 200 and min(own) > 10000, own
print("said")
"""
    done = subprocess.run([sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("said\n", "")
