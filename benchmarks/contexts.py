"""Many contexts on one socket: time to first audio, gaps in playback, and throughput, beside the pipeline alone.

Four loads, the first three for several numbers of contexts:

- burst: all contexts ask for a sentence at the same moment;
- real time: each context asks for a sentence every six seconds or so, as in a conversation, at a moment of its own;
- flat out: each context asks again as soon as it has been answered;
- a word: while sixteen contexts speak ten-minute texts as fast as they can, another asks for a single word.

The server runs in a process of its own; the client, here, is part of what the machine has to do. The pipeline alone
(text, engine, resampler, encoder, and no server) says what could be had at most.
"""

import asyncio
import random
import statistics
import time
from typing import Any

from cartesia import AsyncCartesia
from cartesia.types import OutputFormat
from environments import server
from measuring import TEXT
from ownvoice.engines import EngineVoice
from ownvoice.engines.espeak import EspeakEngine, catalogue
from ownvoice.tts.speech import Job, Style, speak

COUNTS = (1, 4, 16, 64, 200)
SECONDS = 12.0
"""How long the real-time and the flat-out load run."""
RAW = OutputFormat(container="raw", encoding="pcm_s16le", sample_rate=44100)
BYTES_PER_SECOND = 2 * 44100
VOICE = catalogue.VOICES[0]


class VoiceMeasurements:
    """What a listener notices of one answer."""

    def __init__(self) -> None:
        self.asked = time.perf_counter()
        self.first = 0.0
        self.late = 0.0
        self.audio = 0.0

    def take(self, chunk: bytes) -> None:
        now = time.perf_counter()
        if not self.audio:
            self.first = now - self.asked
        else:
            # How long playback, begun with the first chunk, has had nothing to play.
            self.late = max(self.late, now - (self.asked + self.first) - self.audio)
        self.audio += len(chunk) / BYTES_PER_SECOND


async def ask(ws: Any, text: str = TEXT) -> VoiceMeasurements:
    heard = VoiceMeasurements()
    async for output in await ws.send("sonic-3", text, RAW.to_dict(), voice=VOICE.id):
        if output.audio:
            heard.take(output.audio)
    return heard


async def burst(ws: Any, count: int) -> list[VoiceMeasurements]:
    return list(await asyncio.gather(*(ask(ws) for _ in range(count))))


async def real_time(ws: Any, count: int, period: float) -> list[VoiceMeasurements]:
    async def converse(delay: float) -> list[VoiceMeasurements]:
        heard = []
        begun = time.perf_counter()
        await asyncio.sleep(delay)
        while time.perf_counter() - begun < SECONDS:
            answer = await ask(ws)
            heard.append(answer)
            await asyncio.sleep(max(0.0, answer.asked + period - time.perf_counter()))
        return heard

    # Evenly spread with some jitter: listeners do not speak in chorus, nor in step.
    delays = [period * (number + random.random()) / count for number in range(count)]
    return [each for heard in await asyncio.gather(*map(converse, delays)) for each in heard]


async def flat_out(ws: Any, count: int) -> tuple[list[VoiceMeasurements], float]:
    begun = time.perf_counter()

    async def repeat() -> list[VoiceMeasurements]:
        heard = [await ask(ws)]
        while time.perf_counter() - begun < SECONDS / 2:
            heard.append(await ask(ws))
        return heard

    answers = await asyncio.gather(*(repeat() for _ in range(count)))
    return [each for heard in answers for each in heard], time.perf_counter() - begun


async def a_word(client: AsyncCartesia) -> list[VoiceMeasurements]:
    long_texts, words = await client.tts.websocket(), await client.tts.websocket()
    others = [asyncio.create_task(ask(long_texts, (TEXT + " ") * 100)) for _ in range(16)]
    await asyncio.sleep(0.5)
    heard: list[VoiceMeasurements] = []
    while len(heard) < 100 and not any(other.done() for other in others):
        heard.append(await ask(words, "Yes."))
    for other in others:
        other.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await long_texts.close()
    await words.close()
    return heard


def pipeline_alone(engine: EspeakEngine) -> tuple[float, float]:
    """Return the seconds of audio made per second without a server, and those of one answer."""
    job = Job(TEXT, Style(VOICE.locale, EngineVoice(VOICE.traits), "espeak", RAW))
    begun = time.perf_counter()
    answers = 0
    audio = 0
    while time.perf_counter() - begun < SECONDS / 4:
        audio += sum(len(piece.audio) for piece in speak(engine, job))
        answers += 1
    return audio / BYTES_PER_SECOND / (time.perf_counter() - begun), audio / BYTES_PER_SECOND / answers


def show(name: str, count: int, heard: list[VoiceMeasurements], more: str = "") -> None:
    first = sorted(1000 * each.first for each in heard)
    p99 = first[min(len(first) - 1, int(0.99 * len(first)))]
    late = max(1000 * each.late for each in heard)
    print(
        f"{name:10s} {count:4d} contexts   first audio p50 {statistics.median(first):7.1f} ms  p99 {p99:7.1f} ms"
        f"  last/first {first[-1] / first[0]:5.1f}   longest gap {late:6.1f} ms   {more}"
    )


async def main() -> None:
    engine = EspeakEngine()
    pipeline_alone(engine)
    alone, answer = pipeline_alone(engine)
    print(f"the pipeline alone makes {alone:.0f} s of audio a second; one answer is {answer:.1f} s")
    with server(models='{"sonic": "espeak"}') as serving:
        async with AsyncCartesia(base_url=serving.url) as client:
            ws = await client.tts.websocket()
            await burst(ws, max(COUNTS))  # threads, copies and caches
            for count in COUNTS:
                show("burst", count, await burst(ws, count))
            for count in COUNTS:
                show("real time", count, await real_time(ws, count, answer))
            for count in COUNTS:
                heard, seconds = await flat_out(ws, count)
                made = sum(each.audio for each in heard) / seconds
                show("flat out", count, heard, f"{made:.0f} s of audio a second, {made / alone:.2f} of the pipeline")
            await ws.close()
            show("a word", 17, await a_word(client))


if __name__ == "__main__":
    asyncio.run(main())
