"""A session with a clock that only a test moves, and its actions in a form that tests can compare."""

import json
from collections.abc import Sequence
from typing import Any

from built_in import CATALOGUE
from ownvoice.access.limits import Lease
from ownvoice.api.errors import error_event
from ownvoice.engines import Timing
from ownvoice.engines.espeak.catalogue import VOICES
from ownvoice.errors import RequestError
from ownvoice.settings import Settings
from ownvoice.text.markup import Words
from ownvoice.text.sentences import Sentence
from ownvoice.tts.actions import Action, Close, End, Flush, LookUp, Open, Say, Send, Stop
from ownvoice.tts.session import Session
from ownvoice.tts.speech import Piece
from ownvoice.versions import NEWEST, Version
from ownvoice.voices.resolution import resolve_voice

PIECE = Piece(b"\0" * 100, words=(Timing("Hello", 0.0, 0.1),), phonemes=(Timing("h", 0.0, 0.05),))
RATE = 24000
MOST_BYTES = 64 * 1024


def request(context_id: str | None = "c1", **changes: Any) -> dict[str, Any]:
    body: dict[str, Any] = {
        "model_id": "sonic-3",
        "transcript": "Hello there.",
        "voice": {"mode": "id", "id": VOICES[0].id},
        "output_format": {"container": "raw", "encoding": "pcm_s16le", "sample_rate": RATE},
        "continue": False,
        **changes,
    }
    return body if context_id is None else {**body, "context_id": context_id}


def more(transcript: str, context_id: str = "c1", **changes: Any) -> dict[str, Any]:
    """Return a message after which more text may follow."""
    return request(context_id, **{"transcript": transcript, "continue": True, **changes})


def cancel(context_id: str) -> dict[str, Any]:
    return {"context_id": context_id, "cancel": True}


def unlimited() -> Lease:
    """Take one more context, however many there are."""
    return Lease(lambda: None)


def sentence(text: str) -> Sentence:
    """Return a sentence without tags."""
    return Sentence(text, (Words(text),) if text else ())


def receive(session: Session, message: str | bytes, now: float) -> list[Action]:
    """Return what follows from a message where all voices are built in."""
    received = session.receive(message, now)
    if not isinstance(received, LookUp):
        return received
    try:
        return session.found(received.request, resolve_voice(received.request, CATALOGUE, CATALOGUE), now)
    except RequestError as error:
        return session.refuse(received.request, error, now)


class Talk:
    """A session, and the time."""

    def __init__(self, date: str = NEWEST, **settings: Any) -> None:
        self.now = 1000.0
        chosen = Settings(models={"sonic": "tone"}, **settings)
        self.session = Session(Version(date), chosen, self.now, unlimited, error_event)

    def receive(self, message: Any) -> list[Action]:
        """Return what follows from a message: a dictionary, or text or bytes that are sent as they are."""
        raw = json.dumps(message) if isinstance(message, dict | list) else message
        return receive(self.session, raw, self.now)

    def wait(self, seconds: float) -> list[Action]:
        """Let time pass, and wake the session when it is due, which must never be for nothing."""
        end = self.now + seconds
        actions: list[Action] = []
        while (deadline := self.session.deadline()) is not None and deadline <= end:
            self.now = max(self.now, deadline)
            due = self.session.tick(self.now)
            assert due, "it was woken for nothing"
            actions += due
        self.now = end
        return actions

    def spoken(self, context_id: str = "c1", piece: Piece = PIECE, group: int = 0) -> list[dict[str, Any]]:
        """Return the events of a piece that an engine has made."""
        return [
            json.loads(message)
            for message in self.session.encode_piece(Say(context_id, sentence(""), group), piece, 1.0, self.now)
        ]

    def hear(self, actions: Sequence[Action], seconds: float) -> None:
        """Say all texts, each of which lasts so long."""
        for action in actions:
            if isinstance(action, Say):
                list(self.session.encode_piece(action, Piece(bytes(round(seconds * RATE) * 2)), 1.0, self.now))
                self.session.note_said(action)

    def finished(self, context_id: str = "c1") -> list[dict[str, Any]]:
        return sent(self.session.finish(context_id))

    def failed(self, error: RequestError, context_id: str = "c1") -> list[dict[str, Any]]:
        return sent(self.session.fail(context_id, error))


def sent(actions: Sequence[Action]) -> list[dict[str, Any]]:
    return [json.loads(action.message) for action in actions if isinstance(action, Send)]


def said(actions: Sequence[Action]) -> list[str]:
    return [action.sentence.text for action in actions if isinstance(action, Say)]


def the_error(actions: Sequence[Action]) -> dict[str, Any]:
    (message,) = sent(actions)
    assert message["type"] == "error"
    assert message["done"] is True
    return message


def kinds(actions: Sequence[Action]) -> list[str]:
    """Return the actions in short: ``open``, the texts to say, ``flush 0``, ``end``, ``stop``, ``send``."""
    return [_kind(action) for action in actions]


def _kind(action: Action) -> str:
    match action:
        case Open():
            return "open"
        case Say(_, sentence):
            return sentence.text
        case Flush(_, group):
            return f"flush {group}"
        case End():
            return "end"
        case Stop():
            return "stop"
        case Close(code, reason):
            return f"close {code} {reason}"
        case Send(message):
            return str(json.loads(message)["type"])
