"""One WebSocket connection without any I/O: what to send, and which context each message belongs to."""

from __future__ import annotations

import uuid
from collections import deque
from typing import Any
from weakref import WeakValueDictionary

import msgspec

from cartesia.errors import WebSocketConnectionClosedError
from cartesia.types import AnyEvent, decode_event


class Mailbox:
    """The events of a context that nobody has taken yet: in order, in groups that end with a flush each.

    Groups are counted by the ``flush_done`` events that come. Their ``flush_id`` says nothing that holds everywhere:
    servers count from 0, from 1, or leave it out.
    """

    def __init__(self) -> None:
        self.flushes = 0
        """How many flushes were asked for."""
        self.last: AnyEvent | None = None
        """The event that ended the context."""
        self._last_taken = False
        self._group = 0
        self._groups: dict[int, deque[AnyEvent]] = {}
        self._claimed: set[int] = set()
        self._told: set[int] = set()

    def put(self, event: AnyEvent) -> None:
        """Keep an event until it is taken."""
        self._groups.setdefault(self._group, deque()).append(event)
        if event.type == "flush_done" and self._group < self.flushes:
            self._group += 1

    def claim(self, flush: int) -> None:
        """From now on the events before that flush (from 0) are for whoever asks for them by its number."""
        self._claimed.add(flush)

    def release(self, flush: int) -> None:
        """What is left of a claimed group is for anybody again."""
        self._claimed.discard(flush)

    def take(self, flush: int | None) -> AnyEvent | None:
        """The next event, of those before a flush or of all that are not claimed."""
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
        if self._group <= flush and flush not in self._told and self.failed:
            self._told.add(flush)
            return self.last
        return None

    def over(self, flush: int | None) -> bool:
        """Whether nothing more can be taken, now or later."""
        if flush is None:
            return self._last_taken
        passed = self._group > flush or flush in self._told or (self.last is not None and not self.failed)
        return passed and flush not in self._groups

    @property
    def failed(self) -> bool:
        """The context has ended with an error."""
        return self.last is not None and self.last.type == "error"

    @property
    def empty(self) -> bool:
        """All but the last event have been taken."""
        return not self._groups

    def clear(self) -> None:
        """Throw away what is there."""
        self._groups.clear()


class ContextState:
    """What is known of one context: whether it takes more text, what has come for it, how it ended."""

    def __init__(self, context_id: str) -> None:
        self.id = context_id
        self.mail = Mailbox()
        self.inputs_open = True
        self.begun = False
        """It was given something to send."""
        self.started = False
        """That is on its way."""
        self.cancelled = False
        self.failure: Exception | None = None
        """Why no more will come, where that is not the server's last word."""
        self._sent = self._came = 0

    @property
    def reader(self) -> ContextState:
        """Where its events are waited for."""
        return self

    @property
    def ended(self) -> bool:
        """Its last event has come."""
        return self.mail.last is not None

    @property
    def closed(self) -> bool:
        """Nothing more will come for it, and what came has been taken."""
        return self.cancelled or ((self.ended or self.failure is not None) and self.mail.empty)

    def message(self, fields: dict[str, Any], *, more: bool) -> bytes | None:
        """What to send for this context; ``more`` says whether yet more text may follow.

        None where it is of no use: the context was cancelled, or the server has failed it and whoever receives it is
        told so. Who sends need not be who knows that, so it is no error.

        Raises:
            ValueError: the context takes no more text.
            WebSocketConnectionClosedError: its connection was lost.
        """
        if fields.get("cancel"):
            return msgspec.json.encode({**fields, "context_id": self.id})
        message = msgspec.json.encode({**fields, "context_id": self.id, "continue": more})
        if self.started and self.failure is not None:
            raise self.unsent(message)
        if not self.inputs_open:
            raise ValueError(f"context {self.id!r} takes no more text: its input was closed")
        if self.mail.failed or self.cancelled:
            return None
        if self.ended:
            raise ValueError(f"context {self.id!r} takes no more text: the server has ended it; open another one")
        self.begun, self.inputs_open = True, more
        self.mail.flushes += bool(fields.get("flush"))
        return message

    def put(self, event: AnyEvent) -> None:
        """Keep an event until it is taken."""
        self._came += 1
        if event.done or event.type == "error":
            self.mail.last = event
        else:
            self.mail.put(event)

    def take(self, flush: int | None = None) -> AnyEvent | None:
        """The next event, or None when more must be read first, or all is over; raises when none will come.

        Args:
            flush: take only what comes before that flush, counted from 0.
        """
        if (event := self.mail.take(flush)) is not None:
            return event
        if self.failure is not None and not self.over(flush):
            raise self.failure
        return None

    def over(self, flush: int | None = None) -> bool:
        """Whether nothing more can be taken, and that is as it should be."""
        return self.cancelled or self.mail.over(flush)

    def sent(self) -> None:
        """A message of it has been handed to the connection."""
        self._sent += 1

    def lose(self, reason: BaseException) -> None:
        """Its connection has ended."""
        what = f"the connection ended before context {self.id!r} was complete ({reason or type(reason).__name__})"
        said = f"{self._sent} of its messages had been sent, and {self._came} events had come"
        self.failure = WebSocketConnectionClosedError(f"{what}; {said}", context_id=self.id)
        self.failure.__cause__ = reason

    def unsent(self, message: bytes) -> Exception:
        """Why a message could not be sent; the exception keeps it, for a program that wants to send it elsewhere."""
        failure = self.failure or ValueError(f"context {self.id!r} takes no more text: the server has ended it")
        if isinstance(failure, WebSocketConnectionClosedError):
            failure.unsent_messages.append(message.decode())
        return failure


class Inbox(ContextState):
    """The events of contexts that messages of the connection itself have begun, for who reads the connection."""

    def __init__(self) -> None:
        super().__init__("")
        self.under_way: dict[str, Posted] = {}
        self._complete = False
        self._newest: AnyEvent | None = None

    def put(self, event: AnyEvent) -> None:
        """Keep an event until it is taken, whichever context it belongs to; once, if it is of several."""
        if event is not self._newest:
            self._newest = event
            self.mail.put(event)

    def over(self, flush: int | None = None) -> bool:
        """Whether the connection was closed with nothing under way."""
        return self._complete

    def lose(self, reason: BaseException, *, clean: bool = False) -> None:
        """The connection has ended."""
        lost = ", ".join(repr(context_id) for context_id in self.under_way)
        what = f"the connection ended before these contexts were complete: {lost}" if lost else "the connection ended"
        self.failure = WebSocketConnectionClosedError(f"{what} ({reason or type(reason).__name__})")
        self.failure.__cause__ = reason
        self._complete = clean and not lost

    def opened(self) -> None:
        """There is a connection, again."""
        self.failure, self._complete = None, False


class Posted(ContextState):
    """A context that a message of the connection itself has begun."""

    def __init__(self, context_id: str, inbox: Inbox) -> None:
        super().__init__(context_id)
        self._inbox = inbox

    @property
    def reader(self) -> ContextState:
        """Where its events are waited for."""
        return self._inbox

    def put(self, event: AnyEvent) -> None:
        """Hand an event on to who reads the connection."""
        self._inbox.put(event)
        if event.done or event.type == "error":
            self.mail.last = event


class Router:
    """The open contexts of a connection."""

    def __init__(self) -> None:
        # Weak, so that a context that the program has let go of without a word leaves nothing behind.
        self._open: WeakValueDictionary[str, ContextState] = WeakValueDictionary()
        self.inbox = Inbox()

    def open(self, context_id: str | None) -> ContextState:
        """A new context; ValueError where one of that id is still open."""
        context_id = str(uuid.uuid4()) if context_id is None else context_id
        if context_id in self._open:
            raise ValueError(f"context {context_id!r} is already open on this connection")
        state = self._open[context_id] = ContextState(context_id)
        return state

    def posted(self, context_id: str | None) -> ContextState:
        """The context that a message of the connection itself belongs to: an open one, or one that it begins."""
        context_id = str(uuid.uuid4()) if context_id is None else context_id
        return self._open.get(context_id) or Posted(context_id, self.inbox)

    def start(self, state: ContextState) -> None:
        """The first message of a context is about to be sent, for the first time or over a new connection.

        From here on the end of the connection is the end of the context.
        """
        self._open[state.id] = state
        if isinstance(state, Posted):
            self.inbox.under_way[state.id] = state
        state.started, state.failure = True, None

    def withdraw(self, state: ContextState) -> None:
        """The first message of a context could not be sent, so it can be tried again."""
        state.begun, state.started, state.inputs_open, state.failure = False, False, True, None
        state.mail.flushes = 0
        if isinstance(state, Posted):
            self._forget(state)

    def cancel(self, state: ContextState, reason: Exception | None = None) -> bytes | None:
        """Drop whatever still comes for a context. Returns what to send so that the server stops, if it has to.

        Args:
            state: the context.
            reason: what those who receive it are told; else it is over for them.
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
        error that names no context ends them all: the server has failed, and it will not say for whom.
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

    def opened(self) -> None:
        """There is a connection."""
        self.inbox.opened()

    def closed(self, reason: BaseException, *, clean: bool = False, for_good: bool = False) -> list[ContextState]:
        """The connection has ended: so has every context that was started. Returns those.

        A context that nothing was sent for yet has lost nothing; it goes on over the next connection.

        Args:
            reason: why it ended.
            clean: both sides agreed.
            for_good: the program itself has closed it, so nobody is to wait for the next one.
        """
        lost = [state for state in list(self._open.values()) if state.started or for_good]
        self.inbox.lose(reason, clean=clean)
        for state in lost:
            state.lose(reason)
            self._forget(state)
        return lost
