"""The client against the server, without a socket: in any order of events, every context gets its own and no other."""

import base64
import json
import re
from collections import deque
from collections.abc import Iterator
from typing import Any, TypeVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from cartesia._websocket.router import ContextState, Router
from cartesia.errors import WebSocketConnectionClosedError
from cartesia.types import AnyEvent
from examples import examples
from ownvoice.api.errors import error_event
from ownvoice.engines import Timing
from ownvoice.engines.espeak.catalogue import VOICES
from ownvoice.errors import InternalError
from ownvoice.settings import Settings
from ownvoice.tts.actions import Action, Close, End, Flush, Open, Say, Send, Stop
from ownvoice.tts.session import Session
from ownvoice.tts.speech import Piece
from ownvoice.versions import VERSIONS, Version
from talking import receive, unlimited

FIELDS = {
    "model_id": "sonic-3",
    "voice": {"mode": "id", "id": VOICES[0].id},
    "output_format": {"container": "raw", "encoding": "pcm_s16le", "sample_rate": 24000},
    "add_timestamps": True,
}
DUMMY = {"model_id": "sonic-english", "voice": {"embedding": [1.0] * 192}, "output_format": None}
NAMES = "abcd"
PLACES = st.integers(0, 11)
"""The place of a choice in a list; the number of places is divisible by every number of names."""
MOSTLY = st.sampled_from([True, True, True, False])
T = TypeVar("T")
WORD = re.compile(r"W\d+")


def at(place: int, choices: list[T]) -> T:
    return choices[place % len(choices)]


class Served:
    """A context as the server has it: what it was given, what it has sent, and what is still to be said."""

    def __init__(self) -> None:
        self.given: list[str] = []
        self.sent: list[str] = []
        self.cut = False
        """It was cancelled or has failed, so it need not have said unlimited."""
        self.left: deque[Say | Flush | End] = deque()
        self.saying: Iterator[bytes] | None = None


class Talking:
    """A context as the client has it."""

    def __init__(self, state: ContextState) -> None:
        self.state = state
        self.pushed: list[str] = []
        self.heard: list[str] = []
        self.timed: list[str] = []
        self.end: AnyEvent | Exception | None = None
        self.given_up = False
        self.expired = False


class Contexts(RuleBasedStateMachine):
    """The wire is two queues; the engines speak a word at a time, when they are told to."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.words = 0
        self.router = Router()
        self.contexts: list[Talking] = []
        self.date = VERSIONS[0]
        self.connect()

    def connect(self) -> None:
        settings = Settings(models={"sonic": "tone"})
        self.session = Session(Version(self.date), settings, self.now, unlimited, error_event)
        self.to_server: deque[bytes] = deque()
        self.to_client: deque[bytes] = deque()
        self.served: dict[str, Served] = {}
        self.closed = False

    # --- what a client does ---

    def open_ones(self) -> list[Talking]:
        """Return the contexts that the client believes to be open."""
        return [talking for talking in self.contexts if talking.end is None and not talking.given_up]

    def speaking(self) -> list[Talking]:
        """Return those of them that take text."""
        return [talking for talking in self.open_ones() if talking.state.inputs_open]

    def is_free(self, name: str) -> bool:
        """Tell whether nothing of a context with that name is still on its way, so that a client may use it again."""
        on_its_way = (json.loads(message).get("context_id") for message in (*self.to_server, *self.to_client))
        return name not in {*on_its_way, *self.served, *(talking.state.id for talking in self.open_ones())}

    def text(self, count: int, suffix: str) -> tuple[list[str], str]:
        words = [f"W{number}" for number in range(self.words, self.words + count)]
        self.words += count
        return words, " ".join(words) + suffix

    suffixes = st.sampled_from([" ", ". ", "! ", ".", ", ", ".\n\n", ""])

    @rule(date=st.sampled_from(VERSIONS))
    @precondition(lambda self: not self.contexts)
    def choose_version(self, date: str) -> None:
        self.date = date
        self.connect()

    @rule(
        name=st.sampled_from(NAMES),
        count=st.integers(1, 3),
        suffix=suffixes,
        more=MOSTLY,
        delay=st.sampled_from([None, 0, 500, 5000]),
    )
    @precondition(lambda self: not self.closed)
    def open(self, name: str, count: int, suffix: str, more: bool, delay: int | None) -> None:
        if not self.is_free(name):
            return
        talking = Talking(self.router.open(name))
        self.contexts.append(talking)
        self.router.start(talking.state)
        words, text = self.text(count, suffix)
        talking.pushed += words
        self.send(talking, {**FIELDS, "transcript": text, "max_buffer_delay_ms": delay}, more=more)

    def send(self, talking: Talking, fields: dict[str, Any], *, more: bool) -> None:
        message = talking.state.message(fields, more=more)
        assert message is not None
        self.to_server.append(message)

    @rule(place=PLACES, count=st.integers(1, 3), suffix=suffixes, more=MOSTLY, flush=st.booleans())
    @precondition(lambda self: self.speaking())
    def push(self, place: int, count: int, suffix: str, more: bool, flush: bool) -> None:
        talking = at(place, self.speaking())
        words, text = self.text(count, suffix)
        talking.pushed += words
        self.send(talking, {**FIELDS, "transcript": text, "flush": flush}, more=more)

    @rule(place=PLACES, more=st.booleans())
    @precondition(lambda self: self.speaking())
    def close_or_flush_as_old_clients_do(self, place: int, more: bool) -> None:
        self.send(at(place, self.speaking()), {**DUMMY, "transcript": "", "flush": more}, more=more)

    @rule(place=PLACES)
    @precondition(lambda self: self.open_ones())
    def cancel(self, place: int) -> None:
        talking = at(place, self.open_ones())
        talking.given_up = True
        if (message := self.router.cancel(talking.state)) is not None:
            self.to_server.append(message)

    @rule(name=st.sampled_from(NAMES))
    def cancel_what_is_not_there(self, name: str) -> None:
        if self.is_free(name) and not self.closed:
            self.to_server.append(json.dumps({"context_id": name, "cancel": True}).encode())

    @rule(count=st.integers(1, 5))
    @precondition(lambda self: self.to_client)
    def client_reads(self, count: int) -> None:
        for _ in range(min(count, len(self.to_client))):
            self.client_reads_one()

    def client_reads_one(self) -> None:
        for state in self.router.receive(self.to_client.popleft()):
            (talking,) = [one for one in self.contexts if one.state is state]
            while (event := state.take()) is not None:
                self.hear(talking, event)

    def hear(self, talking: Talking, event: AnyEvent) -> None:
        assert talking.end is None, "something came after the end"
        assert not talking.given_up
        assert event.context_id == talking.state.id
        match event.type:
            case "chunk":
                talking.heard += base64.b64decode(event.data).decode().split()
            case "timestamps":
                talking.timed += event.word_timestamps.words
            case "done" | "error":
                assert event.done is True
                talking.end = event
            case _:
                assert event.type == "flush_done"
        assert (event.flush_id is None) or event.type != "done"

    # --- what a server does ---

    @rule(count=st.integers(1, 3))
    @precondition(lambda self: self.to_server and not self.closed)
    def server_reads(self, count: int) -> None:
        for _ in range(min(count, len(self.to_server))):
            self.server_reads_one()

    def server_reads_one(self) -> None:
        message = self.to_server.popleft()
        fields = json.loads(message)
        name = fields["context_id"]
        before = self.served.get(name)
        if before is not None and fields.get("cancel"):
            before.cut = True
        actions = receive(self.session, message, self.now)
        if any(isinstance(action, Stop) for action in actions) and before is not None:
            before.cut = True
        self.carry_out(actions)
        given = self.served.get(name)
        if given is not None and fields.get("transcript"):
            given.given += WORD.findall(fields["transcript"])

    def carry_out(self, actions: list[Action]) -> None:
        for action in actions:
            match action:
                case Open(name):
                    assert name not in self.served
                    self.served[name] = Served()
                case Say(name) | Flush(name) | End(name):
                    self.served[name].left.append(action)
                case Stop(name):
                    assert name in self.served
                    self.served[name].left.clear()
                    self.served[name].saying = None
                case Send(message):
                    self.put(message)
                case Close():
                    assert not self.served
                    self.closed = True

    def put(self, message: bytes) -> None:
        """Check that a message of the server is about an open context, or refuses a message; pass it to the client."""
        event = json.loads(message)
        served = self.served.get(event["context_id"])
        if event["type"] != "error":
            assert served is not None, "a message of a context that has ended"
        if served is not None:
            if event["type"] == "timestamps":
                served.sent += event["word_timestamps"]["words"]
            if event["type"] == "done" and not served.cut:
                assert served.sent == served.given, "not all was said, or not in order"
            if event["done"]:
                del self.served[event["context_id"]]
        self.to_client.append(message)

    def busy(self) -> list[str]:
        return [name for name, served in self.served.items() if served.left]

    @rule(place=PLACES, steps=st.integers(1, 9))
    @precondition(lambda self: self.busy())
    def engine_speaks(self, place: int, steps: int) -> None:
        name = at(place, self.busy())
        while steps and self.speak(name, self.served[name]):
            steps -= 1

    def speak(self, name: str, served: Served) -> bool:
        """Do the next step for a context; return whether there was one, and the context continues."""
        if served.saying is not None:
            if (message := next(served.saying, None)) is not None:
                self.put(message)
            else:
                served.saying = None
                say = served.left.popleft()
                assert isinstance(say, Say)
                self.session.note_said(say)
            return True
        if not served.left:
            return False
        match served.left[0]:
            case Say() as say:
                served.saying = self.pieces(say)
            case Flush() as flush:
                served.left.popleft()
                self.carry_out([*self.session.flush_done(flush)])
            case End():
                self.carry_out([*self.session.finish(name)])
                return False
        return True

    def pieces(self, say: Say) -> Iterator[bytes]:
        for word in WORD.findall(say.sentence.text):
            piece = Piece(f"{word} ".encode(), words=(Timing(word, 0.0, 0.1),))
            yield from self.session.encode_piece(say, piece, 1.0, self.now)

    @rule(place=PLACES)
    @precondition(lambda self: self.busy())
    def engine_fails(self, place: int) -> None:
        name = at(place, self.busy())
        self.served[name].cut = True
        self.carry_out([*self.session.fail(name, InternalError("Broken", "it broke"))])

    @rule(seconds=st.sampled_from([0.05, 0.2, 0.6, 0.6, 3.0, 6.0]))
    def time_passes(self, seconds: float) -> None:
        end = self.now + seconds
        while (deadline := self.session.deadline()) is not None and deadline <= end:
            self.now = max(self.now, deadline)
            actions = self.session.tick(self.now)
            assert actions, "it was woken for nothing"
            expired = {action.context_id for action in actions if isinstance(action, End)}
            for talking in self.open_ones():
                talking.expired |= talking.state.id in expired
            self.carry_out(actions)
        self.now = end

    @rule()
    def connection_is_lost(self) -> None:
        lost = {id(state) for state in self.router.connection_lost(ConnectionError("lost"))}
        for talking in self.contexts:
            if talking.end is None and not talking.given_up:
                assert id(talking.state) in lost
                with pytest.raises(WebSocketConnectionClosedError) as caught:
                    talking.state.take()
                talking.end = caught.value
        self.connect()

    # --- what always holds ---

    @invariant()
    def contexts_hear_their_own_words_only(self) -> None:
        for talking in self.contexts:
            assert talking.heard == talking.pushed[: len(talking.heard)], "not its own words, or not in their order"
            assert talking.timed == talking.heard[: len(talking.timed)]
            assert len(talking.heard) - len(talking.timed) <= 1

    @invariant()
    def what_is_complete_has_all_its_words(self) -> None:
        for talking in self.contexts:
            if isinstance(talking.end, Exception | None) or talking.end.type != "done":
                continue
            # One that expired on the server may have been given more text meanwhile, which comes too late.
            assert talking.expired or talking.heard == talking.timed == talking.pushed
            assert talking.expired or not talking.state.inputs_open

    def teardown(self) -> None:
        """Run both sides until nothing is left to do, and check that no context still waits."""
        for _ in range(10_000):
            if self.to_server and not self.closed:
                self.server_reads_one()
            elif any(self.speak(name, served) for name, served in list(self.served.items())):
                pass
            elif self.to_client:
                self.client_reads_one()
            elif self.session.deadline() is not None:
                self.time_passes(400.0)
            else:
                break
        assert not self.served
        assert self.closed
        if self.to_server:
            self.connection_is_lost()
        for talking in self.contexts:
            assert talking.end is not None or talking.given_up, "it waits for ever"


TestContexts = Contexts.TestCase
TestContexts.settings = settings(max_examples=examples(150), stateful_step_count=60, deadline=None)
