"""The HTTP and WebSocket protocols of uvicorn, with limits on slow clients."""

import asyncio
import socket

import h11
from uvicorn._types import ASGISendEvent
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

CLOSE_TIMEOUT = 12.0
"""Seconds that a client has to close a WebSocket that the server has closed."""


def http_protocol(head_timeout: float) -> type[asyncio.Protocol]:
    """Return the HTTP protocol that closes a connection whose next request head takes too long.

    Args:
        head_timeout: seconds that a head may take to arrive.
    """

    class HeadTimeoutProtocol(H11Protocol):
        _deadline: asyncio.TimerHandle | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._start_timer()

        def on_response_complete(self) -> None:
            self._start_timer()
            super().on_response_complete()
            self._stop_timer_if_head_complete()  # the next request may have arrived already

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            self._stop_timer_if_head_complete()

        def handle_websocket_upgrade(self, event: h11.Request) -> None:
            self._stop_timer()
            super().handle_websocket_upgrade(event)

        def connection_lost(self, exc: Exception | None) -> None:
            self._stop_timer()
            super().connection_lost(exc)

        def send_400_response(self, msg: str) -> None:
            # The answer to an earlier request of this connection can no longer be sent.
            if self.cycle is not None and not self.cycle.response_complete:
                self.cycle.disconnected = True
                self.cycle.message_event.set()
            if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
                super().send_400_response(msg)
            else:
                self.transport.close()  # an answer has begun already

        def _start_timer(self) -> None:
            self._stop_timer()
            self._deadline = self.loop.call_later(head_timeout, self.transport.close)

        def _stop_timer_if_head_complete(self) -> None:
            if self.cycle is not None and not self.cycle.response_complete:
                self._stop_timer()

        def _stop_timer(self) -> None:
            if self._deadline is not None:
                self._deadline.cancel()
                self._deadline = None

    return HeadTimeoutProtocol


def websocket_protocol(max_unsent_bytes: int) -> type[asyncio.Protocol]:
    """Return the WebSocket protocol that limits what is buffered for a client that does not read.

    Args:
        max_unsent_bytes: how much may be buffered, in this process and in the kernel together.
    """

    class BoundedProtocol(WebSocketsSansIOProtocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            super().connection_made(transport)
            # One half waits in this process and the other in the kernel, whose buffers would grow to megabytes.
            self.transport.set_write_buffer_limits(high=max_unsent_bytes // 2)
            connection = transport.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, max_unsent_bytes // 2)

        async def send(self, message: ASGISendEvent) -> None:
            if message["type"] == "websocket.close":
                # It would wait for the client to read, and the client may be closed just because it does not.
                self.writable.set()
                self.loop.call_later(CLOSE_TIMEOUT, self.transport.abort)
            await super().send(message)

    return BoundedProtocol
