"""One WebSocket connection without I/O: messages in; what is to be done, and the messages to send, out."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import msgspec

from cartesia.types import Done, GenerationRequest
from cartesia_server.errors import RequestError
from cartesia_server.events import events_of
from cartesia_server.requests import decode, job_for
from cartesia_server.settings import Settings
from cartesia_server.speech import Job, Piece
from cartesia_server.versions import Version

LONGEST_CONTEXT_ID = 500
"""In characters. Every event carries it, and should stay small."""

_encoder = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True)
class Speak:
    """Say a job; its pieces belong to the context."""

    context_id: str
    job: Job


@dataclass(frozen=True, slots=True)
class Stop:
    """Stop whatever is being said for the context."""

    context_id: str


@dataclass(frozen=True, slots=True)
class Send:
    """Send a message to the client."""

    message: bytes


Action: TypeAlias = Speak | Stop | Send


class Session:
    """The contexts of one connection.

    Every context ends with exactly one ``done`` or ``error``. It has no clock and no socket: whoever owns it passes on
    what arrives and carries out what it returns.
    """

    def __init__(self, version: Version, settings: Settings) -> None:
        self._version = version
        self._settings = settings
        self._open: set[str] = set()

    def receive(self, message: str | bytes) -> list[Action]:
        """What a message of the client asks for."""
        try:
            request = decode(message)
        except RequestError as error:
            return self._refused(_context_in(message), error)
        context_id = request.context_id
        if request.cancel:
            return self._cancel(context_id)
        # A message without a context is a context of its own, under an id that its events then carry.
        context_id = str(uuid.uuid4()) if context_id is None else context_id
        try:
            return [Speak(context_id, self._job(request, context_id))]
        except RequestError as error:
            return self._refused(context_id, error)

    def _job(self, request: GenerationRequest, context_id: str) -> Job:
        if len(context_id) > LONGEST_CONTEXT_ID:
            raise RequestError(
                "Invalid context",
                f"context_id should have at most {LONGEST_CONTEXT_ID} characters, not {len(context_id)}",
            )
        if context_id in self._open:
            raise RequestError(
                "Context in use", f"context {context_id!r} is still speaking on this connection", status_code=409
            )
        job = job_for(request, self._settings, containers=("raw",))
        self._open.add(context_id)
        return job

    def _refused(self, context_id: str | None, error: RequestError) -> list[Action]:
        # An error is the last event of the context that it names, so that one must not go on speaking after it.
        if context_id is not None and context_id in self._open:
            return [Stop(context_id), *self.failed(context_id, error)]
        return [self._error(error, context_id)]

    def _cancel(self, context_id: str | None) -> list[Action]:
        if context_id is None or context_id not in self._open:
            return []
        return [Stop(context_id), *self.finished(context_id)]

    def spoken(self, context_id: str, piece: Piece, step_time: float) -> Iterator[bytes]:
        """The messages that carry a piece of a context's speech; none once the context has ended."""
        for event in events_of(piece, context_id, step_time):
            if context_id not in self._open:
                return
            yield _encoder.encode(event)

    def finished(self, context_id: str) -> list[Action]:
        """The end of a context that has been spoken, or given up."""
        if context_id not in self._open:
            return []
        self._open.discard(context_id)
        return [Send(_encoder.encode(Done(context_id=context_id, status_code=200, done=True)))]

    def failed(self, context_id: str, error: RequestError) -> list[Action]:
        """The end of a context that could not be spoken to its end."""
        if context_id not in self._open:
            return []
        self._open.discard(context_id)
        return [self._error(error, context_id)]

    def _error(self, error: RequestError, context_id: str | None) -> Send:
        return Send(_encoder.encode(self._version.error_event(error, context_id)))


def _context_in(message: str | bytes) -> str | None:
    """The context that a message names which is wrong otherwise, so that its error reaches whoever waits for it."""
    try:
        found = msgspec.json.decode(message)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
    context_id = found.get("context_id") if isinstance(found, dict) else None
    return context_id if isinstance(context_id, str) else None
