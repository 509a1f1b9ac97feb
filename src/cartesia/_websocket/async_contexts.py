"""The asynchronous face of WebSocket speech: contexts, and the two kinds of connection that carry them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

import msgspec

from cartesia._closing import AsyncClosing
from cartesia._faces import method
from cartesia._legacy.calls import UtteranceRequest, utterance_request
from cartesia._websocket.async_connection import AsyncConnection
from cartesia._websocket.base_context import BaseContext, BaseWebSocket
from cartesia._websocket.generations import (
    THIRD,
    ContextRequest,
    MessageBuilder,
    Output,
    TextRequest,
    context_request,
    push_request,
    send_request,
)
from cartesia.types import AnyEvent


async def _nothing() -> AsyncIterator[Any]:
    return
    yield


class AsyncWebSocketContext(BaseContext[Output]):
    """A text that is spoken while it is still being sent, on a connection that carries others too.

    The module `generations` documents how contexts of the three generations differ.
    """

    async def _send(self, text: TextRequest) -> None:
        if not isinstance(text.transcript, str):
            raise TypeError("the transcript is one text; send each as it comes, then call no_more_inputs()")
        await self._say(text, text.transcript)

    send = method(send_request, _send)
    push = method(push_request, _send)

    async def no_more_inputs(self) -> None:
        """Declare the text complete. Doing it twice has no effect.

        Raises:
            WebSocketConnectionClosedError: the connection was lost after the context had started.
        """
        await self._end_input()

    async def flush(self) -> Callable[[], AsyncIterator[Output]]:
        """Have all text so far spoken, without waiting for more of it.

        Returns:
            A function that returns an iterator of what comes before this flush; `receive` then gives the rest. If it is
            not called, `receive` gives everything.

        Raises:
            WebSocketConnectionClosedError: the connection was lost after the context had started.
        """
        flush = await self._send_flush()
        return _nothing if flush is None else (lambda: self._before(flush))

    def _before(self, flush: int) -> AsyncIterator[Output]:
        self._state.mail.claim(flush)
        return self._claimed(flush)

    async def _claimed(self, flush: int) -> AsyncIterator[Output]:
        try:
            while (output := await self._next(flush)) is not None:
                yield output
        finally:
            self._state.mail.release(flush)

    async def cancel(self) -> None:
        """Have the server stop, and drop everything that is still to come or to be sent.

        `receive` ends wherever it is waiting.
        """
        await self._connection.cancel(self._state)

    async def receive(self) -> AsyncIterator[Output]:
        """Iterate over what comes for this context, to its end. After leaving it early, the next call continues there.

        Raises:
            WebSocketConnectionClosedError: the connection ended before the context was complete.
            APITimeoutError: nothing came within the context's ``timeout``, or on `websocket()` the client's.
            APIStatusError: the server failed the context; in the third generation that is an event instead.
        """
        while (output := await self._next()) is not None:
            yield output

    async def __aenter__(self) -> AsyncWebSocketContext[Output]:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.cancel()


class AsyncWebSocket(BaseWebSocket, AsyncClosing):
    """The connection that `tts.websocket()` returns: for whole utterances and for contexts."""

    async def connect(self) -> None:
        """Open the connection, if it is not open."""
        await self._connection.connect()

    async def close(self) -> None:
        """Close the connection."""
        await self._connection.close()

    def context(self, context_id: str | None = None) -> AsyncWebSocketContext[Any]:
        """Open a context: a text that is spoken while it is still being sent. Nothing is sent yet.

        Args:
            context_id: a name for it, unique among the open ones of the connection; by default one is generated.

        Raises:
            ValueError: a context with that id is open.
        """
        state = self._connection.open(context_id)
        return AsyncWebSocketContext(self._connection, state, MessageBuilder(state.id), self._timeout)

    async def _speak(self, utterance: UtteranceRequest) -> Any:
        outputs = self._outputs(utterance, await self._start(utterance))
        return outputs if utterance.stream else utterance.merge([output async for output in outputs])

    async def _outputs(self, utterance: UtteranceRequest, state: Any) -> AsyncIterator[Any]:
        try:
            while (output := await self._next(state, utterance)) is not None:
                yield output
        finally:  # an answer that is not read to its end is not kept, and not spoken to its end
            await self._connection.cancel(state)

    send = method(utterance_request, _speak)


class AsyncTTSResourceConnection(AsyncClosing):
    """The connection that `tts.websocket_connect()` opens: for contexts, and for messages as they are."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    def _context(self, request: ContextRequest) -> AsyncWebSocketContext[AnyEvent]:
        state = self._connection.open(request.context_id)
        messages = MessageBuilder(state.id, request.fields, THIRD)
        return AsyncWebSocketContext(self._connection, state, messages, request.timeout)

    context = method(context_request, _context)

    async def send(self, event: Mapping[str, Any] | msgspec.Struct) -> None:
        """Send a message as it is. One without a context gets one of its own.

        Args:
            event: the message: a dictionary, or a `GenerationRequest`.

        Raises:
            ValueError: its context takes no more text.
            WebSocketConnectionClosedError: its context was lost with the connection.
            APIConnectionError: no connection can be opened.
        """
        await self._connection.post(dict(event) if isinstance(event, Mapping) else msgspec.to_builtins(event))

    async def recv(self) -> AnyEvent:
        """Return the next event of the contexts that were begun with `send` here, and not with `context()`.

        Raises:
            WebSocketConnectionClosedError: the connection has ended.
        """
        return await self._connection.recv()

    async def __aiter__(self) -> AsyncIterator[AnyEvent]:
        """Iterate over the events of the contexts that were begun with `send` here, until the connection ends.

        Raises:
            WebSocketConnectionClosedError: it was cut off, or ended before one of them was complete.
        """
        while (event := await self._connection.next_event()) is not None:
            yield event

    async def close(self) -> None:
        """Close the connection. Contexts that are not complete raise where they are received."""
        await self._connection.close()


class AsyncTTSResourceConnectionManager:
    """The result of `tts.websocket_connect()`: a connection that is opened by ``async with``, or by `enter`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._core = connection
        self._connection = AsyncTTSResourceConnection(connection)

    async def enter(self) -> AsyncTTSResourceConnection:
        """Open the connection. Every call returns the same one, opened again if it was closed.

        Raises:
            APIError: no connection can be opened.
        """
        await self._core.connect()
        return self._connection

    async def __aenter__(self) -> AsyncTTSResourceConnection:
        return await self.enter()

    async def __aexit__(self, *_: object) -> None:
        await self._core.close()
