"""Malformed HTTP over real sockets: at most one answer, an end of the connection, and no fault of the server."""

import logging
import socket

import pytest

from odd_engines import DEADLINE
from ownvoice.serving.server import ServerThread

CHUNKED = b"POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
NO_CHUNK = b"zz\r\n"


def answer_to(server: ServerThread, *parts: bytes, waiting: bool = False) -> bytes:
    """Return the answer until the server closes; with ``waiting``, send each later part after an answer."""
    with socket.create_connection(("127.0.0.1", int(server.base_url.rpartition(":")[2])), DEADLINE) as connection:
        received = b""
        for place, part in enumerate(parts):
            if place and waiting:
                received += connection.recv(65536)
            connection.sendall(part)
        while part := connection.recv(65536):
            received += part
        return received


def faults(log: list[logging.LogRecord]) -> list[str]:
    return [record.getMessage() for record in log if record.levelno > logging.WARNING]


@pytest.mark.parametrize("path", [b"/tts/bytes", b"/voices", b"/nowhere"])
def test_a_body_in_chunks_that_are_none(
    tone_server: ServerThread, server_log: list[logging.LogRecord], path: bytes
) -> None:
    answer = answer_to(tone_server, CHUNKED % path + NO_CHUNK)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert answer.count(b"HTTP/1.1") == 1
    assert not faults(server_log)


def test_a_body_that_goes_wrong_after_the_answer(
    tone_server: ServerThread, server_log: list[logging.LogRecord]
) -> None:
    answer = answer_to(tone_server, CHUNKED % b"/nowhere", NO_CHUNK, waiting=True)
    assert answer.startswith(b"HTTP/1.1 404 ")
    assert answer.count(b"HTTP/1.1") == 1
    assert not faults(server_log)


def test_what_follows_a_good_request_and_is_none(
    tone_server: ServerThread, server_log: list[logging.LogRecord]
) -> None:
    answer = answer_to(tone_server, b"GET / HTTP/1.1\r\nHost: x\r\n\r\nnone of it\r\n\r\n")
    assert [part[:3] for part in answer.split(b"HTTP/1.1 ")[1:]] == [b"200", b"400"]
    assert not faults(server_log)
