"""The blocking face of a WebSocket connection: the thread that reads the socket routes for all that wait."""

from __future__ import annotations

import os
import threading
import time
import weakref
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from typing import TYPE_CHECKING

from cartesia._websocket.base_connection import BaseConnection
from cartesia._websocket.handshake import Handshake, connect_error
from cartesia._websocket.router import ContextState
from cartesia.types import AnyEvent

if TYPE_CHECKING:
    from websockets.sync.client import ClientConnection

POLL_INTERVAL = 0.25
"""Seconds that a thread waits for a message before it checks whether its context is over."""


class Connection(BaseConnection["ClientConnection"]):
    """One socket and its contexts. Threads may share it, each with contexts of its own."""

    def __init__(self, handshake: Callable[[], Handshake]) -> None:
        super().__init__(handshake)
        self._changed = threading.Condition()
        self._reading = False
        self._connecting = threading.Lock()
        self._stack = ExitStack()
        _connections.add(self)

    async def connect(self) -> None:
        """Open the socket, if it is not open."""
        await self.read_arrived()  # among it may be its close by the server
        with self._connecting:
            if self._socket is not None:
                return
            from websockets.sync.client import connect

            arguments = self._handshake().connect_arguments()
            self._stack.close()  # the end of a socket that was lost
            try:
                # Through the stack, because `connect` warns where it is used without `with`.
                socket = self._stack.enter_context(connect(**arguments))
            except Exception as error:
                raise connect_error(error, arguments["uri"]) from error
            with self._changed:
                self._socket = socket
                self._router.connection_made()

    async def close(self) -> None:
        """Close the socket. Contexts that are not complete raise where they are received."""
        with self._connecting:
            self._end_for_good()
            self._stack.close()

    def _reset_after_fork(self) -> None:
        """Begin anew in a forked child: the socket is the parent's, and to read from it would take its events away."""
        self._changed = threading.Condition()
        self._connecting = threading.Lock()
        self._reading = False
        self._parents = self._socket, self._stack  # kept, because closing them would close the parent's connection
        self._stack = ExitStack()
        with self._changed:
            self._end(ConnectionError("it belongs to the process that this one was forked from"), clean=False)

    async def _wait(self, state: ContextState, timeout: float | None, flush: int | None) -> AnyEvent | None:
        deadline = None if timeout is None else time.monotonic() + timeout
        while True:
            with self._changed:
                if (event := state.take(flush)) is not None or state.is_over(flush):
                    return event
                left = None if deadline is None else deadline - time.monotonic()
                if left is not None and left <= 0:
                    break
                if self._reading or self._socket is None:
                    self._changed.wait(left)
                    continue
                self._reading = True
            # A thread that reads cannot be woken, and another one may cancel its context: so it checks now and then.
            self._read(POLL_INTERVAL if left is None else min(left, POLL_INTERVAL))
        raise await self._time_out(state, timeout)

    async def read_arrived(self) -> None:
        """Route the messages that have arrived, without waiting for more."""
        while self._take_turn():
            if not self._read(0):
                return

    async def _read_to_the_end(self, socket: ClientConnection) -> None:
        while self._socket is socket:
            if self._take_turn():
                self._read(POLL_INTERVAL)
            else:
                with self._changed:
                    self._changed.wait(POLL_INTERVAL)

    def _take_turn(self) -> bool:
        """Take the turn to read; return False where another thread has it, or there is no socket."""
        with self._changed:
            if self._reading or self._socket is None:
                return False
            self._reading = True
            return True

    def _read(self, timeout: float) -> bool:
        """Read one message and route it; the caller has the turn. The end of the connection ends the contexts.

        Returns:
            Whether there was one.
        """
        from websockets.exceptions import ConnectionClosed

        socket = self._socket
        try:
            if socket is None:
                return False
            data = socket.recv(timeout, decode=False)
            with self._changed:
                self._router.receive(data)
        except TimeoutError:
            return False
        except (ConnectionClosed, OSError) as error:
            self._lose(socket, error)
            return False
        finally:
            with self._changed:
                self._reading = False
                self._changed.notify_all()
        return True

    async def _write(self, socket: ClientConnection, message: bytes) -> None:
        socket.send(message, text=True)

    def _locked(self) -> threading.Condition:
        return self._changed

    def _wake(self, states: Iterable[ContextState]) -> None:
        self._changed.notify_all()


_connections: weakref.WeakSet[Connection] = weakref.WeakSet()


def _reset_all_after_fork() -> None:
    for connection in list(_connections):
        connection._reset_after_fork()


if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=_reset_all_after_fork)
