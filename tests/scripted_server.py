"""A WebSocket server that does what a test tells it to, well or badly."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
from websockets.sync.server import ServerConnection, serve

Script = Callable[["Peer"], None]


class Peer:
    """The server's end of one connection."""

    def __init__(self, socket: ServerConnection) -> None:
        self.socket = socket
        assert socket.request is not None
        self.headers = socket.request.headers
        self.path = socket.request.path

    def read(self) -> dict[str, Any]:
        """The next request of the client."""
        request: dict[str, Any] = msgspec.json.decode(self.socket.recv())
        return request

    def send(self, kind: str, context_id: str | None = None, **more: Any) -> None:
        """Send an event."""
        body = {"type": kind, "context_id": context_id, "done": kind in ("done", "error"), "status_code": 206, **more}
        self.socket.send(msgspec.json.encode(body), text=True)

    def chunk(self, context_id: str, audio: bytes = b"\x01\x02") -> None:
        """Send some audio."""
        self.socket.send(
            msgspec.json.encode({"type": "chunk", "context_id": context_id, "done": False, "data": audio}), text=True
        )

    def cut(self) -> None:
        """End the connection without a word (1006 on the other side)."""
        self.socket.socket.close()


@contextmanager
def scripted(script: Script) -> Iterator[str]:
    """The base URL of a server that plays the script on every connection."""

    def handle(socket: ServerConnection) -> None:
        script(Peer(socket))

    with serve(handle, "127.0.0.1", 0, max_size=None) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.socket.getsockname()[1]}"
        finally:
            server.shutdown()
            thread.join()
