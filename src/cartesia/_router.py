"""One WebSocket connection without any I/O: what to send, and which context each message belongs to."""

from __future__ import annotations

import uuid
from collections import deque
from typing import Any

import msgspec

from cartesia.errors import WebSocketConnectionClosedError
from cartesia.types import AnyEvent, Error, decode_event


class ContextState:
    """What is known of one context: whether it takes more text, what has come for it, how it ended."""

    def __init__(self, context_id: str) -> None:
        self.id = context_id
        self.inputs_open = True
        self.started = False
        """Something was sent for it."""
        self.ended = False
        """Its last event has come."""
        self.finished = False
        """Its last event has been taken."""
        self._events: deque[AnyEvent] = deque()
        self.failure: Exception | None = None
        """Why no more will come."""

    def message(self, fields: dict[str, Any], *, more: bool) -> bytes:
        """What to send for more text of this context; ``more`` says whether yet more may follow."""
        if not self.inputs_open:
            raise ValueError(f"context {self.id!r} takes no more text: its input was closed")
        self.inputs_open = more
        return msgspec.json.encode({**fields, "context_id": self.id, "continue": more})

    def put(self, event: AnyEvent) -> None:
        """Keep an event until it is taken."""
        self._events.append(event)
        self.ended = event.done or event.type == "error"

    def take(self) -> AnyEvent | None:
        """The next event, or None when more must be read first; raises when none will come."""
        if self._events:
            event = self._events.popleft()
            self.finished = self.ended and not self._events
            return event
        if self.failure is not None:
            raise self.failure
        return None


class Router:
    """The open contexts of a connection."""

    def __init__(self) -> None:
        self._open: dict[str, ContextState] = {}

    def open(self, context_id: str | None) -> ContextState:
        """A new context; ValueError where one of that id is still open."""
        context_id = str(uuid.uuid4()) if context_id is None else context_id
        if context_id in self._open:
            raise ValueError(f"context {context_id!r} is already open on this connection")
        state = self._open[context_id] = ContextState(context_id)
        return state

    def start(self, state: ContextState) -> None:
        """The first message of a context is about to be sent, for the first time or over a new connection.

        From here on the end of the connection is the end of the context.
        """
        self._open[state.id] = state
        state.started, state.ended, state.failure = True, False, None

    def give_up(self, state: ContextState) -> bytes | None:
        """Drop whatever still comes for a context. Returns what to send so that the server stops, if it has to."""
        self.forget(state)
        if not state.started or state.ended:
            return None
        return msgspec.json.encode({"context_id": state.id, "cancel": True})

    def forget(self, state: ContextState) -> None:
        """Drop whatever still comes for a context."""
        self._open.pop(state.id, None)

    def receive(self, data: bytes | str) -> list[ContextState]:
        """Route one message, and return the contexts that it concerns.

        A message of a context that is not open (an unknown one, or one that has ended or was given up) is dropped. An
        error that names no context ends them all: the server has failed, and it will not say for whom.
        """
        event = decode_event(data)
        if event.context_id is None and isinstance(event, Error):
            concerned = list(self._open.values())
        else:
            state = self._open.get(event.context_id or "")
            concerned = [state] if state is not None else []
        for state in concerned:
            state.put(event)
            if state.ended:
                self.forget(state)
        return concerned

    def closed(self, reason: BaseException) -> list[ContextState]:
        """The connection has ended: so has every context that was started. Returns those.

        A context that nothing was sent for yet has lost nothing; it goes on over the next connection.
        """
        lost = [state for state in self._open.values() if state.started]
        for state in lost:
            failure = WebSocketConnectionClosedError(
                f"the connection ended before context {state.id!r} was complete ({reason or type(reason).__name__})"
            )
            failure.__cause__ = reason
            state.ended = True
            state.failure = failure
            self.forget(state)
        return lost
