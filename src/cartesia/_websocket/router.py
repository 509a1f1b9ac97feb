"""The state of one WebSocket connection, without I/O: what to send, and which context each message belongs to."""

from __future__ import annotations

import uuid
from collections import deque
from typing import Any
from weakref import WeakValueDictionary

import msgspec

from cartesia.errors import WebSocketConnectionClosedError
from cartesia.types import AnyEvent, decode_event


class Mailbox:
    """The events of a context that were received and not taken yet: in order, in groups that end with a flush each.

    Groups are counted by their ``flush_done`` events, because ``flush_id`` differs between servers: they count from 0,
    from 1, or leave it out.
    """

    def __init__(self) -> None:
        self.flushes = 0
        """The number of flushes that were requested."""
        self.last: AnyEvent | None = None
        """The event that ended the context."""
        self._last_taken = False
        self._group = 0
        self._groups: dict[int, deque[AnyEvent]] = {}
        self._claimed: set[int] = set()
        self._reported: set[int] = set()

    def put(self, event: AnyEvent) -> None:
        """Keep an event until it is taken."""
        self._groups.setdefault(self._group, deque()).append(event)
        if event.type == "flush_done" and self._group < self.flushes:
            self._group += 1

    def claim(self, flush: int) -> None:
        """Reserve the events before that flush (from 0) for readers that ask for them by its number."""
        self._claimed.add(flush)

    def release(self, flush: int) -> None:
        """Give what is left of a claimed group to all readers again."""
        self._claimed.discard(flush)

    def take(self, flush: int | None) -> AnyEvent | None:
        """Return the next event, of those before a flush or of all that are not claimed; None where there is none."""
        return self._take_any() if flush is None else self._take_before(flush)

    def _take_any(self) -> AnyEvent | None:
        for number, events in self._groups.items():
            if number not in self._claimed:
                event = events.popleft()
                if not events:
                    del self._groups[number]
                return event
        if self.last is None or self._last_taken:
            return None
        self._last_taken = True
        return self.last

    def _take_before(self, flush: int) -> AnyEvent | None:
        if events := self._groups.get(flush):
            event = events.popleft()
            if not events:
                del self._groups[flush]
            return None if event.type == "flush_done" else event
        if self._group <= flush and flush not in self._reported and self.failed:
            self._reported.add(flush)
            return self.last
        return None

    def is_over(self, flush: int | None) -> bool:
        """Tell whether nothing more can be taken, now or later."""
        if flush is None:
            return self._last_taken
        passed = self._group > flush or flush in self._reported or (self.last is not None and not self.failed)
        return passed and flush not in self._groups

    @property
    def failed(self) -> bool:
        """Whether the context has ended with an error."""
        return self.last is not None and self.last.type == "error"

    @property
    def empty(self) -> bool:
        """Whether all but the last event have been taken."""
        return not self._groups

    def clear(self) -> None:
        """Drop the events that were not taken."""
        self._groups.clear()


class ContextState:
    """The state of one context: whether it takes more text, its events, how it ended."""

    def __init__(self, context_id: str) -> None:
        self.id = context_id
        self.mail = Mailbox()
        self.inputs_open = True
        self.begun = False
        """Whether it was given something to send."""
        self.started = False
        """Whether its first message is on its way."""
        self.cancelled = False
        self.failure: Exception | None = None
        """Why no more events will come, where the server has not ended the context."""
        self._sent = self._received = 0

    @property
    def reader(self) -> ContextState:
        """The state whose readers wait for its events."""
        return self

    @property
    def ended(self) -> bool:
        """Whether its last event has come."""
        return self.mail.last is not None

    @property
    def failed(self) -> bool:
        """Whether the server has ended it with an error."""
        return self.mail.failed

    @property
    def takes_text(self) -> bool:
        """Whether more text may be sent."""
        return self.inputs_open and not self.ended

    @property
    def closed(self) -> bool:
        """Whether nothing more will come for it, and all that came has been taken."""
        return self.cancelled or ((self.ended or self.failure is not None) and self.mail.empty)

    def message(self, fields: dict[str, Any], *, more: bool) -> bytes | None:
        """Return the message to send for this context, and note that it is sent.

        Args:
            fields: the fields of the message, apart from ``context_id`` and ``continue``.
            more: more text may follow.

        Returns:
            The message as JSON; None where there is no point in sending it: the context was cancelled, or the server
            has failed it, which its reader learns. The sender may not know of either, so it is no error.

        Raises:
            ValueError: the context takes no more text.
            WebSocketConnectionClosedError: its connection was lost.
        """
        if fields.get("cancel"):
            return msgspec.json.encode({**fields, "context_id": self.id})
        message = msgspec.json.encode({**fields, "context_id": self.id, "continue": more})
        if self.started and self.failure is not None:
            raise self.unsent_error(message)
        if not self.inputs_open:
            raise ValueError(f"context {self.id!r} takes no more text: its input was closed")
        if self.failed or self.cancelled:
            return None
        if self.ended:
            raise ValueError(f"context {self.id!r} takes no more text: the server has ended it; open another one")
        self.begun, self.inputs_open = True, more
        self.mail.flushes += bool(fields.get("flush"))
        return message

    def put(self, event: AnyEvent) -> None:
        """Keep an event until it is taken."""
        self._received += 1
        if event.done or event.type == "error":
            self.mail.last = event
        else:
            self.mail.put(event)

    def take(self, flush: int | None = None) -> AnyEvent | None:
        """Return the next event; None where more must be read first, or all is over.

        Args:
            flush: take only what comes before that flush, counted from 0.

        Raises:
            Exception: the `failure` of the context, where all that came before it has been taken.
        """
        if (event := self.mail.take(flush)) is not None:
            return event
        if self.failure is not None and not self.is_over(flush):
            raise self.failure
        return None

    def is_over(self, flush: int | None = None) -> bool:
        """Tell whether nothing more can be taken, and the context has ended in order."""
        return self.cancelled or self.mail.is_over(flush)

    def count_sent(self) -> None:
        """Count a message that was handed to the connection."""
        self._sent += 1

    def connection_lost(self, reason: BaseException) -> None:
        """Note that its connection has ended."""
        what = f"the connection ended before context {self.id!r} was complete ({reason or type(reason).__name__})"
        said = f"{self._sent} of its messages had been sent, and {self._received} events had come"
        self.failure = WebSocketConnectionClosedError(f"{what}; {said}", context_id=self.id)
        self.failure.__cause__ = reason

    def unsent_error(self, message: bytes) -> Exception:
        """Return the exception for a message that could not be sent.

        It keeps the message in ``unsent_messages``, for a program that wants to send it elsewhere.
        """
        failure = self.failure or ValueError(f"context {self.id!r} takes no more text: the server has ended it")
        if isinstance(failure, WebSocketConnectionClosedError):
            failure.unsent_messages.append(message.decode())
        return failure


class Inbox(ContextState):
    """The events of contexts that were begun by messages of the connection itself, for its readers."""

    def __init__(self) -> None:
        super().__init__("")
        self.under_way: dict[str, Posted] = {}
        self._complete = False
        self._newest: AnyEvent | None = None

    def put(self, event: AnyEvent) -> None:
        """Keep an event of any context until it is taken; once, where it concerns several."""
        if event is not self._newest:
            self._newest = event
            self.mail.put(event)

    def is_over(self, flush: int | None = None) -> bool:
        """Tell whether the connection was closed with nothing under way."""
        return self._complete

    def connection_lost(self, reason: BaseException, *, clean: bool = False) -> None:
        """Note that the connection has ended."""
        lost = ", ".join(repr(context_id) for context_id in self.under_way)
        what = f"the connection ended before these contexts were complete: {lost}" if lost else "the connection ended"
        self.failure = WebSocketConnectionClosedError(f"{what} ({reason or type(reason).__name__})")
        self.failure.__cause__ = reason
        self._complete = clean and not lost

    def connection_made(self) -> None:
        """Note that there is a connection again."""
        self.failure, self._complete = None, False


class Posted(ContextState):
    """A context that was begun by a message of the connection itself."""

    def __init__(self, context_id: str, inbox: Inbox) -> None:
        super().__init__(context_id)
        self._inbox = inbox

    @property
    def reader(self) -> ContextState:
        """The state whose readers wait for its events."""
        return self._inbox

    def put(self, event: AnyEvent) -> None:
        """Pass an event on to the readers of the connection."""
        self._inbox.put(event)
        if event.done or event.type == "error":
            self.mail.last = event


class Router:
    """The open contexts of a connection."""

    def __init__(self) -> None:
        # Weak, so that a context that the program has dropped leaves nothing behind.
        self._open: WeakValueDictionary[str, ContextState] = WeakValueDictionary()
        self.inbox = Inbox()

    def open(self, context_id: str | None) -> ContextState:
        """Return a new context; ValueError where one with that id is still open."""
        context_id = str(uuid.uuid4()) if context_id is None else context_id
        if context_id in self._open:
            raise ValueError(f"context {context_id!r} is already open on this connection")
        state = self._open[context_id] = ContextState(context_id)
        return state

    def context_for_message(self, context_id: str | None) -> ContextState:
        """Return the context of a message of the connection itself: an open one, or one that it begins."""
        context_id = str(uuid.uuid4()) if context_id is None else context_id
        return self._open.get(context_id) or Posted(context_id, self.inbox)

    def start(self, state: ContextState) -> None:
        """Note that the first message of a context is about to be sent, for the first time or over a new connection.

        From here on the end of the connection is the end of the context.
        """
        self._open[state.id] = state
        if isinstance(state, Posted):
            self.inbox.under_way[state.id] = state
        state.started, state.failure = True, None

    def withdraw(self, state: ContextState) -> None:
        """Reset a context whose first message could not be sent, so that it can be tried again."""
        state.begun, state.started, state.inputs_open, state.failure = False, False, True, None
        state.mail.flushes = 0
        if isinstance(state, Posted):
            self._forget(state)

    def cancel(self, state: ContextState, reason: Exception | None = None) -> bytes | None:
        """Drop the events of a context that are still to come.

        Args:
            state: the context.
            reason: raised where the context is being received; without one it is simply over there.

        Returns:
            The message that has the server stop; None where it does not speak for the context.
        """
        running = state.started and not state.ended and state.failure is None and not state.cancelled
        self._forget(state)
        state.mail.clear()
        if reason is None:
            state.cancelled = True
        else:
            state.failure = reason
        return msgspec.json.encode({"context_id": state.id, "cancel": True}) if running else None

    def _forget(self, state: ContextState) -> None:
        # Its id may belong to another context by now.
        if self._open.get(state.id) is state:
            del self._open[state.id]
        if self.inbox.under_way.get(state.id) is state:
            del self.inbox.under_way[state.id]

    def receive(self, data: bytes | str) -> list[ContextState]:
        """Route one message, and return the contexts that it concerns.

        A message of a context that is not open (an unknown one, or one that has ended or was cancelled) is dropped. An
        error that names no context ends them all, because the server may have failed for any of them.
        """
        event = decode_event(data)
        if event.context_id is None and event.type == "error":
            concerned = [state for state in list(self._open.values()) if state.started]
        else:
            state = self._open.get(event.context_id or "")
            concerned = [state] if state is not None else []
        for state in concerned:
            state.put(event)
            if state.ended:
                self._forget(state)
        return concerned

    def connection_made(self) -> None:
        """Note that there is a connection."""
        self.inbox.connection_made()

    def connection_lost(
        self, reason: BaseException, *, clean: bool = False, for_good: bool = False
    ) -> list[ContextState]:
        """End every context that had started, because the connection has ended; return them.

        A context for which nothing was sent yet has lost nothing; it continues over the next connection.

        Args:
            reason: why it ended.
            clean: it ended with a closing handshake.
            for_good: the program has closed it, so contexts that have not started end too.
        """
        lost = [state for state in list(self._open.values()) if state.started or for_good]
        self.inbox.connection_lost(reason, clean=clean)
        for state in lost:
            state.connection_lost(reason)
            self._forget(state)
        return lost
