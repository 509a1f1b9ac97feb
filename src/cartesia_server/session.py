"""One WebSocket connection without I/O: messages in; what is to be done, and the messages to send, out.

Times are seconds of any clock that only goes forward; whoever owns a session tells it the time with every call.
"""

import uuid
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

import msgspec

from cartesia.formats import bytes_per_second
from cartesia.types import AnyEvent, Done, FlushDone, GenerationRequest
from cartesia_server.errors import RequestError
from cartesia_server.events import PARTIAL, events_of
from cartesia_server.requests import decode, is_speakable, job_for
from cartesia_server.settings import Settings
from cartesia_server.speech import Piece, Style
from cartesia_server.text.sentences import SentenceBuffer
from cartesia_server.versions import Version

LONGEST_CONTEXT_ID = 1000
"""Characters: an id comes back in every message, and those are to stay under 64 KiB."""
LONGEST_BUFFER_DELAY = 5000
"""Milliseconds."""
SETTLE = 0.1
"""Seconds that text which looks like a whole sentence waits for what might follow: "3." may become "3.5" yet."""
REMEMBERED = 1000
"""How many ended contexts are remembered, so that their late messages do not open new ones."""

NORMAL_CLOSURE = 1000

_encoder = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True)
class Open:
    """Open a stream of speech for a context."""

    context_id: str
    style: Style


@dataclass(frozen=True, slots=True)
class Say:
    """Say a text in a context's stream, after all that was to be said before."""

    context_id: str
    text: str
    group: int
    """How many flushes came before it."""


@dataclass(frozen=True, slots=True)
class Flush:
    """Tell when all of a context's speech so far has been sent."""

    context_id: str
    group: int


@dataclass(frozen=True, slots=True)
class End:
    """End a context's stream, after all that was to be said."""

    context_id: str


@dataclass(frozen=True, slots=True)
class Stop:
    """Stop whatever is being said for a context, now."""

    context_id: str


@dataclass(frozen=True, slots=True)
class Send:
    """Send a message to the client."""

    message: bytes


@dataclass(frozen=True, slots=True)
class Close:
    """Close the connection."""

    code: int
    reason: str


Action: TypeAlias = Open | Say | Flush | End | Stop | Send | Close


@dataclass(slots=True)
class _Context:
    """What is known of an open context."""

    id: str
    style: Style
    delay: float
    """Seconds that an unfinished sentence waits for its end."""
    last_input: float
    plays_until: float
    """When a listener who plays the audio as it comes will have heard all of it."""
    buffer: SentenceBuffer = field(default_factory=SentenceBuffer)
    pending_since: float = 0.0
    takes_input: bool = True
    unsaid: int = 0
    """How many texts are still to be said."""
    flushes: int = 0


class Session:
    """The contexts of one connection. Every context ends with exactly one ``done`` or ``error``."""

    def __init__(self, version: Version, settings: Settings, now: float) -> None:
        self._version = version
        self._settings = settings
        self._contexts: dict[str, _Context] = {}
        self._ended: OrderedDict[str, None] = OrderedDict()
        self._last_traffic = now

    # --- what the client sends ---

    def receive(self, message: str | bytes, now: float) -> list[Action]:
        """What a message of the client asks for."""
        self._last_traffic = now
        context_id = None
        try:
            request = decode(message)
            context_id = request.context_id
            if request.cancel:
                return self._cancel(context_id)
            if context_id is None:
                # It is a context of its own, under an id that its events carry; nobody can name it to continue it.
                context_id = str(uuid.uuid4())
                request.continue_ = False
            if context_id in self._contexts:
                return self._continue(self._contexts[context_id], request, now)
            if context_id in self._ended and not is_speakable(request.transcript or ""):
                return []  # the closing message of a client that has not heard of the end yet
            return self._begin(context_id, request, now)
        except RequestError as error:
            context_id = _context_in(message) if context_id is None else context_id
            return self._refuse(context_id, error)

    def _begin(self, context_id: str, request: GenerationRequest, now: float) -> list[Action]:
        if len(context_id) > LONGEST_CONTEXT_ID:
            raise RequestError(
                "Invalid context",
                f"context_id should have at most {LONGEST_CONTEXT_ID} characters, not {len(context_id)}",
            )
        style = job_for(request, self._settings, containers=("raw",)).style
        delay = self._buffer_delay(request.max_buffer_delay_ms)
        context = _Context(context_id, style, delay, last_input=now, plays_until=now)
        self._contexts[context_id] = context
        self._ended.pop(context_id, None)
        return [Open(context_id, style), *self._take_text(context, request, now)]

    def _continue(self, context: _Context, request: GenerationRequest, now: float) -> list[Action]:
        # Only the text matters: old clients close and flush with made-up voices, models and formats.
        if not context.takes_input:
            if not is_speakable(request.transcript or ""):
                return []
            raise RequestError(
                "Context closed",
                f"context {context.id!r} takes no more text: its last message was without `continue`",
                status_code=409,
            )
        if len(request.transcript or "") > self._settings.max_transcript_chars:
            job_for(request, self._settings, containers=("raw",))  # says what is wrong with it
        if request.max_buffer_delay_ms is not None:
            context.delay = self._buffer_delay(request.max_buffer_delay_ms)
        return self._take_text(context, request, now)

    def _take_text(self, context: _Context, request: GenerationRequest, now: float) -> list[Action]:
        context.last_input = now
        was_pending = context.buffer.pending
        texts = context.buffer.push(request.transcript or "")
        if texts or not was_pending:
            context.pending_since = now
        context.takes_input = bool(request.continue_)
        if request.flush or not context.takes_input or context.delay == 0:
            texts += context.buffer.flush()
        actions = self._say(context, texts)
        if request.flush:
            actions.append(Flush(context.id, context.flushes))
            context.flushes += 1
        if not context.takes_input:
            actions.append(End(context.id))
        return actions

    def _say(self, context: _Context, texts: list[str]) -> list[Action]:
        speakable = [text for text in texts if is_speakable(text)]
        context.unsaid += len(speakable)
        return [Say(context.id, text, context.flushes) for text in speakable]

    def _buffer_delay(self, milliseconds: int | None) -> float:
        if milliseconds is None:
            return self._version.buffer_delay
        if not 0 <= milliseconds <= LONGEST_BUFFER_DELAY:
            raise RequestError(
                "Invalid buffer delay",
                f"max_buffer_delay_ms should be from 0 to {LONGEST_BUFFER_DELAY}, not {milliseconds}",
            )
        return milliseconds / 1000

    def _cancel(self, context_id: str | None) -> list[Action]:
        if context_id is None or context_id not in self._contexts:
            return []
        return [Stop(context_id), *self.finished(context_id)]

    def _refuse(self, context_id: str | None, error: RequestError) -> list[Action]:
        # An error is the last event of the context that it names, so that one must not go on speaking after it.
        if context_id is not None and context_id in self._contexts:
            return [Stop(context_id), *self.failed(context_id, error)]
        return [self._error(context_id, error)]

    # --- what the time brings ---

    def deadline(self) -> float | None:
        """When `tick` is to be called, at the latest."""
        moments = [moment for context in self._contexts.values() if (moment := self._due(context)) is not None]
        if not self._contexts:
            moments.append(self._last_traffic + self._settings.idle_timeout)
        return min(moments, default=None)

    def tick(self, now: float) -> list[Action]:
        """What is to be done because time has passed."""
        actions: list[Action] = []
        for context in self._contexts.values():
            due = self._due(context)
            if due is None or due > now:
                continue
            if context.buffer.pending:
                actions += self._say(context, context.buffer.flush())
                context.last_input = now
            else:
                context.takes_input = False
                actions.append(End(context.id))
        if not self._contexts and now >= self._last_traffic + self._settings.idle_timeout:
            actions.append(Close(NORMAL_CLOSURE, "connection idle timeout"))
        return actions

    def _due(self, context: _Context) -> float | None:
        """When something happens to a context by itself: its text is said as it is, or it expires."""
        if not context.takes_input:
            return None
        if context.buffer.pending:
            due = context.pending_since + context.delay
            if context.buffer.ends_sentence():
                due = min(due, context.last_input + SETTLE)
            return due
        if context.unsaid:
            return None
        if self._version.expires_after_input:
            return max(context.last_input + self._settings.expiry_after_input, context.plays_until)
        return max(context.last_input, context.plays_until) + self._settings.expiry_after_audio

    # --- what the engines bring ---

    def spoken(self, say: Say | End, piece: Piece, step_time: float, now: float) -> Iterator[bytes]:
        """The messages that carry a piece of a context's speech; none once the context has ended.

        Args:
            say: what the piece belongs to.
            piece: the piece.
            step_time: how long it took to make, in milliseconds.
            now: the time.
        """
        context = self._contexts.get(say.context_id)
        if context is None:
            return
        seconds = len(piece.audio) / bytes_per_second(context.style.output_format)
        context.plays_until = max(context.plays_until, now) + seconds
        self._last_traffic = now
        group = say.group if isinstance(say, Say) else context.flushes
        for event in events_of(piece, context.id, step_time):
            if context.id not in self._contexts:
                return  # it was cancelled while the message before this one was on its way
            event.flush_id = self._flush_id(context, group)
            yield _encoder.encode(event)

    def said(self, say: Say) -> None:
        """A text has been said to its end."""
        if (context := self._contexts.get(say.context_id)) is not None:
            context.unsaid -= 1

    def flushed(self, flush: Flush) -> list[Action]:
        """All speech before a flush has been sent."""
        context = self._contexts.get(flush.context_id)
        if context is None:
            return []
        event = FlushDone(context_id=context.id, status_code=PARTIAL, flush_id=self._flush_id(context, flush.group))
        return [_sent(event)]

    def _flush_id(self, context: _Context, group: int) -> int | None:
        """The number of a group; none for clients that do not flush: some have no place for it then."""
        return group + self._version.first_flush_id if context.flushes else None

    def finished(self, context_id: str) -> list[Action]:
        """The end of a context that has been spoken, or given up."""
        return [_sent(Done(context_id=context_id, status_code=200, done=True))] if self._forget(context_id) else []

    def failed(self, context_id: str, error: RequestError) -> list[Action]:
        """The end of a context that could not be spoken to its end."""
        return [self._error(context_id, error)] if self._forget(context_id) else []

    def _forget(self, context_id: str) -> bool:
        if self._contexts.pop(context_id, None) is None:
            return False
        self._ended[context_id] = None
        if len(self._ended) > REMEMBERED:
            self._ended.popitem(last=False)
        return True

    def _error(self, context_id: str | None, error: RequestError) -> Send:
        return _sent(self._version.error_event(error, context_id))


def _sent(event: AnyEvent) -> Send:
    return Send(_encoder.encode(event))


def _context_in(message: str | bytes) -> str | None:
    """The context that a message names which is wrong otherwise, so that its error reaches whoever waits for it."""
    try:
        found = msgspec.json.decode(message)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
    context_id = found.get("context_id") if isinstance(found, dict) else None
    return context_id if isinstance(context_id, str) else None
