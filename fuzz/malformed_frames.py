"""Malformed WebSocket frames and messages, as random bytes that follow a handshake."""

import json
import random
import struct
from collections.abc import Callable, Iterator

from malformed_http import SPEECH

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10


def frame(opcode: int, payload: bytes, *, final: bool = True, masked: bool = True, reserved: int = 0) -> bytes:
    """Return a frame as in RFC 6455, section 5.2, which may break its rules.

    Args:
        opcode: the kind of frame.
        payload: its content.
        final: whether it ends its message.
        masked: whether it is masked, as a client's has to be.
        reserved: the three reserved bits, which have to be 0.
    """
    first = final << 7 | reserved << 4 | opcode
    mask = masked << 7
    if len(payload) < 126:
        start = struct.pack(">BB", first, mask | len(payload))
    elif len(payload) < 2**16:
        start = struct.pack(">BBH", first, mask | 126, len(payload))
    else:
        start = struct.pack(">BBQ", first, mask | 127, len(payload))
    # A mask of zeros leaves the payload as it is.
    return start + (bytes(4) if masked else b"") + payload


def frames_in(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the opcode and the payload of each frame that a server has sent; ValueError for anything else."""
    while data:
        (first, size), start = struct.unpack(">BB", data[:2]), 2
        if first & 0x70 or size & 0x80 or first & 0x0F not in (CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG):
            raise ValueError(f"no frame of a server begins with {data[:10]!r}")
        if size > 125:
            start += 2 if size == 126 else 8
            size = int.from_bytes(data[2:start], "big")
        yield first & 0x0F, data[start : start + size]
        if len(data) < start + size:
            return  # the connection was cut in the middle of it
        data = data[start + size :]


def say(context_id: object = "c", **changes: object) -> bytes:
    """Return a message that asks for speech."""
    return json.dumps({**SPEECH, "context_id": context_id, "continue": False, **changes}).encode()


def fragments(dice: random.Random, message: bytes) -> bytes:
    """Return a message in many frames with pings between them, which is allowed."""
    cuts = sorted(dice.randrange(len(message) + 1) for _ in range(dice.randint(1, 20)))
    parts = [message[start:end] for start, end in zip([0, *cuts], [*cuts, len(message)], strict=True)]
    frames = [frame(TEXT if n == 0 else CONTINUATION, part, final=n == len(parts) - 1) for n, part in enumerate(parts)]
    return frame(PING, b"?").join(frames)


def good(dice: random.Random) -> bytes:
    """Return a well-formed request for speech."""
    return fragments(dice, say())


def wrong_frames(dice: random.Random) -> bytes:
    """Return a frame that breaks the rules of frames."""
    return dice.choice(
        (
            frame(TEXT, say(), masked=False),
            frame(TEXT, say(), reserved=dice.randint(1, 7)),
            frame(dice.choice((3, 7, 11, 15)), b"x"),
            frame(CONTINUATION, b"of what?"),
            frame(TEXT, b"{", final=False) + frame(TEXT, b"}"),
            frame(PING, b"x" * 200),
            frame(PING, b"x", final=False),
            frame(CLOSE, b"x"),
            frame(CLOSE, struct.pack(">H", dice.choice((0, 999, 1004, 1005, 1006, 1015, 2999, 65535)))),
            frame(CLOSE, struct.pack(">H", 1000) + b"\xff\xfe"),
            struct.pack(">BBQ", 0x81, 0xFF, 2**63) + b"mask",
            struct.pack(">BBQ", 0x81, 0xFF, 2**62) + b"mask" + b"x" * 1000,
            struct.pack(">BBH", 0x81, 0xFE, 5) + b"mask12345",
        )
    )


def no_text(dice: random.Random) -> bytes:
    """Return text that is not UTF-8, or is cut in the middle of a character."""
    wrong = dice.choice((b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x82"))
    return dice.choice(
        (frame(TEXT, wrong), frame(TEXT, b"{" + wrong[:1], final=False) + frame(CONTINUATION, wrong[1:] + b"}"))
    )


def halves(dice: random.Random) -> bytes:
    """Return a frame that is cut anywhere."""
    whole = frame(dice.choice((TEXT, BINARY)), say())
    return whole[: dice.randrange(len(whole))]


def noise(dice: random.Random) -> bytes:
    """Return random bytes."""
    return dice.randbytes(dice.randrange(1, 5000))


def mutated(dice: random.Random) -> bytes:
    """Return a well-formed frame with some bytes changed."""
    whole = bytearray(frame(TEXT, say()))
    for _ in range(dice.choice((1, 2, 10))):
        whole[dice.randrange(len(whole))] = dice.randrange(256)
    return bytes(whole)


def messages(dice: random.Random) -> bytes:
    """Return messages that are well formed and make no sense."""
    deep: object = "x"
    for _ in range(50):
        deep = {"a": [deep]}
    odd: tuple[bytes, ...] = (
        b"",
        b"{}",
        b"null",
        b"[]",
        b"1e999",
        b"{" * 5000,
        b"[" * 100_000,
        say(None),
        say(5),
        say({}),
        say(""),
        say("\0"),
        say("x" * 100_000),
        say(transcript=None),
        say(transcript="\ud800"),
        say(transcript="a" * 250_000),
        say(transcript=deep),
        say(output_format={"container": "raw", "encoding": "pcm_s16le", "sample_rate": 10**30}),
        say(voice=[]),
        say(language="xx"),
        say(flush=1),
        say(max_buffer_delay_ms=-1),
        say(duration=float("nan")),
        say(add_timestamps="yes"),
        say(model_id=""),
        json.dumps({"context_id": "c", "cancel": True}).encode(),
        json.dumps({"cancel": True}).encode(),
        json.dumps({"context_id": "c", "cancel": "yes"}).encode(),
        say(generation_config={"speed": 1e308}),
        say(transcript="<<<>>>"),
    )
    return b"".join(frame(dice.choice((TEXT, TEXT, BINARY)), dice.choice(odd)) for _ in range(dice.randint(1, 12)))


def thousands(dice: random.Random) -> bytes:
    """Return thousands of tiny messages."""
    cancel = json.dumps({"context_id": "nobody", "cancel": True}).encode()
    return (
        dice.choice((frame(TEXT, b"{}"), frame(PING, b""), frame(PONG, b""), frame(TEXT, cancel), frame(TEXT, b"")))
        * 3000
    )


def endless(dice: random.Random) -> bytes:
    """Return a message in thousands of fragments that never ends, or one beyond the size limit."""
    pieces = frame(TEXT, b'{"a": "', final=False) + frame(CONTINUATION, dice.choice((b"", b"x")), final=False) * 5000
    return dice.choice((pieces, pieces, frame(TEXT, b"x" * (17 * 2**20))))


def contexts(dice: random.Random) -> bytes:
    """Return messages that open hundreds of contexts and never end them."""
    return b"".join(frame(TEXT, say(f"c{number}", **{"continue": True})) for number in range(300))


KINDS: tuple[Callable[[random.Random], bytes], ...] = (
    wrong_frames, no_text, halves, noise, mutated, messages, thousands, endless, contexts,
)  # fmt: skip
