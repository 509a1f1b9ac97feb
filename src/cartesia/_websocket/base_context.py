"""The shared core of contexts and whole utterances: what each call sends, and what it returns of an event."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from cartesia._legacy.calls import UtteranceRequest
from cartesia._websocket.base_connection import BaseConnection
from cartesia._websocket.generations import MessageBuilder, Output, TextRequest
from cartesia._websocket.router import ContextState
from cartesia.types import AnyEvent

T = TypeVar("T")


async def _next_output(
    connection: BaseConnection[Any],
    state: ContextState,
    form: Callable[[AnyEvent], T | None],
    timeout: float | None,
    flush: int | None = None,
) -> T | None:
    """Return the next event in the form of a generation that has one for it; None after the last event."""
    while (event := await connection.next_event(state, timeout, flush)) is not None:
        if (output := form(event)) is not None:
            return output
    return None


class BaseContext(Generic[Output]):
    """A context on a connection of either face."""

    def __init__(
        self,
        connection: BaseConnection[Any],
        state: ContextState,
        messages: MessageBuilder,
        timeout: float | None = None,
    ) -> None:
        """Make a context; nothing is sent yet.

        Args:
            connection: the connection that carries it.
            state: its state there.
            messages: builds its messages.
            timeout: seconds to wait for each event.
        """
        self._connection = connection
        self._state = state
        self._messages = messages
        self._timeout = timeout

    @property
    def context_id(self) -> str:
        """Its name on the connection."""
        return self._state.id

    def is_closed(self) -> bool:
        """Tell whether nothing more will come: it has ended and all was received, or it was cancelled or lost."""
        return self._state.closed

    async def _say(self, text: TextRequest, transcript: str) -> None:
        """Send a text, if there is something to send."""
        if (message := self._messages.text(text, transcript)) is not None:
            fields, more = message
            await self._connection.send(self._state, fields, more=more)

    async def _end_input(self) -> None:
        """Send that the text is complete, if that was not said yet."""
        if not self._state.begun:
            self._state.inputs_open = False
            await self._connection.cancel(self._state)  # nothing was said, so nothing will come
        elif self._state.takes_text:
            await self._connection.send(self._state, self._messages.without_text(), more=False)

    async def _send_flush(self) -> int | None:
        """Send a flush; return its number, counted from 0, or None where nothing was said before it."""
        flush = self._state.mail.flushes
        if not self._state.begun:
            return None
        if self._state.takes_text:
            await self._connection.send(self._state, self._messages.without_text(flush=True), more=True)
        return flush

    async def _next(self, flush: int | None = None) -> Output | None:
        """Return what `receive` gives next, of the events before a flush or of all; None after the last one."""
        return await _next_output(self._connection, self._state, self._messages.output, self._timeout, flush)


class BaseWebSocket:
    """A connection for whole utterances and contexts, on either face."""

    def __init__(self, connection: BaseConnection[Any], timeout: float | None) -> None:
        self._connection = connection
        self._timeout = timeout

    async def _start(self, utterance: UtteranceRequest) -> ContextState:
        """Send an utterance; return its context."""
        state = self._connection.open(utterance.context_id)
        await self._connection.send(state, utterance.fields, more=False)
        return state

    async def _next(self, state: ContextState, utterance: UtteranceRequest) -> Any:
        """Return the next output of an utterance; None after the last one."""
        return await _next_output(self._connection, state, utterance.output, self._timeout)
