"""Thousands of requests of all kinds to one server, and then a storm of cancels: does it grow, and does it fail?

Half of what is asked for here is broken off in the middle. Between rounds, when nothing is under way, the server's
process is looked at: its memory, its open files, its threads. The exit status says whether all goals are met:

- memory grows by less than 1 MiB per 1,000 requests, in the second half: in the first, caches fill;
- open files and threads stay as many as they were;
- no request is answered otherwise than it should be, and the server logs no error;
- after 1,000 cancels among 50 contexts the server does nothing more, and has not grown either.
"""

import argparse
import asyncio
import json
import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import pairwise
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect

from measuring import SENTENCES, TEXT
from ownvoice.engines.espeak.catalogue import VOICES
from ownvoice.traits.embedding import to_embedding
from served import Footprint, Served, footprint, served

ROUNDS = 40
AT_ONCE = 8
"""How many requests are under way together."""
SLOPE = 1.0
"""MiB per 1,000 requests that the server may grow by."""
ENOUGH = 2000
"""Requests of which that can be told. Of fewer, no more than that all of them together have left little."""
NOISE = 8.0
"""MiB by which a process differs from one look to the next by itself, as its threads become more."""
WARMING = 48.0
"""MiB by which a process may still grow in the second half of a run that is too short to have made all its threads."""
MOST_THREADS = 64
"""How many threads the pools of a server may still make in such a run: the engine's, and those of streams at once."""
STORM = 1000
STORM_CONTEXTS = 50
STORM_PARTS = 4
"""In how many parts the storm comes. The first half of them makes the threads that fifty contexts take."""
IDLE = 0.1
"""The part of a processor that a server may take that has nothing to do."""
DEADLINE = 60.0
"""Seconds for any one request."""
VOICE = {"mode": "id", "id": VOICES[0].id}
RAW = {"container": "raw", "encoding": "pcm_s16le", "sample_rate": 24000}
FORMATS: tuple[dict[str, Any], ...] = (
    RAW,
    {"container": "raw", "encoding": "pcm_mulaw", "sample_rate": 8000},
    {"container": "wav", "encoding": "pcm_f32le", "sample_rate": 44100},
    {"container": "mp3", "sample_rate": 44100, "bit_rate": 128000},
    {"container": "flac", "sample_rate": 22050},
)
LONG = " ".join(SENTENCES)

Ask = Callable[["Client"], Awaitable[None]]


class Unexpected(Exception):
    """An answer that is not the one to this request."""


class Client:
    """Whoever asks, with dice of their own, so that a seed gives the same requests again."""

    def __init__(self, http: httpx.AsyncClient, url: str, seed: int, clip: bytes) -> None:
        self.http = http
        self.socket_url = url.replace("http", "ws", 1) + "/tts/websocket"
        self.dice = random.Random(seed)
        self.clip = clip

    def speech(self, **changes: Any) -> dict[str, Any]:
        """Return a request for a sentence or two."""
        text = " ".join(self.dice.sample(SENTENCES, self.dice.randint(1, 2)))
        return {"model_id": "sonic-3", "transcript": text, "voice": VOICE, "output_format": RAW, **changes}

    @asynccontextmanager
    async def socket(self) -> AsyncIterator[ClientConnection]:
        """Open a WebSocket."""
        async with connect(self.socket_url, compression=None, max_queue=None, proxy=None) as socket:
            yield socket

    async def json(self, method: str, path: str, **arguments: Any) -> Any:
        """Return the answer to a request that has to succeed."""
        answer = await self.http.request(method, path, **arguments)
        if answer.status_code not in (200, 204):
            raise Unexpected(f"{method} {path}: {answer.status_code} {answer.text[:200]}")
        return answer.json() if answer.content else None


async def whole(client: Client, **changes: Any) -> None:
    """Read speech in one of the formats to its end."""
    output_format = client.dice.choice(FORMATS)
    answer = await client.http.post("/tts/bytes", json=client.speech(output_format=output_format, **changes))
    if answer.status_code != 200 or len(answer.content) < 1000:
        raise Unexpected(f"{output_format}: {answer.status_code}, {len(answer.content)} bytes")


async def broken_off(client: Client) -> None:
    """Read a little of a long text, and disconnect."""
    path = client.dice.choice(("/tts/bytes", "/tts/sse"))
    async with client.http.stream("POST", path, json=client.speech(transcript=LONG)) as answer:
        async for _ in answer.aiter_bytes():
            if client.dice.random() < 0.5:
                return


async def events(client: Client) -> None:
    """Read server-sent events with the times of words."""
    answer = await client.http.post("/tts/sse", json=client.speech(add_timestamps=True))
    if not answer.text.rstrip().splitlines()[-1].startswith("data:") or '"done":true' not in answer.text:
        raise Unexpected(f"SSE that does not end: {answer.status_code} {answer.text[-200:]}")


async def conversation(client: Client) -> None:
    """Use some contexts on one socket: text in pieces, flushed, ended or cancelled, and one end for each."""
    async with client.socket() as socket:
        names = [f"c{number}" for number in range(client.dice.randint(1, 4))]
        for name in names:
            await push(socket, client.speech(add_timestamps=True), name, {"continue": True})
        for name in names:
            await push(socket, client.speech(flush=client.dice.random() < 0.5), name, {"continue": True})
            await asyncio.sleep(client.dice.random() * 0.01)
            if client.dice.random() < 0.3:
                await socket.send(json.dumps({"context_id": name, "cancel": True}))
            else:
                await push(socket, client.speech(transcript=""), name, {"continue": False})
        await ends(socket, set(names))


async def push(socket: ClientConnection, fields: dict[str, Any], name: str, more: dict[str, Any]) -> None:
    await socket.send(json.dumps({**fields, "context_id": name, **more}))


async def ends(socket: ClientConnection, names: set[str]) -> None:
    """Read until each of these contexts has ended, once."""
    while names:
        event = json.loads(await socket.recv())
        if event["type"] == "error":
            raise Unexpected(str(event))
        if event["done"]:
            names.remove(event["context_id"])


async def hung_up(client: Client) -> None:
    """Close a socket in the middle of an answer."""
    socket = await connect(client.socket_url, compression=None, proxy=None)
    for number in range(client.dice.randint(1, 4)):
        await push(socket, client.speech(transcript=LONG), f"c{number}", {"continue": False})
    await socket.recv()
    socket.transport.abort()
    await socket.wait_closed()


async def voice(client: Client) -> None:
    """Create a voice, speak with it and delete it."""
    numbers = to_embedding(VOICES[client.dice.randrange(len(VOICES))].traits)
    made = await client.json("POST", "/voices", json={"name": "A voice", "description": "", "embedding": numbers})
    await whole(client, voice={"mode": "id", "id": made["id"]})
    await client.json("DELETE", f"/voices/{made['id']}")


async def dictionary(client: Client) -> None:
    """Create a dictionary, use it and delete it."""
    items = [{"text": "the", "alias": "thee"}, {"text": client.dice.choice(TEXT.split()), "alias": "something"}]
    made = await client.json("POST", "/pronunciation-dicts", json={"name": "Words", "items": items})
    await whole(client, pronunciation_dict_id=made["id"])
    await client.json("DELETE", f"/pronunciation-dicts/{made['id']}")


async def clone(client: Client) -> None:
    """Clone a voice from a recording."""
    files = {"clip": ("voice.wav", client.clip, "audio/wav")}
    made = await client.json("POST", "/voices/clone", files=files, data={"name": "A clone", "language": "en"})
    await client.json("DELETE", f"/voices/{made['id']}")


async def make_mistake(client: Client) -> None:
    """Make a mistake, and check the refusal."""
    wrong: dict[str, Any] = client.dice.choice(
        ({"transcript": ""}, {"voice": {"mode": "id", "id": "nobody"}}, {"output_format": {}})
    )
    answer = await client.http.post("/tts/bytes", json=client.speech(**wrong))
    if answer.status_code not in (400, 404):
        raise Unexpected(f"{wrong}: {answer.status_code}")


async def read_lists(client: Client) -> None:
    """Read lists and other resources."""
    await client.json("GET", client.dice.choice(("/voices?limit=100", "/pronunciation-dicts", "/", "/openapi.json")))


KINDS: dict[Ask, int] = {
    whole: 25, events: 12, conversation: 20, hung_up: 10, broken_off: 10,
    voice: 5, dictionary: 5, clone: 1, make_mistake: 6, read_lists: 6,
}  # fmt: skip
"""Each kind of request, and how often it comes."""


async def ask(client: Client, problems: Counter[str]) -> None:
    """Send one request of any kind, and count what is wrong with its answer."""
    kind = client.dice.choices(list(KINDS), list(KINDS.values()))[0]
    try:
        async with asyncio.timeout(DEADLINE):
            await kind(client)
    except Exception as error:  # a soak goes on: what went wrong is told at its end
        problems[f"{getattr(kind, '__name__', '')}: {type(error).__name__}: {error}"] += 1


async def measure_settled(server: Served) -> Footprint:
    """Measure the process when it has settled: when two measurements are alike, or the last of several."""
    before = footprint(server.process.pid)
    for _ in range(20):
        await asyncio.sleep(0.1)
        now = footprint(server.process.pid)
        if (now.files, now.children) == (before.files, before.children) and now.busy - before.busy < 0.1 * IDLE:
            return now
        before = now
    return before


async def soak(server: Served, client: Client, requests: int, problems: Counter[str]) -> list[tuple[int, Footprint]]:
    """Measure the process after each round, with the number of requests so far."""
    seen: list[tuple[int, Footprint]] = []
    for round_ in range(ROUNDS):
        left = iter(range(requests * round_ // ROUNDS, requests * (round_ + 1) // ROUNDS))

        async def take(numbers: Any) -> None:
            for _ in numbers:
                await ask(client, problems)

        await asyncio.gather(*(take(left) for _ in range(AT_ONCE)))
        seen.append((requests * (round_ + 1) // ROUNDS, await measure_settled(server)))
    return seen


async def storm(client: Client, cancels: int) -> None:
    """Speak in fifty contexts, of which a random one is cancelled and begun again, over and over."""
    async with client.socket() as socket:
        ended: dict[str, asyncio.Event] = {}

        async def listen() -> None:
            async for message in socket:
                event = json.loads(message)
                if event["type"] == "error":
                    raise Unexpected(str(event))
                if event["done"]:
                    ended.pop(event["context_id"]).set()

        listening = asyncio.create_task(listen())
        names = [f"s{number}" for number in range(STORM_CONTEXTS)]
        for name in names:
            ended[name] = asyncio.Event()
            await push(socket, client.speech(transcript=LONG * 20), name, {"continue": False})
        for number in range(cancels):
            place = client.dice.randrange(len(names))
            await cancel(socket, names[place], ended)
            names[place] = f"again{number}"
            ended[names[place]] = asyncio.Event()
            await push(socket, client.speech(transcript=LONG * 20), names[place], {"continue": False})
        for name in names:
            await cancel(socket, name, ended)
        listening.cancel()


async def cancel(socket: ClientConnection, name: str, ended: dict[str, asyncio.Event]) -> None:
    """Cancel a context, and wait for its end."""
    end = ended[name]
    await socket.send(json.dumps({"context_id": name, "cancel": True}))
    async with asyncio.timeout(DEADLINE):
        await end.wait()


def slope(seen: list[tuple[int, Footprint]]) -> float:
    """Return MiB per 1,000 requests: the median of the slopes of all pairs (Theil-Sen), robust to outliers."""
    pairs = [(a, b) for place, a in enumerate(seen) for b in seen[place + 1 :]]
    return statistics.median(1000 * (b.resident - a.resident) / (n - m) for (m, a), (n, b) in pairs if n > m)


class Goals:
    """What was to be reached, told as it is found."""

    def __init__(self) -> None:
        self.met = True

    def judge(self, what: str, figure: str, met: bool) -> None:
        """Say how it is."""
        self.met &= met
        print(f"{what:34s} {figure:34s} {'as it should be' if met else 'NOT as it should be'}", flush=True)


async def measure(requests: int, cancels: int, seed: int, engine: str) -> bool:
    """Do all of it; whether the goals were met."""
    goals, problems = Goals(), Counter[str]()
    with served(engine=engine) as server:
        limits = httpx.Limits(max_keepalive_connections=AT_ONCE)
        async with httpx.AsyncClient(base_url=server.url, timeout=DEADLINE, limits=limits, trust_env=False) as http:
            wav = {"container": "wav", "encoding": "pcm_s16le", "sample_rate": 24000}
            client = Client(http, server.url, seed, b"")
            spoken = client.speech(transcript=" ".join(SENTENCES[:4]), output_format=wav)
            client.clip = (await http.post("/tts/bytes", json=spoken)).content
            began = time.monotonic()
            seen = await soak(server, client, requests, problems)
            took = time.monotonic() - began
            print(f"{requests} requests in {took:.0f} s; resident MiB after each {requests // ROUNDS}:")
            print(" ".join(f"{found.resident:.1f}" for _, found in seen))
            judge_soak(goals, seen[len(seen) // 2 :])
            calm = [await measure_settled(server)]
            for _ in range(STORM_PARTS):
                await storm(client, cancels // STORM_PARTS)
                calm.append(await measure_settled(server))
            judge_storm(goals, calm, cancels)
            busy = calm[-1].busy
            await asyncio.sleep(1)
            idle = footprint(server.process.pid).busy - busy
            goals.judge("busy after the storm", f"{100 * idle:.0f} % of a processor", idle <= IDLE)
        faults = server.faults()
    for problem, times in (*problems.most_common(10), *Counter(faults).most_common(10)):
        print(f"  {times} x {problem}")
    goals.judge("errors", f"{problems.total()} of clients, {len(faults)} in the log", not problems and not faults)
    return goals.met


def judge_soak(goals: Goals, seen: list[tuple[int, Footprint]]) -> None:
    """Report whether the server stayed the same from the first measurement to the last."""
    (first, before), (last, after) = seen[0], seen[-1]
    grown = slope(seen)
    asked = last - first
    allowed = SLOPE if asked >= ENOUGH else 1000 * WARMING / max(1, asked)
    goals.judge("memory", f"{grown:+.2f} MiB per 1,000 requests", grown < allowed)
    # Keep-alive connections of clients that went away may still be counted here or there.
    goals.judge("open files", f"{before.files} to {after.files}", after.files <= before.files + AT_ONCE)
    rises = sum(b.threads > a.threads for (_, a), (_, b) in pairwise(seen))
    # Pools make their threads as they are needed, which takes more than a short run.
    more = 4 if asked >= ENOUGH else MOST_THREADS
    goals.judge("threads", f"{before.threads} to {after.threads}", after.threads <= before.threads + more or not rises)
    goals.judge("processes besides", str(after.children), after.children == 0)


def judge_storm(goals: Goals, calm: list[Footprint], cancels: int) -> None:
    """Report whether the second half of the storm left the server as the first did."""
    before, after = calm[STORM_PARTS // 2], calm[-1]
    for what, figures in (
        ("MiB", [f"{found.resident:.1f}" for found in calm]),
        ("threads", [str(found.threads) for found in calm]),
        ("open files", [str(found.files) for found in calm]),
    ):
        print(f"{what} before the storm and after each part of it: {' '.join(figures)}")
    grown = after.resident - before.resident
    allowed = NOISE if cancels >= STORM else WARMING
    goals.judge(f"memory, storm of {cancels} cancels", f"{grown:+.1f} MiB in its second half", grown < allowed)
    goals.judge("open files after the storm", f"{before.files} to {after.files}", after.files <= before.files + 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=5000)
    parser.add_argument("--cancels", type=int, default=STORM)
    parser.add_argument("--engine", default="espeak")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6), help="repeats the requests of a run")
    given = parser.parse_args()
    if not sys.platform.startswith("linux"):
        sys.exit("only Linux tells what this program wants to know of a process")
    print(f"seed {given.seed}")
    sys.exit(not asyncio.run(measure(given.requests, given.cancels, given.seed, given.engine)))


if __name__ == "__main__":
    main()
