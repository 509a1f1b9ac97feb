"""The asynchronous face of a WebSocket connection: one task reads the socket and wakes who waits."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from cartesia._websocket.connect import closed_cleanly, connect_arguments, connect_error
from cartesia._websocket.router import ContextState, Router
from cartesia.errors import APITimeoutError
from cartesia.types import AnyEvent

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection

    from cartesia._async_client import AsyncCartesia


class AsyncConnection:
    """One socket and its contexts. Tasks may share it, each with contexts of its own."""

    def __init__(self, client: AsyncCartesia, **arguments: Any) -> None:
        self._client = client
        self._arguments = arguments
        self._router = Router()
        self._news: WeakKeyDictionary[ContextState, asyncio.Event] = WeakKeyDictionary()
        self._connecting = asyncio.Lock()
        self._stack = AsyncExitStack()
        self._socket: ClientConnection | None = None
        self._listener: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        """Open the socket, if it is not open."""
        async with self._connecting:
            if (socket := self._socket) is not None:
                if socket.close_code is None:
                    return
                await self._read_to_the_end(socket)
            from websockets.asyncio.client import connect

            arguments = connect_arguments(self._client, **self._arguments)
            await self._stack.aclose()  # the end of a socket that was lost
            try:
                self._socket = await self._stack.enter_async_context(connect(**arguments))
            except Exception as error:
                raise connect_error(error, arguments["uri"]) from error
            self._router.opened()
            self._listener = asyncio.create_task(self._listen(self._socket))

    def open(self, context_id: str | None) -> ContextState:
        """A new context; ValueError where one of that id is still open."""
        return self._router.open(context_id)

    async def post(self, event: dict[str, Any]) -> None:
        """Send a message as it is; where it begins a context, the context's events are given to `receive` here."""
        state = self._router.posted(event.get("context_id"))
        if event.get("cancel"):
            await self._tell(state.message(event, more=False))
        else:
            await self.send(state, event, more=bool(event.get("continue")))

    async def send(self, state: ContextState, fields: dict[str, Any], *, more: bool) -> None:
        """Send a message of a context; the first one over a new socket, where the last one has gone.

        Raises:
            ValueError: the context takes no more text.
            WebSocketConnectionClosedError: the context had started, and its connection is lost.
            APIConnectionError: no connection can be had.
        """
        first = not state.started
        message = state.message(fields, more=more)
        if message is None:
            return
        if first:
            await self._begin(state, message)
        elif not await self._transmit(state, message) and not state.mail.failed:
            raise state.unsent(message)

    async def _begin(self, state: ContextState, message: bytes) -> None:
        # Where a message could not be sent, nothing of the context has got out, and it has lost nothing: a server
        # closes what was idle for long. So there is a second try.
        for _ in range(2):
            try:
                await self.connect()
            except BaseException:
                self._router.withdraw(state)
                raise
            if state.cancelled:
                return
            self._router.start(state)
            if await self._transmit(state, message):
                return
        raise state.unsent(message)

    async def _transmit(self, state: ContextState, message: bytes) -> bool:
        """Send a message; False where the connection has ended, and with it the context."""
        from websockets.exceptions import ConnectionClosed

        socket = self._socket
        if socket is not None and state.failure is None:
            try:
                await socket.send(message, text=True)
                state.sent()
            except (ConnectionClosed, OSError):
                # What came before the end is still to be read, and may be all that some contexts wait for.
                await self._read_to_the_end(socket)
                return False
        return socket is not None and state.failure is None

    async def cancel(self, state: ContextState, reason: Exception | None = None) -> None:
        """Drop whatever still comes for a context, and have the server stop speaking for it.

        Whoever waits for it is told the reason; without one, that it is over.
        """
        if sys.is_finalizing():
            return  # a generator of a program that is ending: the connection ends with it
        message = self._router.cancel(state, reason)
        self._wake([state])
        await self._tell(message)

    async def _tell(self, message: bytes | None) -> None:
        """Send a message that is of no importance where there is no connection any more."""
        from websockets.exceptions import ConnectionClosed

        if message is not None and (socket := self._socket) is not None:
            with suppress(ConnectionClosed, OSError):
                await socket.send(message, text=True)

    async def receive(
        self, state: ContextState | None = None, timeout: float | None = None, flush: int | None = None
    ) -> AsyncIterator[AnyEvent]:
        """The events of a context, to its last one. A context that is not heard of for ``timeout`` seconds is lost.

        Args:
            state: the context; without one, all those that were begun with `post`, until the connection ends.
            timeout: in seconds.
            flush: only what comes before that flush, counted from 0.
        """
        state = self._router.inbox if state is None else state
        while (event := await self._next(state, timeout, flush)) is not None:
            yield event

    async def recv(self) -> AnyEvent:
        """The next event of the contexts that were begun with `post`."""
        event = await self._next(self._router.inbox, None, None)
        if event is None:
            raise self._router.inbox.failure or ConnectionError
        return event

    async def _next(self, state: ContextState, timeout: float | None, flush: int | None) -> AnyEvent | None:
        news = self._news.get(state) or self._news.setdefault(state, asyncio.Event())
        try:
            async with asyncio.timeout(timeout):
                while (event := state.take(flush)) is None and not state.over(flush):
                    news.clear()
                    await news.wait()
                return event
        except TimeoutError as timed_out:
            if state.failure is not None:  # what the context failed of, and no timeout of this call
                raise state.failure from state.failure.__cause__
            error = APITimeoutError(f"nothing came for context {state.id!r} in {timeout:g} seconds")
            await self.cancel(state, error)
            raise error from timed_out

    async def _listen(self, socket: ClientConnection) -> None:
        try:
            while True:
                self._wake(self._router.receive(await socket.recv(decode=False)))
        except Exception as error:
            self._lost(socket, error)

    def _wake(self, states: list[ContextState]) -> None:
        for state in states:
            if (news := self._news.get(state.reader)) is not None:
                news.set()

    async def _read_to_the_end(self, socket: ClientConnection) -> None:
        if self._socket is socket and self._listener is not None:
            await asyncio.wait([self._listener])

    def _lost(self, socket: ClientConnection, reason: Exception) -> None:
        # Who notices late may find a new socket in place: that one is none of theirs.
        if self._socket is socket:
            self._socket = None
            self._wake([*self._router.closed(reason, clean=closed_cleanly(reason)), self._router.inbox])

    async def close(self) -> None:
        """Close the socket. Contexts that are not complete raise where they are received."""
        async with self._connecting:
            self._socket = None
            reason = ConnectionError("it was closed by this program")
            self._wake([*self._router.closed(reason, clean=True, for_good=True), self._router.inbox])
            if self._listener is not None:
                self._listener.cancel()
            await self._stack.aclose()
