"""The blocking face of a WebSocket connection: whoever reads the socket routes for all who wait."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Any, TypeVar

from cartesia._connect import connect_arguments, connect_error
from cartesia._faces import method
from cartesia._legacy import WholeUtterance, send, v1_merged, v1_output, v2_merged, v2_output
from cartesia._router import ContextState, Router
from cartesia.errors import APITimeoutError, WebSocketConnectionClosedError
from cartesia.types import AnyEvent

if TYPE_CHECKING:
    from websockets.sync.client import ClientConnection

    from cartesia._client import Cartesia

T = TypeVar("T")


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

    def connect(self) -> None:
        """Open the socket, if it is not open."""
        with self._connecting:
            if self._socket is not None:
                return
            from websockets.sync.client import connect

            arguments = connect_arguments(self._client, **self._arguments)
            try:
                # Through the stack, because `connect` warns where it is used without `with`.
                self._socket = self._stack.enter_context(connect(**arguments))
            except Exception as error:
                raise connect_error(error, arguments["uri"]) from error

    def open(self, context_id: str | None) -> ContextState:
        """A new context; ValueError where one of that id is still open."""
        with self._news:
            return self._router.open(context_id)

    def send(self, state: ContextState, fields: dict[str, Any], *, more: bool) -> None:
        """Send a message of a context; the first one over a new socket, where the last one has gone.

        Raises:
            WebSocketConnectionClosedError: the context had started, and its connection is lost.
            APIConnectionError: no connection can be had.
        """
        message = state.message(fields, more=more)
        if state.started:
            self._transmit(state, message)
            return
        for last_try in (False, True):
            self.connect()
            with self._news:
                self._router.start(state)
            try:
                self._transmit(state, message)
                return
            except WebSocketConnectionClosedError:
                # Nothing of the context has got out, so it has lost nothing: a server closes what was idle for long.
                if last_try:
                    raise

    def _transmit(self, state: ContextState, message: bytes) -> None:
        from websockets.exceptions import ConnectionClosed

        socket = self._socket
        try:
            if socket is None:
                raise ConnectionError("it was lost before")
            socket.send(message, text=True)
        except (ConnectionClosed, OSError) as error:
            self._lost(socket, error)
        if state.failure is not None:
            raise state.failure

    def give_up(self, state: ContextState) -> None:
        """Drop whatever still comes for a context, and have the server stop speaking for it."""
        if sys.is_finalizing():
            return  # a generator of a program that is ending: the connection ends with it
        from websockets.exceptions import ConnectionClosed

        with self._news:
            message = self._router.give_up(state)
        if message is not None and self._socket is not None:
            with suppress(ConnectionClosed, OSError):
                self._socket.send(message, text=True)

    def receive(self, state: ContextState, timeout: float | None) -> Iterator[AnyEvent]:
        """The events of a context, to its last one. A context that is not heard of for ``timeout`` seconds is lost."""
        while not state.finished:
            yield self._next(state, timeout)

    def _next(self, state: ContextState, timeout: float | None) -> AnyEvent:
        deadline = None if timeout is None else time.monotonic() + timeout
        while True:
            with self._news:
                while True:
                    if (event := state.take()) is not None:
                        return event
                    if not self._reading:
                        self._reading = True
                        break
                    self._news.wait(_left(deadline, state, self._router))
            try:
                self._read(_left(deadline, state, self._router))
            finally:
                with self._news:
                    self._reading = False
                    self._news.notify_all()

    def _read(self, timeout: float | None) -> None:
        """Read one message and route it; the end of the connection ends the contexts."""
        from websockets.exceptions import ConnectionClosed

        socket = self._socket
        try:
            if socket is None:
                raise ConnectionError("it was lost before")
            data = socket.recv(timeout, decode=False)
        except TimeoutError:
            return
        except (ConnectionClosed, OSError) as error:
            self._lost(socket, error)
            return
        with self._news:
            self._router.receive(data)

    def _lost(self, socket: ClientConnection | None, reason: Exception) -> None:
        with self._news:
            # Another thread may have noticed first, and have connected anew: that socket is none of ours.
            if self._socket is socket:
                self._socket = None
                self._router.closed(reason)
            self._news.notify_all()

    def close(self) -> None:
        """Close the socket. Contexts that are not complete raise where they are received."""
        socket = self._socket
        self._stack.close()
        self._lost(socket, ConnectionError("it was closed by this program"))


def _left(deadline: float | None, state: ContextState, router: Router) -> float | None:
    if deadline is None:
        return None
    left = deadline - time.monotonic()
    if left <= 0:
        router.forget(state)
        raise APITimeoutError(f"nothing came for context {state.id!r} in time")
    return left


class WebSocket:
    """A connection as `tts.websocket()` gives it, for whole utterances."""

    def __init__(self, client: Cartesia, connection: Connection) -> None:
        self._client = client
        self._connection = connection

    def connect(self) -> None:
        """Open the connection, if it is not open."""
        self._connection.connect()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

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
            self._connection.give_up(state)

    send = method(send, _speak)
