"""The blocking face of a WebSocket connection: whoever reads the socket routes for all who wait."""

from __future__ import annotations

import os
import sys
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Any

from cartesia._websocket.connect import closed_cleanly, connect_arguments, connect_error
from cartesia._websocket.router import ContextState, Router
from cartesia.errors import APITimeoutError
from cartesia.types import AnyEvent

if TYPE_CHECKING:
    from websockets.sync.client import ClientConnection

    from cartesia._client import Cartesia

LOOK_UP = 0.25
"""Seconds that a thread waits for a message before it looks whether its context is over."""


class Connection:
    """One socket and its contexts. Threads may share it, each with contexts of its own."""

    def __init__(self, client: Cartesia, **arguments: Any) -> None:
        self._client = client
        self._arguments = arguments
        self._router = Router()
        self._news = threading.Condition()
        self._reading = False
        self._connecting = threading.Lock()
        self._stack = ExitStack()
        self._socket: ClientConnection | None = None
        _connections.add(self)

    def connect(self) -> None:
        """Open the socket, if it is not open."""
        self._read_what_came()  # that the server has closed it may be among it
        with self._connecting:
            if self._socket is not None:
                return
            from websockets.sync.client import connect

            arguments = connect_arguments(self._client, **self._arguments)
            self._stack.close()  # the end of a socket that was lost
            try:
                # Through the stack, because `connect` warns where it is used without `with`.
                socket = self._stack.enter_context(connect(**arguments))
            except Exception as error:
                raise connect_error(error, arguments["uri"]) from error
            with self._news:
                self._socket = socket
                self._router.opened()

    def _abandon(self) -> None:
        """Begin anew in a forked child: the socket is the parent's, and to read from it would take its events away."""
        self._news = threading.Condition()
        self._connecting = threading.Lock()
        self._reading = False
        self._parents = self._socket, self._stack  # kept, because to close them would say goodbye in its name
        self._socket, self._stack = None, ExitStack()
        self._router.closed(ConnectionError("it belongs to the process that this one was forked from"), clean=False)

    def open(self, context_id: str | None) -> ContextState:
        """A new context; ValueError where one of that id is still open."""
        with self._news:
            return self._router.open(context_id)

    def post(self, event: dict[str, Any]) -> None:
        """Send a message as it is; where it begins a context, the context's events are given to `receive` here."""
        with self._news:
            state = self._router.posted(event.get("context_id"))
        if event.get("cancel"):
            self._tell(state.message(event, more=False))
        else:
            self.send(state, event, more=bool(event.get("continue")))

    def send(self, state: ContextState, fields: dict[str, Any], *, more: bool) -> None:
        """Send a message of a context; the first one over a new socket, where the last one has gone.

        Raises:
            ValueError: the context takes no more text.
            WebSocketConnectionClosedError: the context had started, and its connection is lost.
            APIConnectionError: no connection can be had.
        """
        self._read_what_came()  # that the context has ended may be among it
        with self._news:
            first = not state.started
            message = state.message(fields, more=more)
        if message is None:
            return
        if first:
            self._begin(state, message)
        elif not self._transmit(state, message) and not state.mail.failed:
            raise state.unsent(message)

    def _begin(self, state: ContextState, message: bytes) -> None:
        # Where a message could not be sent, nothing of the context has got out, and it has lost nothing: a server
        # closes what was idle for long. So there is a second try.
        for _ in range(2):
            try:
                self.connect()
            except BaseException:
                with self._news:
                    self._router.withdraw(state)
                raise
            with self._news:
                if state.cancelled:
                    return
                self._router.start(state)
                self._news.notify_all()
            if self._transmit(state, message):
                return
        raise state.unsent(message)

    def _transmit(self, state: ContextState, message: bytes) -> bool:
        """Send a message; False where the connection has ended, and with it the context."""
        from websockets.exceptions import ConnectionClosed

        socket = self._socket
        if socket is not None and state.failure is None:
            try:
                socket.send(message, text=True)
                state.sent()
            except (ConnectionClosed, OSError):
                # What came before the end is still to be read, and may be all that some contexts wait for.
                self._read_to_the_end(socket)
                return False
        return socket is not None and state.failure is None

    def cancel(self, state: ContextState, reason: Exception | None = None) -> None:
        """Drop whatever still comes for a context, and have the server stop speaking for it.

        Whoever waits for it is told the reason; without one, that it is over.
        """
        if sys.is_finalizing():
            return  # a generator of a program that is ending: the connection ends with it
        with self._news:
            message = self._router.cancel(state, reason)
            self._news.notify_all()
        self._tell(message)

    def _tell(self, message: bytes | None) -> None:
        """Send a message that is of no importance where there is no connection any more."""
        from websockets.exceptions import ConnectionClosed

        if message is not None and (socket := self._socket) is not None:
            with suppress(ConnectionClosed, OSError):
                socket.send(message, text=True)

    def receive(
        self, state: ContextState | None = None, timeout: float | None = None, flush: int | None = None
    ) -> Iterator[AnyEvent]:
        """The events of a context, to its last one. A context that is not heard of for ``timeout`` seconds is lost.

        Args:
            state: the context; without one, all those that were begun with `post`, until the connection ends.
            timeout: in seconds.
            flush: only what comes before that flush, counted from 0.
        """
        state = self._router.inbox if state is None else state
        while (event := self._next(state, timeout, flush)) is not None:
            yield event

    def recv(self) -> AnyEvent:
        """The next event of the contexts that were begun with `post`."""
        event = self._next(self._router.inbox, None, None)
        if event is None:
            raise self._router.inbox.failure or ConnectionError
        return event

    def _next(self, state: ContextState, timeout: float | None, flush: int | None) -> AnyEvent | None:
        deadline = None if timeout is None else time.monotonic() + timeout
        while True:
            with self._news:
                if (event := state.take(flush)) is not None or state.over(flush):
                    return event
                left = None if deadline is None else deadline - time.monotonic()
                if left is not None and left <= 0:
                    break
                if self._reading or self._socket is None:
                    self._news.wait(left)
                    continue
                self._reading = True
            # A thread that reads cannot be woken, and another one may cancel its context: so it looks up now and then.
            self._read(LOOK_UP if left is None else min(left, LOOK_UP))
        error = APITimeoutError(f"nothing came for context {state.id!r} in {timeout:g} seconds")
        self.cancel(state, error)
        raise error

    def _ready(self, state: ContextState) -> Iterator[AnyEvent]:
        """The events of a context that have come; nothing is waited for."""
        self._read_what_came()
        while True:
            with self._news:
                event = state.take()
            if event is None:
                return
            yield event

    def _read_what_came(self) -> None:
        while self._may_read():
            if not self._read(0):
                return

    def _may_read(self) -> bool:
        """Take the turn to read, where there is something to read from and no other thread has it."""
        with self._news:
            if self._reading or self._socket is None:
                return False
            self._reading = True
            return True

    def _read_to_the_end(self, socket: ClientConnection) -> None:
        while self._socket is socket:
            if self._may_read():
                self._read(LOOK_UP)
            else:
                with self._news:
                    self._news.wait(LOOK_UP)

    def _read(self, timeout: float) -> bool:
        """Having the turn to read: read one message and route it. The end of the connection ends the contexts.

        Returns:
            Whether there was one.
        """
        from websockets.exceptions import ConnectionClosed

        socket = self._socket
        try:
            if socket is None:
                return False
            data = socket.recv(timeout, decode=False)
            with self._news:
                self._router.receive(data)
        except TimeoutError:
            return False
        except (ConnectionClosed, OSError) as error:
            self._lost(socket, error)
            return False
        finally:
            with self._news:
                self._reading = False
                self._news.notify_all()
        return True

    def _lost(self, socket: ClientConnection | None, reason: Exception) -> None:
        with self._news:
            # Another thread may have noticed first, and have connected anew: that socket is none of ours.
            if self._socket is socket:
                self._socket = None
                self._router.closed(reason, clean=closed_cleanly(reason))
            self._news.notify_all()

    def close(self) -> None:
        """Close the socket. Contexts that are not complete raise where they are received."""
        with self._connecting:
            with self._news:
                self._socket = None
                self._router.closed(ConnectionError("it was closed by this program"), clean=True, for_good=True)
                self._news.notify_all()
            self._stack.close()


_connections: weakref.WeakSet[Connection] = weakref.WeakSet()


def _abandon_all() -> None:
    for connection in list(_connections):
        connection._abandon()


if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=_abandon_all)
