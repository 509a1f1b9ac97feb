"""The blocking face of WebSocket speech: contexts, and the two kinds of connection that carry them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import msgspec

from cartesia._blocking import run_now
from cartesia._closing import Closing
from cartesia._faces import method
from cartesia._legacy.calls import UtteranceRequest, utterance_request
from cartesia._websocket.base_context import BaseContext, BaseWebSocket
from cartesia._websocket.connection import Connection
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


class WebSocketContext(BaseContext[Output]):
    """A text that is spoken while it is still being sent, on a connection that carries others too.

    The module `generations` documents how contexts of the three generations differ.
    """

    def _send(self, text: TextRequest) -> Any:
        if isinstance(text.transcript, str):
            return run_now(self._say(text, text.transcript))
        self._messages.check(text)
        return self._interleave(text, iter(text.transcript))

    def _interleave(self, text: TextRequest, transcripts: Iterator[str]) -> Iterator[Any]:
        text = replace(text, continue_=True)
        try:
            for transcript in transcripts:
                if self._state.failed or self._state.cancelled:
                    break
                if transcript:
                    run_now(self._say(text, transcript))
                yield from self._arrived()
            self.no_more_inputs()
            yield from self.receive()
        finally:  # a context that is not received to its end is not spoken to its end
            self.cancel()

    def _arrived(self) -> Iterator[Output]:
        run_now(self._connection.read_arrived())
        while (event := self._connection.take(self._state)) is not None:
            if (output := self._messages.output(event)) is not None:
                yield output

    send = method(send_request, _send)
    push = method(push_request, _send)

    def no_more_inputs(self) -> None:
        """Declare the text complete. Doing it twice has no effect.

        Raises:
            WebSocketConnectionClosedError: the connection was lost after the context had started.
        """
        run_now(self._end_input())

    def flush(self) -> Callable[[], Iterator[Output]]:
        """Have all text so far spoken, without waiting for more of it.

        Returns:
            A function that returns an iterator of what comes before this flush; `receive` then gives the rest. If it is
            not called, `receive` gives everything.

        Raises:
            WebSocketConnectionClosedError: the connection was lost after the context had started.
        """
        flush = run_now(self._send_flush())
        return (lambda: iter(())) if flush is None else (lambda: self._before(flush))

    def _before(self, flush: int) -> Iterator[Output]:
        self._state.mail.claim(flush)
        return self._claimed(flush)

    def _claimed(self, flush: int) -> Iterator[Output]:
        try:
            while (output := run_now(self._next(flush))) is not None:
                yield output
        finally:
            self._state.mail.release(flush)

    def cancel(self) -> None:
        """Have the server stop, and drop everything that is still to come or to be sent.

        `receive` ends wherever it is waiting.
        """
        run_now(self._connection.cancel(self._state))

    def receive(self) -> Iterator[Output]:
        """Iterate over what comes for this context, to its end. After leaving it early, the next call continues there.

        Raises:
            WebSocketConnectionClosedError: the connection ended before the context was complete.
            APITimeoutError: nothing came within the context's ``timeout``, or on `websocket()` the client's.
            APIStatusError: the server failed the context; in the third generation that is an event instead.
        """
        while (output := run_now(self._next())) is not None:
            yield output

    def __enter__(self) -> WebSocketContext[Output]:
        return self

    def __exit__(self, *_: object) -> None:
        self.cancel()


class WebSocket(BaseWebSocket, Closing):
    """The connection that `tts.websocket()` returns: for whole utterances and for contexts."""

    def connect(self) -> None:
        """Open the connection, if it is not open."""
        run_now(self._connection.connect())

    def close(self) -> None:
        """Close the connection."""
        run_now(self._connection.close())

    def context(self, context_id: str | None = None) -> WebSocketContext[Any]:
        """Open a context: a text that is spoken while it is still being sent. Nothing is sent yet.

        Args:
            context_id: a name for it, unique among the open ones of the connection; by default one is generated.

        Raises:
            ValueError: a context with that id is open.
        """
        state = self._connection.open(context_id)
        return WebSocketContext(self._connection, state, MessageBuilder(state.id), self._timeout)

    def _speak(self, utterance: UtteranceRequest) -> Any:
        outputs = self._outputs(utterance, run_now(self._start(utterance)))
        return outputs if utterance.stream else utterance.merge(outputs)

    def _outputs(self, utterance: UtteranceRequest, state: Any) -> Iterator[Any]:
        try:
            while (output := run_now(self._next(state, utterance))) is not None:
                yield output
        finally:  # an answer that is not read to its end is not kept, and not spoken to its end
            run_now(self._connection.cancel(state))

    send = method(utterance_request, _speak)


class TTSResourceConnection(Closing):
    """The connection that `tts.websocket_connect()` opens: for contexts, and for messages as they are."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def _context(self, request: ContextRequest) -> WebSocketContext[AnyEvent]:
        state = self._connection.open(request.context_id)
        messages = MessageBuilder(state.id, request.fields, THIRD)
        return WebSocketContext(self._connection, state, messages, request.timeout)

    context = method(context_request, _context)

    def send(self, event: Mapping[str, Any] | msgspec.Struct) -> None:
        """Send a message as it is. One without a context gets one of its own.

        Args:
            event: the message: a dictionary, or a `GenerationRequest`.

        Raises:
            ValueError: its context takes no more text.
            WebSocketConnectionClosedError: its context was lost with the connection.
            APIConnectionError: no connection can be opened.
        """
        run_now(self._connection.post(dict(event) if isinstance(event, Mapping) else msgspec.to_builtins(event)))

    def recv(self) -> AnyEvent:
        """Return the next event of the contexts that were begun with `send` here, and not with `context()`.

        Raises:
            WebSocketConnectionClosedError: the connection has ended.
        """
        return run_now(self._connection.recv())

    def __iter__(self) -> Iterator[AnyEvent]:
        """Iterate over the events of the contexts that were begun with `send` here, until the connection ends.

        Raises:
            WebSocketConnectionClosedError: it was cut off, or ended before one of them was complete.
        """
        while (event := run_now(self._connection.next_event())) is not None:
            yield event

    def close(self) -> None:
        """Close the connection. Contexts that are not complete raise where they are received."""
        run_now(self._connection.close())


class TTSResourceConnectionManager:
    """The result of `tts.websocket_connect()`: a connection that is opened by ``with``, or by `enter`."""

    def __init__(self, connection: Connection) -> None:
        self._core = connection
        self._connection = TTSResourceConnection(connection)

    def enter(self) -> TTSResourceConnection:
        """Open the connection. Every call returns the same one, opened again if it was closed.

        Raises:
            APIError: no connection can be opened.
        """
        run_now(self._core.connect())
        return self._connection

    def __enter__(self) -> TTSResourceConnection:
        return self.enter()

    def __exit__(self, *_: object) -> None:
        run_now(self._core.close())
