"""What a program holds of a WebSocket connection, on the asynchronous face: contexts, and two kinds of connection."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import msgspec

from cartesia._faces import method
from cartesia._legacy import WholeUtterance, v1_merged, v1_output, v2_merged, v2_output
from cartesia._legacy import send as send_whole
from cartesia._websocket.async_connection import AsyncConnection
from cartesia._websocket.generations import THIRD, Opening, Output, Sending, Text, context, push, send
from cartesia._websocket.router import ContextState
from cartesia.types import AnyEvent

if TYPE_CHECKING:
    from cartesia._async_client import AsyncCartesia

T = TypeVar("T")


async def _nothing() -> AsyncIterator[Any]:
    return
    yield


class AsyncWebSocketContext(Generic[Output]):
    """A text that is spoken while it is still being sent, on a connection that carries others too.

    The module `generations` says how contexts of the three generations differ.
    """

    def __init__(
        self, connection: AsyncConnection, state: ContextState, sending: Sending, timeout: float | None = None
    ) -> None:
        self._connection = connection
        self._state = state
        self._sending = sending
        self._timeout = timeout

    @property
    def context_id(self) -> str:
        """Its name on the connection."""
        return self._state.id

    def is_closed(self) -> bool:
        """Whether nothing more will come: it has ended, and all was received, or it was cancelled or lost."""
        return self._state.closed

    async def _send(self, text: Text) -> None:
        if not isinstance(text.transcript, str):
            raise TypeError("the transcript is one text; send each as it comes, then call no_more_inputs()")
        if (message := self._sending.message(text, text.transcript)) is not None:
            fields, more = message
            await self._connection.send(self._state, fields, more=more)

    send = method(send, _send)
    push = method(push, _send)

    async def no_more_inputs(self) -> None:
        """Say that the text is complete. Doing it twice does nothing.

        Raises:
            WebSocketConnectionClosedError: the connection was lost after the context had started.
        """
        if not self._state.begun:
            self._state.inputs_open = False
            await self.cancel()  # nothing was said, so nothing will come
        elif self._state.inputs_open and not self._state.ended:
            await self._connection.send(self._state, self._sending.without_text(), more=False)

    async def flush(self) -> Callable[[], AsyncIterator[Output]]:
        """Have all text so far spoken, without waiting for more of it.

        Returns:
            A function. Called, it gives what comes before this flush, in an iterator that ends there; `receive` then
            gives the rest. Where it is not called, `receive` gives everything.

        Raises:
            WebSocketConnectionClosedError: the connection was lost after the context had started.
        """
        flush = self._state.mail.flushes
        if not self._state.begun:
            return _nothing
        if self._state.inputs_open and not self._state.ended:
            await self._connection.send(self._state, self._sending.without_text(flush=True), more=True)
        return lambda: self._before(flush)

    def _before(self, flush: int) -> AsyncIterator[Output]:
        self._state.mail.claim(flush)
        return self._claimed(flush)

    async def _claimed(self, flush: int) -> AsyncIterator[Output]:
        try:
            async for output in self._outputs(self._connection.receive(self._state, self._timeout, flush)):
                yield output
        finally:
            self._state.mail.release(flush)

    async def cancel(self) -> None:
        """Have the server stop, and drop whatever still comes and is still sent.

        Whoever is receiving the context finds it over.
        """
        await self._connection.cancel(self._state)

    def receive(self) -> AsyncIterator[Output]:
        """What comes for this context, to its end. After leaving it early, the next call goes on from there.

        Raises:
            WebSocketConnectionClosedError: the connection ended before the context was complete.
            APITimeoutError: nothing came in time: for the context's ``timeout``, or on `websocket()` the client's.
            APIStatusError: the server failed the context; in the third generation that is an event instead.
        """
        return self._outputs(self._connection.receive(self._state, self._timeout))

    async def _outputs(self, events: AsyncIterator[AnyEvent]) -> AsyncIterator[Output]:
        async for event in events:
            # Asked each time: a task may be receiving before another one has sent the text that decides it.
            if (output := self._sending.generation.output(event)) is not None:
                yield output

    async def __aenter__(self) -> AsyncWebSocketContext[Output]:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.cancel()


class AsyncWebSocket:
    """A connection as `tts.websocket()` gives it: for whole utterances and for contexts."""

    def __init__(self, client: AsyncCartesia, connection: AsyncConnection) -> None:
        self._client = client
        self._connection = connection

    async def connect(self) -> None:
        """Open the connection, if it is not open."""
        await self._connection.connect()

    async def close(self) -> None:
        """Close the connection."""
        await self._connection.close()

    def context(self, context_id: str | None = None) -> AsyncWebSocketContext[Any]:
        """Open a context: a text that is spoken while it is still being sent. Nothing is sent yet.

        Args:
            context_id: a name for it, unique among the open ones of the connection; else one is made.

        Raises:
            ValueError: a context of that id is open.
        """
        state = self._connection.open(context_id)
        return AsyncWebSocketContext(self._connection, state, Sending(state, {}, None), self._client.seconds_to_wait)

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
            await self._connection.cancel(state)

    send = method(send_whole, _speak)


class AsyncTTSResourceConnection:
    """A connection as `tts.websocket_connect()` gives it: for contexts, and for messages as they are."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    def _context(self, opening: Opening) -> AsyncWebSocketContext[AnyEvent]:
        state = self._connection.open(opening.context_id)
        return AsyncWebSocketContext(self._connection, state, Sending(state, opening.fields, THIRD), opening.timeout)

    context = method(context, _context)

    async def send(self, event: Mapping[str, Any] | msgspec.Struct) -> None:
        """Send a message as it is. One without a context gets one of its own.

        Args:
            event: the message: a dictionary, or a `GenerationRequest`.

        Raises:
            ValueError: its context takes no more text.
            WebSocketConnectionClosedError: its context was lost with the connection.
            APIConnectionError: no connection can be had.
        """
        await self._connection.post(dict(event) if isinstance(event, Mapping) else msgspec.to_builtins(event))

    async def recv(self) -> AnyEvent:
        """The next event of the contexts that were begun with `send` here, and not with `context()`.

        Raises:
            WebSocketConnectionClosedError: the connection has ended.
        """
        return await self._connection.recv()

    def __aiter__(self) -> AsyncIterator[AnyEvent]:
        """The events of the contexts that were begun with `send` here, until the connection ends.

        Raises:
            WebSocketConnectionClosedError: it was cut off, or ended before one of them was complete.
        """
        return self._connection.receive()

    async def close(self) -> None:
        """Close the connection. Contexts that are not complete raise where they are received."""
        await self._connection.close()

    async def __aenter__(self) -> AsyncTTSResourceConnection:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


class AsyncTTSResourceConnectionManager:
    """What `tts.websocket_connect()` gives: a connection that is opened by ``async with``, or by `enter`."""

    def __init__(self, client: AsyncCartesia, **arguments: Any) -> None:
        self._core = AsyncConnection(client, **arguments)
        self._connection = AsyncTTSResourceConnection(self._core)

    async def enter(self) -> AsyncTTSResourceConnection:
        """Open the connection. Every call gives the same one, opened again if it was closed.

        Raises:
            APIError: no connection can be had.
        """
        await self._core.connect()
        return self._connection

    async def __aenter__(self) -> AsyncTTSResourceConnection:
        return await self.enter()

    async def __aexit__(self, *_: object) -> None:
        await self._core.close()
