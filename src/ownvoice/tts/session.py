"""One WebSocket connection without I/O: messages in; what is to be done, and the messages to send, out.

Times are seconds of any clock that only goes forward; whoever owns a session tells it the time with every call.
"""

import uuid
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import msgspec

from cartesia.formats import bytes_per_second
from cartesia.types import AnyEvent, Done, FlushDone, GenerationRequest
from ownvoice.access.limits import Place
from ownvoice.errors import Conflict, InvalidRequest, RequestError
from ownvoice.settings import Settings
from ownvoice.text.sentences import Sentence, SentenceBuffer
from ownvoice.text.words import is_speakable
from ownvoice.tts.actions import Action, Close, End, Flush, Open, Say, Send, Stop
from ownvoice.tts.events import PARTIAL, events_of
from ownvoice.tts.requests import check_length, job_for
from ownvoice.tts.speech import Piece, Style
from ownvoice.versions import Version
from ownvoice.voices.resolution import Speaker

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


@dataclass(slots=True)
class _Context:
    """What is known of an open context."""

    id: str
    style: Style
    delay: float
    """Seconds that an unfinished sentence waits for its end."""
    last_input: float
    place: Place
    """Its place among the contexts that its owner may have at once."""
    plays_until: float
    """When a listener who plays the audio as it comes will have heard all of it."""
    buffer: SentenceBuffer = field(default_factory=SentenceBuffer)
    pending_since: float = 0.0
    takes_input: bool = True
    ended_by_client: bool = False
    unsaid: int = 0
    """How many characters are still to be said."""
    flushes: int = 0

    def take(self, sentences: list[Sentence], *, continues: bool = False) -> list[Action]:
        """Say some sentences; mere spaces are nothing, but a mark by itself is in the times of words.

        ``continues`` tells whether more may follow of the last one.
        """
        sentences = [sentence for sentence in sentences if sentence.text.strip()]
        self.unsaid += sum(len(sentence.text) for sentence in sentences)
        return [Say(self.id, sentence, self.flushes, continues) for sentence in sentences]

    def has_words(self) -> bool:
        """Whether it has some of a sentence that is not said yet."""
        return is_speakable(self.buffer.ready)

    def speaks_at(self) -> float | None:
        """When what it has of a sentence is said although the sentence may go on."""
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
        place: Callable[[], Place],
        error_event: Callable[[RequestError, str | None], AnyEvent],
    ) -> None:
        """A session of a client that has just connected.

        Args:
            version: of the protocol, as the client speaks it.
            settings: the limits, and how long things may last.
            now: the time.
            place: gives a place for one context more, or raises the RequestError that says why there is none.
            error_event: renders the error of a context, which the client is sent.
        """
        self._place = place
        self._error_event = error_event
        self._version = version
        self._settings = settings
        self._contexts: dict[str, _Context] = {}
        self._ended: OrderedDict[str, None] = OrderedDict()
        """Those whose input the client has not ended, and may yet end: it may not have heard of their end."""
        self._last_traffic = now
        self._closed = False

    # --- what the client sends ---

    def begins(self, request: GenerationRequest) -> bool:
        """Whether a message begins a context, so that `receive` is to be told who says it."""
        return not (request.cancel or request.context_id in self._contexts or self._is_late(request))

    def receive(self, request: GenerationRequest, speaker: Speaker | None, now: float) -> list[Action]:
        """What a message of the client asks for; ``speaker`` is who says a context which it begins."""
        self._last_traffic = now
        context_id = request.context_id
        try:
            if request.cancel:
                return self._cancel(context_id)
            if context_id is None:
                # It is a context of its own, under an id that its events carry; nobody can name it to continue it.
                context_id = str(uuid.uuid4())
                request.continue_ = False
            if context_id in self._contexts:
                return self._continue(self._contexts[context_id], request, now)
            if speaker is None:
                # The message that ends the input is the last late one. What comes after it is another context's.
                if not request.continue_:
                    self._ended.pop(context_id, None)
                return []
            return self._begin(context_id, request, speaker, now)
        except RequestError as error:
            return self._refuse(context_id, error)

    def refuse(self, context_id: str | None, error: RequestError, now: float) -> list[Action]:
        """What follows from a message that cannot be understood, or whose voice is not there."""
        self._last_traffic = now
        return self._refuse(context_id, error)

    def _is_late(self, request: GenerationRequest) -> bool:
        """Whether a message without words belongs to a context that has ended: the client had not heard of it yet."""
        return request.context_id in self._ended and not is_speakable(request.transcript or "")

    def _begin(self, context_id: str, request: GenerationRequest, speaker: Speaker, now: float) -> list[Action]:
        if len(context_id) > LONGEST_CONTEXT_ID:
            raise InvalidRequest(
                "Invalid context",
                f"context_id should have at most {LONGEST_CONTEXT_ID} characters, not {len(context_id)}",
            )
        job = job_for(request, speaker, self._settings, containers=("raw",), more=bool(request.continue_))
        delay = self._buffer_delay(request.max_buffer_delay_ms)
        context = _Context(context_id, job.style, delay, last_input=now, place=self._place(), plays_until=now)
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
        # A flush is how some clients say that a turn is over: what it ends sounds like an end.
        actions = context.take(sentences, continues=context.takes_input and not request.flush)
        if request.flush:
            actions.append(Flush(context.id, context.flushes))
            context.flushes += 1
        if not context.takes_input:
            actions.append(End(context.id))
        return actions

    def _buffer_delay(self, milliseconds: int | None) -> float:
        if milliseconds is None:
            return self._version.buffer_delay
        if not 0 <= milliseconds <= LONGEST_BUFFER_DELAY:
            raise InvalidRequest(
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
        if self._closed:
            return None
        if not self._contexts:
            return self._last_traffic + self._settings.idle_timeout
        return min(
            (due for context in self._contexts.values() if (due := self._due(context)) is not None), default=None
        )

    def tick(self, now: float) -> list[Action]:
        """What is to be done because time has passed."""
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
        """When something happens to a context by itself: its text is said as it is, or it expires."""
        if (speaks_at := context.speaks_at()) is not None:
            return speaks_at
        if not context.takes_input or context.unsaid:
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
        seconds = len(piece.audio) / bytes_per_second(context.style.output_format.to_dict())
        context.plays_until = max(context.plays_until, now) + seconds
        self._last_traffic = now
        group = say.group if isinstance(say, Say) else context.flushes
        for event in events_of(piece, context.id, step_time):
            if self._contexts.get(context.id) is not context:
                return  # it was cancelled while the message before this one was on its way
            event.flush_id = self._flush_id(context, group)
            yield _encoder.encode(event)

    def said(self, say: Say) -> None:
        """A text has been said to its end."""
        if (context := self._contexts.get(say.context_id)) is not None:
            context.unsaid -= len(say.sentence.text)

    def flushed(self, flush: Flush) -> list[Send]:
        """All speech before a flush has been sent."""
        context = self._contexts.get(flush.context_id)
        if context is None:
            return []
        event = FlushDone(context_id=context.id, status_code=PARTIAL, flush_id=self._flush_id(context, flush.group))
        return [_sent(event)]

    def _flush_id(self, context: _Context, group: int) -> int | None:
        """The number of a group; none for clients that do not flush: some have no place for it then."""
        return group + self._version.first_flush_id if context.flushes else None

    def finished(self, context_id: str) -> list[Send]:
        """The end of a context that has been spoken, or given up."""
        return [_sent(Done(context_id=context_id, status_code=200, done=True))] if self._forget(context_id) else []

    def failed(self, context_id: str, error: RequestError) -> list[Send]:
        """The end of a context that could not be spoken to its end."""
        return [self._error(context_id, error)] if self._forget(context_id) else []

    def abandon(self) -> None:
        """The client has gone: whatever was open is over, and nobody is told."""
        for context_id in list(self._contexts):
            self._forget(context_id)

    def _forget(self, context_id: str) -> bool:
        context = self._contexts.pop(context_id, None)
        if context is None:
            return False
        context.place.free()
        if not context.ended_by_client:
            self._ended[context_id] = None
            if len(self._ended) > REMEMBERED:
                self._ended.popitem(last=False)
        return True

    def _error(self, context_id: str | None, error: RequestError) -> Send:
        return _sent(self._error_event(error, context_id))


def _sent(event: AnyEvent) -> Send:
    return Send(_encoder.encode(event))
