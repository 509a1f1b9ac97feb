"""The asynchronous face of a WebSocket connection: one task reads the socket and wakes who waits."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, suppress
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakKeyDictionary

from cartesia._connect import connect_arguments, connect_error
from cartesia._faces import method
from cartesia._legacy import WholeUtterance, send, v1_merged, v1_output, v2_merged, v2_output
from cartesia._router import ContextState, Router
from cartesia.errors import APITimeoutError, WebSocketConnectionClosedError
from cartesia.types import AnyEvent

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection

    from cartesia._async_client import AsyncCartesia

T = TypeVar("T")


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
            if self._socket is not None:
                return
            from websockets.asyncio.client import connect

            arguments = connect_arguments(self._client, **self._arguments)
            try:
                self._socket = await self._stack.enter_async_context(connect(**arguments))
            except Exception as error:
                raise connect_error(error, arguments["uri"]) from error
            self._listener = asyncio.create_task(self._listen(self._socket))

    def open(self, context_id: str | None) -> ContextState:
        """A new context; ValueError where one of that id is still open."""
        state = self._router.open(context_id)
        self._news[state] = asyncio.Event()
        return state

    async def send(self, state: ContextState, fields: dict[str, Any], *, more: bool) -> None:
        """Send a message of a context; the first one over a new socket, where the last one has gone.

        Raises:
            WebSocketConnectionClosedError: the context had started, and its connection is lost.
            APIConnectionError: no connection can be had.
        """
        message = state.message(fields, more=more)
        if state.started:
            await self._transmit(state, message)
            return
        for last_try in (False, True):
            await self.connect()
            self._router.start(state)
            try:
                await self._transmit(state, message)
                return
            except WebSocketConnectionClosedError:
                # Nothing of the context has got out, so it has lost nothing: a server closes what was idle for long.
                if last_try:
                    raise

    async def _transmit(self, state: ContextState, message: bytes) -> None:
        from websockets.exceptions import ConnectionClosed

        socket = self._socket
        try:
            if socket is None:
                raise ConnectionError("it was lost before")
            await socket.send(message, text=True)
        except (ConnectionClosed, OSError) as error:
            self._lost(socket, error)
        if state.failure is not None:
            raise state.failure

    async def give_up(self, state: ContextState) -> None:
        """Drop whatever still comes for a context, and have the server stop speaking for it."""
        if sys.is_finalizing():
            return  # a generator of a program that is ending: the connection ends with it
        from websockets.exceptions import ConnectionClosed

        message = self._router.give_up(state)
        if message is not None and self._socket is not None:
            with suppress(ConnectionClosed, OSError):
                await self._socket.send(message, text=True)

    async def receive(self, state: ContextState, timeout: float | None) -> AsyncIterator[AnyEvent]:
        """The events of a context, to its last one. A context that is not heard of for ``timeout`` seconds is lost."""
        news = self._news[state]
        while not state.finished:
            while (event := state.take()) is None:
                news.clear()
                try:
                    async with asyncio.timeout(timeout):
                        await news.wait()
                except TimeoutError as error:
                    self._router.forget(state)
                    raise APITimeoutError(f"nothing came for context {state.id!r} in time") from error
            yield event

    async def _listen(self, socket: ClientConnection) -> None:
        try:
            while True:
                self._wake(self._router.receive(await socket.recv(decode=False)))
        except Exception as error:
            self._lost(socket, error)

    def _wake(self, states: list[ContextState]) -> None:
        for state in states:
            if (news := self._news.get(state)) is not None:
                news.set()

    def _lost(self, socket: ClientConnection | None, reason: Exception) -> None:
        # Who notices late may find a new socket in place: that one is none of theirs.
        if self._socket is socket:
            self._socket = None
            self._wake(self._router.closed(reason))

    async def close(self) -> None:
        """Close the socket. Contexts that are not complete raise where they are received."""
        socket = self._socket
        if self._listener is not None:
            self._listener.cancel()
        await self._stack.aclose()
        self._lost(socket, ConnectionError("it was closed by this program"))


class AsyncWebSocket:
    """A connection as `tts.websocket()` gives it, for whole utterances."""

    def __init__(self, client: AsyncCartesia, connection: AsyncConnection) -> None:
        self._client = client
        self._connection = connection

    async def connect(self) -> None:
        """Open the connection, if it is not open."""
        await self._connection.connect()

    async def close(self) -> None:
        """Close the connection."""
        await self._connection.close()

    async def __aenter__(self) -> AsyncWebSocket:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _speak(self, utterance: WholeUtterance) -> Any:
        state = self._connection.open(utterance.context_id)
        await self._connection.send(state, utterance.fields, more=False)
        if utterance.first_generation:
            v1 = self._outputs(state, v1_output)
            if utterance.stream:
                return v1
            return v1_merged([output async for output in v1], add_timestamps=utterance.add_timestamps)
        v2 = self._outputs(state, v2_output)
        return v2 if utterance.stream else v2_merged([output async for output in v2])

    async def _outputs(self, state: ContextState, form: Callable[[AnyEvent], T | None]) -> AsyncIterator[T]:
        try:
            async for event in self._connection.receive(state, self._client.seconds_to_wait):
                if (output := form(event)) is not None:
                    yield output
        finally:  # an answer that nobody reads to its end is not kept, and not spoken to its end
            await self._connection.give_up(state)

    send = method(send, _speak)
