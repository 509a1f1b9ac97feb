"""Malformed HTTP requests, as random bytes."""

import json
import random
from collections.abc import Callable, Mapping
from typing import Any

from ownvoice.engines.espeak.catalogue import VOICES

SPEECH: dict[str, Any] = {
    "model_id": "sonic-3",
    "transcript": "Hello there.",
    "voice": {"mode": "id", "id": VOICES[0].id},
    "output_format": {"container": "raw", "encoding": "pcm_s16le", "sample_rate": 8000},
}
PATHS = (
    "/tts/bytes", "/tts/sse", "/tts/websocket", "/voices", "/voices/clone", "/voices/clone/clip", "/voices/mix",
    "/pronunciation-dicts", "/access-token", "/v1/audio/speech", "/v1/models", "/v1/capabilities", "/openapi.json", "/",
)  # fmt: skip


def head(method: str, path: str, headers: Mapping[str, str]) -> bytes:
    """Return the head of a request, without checking anything.

    Args:
        method: the method.
        path: the path and the query.
        headers: all headers but `Host`.
    """
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode("utf-8", "surrogateescape")


def good(dice: random.Random, headers: Mapping[str, str]) -> bytes:
    """Return a well-formed request for speech."""
    body = json.dumps(SPEECH).encode()
    told = {**headers, "Content-Type": "application/json", "Content-Length": str(len(body))}
    return head("POST", dice.choice(PATHS), told) + body


def half(dice: random.Random, headers: Mapping[str, str]) -> bytes:
    """Return a request that is cut anywhere."""
    request = good(dice, headers)
    return request[: dice.randrange(len(request))]


def flipped(dice: random.Random, headers: Mapping[str, str]) -> bytes:
    """Return a request with some bytes changed."""
    request = bytearray(good(dice, headers))
    for _ in range(dice.choice((1, 2, 5, 30))):
        request[dice.randrange(len(request))] = dice.randrange(256)
    return bytes(request)


def noise(dice: random.Random, headers: Mapping[str, str]) -> bytes:
    """Return random bytes, or the beginning of another protocol."""
    others = (
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET /\r\n\r\n",
        b"\0" * 99,
    )
    return dice.choice((*others, dice.randbytes(dice.randrange(1, 2000)) + b"\r\n\r\n"))


def odd_lengths(dice: random.Random, headers: Mapping[str, str]) -> bytes:
    """Return a request whose body has a wrong or a contradictory length."""
    length = dice.choice(
        ("-1", "1e3", "0x10", "99999999999999999999", "5, 6", " ", "5\r\nContent-Length: 6", "20", "\u0665")
    )
    return head("POST", dice.choice(PATHS), {**headers, "Content-Length": length}) + b'{"a": 1}'


def odd_chunks(dice: random.Random, headers: Mapping[str, str]) -> bytes:
    """Return a request whose body has malformed chunks."""
    chunks = dice.choice(
        (
            b"zz\r\nhello",
            b"-5\r\nhello",
            b"ffffffffffffffffff\r\nhi",
            b"5\r\nhello!!\r\n0\r\n\r\n",
            b"5;" + b"x" * 70000,
        )
    )
    coding = dice.choice(("chunked", "chunked, gzip", "gzip", "chunked\r\nContent-Length: 3", "CHUNKED", "\x0bchunked"))
    return head("POST", dice.choice(PATHS), {**headers, "Transfer-Encoding": coding}) + chunks


def odd_heads(dice: random.Random, headers: Mapping[str, str]) -> bytes:
    """Return a request with malformed, too many or too long header lines."""
    lines = dice.choice(
        (
            b"no colon",
            b": empty",
            b"a b: c",
            b"x: \0",
            b"x: " + b"y" * 100_000,
            b"x: y\r\n" * 20_000,
            b"x:\xff\xfe",
            b" folded",
            b"x: y\nz: w",
        )
    )
    return head("GET", dice.choice(PATHS), headers)[:-2] + lines + b"\r\n\r\n"


def odd_lines(dice: random.Random, headers: Mapping[str, str]) -> bytes:
    """Return a request with an odd first line."""
    path = dice.choice(
        (
            "/%",
            "/%00",
            "/%ff%fe",
            "/..%2f..%2fetc/passwd",
            "//voices",
            "/voices/" + "a" * 60_000,
            "http://example.org/voices",
            "*",
            "/voices/\udcff",
            "/voices?limit=%ff",
            "/voices?" + "a=b&" * 10_000,
            "/voices/" + "%2e" * 30,
            "/tts/bytes/" * 9,
        )
    )
    method = dice.choice(
        ("GET", "POST", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT", "get", "GE\tT", "X" * 5000)
    )
    return head(method, path, headers)


def odd_bodies(dice: random.Random, headers: Mapping[str, str]) -> bytes:
    """Return a request whose body is not JSON, UTF-8 or a form, or is far too deep or too large."""
    body = dice.choice(
        (
            b"",
            b"null",
            b"[" * 100_000,
            b'{"a":' * 50_000,
            b"\xff\xfe{}",
            b'"\\ud800"',
            json.dumps(SPEECH).encode("utf-16"),
            b"1" * 100_000,
            b'{"transcript": "' + b"a" * 2_100_000 + b'"}',
            b"--x\r\nContent-Disposition: form-data; name=clip\r\n\r\n",
            b"NaN",
            b'{"model_id": 1e999}',
            json.dumps({**SPEECH, "transcript": "\0"}).encode(),
            b"--x--",
            dice.randbytes(500),
        )
    )
    types = (
        "application/json",
        "multipart/form-data; boundary=x",
        "multipart/form-data",
        "text/plain",
        "",
        "\udcff/\udcff",
    )
    told = {**headers, "Content-Type": dice.choice(types), "Content-Length": str(len(body))}
    return head(dice.choice(("POST", "PATCH")), dice.choice(PATHS), told) + body


def many(dice: random.Random, headers: Mapping[str, str]) -> bytes:
    """Return several requests at once, one of them malformed."""
    requests = [good(dice, headers) for _ in range(dice.randint(1, 5))]
    requests.insert(dice.randrange(len(requests) + 1), dice.choice((flipped, half, odd_lengths))(dice, headers))
    return b"".join(requests)


def handshakes(dice: random.Random, headers: Mapping[str, str]) -> bytes:
    """Return a malformed handshake of a WebSocket."""
    told = {
        **headers,
        "Upgrade": dice.choice(("websocket", "websocket", "WebSocket", "h2c", "")),
        "Connection": dice.choice(("Upgrade", "Upgrade", "keep-alive", "upgrade, close")),
        "Sec-WebSocket-Key": dice.choice(("dGhlIHNhbXBsZSBub25jZQ==", "short", "", "\udcff", "A" * 5000)),
        "Sec-WebSocket-Version": dice.choice(("13", "13", "8", "-1", "x")),
        dice.choice(("Sec-WebSocket-Extensions", "Sec-WebSocket-Protocol")): dice.choice(
            (";;;", "permessage-deflate; x=y", "\udcff")
        ),
    }
    for name in dice.sample(list(told), dice.randint(0, 2)):
        del told[name]
    return (
        head(dice.choice(("GET", "GET", "POST")), dice.choice(("/tts/websocket", "/nowhere", "/voices")), told)
        + b"x" * 100
    )


KINDS: tuple[Callable[[random.Random, Mapping[str, str]], bytes], ...] = (
    half, flipped, noise, odd_lengths, odd_chunks, odd_heads, odd_lines, odd_bodies, many, handshakes,
)  # fmt: skip  # fmt: skip
