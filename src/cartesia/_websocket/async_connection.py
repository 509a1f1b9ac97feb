"""The asynchronous face of a WebSocket connection: one task reads the socket and wakes the readers of contexts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, AsyncExitStack, nullcontext
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from cartesia._websocket.base_connection import BaseConnection
from cartesia._websocket.handshake import Handshake, connect_error
from cartesia._websocket.router import ContextState
from cartesia.types import AnyEvent

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection


class AsyncConnection(BaseConnection["ClientConnection"]):
    """One socket and its contexts. Tasks may share it, each with contexts of its own."""

    def __init__(self, handshake: Callable[[], Handshake]) -> None:
        super().__init__(handshake)
        self._changed: WeakKeyDictionary[ContextState, asyncio.Event] = WeakKeyDictionary()
        self._connecting = asyncio.Lock()
        self._stack = AsyncExitStack()
        self._listener: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        """Open the socket, if it is not open."""
        async with self._connecting:
            if (socket := self._socket) is not None:
                if socket.close_code is None:
                    return
                await self._read_to_the_end(socket)
            from websockets.asyncio.client import connect

            arguments = self._handshake().connect_arguments()
            await self._stack.aclose()  # the end of a socket that was lost
            try:
                self._socket = await self._stack.enter_async_context(connect(**arguments))
            except Exception as error:
                raise connect_error(error, arguments["uri"]) from error
            self._router.connection_made()
            self._listener = asyncio.create_task(self._listen(self._socket))

    async def close(self) -> None:
        """Close the socket. Contexts that are not complete raise where they are received."""
        async with self._connecting:
            self._end_for_good()
            if self._listener is not None:
                self._listener.cancel()
            await self._stack.aclose()

    async def _wait(self, state: ContextState, timeout: float | None, flush: int | None) -> AnyEvent | None:
        changed = self._changed.get(state) or self._changed.setdefault(state, asyncio.Event())
        try:
            async with asyncio.timeout(timeout):
                while (event := state.take(flush)) is None and not state.is_over(flush):
                    changed.clear()
                    await changed.wait()
                return event
        except TimeoutError as timed_out:
            if state.failure is not None:  # the context failed with a timeout of another call, not with this one
                raise state.failure from state.failure.__cause__
            raise await self._time_out(state, timeout) from timed_out

    async def _listen(self, socket: ClientConnection) -> None:
        try:
            while True:
                self._wake(self._router.receive(await socket.recv(decode=False)))
        except Exception as error:
            self._lose(socket, error)

    async def read_arrived(self) -> None:
        """Do nothing: the task that listens has routed what has arrived."""

    async def _read_to_the_end(self, socket: ClientConnection) -> None:
        if self._socket is socket and self._listener is not None:
            await asyncio.wait([self._listener])

    async def _write(self, socket: ClientConnection, message: bytes) -> None:
        await socket.send(message, text=True)

    def _locked(self) -> AbstractContextManager[object]:
        return nullcontext()

    def _wake(self, states: Iterable[ContextState]) -> None:
        for state in states:
            if (changed := self._changed.get(state.reader)) is not None:
                changed.set()
