"""The shared core of WebSocket connections: what is sent, when it is sent again, and what the end of a socket means."""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, suppress
from typing import Any, Generic, TypeVar

from cartesia._websocket.handshake import Handshake, is_clean_close
from cartesia._websocket.router import ContextState, Router
from cartesia.errors import APITimeoutError
from cartesia.types import AnyEvent

Socket = TypeVar("Socket")


class BaseConnection(ABC, Generic[Socket]):
    """One socket and its contexts. The coroutines of `Connection` block, those of `AsyncConnection` suspend."""

    def __init__(self, handshake: Callable[[], Handshake]) -> None:
        """Make a connection that is not open yet.

        Args:
            handshake: called each time the socket is opened, because the address of an embedded server may change.
        """
        self._handshake = handshake
        self._router = Router()
        self._socket: Socket | None = None

    def open(self, context_id: str | None) -> ContextState:
        """Return a new context; ValueError where one with that id is still open."""
        with self._locked():
            return self._router.open(context_id)

    def take(self, state: ContextState) -> AnyEvent | None:
        """Return the next event of a context that has arrived, without waiting; None where there is none."""
        with self._locked():
            return state.take()

    async def post(self, event: dict[str, Any]) -> None:
        """Send a message as it is. The events of a context that it begins are returned by `recv` here."""
        with self._locked():
            state = self._router.context_for_message(event.get("context_id"))
        if event.get("cancel"):
            await self._send_best_effort(state.message(event, more=False))
        else:
            await self.send(state, event, more=bool(event.get("continue")))

    async def send(self, state: ContextState, fields: dict[str, Any], *, more: bool) -> None:
        """Send a message of a context. The first one opens a new socket where the last one has gone.

        Args:
            state: the context.
            fields: the fields of the message, apart from ``context_id`` and ``continue``.
            more: more text may follow.

        Raises:
            ValueError: the context takes no more text.
            WebSocketConnectionClosedError: the context had started, and its connection is lost.
            APIConnectionError: no connection can be opened.
        """
        await self.read_arrived()  # among it may be the end of the context
        with self._locked():
            first = not state.started
            message = state.message(fields, more=more)
        if message is None:
            return
        if first:
            await self._begin(state, message)
        elif not await self._transmit(state, message) and not state.failed:
            raise state.unsent_error(message)

    async def _begin(self, state: ContextState, message: bytes) -> None:
        # A server closes what was idle for long. Where the first message could not be sent, nothing of the context has
        # got out and it has lost nothing, so it is tried once more.
        for _ in range(2):
            try:
                await self.connect()
            except BaseException:
                with self._locked():
                    self._router.withdraw(state)
                raise
            with self._locked():
                if state.cancelled:
                    return
                self._router.start(state)
                self._wake([state])
            if await self._transmit(state, message):
                return
        raise state.unsent_error(message)

    async def _transmit(self, state: ContextState, message: bytes) -> bool:
        """Send a message; return False where the connection has ended, and with it the context."""
        from websockets.exceptions import ConnectionClosed

        socket = self._socket
        if socket is None or state.failure is not None:
            return False
        try:
            await self._write(socket, message)
        except (ConnectionClosed, OSError):
            # What came before the end is still to be read, and may be all that some contexts wait for.
            await self._read_to_the_end(socket)
            return False
        state.count_sent()
        return state.failure is None

    async def cancel(self, state: ContextState, reason: Exception | None = None) -> None:
        """Drop the events of a context that are still to come, and have the server stop speaking for it.

        Args:
            state: the context.
            reason: raised where the context is being received; without one it is simply over there.
        """
        if sys.is_finalizing():
            return  # a generator of a program that is ending: the connection ends with it
        with self._locked():
            message = self._router.cancel(state, reason)
            self._wake([state])
        await self._send_best_effort(message)

    async def _send_best_effort(self, message: bytes | None) -> None:
        """Send a message that does not matter once the connection has ended."""
        from websockets.exceptions import ConnectionClosed

        if message is not None and (socket := self._socket) is not None:
            with suppress(ConnectionClosed, OSError):
                await self._write(socket, message)

    async def recv(self) -> AnyEvent:
        """Return the next event of the contexts that were begun with `post`."""
        event = await self.next_event()
        if event is None:
            raise self._router.inbox.failure or ConnectionError
        return event

    async def next_event(
        self, state: ContextState | None = None, timeout: float | None = None, flush: int | None = None
    ) -> AnyEvent | None:
        """Wait for the next event of a context; return None after its last one.

        Args:
            state: the context; without one, all those that were begun with `post`, until the connection ends.
            timeout: seconds to wait; after them the context is cancelled.
            flush: return only what comes before that flush, counted from 0.

        Raises:
            APITimeoutError: nothing came in time.
            WebSocketConnectionClosedError: the connection ended before the context was complete.
        """
        return await self._wait(self._router.inbox if state is None else state, timeout, flush)

    async def _time_out(self, state: ContextState, seconds: float | None) -> APITimeoutError:
        """Cancel a context for which nothing came in time; return the exception that says so."""
        error = APITimeoutError(f"nothing came for context {state.id!r} in {seconds:g} seconds")
        await self.cancel(state, error)
        return error

    def _lose(self, socket: Socket | None, reason: Exception) -> None:
        """End the contexts of a socket that has ended, unless a new one is in its place already."""
        with self._locked():
            if self._socket is socket:
                self._end(reason, clean=is_clean_close(reason))

    def _end(self, reason: Exception, *, clean: bool, for_good: bool = False) -> None:
        """End all contexts with their connection; the caller holds the lock."""
        self._socket = None
        self._wake([*self._router.connection_lost(reason, clean=clean, for_good=for_good), self._router.inbox])

    def _end_for_good(self) -> None:
        """End all contexts because the program closes the connection."""
        with self._locked():
            self._end(ConnectionError("it was closed by this program"), clean=True, for_good=True)

    @abstractmethod
    async def connect(self) -> None:
        """Open the socket, if it is not open."""

    @abstractmethod
    async def close(self) -> None:
        """Close the socket. Contexts that are not complete raise where they are received."""

    @abstractmethod
    async def read_arrived(self) -> None:
        """Route the messages that have arrived, without waiting for more."""

    @abstractmethod
    async def _read_to_the_end(self, socket: Socket) -> None:
        """Route what came before the end of a socket."""

    @abstractmethod
    async def _write(self, socket: Socket, message: bytes) -> None:
        """Send a message over a socket."""

    @abstractmethod
    async def _wait(self, state: ContextState, timeout: float | None, flush: int | None) -> AnyEvent | None:
        """Wait for an event, as `next_event` describes it."""

    @abstractmethod
    def _locked(self) -> AbstractContextManager[object]:
        """Hold the lock of the contexts, where threads share them. Nothing is awaited under it."""

    @abstractmethod
    def _wake(self, states: Iterable[ContextState]) -> None:
        """Wake the readers of these contexts; the caller holds the lock."""
