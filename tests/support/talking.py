"""A session with a clock that only a test moves, and what it wants done in a form that tests can compare."""

import json
from collections.abc import Sequence
from typing import Any

from ownvoice.access.limits import Place
from ownvoice.api.errors import error_event
from ownvoice.engines import Timing
from ownvoice.engines.espeak import catalogue
from ownvoice.engines.espeak.catalogue import VOICES
from ownvoice.errors import RequestError
from ownvoice.settings import Settings
from ownvoice.text.markup import Words
from ownvoice.text.sentences import Sentence
from ownvoice.tts.actions import Action, Close, End, Flush, Open, Say, Send, Stop
from ownvoice.tts.requests import context_in, decode
from ownvoice.tts.session import Session
from ownvoice.tts.speech import Piece
from ownvoice.versions import NEWEST, Version
from ownvoice.voices.resolution import voice_of

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
    """A message after which more text may follow."""
    return request(context_id, **{"transcript": transcript, "continue": True, **changes})


def cancel(context_id: str) -> dict[str, Any]:
    return {"context_id": context_id, "cancel": True}


def sentence(text: str) -> Sentence:
    """A sentence without tags."""
    return Sentence(text, (Words(text),) if text else ())


def everything() -> Place:
    """A place for one context more, however many there are."""
    return Place(lambda: None)


def receive(session: Session, message: str | bytes, now: float) -> list[Action]:
    """What follows from a message where all voices are built in."""
    try:
        asked = decode(message)
    except RequestError as error:
        return session.refuse(context_in(message), error, now)
    try:
        voice = voice_of(asked, catalogue) if session.begins(asked) else None
    except RequestError as error:
        return session.refuse(asked.context_id, error, now)
    return session.receive(asked, voice, now)


class Talk:
    """A session, and the time."""

    def __init__(self, date: str = NEWEST, **settings: Any) -> None:
        self.now = 1000.0
        chosen = Settings(models={"sonic": "tone"}, **settings)
        self.session = Session(Version(date), chosen, self.now, everything, error_event)

    def receive(self, message: Any) -> list[Action]:
        """What follows from a message: a dictionary, or what is sent as it is."""
        raw = json.dumps(message) if isinstance(message, dict | list) else message
        return receive(self.session, raw, self.now)

    def wait(self, seconds: float) -> list[Action]:
        """Let time pass; the session is woken when it wants to be, and never for nothing."""
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
        """The events of a piece that an engine has made."""
        return [
            json.loads(message)
            for message in self.session.spoken(Say(context_id, sentence(""), group), piece, 1.0, self.now)
        ]

    def hear(self, actions: Sequence[Action], seconds: float) -> None:
        """Say all that is asked for, each text lasting so long."""
        for action in actions:
            if isinstance(action, Say):
                list(self.session.spoken(action, Piece(bytes(round(seconds * RATE) * 2)), 1.0, self.now))
                self.session.said(action)

    def finished(self, context_id: str = "c1") -> list[dict[str, Any]]:
        return sent(self.session.finished(context_id))

    def failed(self, error: RequestError, context_id: str = "c1") -> list[dict[str, Any]]:
        return sent(self.session.failed(context_id, error))


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
    """What is wanted, in short: ``open``, the texts that are to be said, ``flush 0``, ``end``, ``stop``, ``send``."""
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
