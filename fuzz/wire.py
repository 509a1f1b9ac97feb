"""Malformed HTTP and WebSockets over real sockets: the server answers or closes, and goes on serving others."""

import asyncio
import json
import random
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress

import httpx
from websockets.asyncio.client import connect

import malformed_frames
import malformed_http
from judging import PATIENCE, Findings, run
from served import Served, footprint, served

AT_ONCE = 32
"""How many connections misbehave at the same time. Most of them wait for the server to close them."""
STATUS = re.compile(rb"HTTP/1\.1 (\d{3}) [^\r\n]*\r\n")
IMPOSSIBLE = frozenset({500, 502, 504})
"""The statuses of a server that has failed."""
PAUSE = 0.05
"""Seconds between the parts of a request."""
WAITS = {"head_timeout": 2, "body_timeout": 2, "idle_timeout": 4, "send_timeout": 2}
"""Short timeouts of the server, in seconds, so that this program need not wait long."""


async def exchange(server: Served, parts: list[bytes], *, leaves: bool) -> bytes:
    """Send bytes, and return the answer.

    Args:
        server: the server.
        parts: the bytes, in parts that are sent one by one.
        leaves: whether to leave after the first bytes of the answer, rather than when the server closes.
    """
    port = int(server.url.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    received = bytearray()
    try:
        sending = asyncio.create_task(send(writer, parts))
        if not leaves:
            while part := await reader.read(65536):
                received += part
        else:
            received += await reader.read(65536) if b"\r\n\r\n" in b"".join(parts) else b""
        await sending
        return bytes(received)
    except ConnectionError:
        return bytes(received)
    finally:
        writer.transport.abort()


async def send(writer: asyncio.StreamWriter, parts: list[bytes]) -> None:
    """Send the parts one by one, as far as the server takes them."""
    with suppress(ConnectionError):
        for part in parts:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(PAUSE)


def in_parts(dice: random.Random, data: bytes) -> list[bytes]:
    """Cut data into one part, mostly, or two or three."""
    cuts = sorted(dice.randrange(len(data) + 1) for _ in range(dice.choice((0, 0, 1, 2))))
    return [data[start:end] for start, end in zip([0, *cuts], [*cuts, len(data)], strict=True)]


def handshake(headers: Mapping[str, str]) -> bytes:
    """Return the handshake of a WebSocket."""
    upgrade = {
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version": "13",
    }
    return malformed_http.head("GET", "/tts/websocket", {**headers, **upgrade})


async def http_once(server: Served, dice: random.Random, findings: Findings) -> None:
    """Send one malformed request."""
    kind = dice.choice(malformed_http.KINDS)
    headers = dice.choice(({}, server.headers))
    answer = await exchange(server, in_parts(dice, kind(dice, headers)), leaves=dice.random() < 0.3)
    findings.tried(f"HTTP {kind.__name__}")
    for status in map(int, STATUS.findall(answer)):
        if status in IMPOSSIBLE:
            findings.wrong(f"HTTP {kind.__name__}: status {status}")
    if answer and not STATUS.match(answer):
        findings.wrong(f"HTTP {kind.__name__}: the answer begins with {answer[:60]!r}")


async def socket_once(server: Served, dice: random.Random, findings: Findings) -> None:
    """Open one WebSocket properly, and send malformed frames on it."""
    kind = dice.choice(malformed_frames.KINDS)
    before = malformed_frames.good(dice) if dice.random() < 0.3 else b""
    data = handshake(server.headers) + before + kind(dice)
    if dice.random() < 0.5:
        data += malformed_frames.frame(malformed_frames.CLOSE, b"\x03\xe8")
    leaves = dice.random() < 0.3
    answer = await exchange(server, in_parts(dice, data), leaves=leaves)
    findings.tried(f"WebSocket {kind.__name__}")
    head, _, rest = answer.partition(b"\r\n\r\n")
    if answer and not head.startswith(b"HTTP/1.1 101 "):
        findings.wrong(f"WebSocket {kind.__name__}: the handshake was answered with {answer[:60]!r}")
    elif not leaves:
        for fault in faults_in(rest):
            findings.wrong(f"WebSocket {kind.__name__}: {fault}")


def faults_in(sent_back: bytes) -> Iterator[str]:
    """Yield what is wrong with what a WebSocket has received to its end."""
    frames = list(malformed_frames.frames_in(sent_back))
    for opcode, payload in frames:
        if opcode == malformed_frames.TEXT and json.loads(payload).get("status_code") == 500:
            yield f"it failed: {payload[:300]!r}"
    if not frames or frames[-1][0] != malformed_frames.CLOSE:
        yield "it was closed without a close frame"


async def misbehave(server: Served, dice: random.Random, findings: Findings) -> None:
    """Open one malformed connection after the other."""
    while findings.has_time:
        once = dice.choice((http_once, socket_once))
        try:
            async with asyncio.timeout(PATIENCE + max(WAITS.values())):
                await once(server, dice, findings)
        except TimeoutError:
            findings.wrong(f"{once.__name__}: neither an answer nor an end of the connection")


async def behave(server: Served, findings: Findings) -> None:
    """Check that a well-behaved client is served meanwhile."""
    url = server.url.replace("http", "ws", 1) + "/tts/websocket"
    async with httpx.AsyncClient(
        base_url=server.url, headers=server.headers, trust_env=False, timeout=PATIENCE
    ) as http:
        while findings.has_time:
            await asyncio.sleep(0.2)
            try:
                answer = await http.post("/tts/bytes", json=malformed_http.SPEECH)
                if answer.status_code != 200:
                    findings.wrong(f"others are not served: {answer.status_code} {answer.text[:200]}")
                async with (
                    asyncio.timeout(PATIENCE),
                    connect(url, additional_headers=server.headers, proxy=None) as socket,
                ):
                    await socket.send(malformed_frames.say())
                    while not (event := json.loads(await socket.recv()))["done"]:
                        pass
                if event["type"] != "done":
                    findings.wrong(f"others are not served: {event}")
                findings.tried("good")
            except (OSError, httpx.HTTPError, TimeoutError) as error:
                findings.wrong(f"others are not served: {type(error).__name__}: {error}")


async def is_calm(server: Served, open_before: int) -> bool:
    """Return whether the server closes its files again, in time."""
    for _ in range(int(10 * PATIENCE)):
        if footprint(server.process.pid).files <= open_before + 2:
            return True
        await asyncio.sleep(0.1)
    return False


async def fuzz(dice: random.Random, findings: Findings) -> None:
    """Fuzz a server with keys."""
    settings: dict[str, float] = {**WAITS, "requests_per_minute": 0, "max_contexts": 0}
    with served(engine="tone", keys=True, **settings) as server:
        async with httpx.AsyncClient(trust_env=False) as http:
            await http.post(
                f"{server.url}/tts/bytes", json=malformed_http.SPEECH, headers=server.headers, timeout=PATIENCE
            )
        files = footprint(server.process.pid).files
        other = [random.Random(dice.random()) for _ in range(AT_ONCE)]
        await asyncio.gather(behave(server, findings), *(misbehave(server, each, findings) for each in other))
        if not await is_calm(server, files):
            findings.wrong("connections stay open whose clients are gone")
        findings.look_at(server)


if __name__ == "__main__":
    run(__doc__, fuzz)
