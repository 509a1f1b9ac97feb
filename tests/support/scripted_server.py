"""A WebSocket server that plays a script, right or wrong."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

Script = Callable[["Peer"], None]


class Peer:
    """The server's end of one connection."""

    def __init__(self, connection: ServerConnection) -> None:
        self.socket = connection
        assert connection.request is not None
        self.headers = connection.request.headers
        self.path = connection.request.path

    def read(self) -> dict[str, Any]:
        """Wait for the next request of the client."""
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
        """End the connection without a closing handshake (1006 on the other side)."""
        self.socket.socket.close()

    def half_a_message(self, context_id: str) -> None:
        """Send the first bytes of a text message of 16 KiB, and end the connection."""
        start = b'{"type":"chunk","context_id":"%b","data":"' % context_id.encode()
        self.socket.socket.sendall(b"\x81\x7e\x40\x00" + start + b"A" * 100)
        self.socket.socket.shutdown(socket.SHUT_RDWR)
        self.cut()

    def end(self, code: int) -> None:
        """End the connection with a close code; 1006 means without a closing handshake."""
        if code == 1006:
            self.cut()
        else:
            self.socket.close(code, "said so")


def converse(peer: Peer, first_flush: int | None = 1) -> None:
    """Serve contexts as the protocol defines them. The audio of a text is the text itself, in pieces of 4 bytes."""
    flushes: dict[str, int] = {}
    while True:
        try:
            request = peer.read()
        except ConnectionClosed:
            return
        context = request["context_id"]
        if request.get("cancel"):
            flushes.pop(context, None)
            peer.send("done", context)
            continue
        number = flushes.setdefault(context, 0)
        text = request["transcript"].encode()
        for start in range(0, len(text), 4):
            peer.chunk(context, text[start : start + 4])
        if request.get("flush"):
            ids = {} if first_flush is None else {"flush_id": number + first_flush}
            peer.send("flush_done", context, flush_done=True, **ids)
            flushes[context] += 1
        if not request.get("continue"):
            del flushes[context]
            peer.send("done", context)


@contextmanager
def scripted(script: Script) -> Iterator[str]:
    """Serve the script on every connection; yield the base URL."""

    def handle(connection: ServerConnection) -> None:
        script(Peer(connection))

    with serve(handle, "127.0.0.1", 0, max_size=None) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.socket.getsockname()[1]}"
        finally:
            server.shutdown()
            thread.join()
