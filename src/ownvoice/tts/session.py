"""One WebSocket connection without I/O: messages go in, actions come out.

Times are seconds of any monotonic clock; the owner of a session tells it the time with every call.
"""

import uuid
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import msgspec

from cartesia.formats import bytes_per_second
from cartesia.types import AnyEvent, Done, FlushDone, GenerationRequest
from ownvoice.access.limits import Lease
from ownvoice.errors import Conflict, RequestError
from ownvoice.settings import Settings
from ownvoice.text.sentences import Sentence, SentenceBuffer
from ownvoice.text.words import is_speakable
from ownvoice.tts.actions import Action, Close, End, Flush, LookUp, Open, Say, Send, Stop
from ownvoice.tts.events import PARTIAL, events_of
from ownvoice.tts.requests import ContinuationBounds, check_bounds, check_length, context_id_in, decode, job_for
from ownvoice.tts.speech import Piece, Style
from ownvoice.versions import Version
from ownvoice.voices.resolution import ResolvedVoice

SETTLE = 0.1
"""Seconds that text which looks like a whole sentence waits for what may follow: "3." may become "3.5"."""
REMEMBERED = 1000
"""How many ended contexts are remembered, so that their late messages do not open new ones."""

NORMAL_CLOSURE = 1000

_encoder = msgspec.json.Encoder()


@dataclass(slots=True)
class _Context:
    """The state of an open context."""

    id: str
    style: Style
    delay: float
    """Seconds that an unfinished sentence waits for its end."""
    last_input: float
    lease: Lease
    """Counts it among the contexts that its owner may have open."""
    plays_until: float
    """When all of its audio so far will have been played, by a listener who plays it as it comes."""
    buffer: SentenceBuffer = field(default_factory=SentenceBuffer)
    pending_since: float = 0.0
    takes_input: bool = True
    ended_by_client: bool = False
    unsaid: int = 0
    """The number of characters that are still to be said."""
    flushes: int = 0

    def take(self, sentences: list[Sentence], *, continues: bool = False) -> list[Action]:
        """Return the actions that say some sentences. Blank ones are dropped; a mark by itself has a timestamp.

        Args:
            sentences: the sentences.
            continues: whether more may follow of the last one.
        """
        sentences = [sentence for sentence in sentences if sentence.text.strip()]
        self.unsaid += sum(len(sentence.text) for sentence in sentences)
        return [Say(self.id, sentence, self.flushes, continues) for sentence in sentences]

    def has_words(self) -> bool:
        """Return whether part of a sentence is waiting to be said."""
        return is_speakable(self.buffer.ready)

    def speaks_at(self) -> float | None:
        """Return when a waiting part of a sentence is said although more of it may come; None where none is waiting."""
        if not self.takes_input or not self.has_words():
            return None
        due = self.pending_since + self.delay
        return min(due, self.last_input + SETTLE) if self.buffer.ends_sentence() else due


class Session:
    """The contexts of one connection. Every context ends with exactly one ``done`` or ``error``."""

    def __init__(
        self,
        version: Version,
        settings: Settings,
        now: float,
        lease: Callable[[], Lease],
        error_event: Callable[[RequestError, str | None], AnyEvent],
    ) -> None:
        """Make the session of a client that has just connected.

        Args:
            version: the version of the protocol that the client speaks.
            settings: the limits and the timeouts.
            now: the time.
            lease: takes one more context for the client, or raises the RequestError that says why it may not.
            error_event: makes the event of a context's error, which the client is sent.
        """
        self._lease = lease
        self._error_event = error_event
        self._version = version
        self._settings = settings
        self._contexts: dict[str, _Context] = {}
        self._ended: OrderedDict[str, None] = OrderedDict()
        """Recently ended contexts whose input the client never closed; their late messages are ignored."""
        self._last_traffic = now
        self._closed = False

    # --- what the client sends ---

    def receive(self, message: str | bytes, now: float) -> LookUp | list[Action]:
        """Take a message of the client. One that begins a context asks for its voice to be looked up first."""
        self._last_traffic = now
        try:
            request = decode(message)
        except RequestError as error:
            return self._refuse(context_id_in(message), error)
        context_id = request.context_id
        if request.cancel:
            return self._cancel(context_id)
        if context_id is not None and context_id in self._contexts:
            try:
                return self._continue(self._contexts[context_id], request, now)
            except RequestError as error:
                return self._refuse(context_id, error)
        if context_id is not None and context_id in self._ended and not is_speakable(request.transcript or ""):
            # The client did not know of the end yet. The last message for it is the one that closes the input.
            if not request.continue_:
                del self._ended[context_id]
            return []
        return LookUp(request)

    def found(self, request: GenerationRequest, speaker: ResolvedVoice, now: float) -> list[Action]:
        """Begin the context of a request whose voice was looked up.

        Args:
            request: the request.
            speaker: its voice.
            now: the time.
        """
        self._last_traffic = now
        context_id = request.context_id
        if context_id is None:
            # It is a context of its own, under an id that its events carry; the client cannot name it to continue it.
            context_id = str(uuid.uuid4())
            request.continue_ = False
        try:
            return self._begin(context_id, request, speaker, now)
        except RequestError as error:
            return self._refuse(context_id, error)

    def refuse(self, request: GenerationRequest, error: RequestError, now: float) -> list[Action]:
        """Refuse a request whose voice cannot be looked up.

        Args:
            request: the request.
            error: what the client is told.
            now: the time.
        """
        self._last_traffic = now
        return self._refuse(request.context_id, error)

    def _begin(self, context_id: str, request: GenerationRequest, speaker: ResolvedVoice, now: float) -> list[Action]:
        job = job_for(request, speaker, self._settings, containers=("raw",), more=bool(request.continue_))
        delay = self._buffer_delay(request.max_buffer_delay_ms)
        context = _Context(context_id, job.style, delay, last_input=now, lease=self._lease(), plays_until=now)
        self._contexts[context_id] = context
        self._ended.pop(context_id, None)
        return [Open(context_id, job.style), *self._take_text(context, job.text, request, now)]

    def _continue(self, context: _Context, request: GenerationRequest, now: float) -> list[Action]:
        # Only the text matters: old clients close and flush with made-up voices, models and formats.
        text = request.transcript or ""
        if not context.takes_input:
            if not is_speakable(text):
                return []
            raise Conflict(
                "Context closed",
                f"context {context.id!r} takes no more text: a message without `continue` has ended it, or it expired",
            )
        check_bounds(request, ContinuationBounds)
        check_length(context.unsaid + len(text), self._settings)
        if request.max_buffer_delay_ms is not None:
            context.delay = self._buffer_delay(request.max_buffer_delay_ms)
        return self._take_text(context, text, request, now)

    def _take_text(self, context: _Context, text: str, request: GenerationRequest, now: float) -> list[Action]:
        context.last_input = now
        buffer = context.buffer
        had_words = context.has_words()
        sentences = buffer.push(text)
        if sentences or not had_words:
            context.pending_since = now
        if not request.continue_:
            context.takes_input, context.ended_by_client = False, True
            sentences += buffer.flush()
        elif request.flush or context.delay == 0 or buffer.is_whole_message():
            sentences += buffer.take()
        # Some clients flush to end a turn, so text before a flush gets the melody of an end.
        actions = context.take(sentences, continues=context.takes_input and not request.flush)
        if request.flush:
            actions.append(Flush(context.id, context.flushes))
            context.flushes += 1
        if not context.takes_input:
            actions.append(End(context.id))
        return actions

    def _buffer_delay(self, milliseconds: int | None) -> float:
        return self._version.buffer_delay if milliseconds is None else milliseconds / 1000

    def _cancel(self, context_id: str | None) -> list[Action]:
        if context_id is None or context_id not in self._contexts:
            return []
        return [Stop(context_id), *self.finish(context_id)]

    def _refuse(self, context_id: str | None, error: RequestError) -> list[Action]:
        # An error is the last event of the context that it names, so that context must not go on speaking.
        if context_id is not None and context_id in self._contexts:
            return [Stop(context_id), *self.fail(context_id, error)]
        return [self._error(context_id, error)]

    # --- what the time brings ---

    def deadline(self) -> float | None:
        """Return when to call `tick`, at the latest; None where nothing will happen by itself."""
        if self._closed:
            return None
        if not self._contexts:
            return self._last_traffic + self._settings.idle_timeout
        return min(
            (due for context in self._contexts.values() if (due := self._due(context)) is not None), default=None
        )

    def tick(self, now: float) -> list[Action]:
        """Return what is to be done because time has passed."""
        actions: list[Action] = []
        for context in self._contexts.values():
            due = self._due(context)
            if due is None or due > now:
                continue
            if context.has_words():
                actions += context.take(context.buffer.take(), continues=True)
            else:
                context.takes_input = False
                actions += [*context.take(context.buffer.flush()), End(context.id)]
        if not self._contexts and not self._closed and now >= self._last_traffic + self._settings.idle_timeout:
            self._closed = True
            actions.append(Close(NORMAL_CLOSURE, "connection idle timeout"))
        return actions

    def _due(self, context: _Context) -> float | None:
        """Return when something happens to a context by itself: waiting text is said, or it expires."""
        if (speaks_at := context.speaks_at()) is not None:
            return speaks_at
        if not context.takes_input or context.unsaid:
            return None
        if self._version.expires_after_input:
            return max(context.last_input + self._settings.expiry_after_input, context.plays_until)
        return max(context.last_input, context.plays_until) + self._settings.expiry_after_audio

    # --- what the engines bring ---

    def encode_piece(self, say: Say | End, piece: Piece, step_time: float, now: float) -> Iterator[bytes]:
        """Yield the messages that carry a piece of a context's speech; none once the context has ended.

        Args:
            say: the action that the piece belongs to.
            piece: the piece.
            step_time: how long the piece took to make, in milliseconds.
            now: the time.
        """
        context = self._contexts.get(say.context_id)
        if context is None:
            return
        seconds = len(piece.audio) / bytes_per_second(context.style.output_format.to_dict())
        context.plays_until = max(context.plays_until, now) + seconds
        self._last_traffic = now
        group = say.group if isinstance(say, Say) else context.flushes
        for event in events_of(piece, context.id, step_time):
            if self._contexts.get(context.id) is not context:
                return  # it was cancelled while the message before this one was on its way
            event.flush_id = self._flush_id(context, group)
            yield _encoder.encode(event)

    def note_said(self, say: Say) -> None:
        """Note that a text has been said to its end."""
        if (context := self._contexts.get(say.context_id)) is not None:
            context.unsaid -= len(say.sentence.text)

    def flush_done(self, flush: Flush) -> list[Send]:
        """Return the message that tells the client that all speech before a flush has been sent."""
        context = self._contexts.get(flush.context_id)
        if context is None:
            return []
        event = FlushDone(context_id=context.id, status_code=PARTIAL, flush_id=self._flush_id(context, flush.group))
        return [_send(event)]

    def _flush_id(self, context: _Context, group: int) -> int | None:
        """Return the number of a group; None for clients that do not flush, some of which cannot read it."""
        return group + self._version.first_flush_id if context.flushes else None

    def finish(self, context_id: str) -> list[Send]:
        """End a context that has been spoken or cancelled."""
        return [_send(Done(context_id=context_id, status_code=200, done=True))] if self._forget(context_id) else []

    def fail(self, context_id: str, error: RequestError) -> list[Send]:
        """End a context that could not be spoken to its end."""
        return [self._error(context_id, error)] if self._forget(context_id) else []

    def abandon(self) -> None:
        """End all contexts silently: the client has gone."""
        for context_id in list(self._contexts):
            self._forget(context_id)

    def _forget(self, context_id: str) -> bool:
        context = self._contexts.pop(context_id, None)
        if context is None:
            return False
        context.lease.release()
        if not context.ended_by_client:
            self._ended[context_id] = None
            if len(self._ended) > REMEMBERED:
                self._ended.popitem(last=False)
        return True

    def _error(self, context_id: str | None, error: RequestError) -> Send:
        return _send(self._error_event(error, context_id))


def _send(event: AnyEvent) -> Send:
    return Send(_encoder.encode(event))
