"""Requests of tests to a running server, over sockets and without the library."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from websockets.sync.client import ClientConnection, connect

from odd_engines import DEADLINE
from ownvoice.engines import Engine
from ownvoice.engines.espeak.catalogue import VOICES
from ownvoice.serving.server import ServerThread
from ownvoice.settings import Settings
from ownvoice.tts.runner.inline import InlineRunner

OLD, NEW = "2024-06-10", "2026-08-14"
VOICE = next(voice for voice in VOICES if voice.language == "en" and voice.traits.rate == 1)
RAW = {"container": "raw", "encoding": "pcm_s16le", "sample_rate": 24000}
WAV = {**RAW, "container": "wav"}


def speech(**changes: Any) -> dict[str, Any]:
    """Return a request for speech."""
    body = {"model_id": "sonic-3", "transcript": "Hello there.", "voice": {"mode": "id", "id": VOICE.id}}
    return {**body, "output_format": RAW, **changes}


def version(date: str) -> dict[str, str]:
    return {"Cartesia-Version": date}


@contextmanager
def serving(engine: Engine, **settings: Any) -> Iterator[str]:
    """Serve with one engine, and yield the base URL."""
    server = ServerThread(Settings(port=0, models={"sonic": "odd"}, **settings), InlineRunner({"odd": engine}))
    try:
        yield server.base_url
    finally:
        server.stop()


@contextmanager
def websocket(base_url: str, query: str = "", **arguments: Any) -> Iterator[ClientConnection]:
    """Connect to the WebSocket of a server."""
    uri = base_url.replace("http", "ws", 1) + "/tts/websocket" + query
    with connect(uri, **{"open_timeout": DEADLINE, "max_queue": None, **arguments}) as connection:
        yield connection


def ask(connection: ClientConnection, **changes: Any) -> None:
    connection.send(json.dumps(speech(**changes)))


def next_event(connection: ClientConnection) -> dict[str, Any]:
    message = connection.recv(DEADLINE)
    assert isinstance(message, str), "events are text frames"
    event: dict[str, Any] = json.loads(message)
    return event


def events(connection: ClientConnection, contexts: int = 1) -> list[dict[str, Any]]:
    """Return the events up to the end of a number of contexts."""
    found: list[dict[str, Any]] = []
    while sum(event["done"] for event in found) < contexts:
        found.append(next_event(connection))
    return found
