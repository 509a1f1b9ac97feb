"""Barge-in: how long speech goes on after it was interrupted, while 50 other contexts speak.

- cancel: from sending the cancel to the last frame of the context that arrives (the server in a process of its own);
- disconnect: from closing the socket to the last sample that the engine makes for it (the server in this process, with
  an engine that notes when it makes what).
"""

import asyncio
import contextlib
import json
import random
import time
from collections.abc import Generator, Iterator
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from environments import server
from measuring import TEXT, quantiles
from ownvoice.engines import Speech, Utterance
from ownvoice.engines.espeak import EspeakEngine
from ownvoice.serving.server import ServerThread
from ownvoice.settings import Settings
from ownvoice.traits.voice import DEFAULT_ID
from ownvoice.tts.runner.inline import InlineRunner

OTHERS = 50
ROUNDS = 200
LONG = (TEXT + " ") * 60
"""Some minutes of speech: it is far from over when it is interrupted."""
MARK = "interrupted"


def request(context_id: str, text: str) -> str:
    raw = {"container": "raw", "encoding": "pcm_s16le", "sample_rate": 44100}
    voice = {"mode": "id", "id": DEFAULT_ID}
    fields: dict[str, Any] = {"model_id": "sonic-3", "transcript": text, "voice": voice, "output_format": raw}
    return json.dumps({**fields, "context_id": context_id, "continue": False})


async def next_event(socket: ClientConnection) -> dict[str, Any]:
    event: dict[str, Any] = json.loads(await socket.recv())
    return event


async def speak_on(url: str) -> None:
    """Speak in fifty contexts on a socket of their own, each a sentence every six seconds."""
    async with connect(url, max_size=None, max_queue=None, compression=None) as socket:

        async def converse(number: int) -> None:
            await asyncio.sleep(6 * number / OTHERS)
            for turn in range(1000):
                await socket.send(request(f"{number}-{turn}", TEXT))
                await asyncio.sleep(6)

        async def drain() -> None:
            async for _ in socket:
                pass

        await asyncio.gather(drain(), *(converse(number) for number in range(OTHERS)))


async def measure_cancel(url: str) -> list[float]:
    """Return the milliseconds from a cancel to the last frame of its context."""
    took = []
    async with connect(url, max_size=None, max_queue=None, compression=None) as socket:
        for round_ in range(ROUNDS):
            await socket.send(request(f"c{round_}", LONG))
            for _ in range(random.randint(1, 5)):
                await next_event(socket)
            asked = last = time.perf_counter()
            await socket.send(json.dumps({"context_id": f"c{round_}", "cancel": True}))
            while not (await next_event(socket))["done"]:
                last = time.perf_counter()
            took.append(1000 * (last - asked))
            await asyncio.sleep(0.02)
    return took


class Noting:
    """The engine, with a note of when it last made something for a marked text."""

    def __init__(self) -> None:
        self._engine = EspeakEngine()
        self.sample_rate = self._engine.sample_rate
        self.describe = self._engine.describe
        self.last = 0.0

    def speak(self, utterance: Utterance) -> Generator[Speech, None, None]:
        with contextlib.closing(self._engine.speak(utterance)) as spoken:
            for speech in spoken:
                if MARK in utterance.text:
                    self.last = time.perf_counter()
                yield speech


async def measure_disconnect(url: str, engine: Noting) -> list[float]:
    """Return the milliseconds from the end of a connection to the last sample that is made for it."""
    took = []
    for round_ in range(ROUNDS):
        async with connect(url, max_size=None, max_queue=None, compression=None) as socket:
            await socket.send(request(f"d{round_}", LONG.replace("lighthouse", MARK)))
            await next_event(socket)
            asked = time.perf_counter()
        await asyncio.sleep(0.1)
        took.append(max(0.0, 1000 * (engine.last - asked)))
    return took


@contextlib.contextmanager
def server_here(engine: Noting) -> Iterator[str]:
    thread = ServerThread(Settings(port=0, models={"sonic": "noting"}), InlineRunner({"noting": engine}))
    try:
        yield thread.base_url
    finally:
        thread.stop()


async def beside_others(url: str, measure: Any) -> list[float]:
    """Measure while the others speak."""
    others = asyncio.create_task(speak_on(url))
    await asyncio.sleep(2)
    took: list[float] = await measure
    others.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await others
    return took


def main() -> None:
    def show(name: str, took: list[float]) -> None:
        ordered = sorted(took)
        print(f"{name:10s} {quantiles(took)}   p99 {ordered[int(0.99 * (len(ordered) - 1))]:7.2f} ms")

    with server(models='{"sonic": "espeak"}') as serving:
        url = serving.url.replace("http", "ws", 1) + "/tts/websocket"
        show("cancel", asyncio.run(beside_others(url, measure_cancel(url))))
    engine = Noting()
    with server_here(engine) as address:
        url = address.replace("http", "ws", 1) + "/tts/websocket"
        show("disconnect", asyncio.run(beside_others(url, measure_disconnect(url, engine))))


if __name__ == "__main__":
    main()
