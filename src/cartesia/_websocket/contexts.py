"""What a program holds of a WebSocket connection, on the blocking face: contexts, and two kinds of connection."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import msgspec

from cartesia._faces import method
from cartesia._legacy import WholeUtterance, v1_merged, v1_output, v2_merged, v2_output
from cartesia._legacy import send as send_whole
from cartesia._websocket.connection import Connection
from cartesia._websocket.generations import THIRD, Opening, Output, Sending, Text, context, push, send
from cartesia._websocket.router import ContextState
from cartesia.types import AnyEvent

if TYPE_CHECKING:
    from cartesia._client import Cartesia

T = TypeVar("T")


class WebSocketContext(Generic[Output]):
    """A text that is spoken while it is still being sent, on a connection that carries others too.

    The module `generations` says how contexts of the three generations differ.
    """

    def __init__(
        self, connection: Connection, state: ContextState, sending: Sending, timeout: float | None = None
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

    def _send(self, text: Text) -> Any:
        if not isinstance(text.transcript, str):
            self._sending.begin(text)
            return self._interleaved(text, iter(text.transcript))
        self._say(text, text.transcript)
        return None

    def _say(self, text: Text, transcript: str) -> None:
        if (message := self._sending.message(text, transcript)) is not None:
            fields, more = message
            self._connection.send(self._state, fields, more=more)

    def _interleaved(self, text: Text, transcripts: Iterator[str]) -> Iterator[Any]:
        text = replace(text, continue_=True)
        try:
            for transcript in transcripts:
                if self._state.mail.failed or self._state.cancelled:
                    break
                if transcript:
                    self._say(text, transcript)
                yield from self._outputs(self._connection._ready(self._state))
            self.no_more_inputs()
            yield from self.receive()
        finally:  # what nobody receives to its end is not spoken to its end
            self.cancel()

    send = method(send, _send)
    push = method(push, _send)

    def no_more_inputs(self) -> None:
        """Say that the text is complete. Doing it twice does nothing.

        Raises:
            WebSocketConnectionClosedError: the connection was lost after the context had started.
        """
        if not self._state.begun:
            self._state.inputs_open = False
            self.cancel()  # nothing was said, so nothing will come
        elif self._state.inputs_open and not self._state.ended:
            self._connection.send(self._state, self._sending.without_text(), more=False)

    def flush(self) -> Callable[[], Iterator[Output]]:
        """Have all text so far spoken, without waiting for more of it.

        Returns:
            A function. Called, it gives what comes before this flush, in an iterator that ends there; `receive` then
            gives the rest. Where it is not called, `receive` gives everything.

        Raises:
            WebSocketConnectionClosedError: the connection was lost after the context had started.
        """
        flush = self._state.mail.flushes
        if not self._state.begun:
            return lambda: iter(())
        if self._state.inputs_open and not self._state.ended:
            self._connection.send(self._state, self._sending.without_text(flush=True), more=True)
        return lambda: self._before(flush)

    def _before(self, flush: int) -> Iterator[Output]:
        self._state.mail.claim(flush)
        return self._claimed(flush)

    def _claimed(self, flush: int) -> Iterator[Output]:
        try:
            yield from self._outputs(self._connection.receive(self._state, self._timeout, flush))
        finally:
            self._state.mail.release(flush)

    def cancel(self) -> None:
        """Have the server stop, and drop whatever still comes and is still sent.

        Whoever is receiving the context finds it over.
        """
        self._connection.cancel(self._state)

    def receive(self) -> Iterator[Output]:
        """What comes for this context, to its end. After leaving it early, the next call goes on from there.

        Raises:
            WebSocketConnectionClosedError: the connection ended before the context was complete.
            APITimeoutError: nothing came in time: for the context's ``timeout``, or on `websocket()` the client's.
            APIStatusError: the server failed the context; in the third generation that is an event instead.
        """
        return self._outputs(self._connection.receive(self._state, self._timeout))

    def _outputs(self, events: Iterator[AnyEvent]) -> Iterator[Output]:
        for event in events:
            # Asked each time: a thread may be receiving before another one has sent the text that decides it.
            if (output := self._sending.generation.output(event)) is not None:
                yield output

    def __enter__(self) -> WebSocketContext[Output]:
        return self

    def __exit__(self, *_: object) -> None:
        self.cancel()


class WebSocket:
    """A connection as `tts.websocket()` gives it: for whole utterances and for contexts."""

    def __init__(self, client: Cartesia, connection: Connection) -> None:
        self._client = client
        self._connection = connection

    def connect(self) -> None:
        """Open the connection, if it is not open."""
        self._connection.connect()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def context(self, context_id: str | None = None) -> WebSocketContext[Any]:
        """Open a context: a text that is spoken while it is still being sent. Nothing is sent yet.

        Args:
            context_id: a name for it, unique among the open ones of the connection; else one is made.

        Raises:
            ValueError: a context of that id is open.
        """
        state = self._connection.open(context_id)
        return WebSocketContext(self._connection, state, Sending(state, {}, None), self._client.seconds_to_wait)

    def __enter__(self) -> WebSocket:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _speak(self, utterance: WholeUtterance) -> Any:
        state = self._connection.open(utterance.context_id)
        self._connection.send(state, utterance.fields, more=False)
        if utterance.first_generation:
            v1 = self._outputs(state, v1_output)
            return v1 if utterance.stream else v1_merged(v1, add_timestamps=utterance.add_timestamps)
        v2 = self._outputs(state, v2_output)
        return v2 if utterance.stream else v2_merged(v2)

    def _outputs(self, state: ContextState, form: Callable[[AnyEvent], T | None]) -> Iterator[T]:
        try:
            for event in self._connection.receive(state, self._client.seconds_to_wait):
                if (output := form(event)) is not None:
                    yield output
        finally:  # an answer that nobody reads to its end is not kept, and not spoken to its end
            self._connection.cancel(state)

    send = method(send_whole, _speak)


class TTSResourceConnection:
    """A connection as `tts.websocket_connect()` gives it: for contexts, and for messages as they are."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def _context(self, opening: Opening) -> WebSocketContext[AnyEvent]:
        state = self._connection.open(opening.context_id)
        return WebSocketContext(self._connection, state, Sending(state, opening.fields, THIRD), opening.timeout)

    context = method(context, _context)

    def send(self, event: Mapping[str, Any] | msgspec.Struct) -> None:
        """Send a message as it is. One without a context gets one of its own.

        Args:
            event: the message: a dictionary, or a `GenerationRequest`.

        Raises:
            ValueError: its context takes no more text.
            WebSocketConnectionClosedError: its context was lost with the connection.
            APIConnectionError: no connection can be had.
        """
        self._connection.post(dict(event) if isinstance(event, Mapping) else msgspec.to_builtins(event))

    def recv(self) -> AnyEvent:
        """The next event of the contexts that were begun with `send` here, and not with `context()`.

        Raises:
            WebSocketConnectionClosedError: the connection has ended.
        """
        return self._connection.recv()

    def __iter__(self) -> Iterator[AnyEvent]:
        """The events of the contexts that were begun with `send` here, until the connection ends.

        Raises:
            WebSocketConnectionClosedError: it was cut off, or ended before one of them was complete.
        """
        return self._connection.receive()

    def close(self) -> None:
        """Close the connection. Contexts that are not complete raise where they are received."""
        self._connection.close()

    def __enter__(self) -> TTSResourceConnection:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class TTSResourceConnectionManager:
    """What `tts.websocket_connect()` gives: a connection that is opened by ``with``, or by `enter`."""

    def __init__(self, client: Cartesia, **arguments: Any) -> None:
        self._core = Connection(client, **arguments)
        self._connection = TTSResourceConnection(self._core)

    def enter(self) -> TTSResourceConnection:
        """Open the connection. Every call gives the same one, opened again if it was closed.

        Raises:
            APIError: no connection can be had.
        """
        self._core.connect()
        return self._connection

    def __enter__(self) -> TTSResourceConnection:
        return self.enter()

    def __exit__(self, *_: object) -> None:
        self._core.close()
