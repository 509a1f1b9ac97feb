"""Mutated recordings, sent to be cloned: refused or cloned within the limits, and never a fault of the server."""

import asyncio
import random
import struct
import time
from collections.abc import Callable
from functools import cache

import httpx
import numpy as np

from clips import encode, mux, wav
from judging import PATIENCE, Findings, run
from made_sounds import vowel
from ownvoice.audio.decoding import WALL_SECONDS
from served import Served, footprint, served

AT_ONCE = 2
FILES = (
    ("WAV", "PCM_16"), ("WAV", "FLOAT"), ("WAV", "MS_ADPCM"), ("AIFF", "PCM_16"), ("FLAC", "PCM_16"),
    ("MP3", "MPEG_LAYER_III"), ("OGG", "VORBIS"), ("OGG", "OPUS"),
)  # fmt: skip
MUXED = (("webm", "libopus"), ("mp4", "aac"))
ANSWERS = frozenset({200, 400, 413, 415})
GROWTH = 300.0
"""MiB by which a server's memory may grow: clips of a second or two should leave little behind."""


@cache
def originals() -> tuple[bytes, ...]:
    """Return valid recordings of all kinds, of a voice that says a vowel for some seconds."""
    rate = 48000
    pitch = 120 + 20 * np.sin(2 * np.pi * 0.7 * np.arange(2 * rate) / rate)
    samples = vowel(pitch, rate).astype(np.float32)
    return tuple([encode(samples, rate, *kind) for kind in FILES] + [mux(*kind, samples) for kind in MUXED])


def flipped(dice: random.Random, data: bytes) -> bytes:
    """Change bytes here and there."""
    changed = bytearray(data)
    for _ in range(dice.choice((1, 5, 50, 1000))):
        changed[dice.randrange(len(changed))] = dice.randrange(256)
    return bytes(changed)


def other_head(dice: random.Random, data: bytes) -> bytes:
    """Change bytes of the file's header, after the first four."""
    changed = bytearray(data)
    for _ in range(dice.randint(1, 6)):
        changed[dice.randrange(4, 80)] = dice.choice((0, 1, 127, 128, 255, dice.randrange(256)))
    return bytes(changed)


def other_number(dice: random.Random, data: bytes) -> bytes:
    """Put an extreme number somewhere at the beginning."""
    place = dice.randrange(4, 200)
    number = dice.choice((0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFF, 44100 * 4))
    return data[:place] + struct.pack(dice.choice("<>") + "I", number) + data[place + 4 :]


def cut(dice: random.Random, data: bytes) -> bytes:
    """Keep the beginning, or everything but some of the middle."""
    place = dice.randrange(len(data))
    return data[:place] + (data[place + dice.randrange(10_000) :] if dice.random() < 0.5 else b"")


def spliced(dice: random.Random, data: bytes) -> bytes:
    """Join the beginning of one file and the end of another."""
    other = dice.choice(originals())
    return data[: dice.randrange(len(data))] + other[dice.randrange(len(other)) :]


def repeated(dice: random.Random, data: bytes) -> bytes:
    """Repeat a part many times, up to some megabytes."""
    start = dice.randrange(len(data))
    part = data[start : start + dice.randrange(1, 5000)]
    return data[:start] + part * min(500, 3_000_000 // len(part)) + data[start:]


def impossible(dice: random.Random, data: bytes) -> bytes:
    """Return a WAV file whose header is impossible."""
    rate, channels = dice.choice((0, 1, 8000, 2**31, 2**32 - 1)), dice.choice((0, 1, 255, 65535))
    return wav(
        rate, channels, data[:5000], tag=dice.choice((0, 1, 2, 3, 85, 65534)), bits=dice.choice((0, 1, 7, 16, 64))
    )


KINDS: tuple[Callable[[random.Random, bytes], bytes], ...] = (
    flipped, other_head, other_number, cut, spliced, repeated, impossible,
)  # fmt: skip


async def clone(server: Served, http: httpx.AsyncClient, dice: random.Random, findings: Findings) -> None:
    """Send one recording after the other, and note every answer that is wrong.

    Args:
        server: the server.
        http: a client of it.
        dice: the source of randomness.
        findings: where the answers are noted.
    """
    while findings.has_time:
        kind = dice.choice(KINDS)
        clip = kind(dice, dice.choice(originals()))
        began = time.monotonic()
        try:
            answer = await http.post(
                dice.choice(("/voices/clone", "/voices/clone/clip")),
                files={"clip": (dice.choice(("a.wav", "a.mp3", "../../a", "", "\u202e.exe")), clip)},
                data={"name": "A clone", "enhance": dice.choice(("true", "false"))},
            )
        except httpx.HTTPError as error:
            findings.wrong(f"{kind.__name__}: {type(error).__name__}: {error}")
            continue
        findings.tried(f"{kind.__name__} {answer.status_code}")
        if answer.status_code not in ANSWERS:
            findings.wrong(f"{kind.__name__}: {answer.status_code} {answer.text[:200]}")
        if (took := time.monotonic() - began) > WALL_SECONDS + PATIENCE:
            findings.wrong(f"{kind.__name__}: took {took:.0f} s")


async def fuzz(dice: random.Random, findings: Findings) -> None:
    """Fuzz a server that speaks with the tone engine."""
    with served(engine="tone") as server:
        timeout = WALL_SECONDS + 2 * PATIENCE
        async with httpx.AsyncClient(base_url=server.url, trust_env=False, timeout=timeout) as http:
            before = footprint(server.process.pid)
            other = [random.Random(dice.random()) for _ in range(AT_ONCE)]
            await asyncio.gather(*(clone(server, http, each, findings) for each in other))
            after = footprint(server.process.pid)
            if after.children > before.children:
                findings.wrong(f"{after.children} processes that decode are still there")
            if after.resident > before.resident + GROWTH:
                findings.wrong(f"memory went from {before.resident:.0f} to {after.resident:.0f} MiB")
        findings.look_at(server)


if __name__ == "__main__":
    run(__doc__, fuzz)
