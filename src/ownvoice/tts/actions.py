"""The actions that a session asks for: plain values, which its owner carries out in their order."""

from dataclasses import dataclass
from typing import TypeAlias

from cartesia.types import GenerationRequest
from ownvoice.text.sentences import Sentence
from ownvoice.tts.speech import Style


@dataclass(frozen=True, slots=True)
class LookUp:
    """Look up the voice that a request names, and tell the session: `Session.found` or `Session.refuse`.

    Until then the session takes no further message of its connection.
    """

    request: GenerationRequest


@dataclass(frozen=True, slots=True)
class ContextAction:
    """An action that concerns one context."""

    context_id: str


@dataclass(frozen=True, slots=True)
class Open(ContextAction):
    """Open a stream of speech for a context."""

    style: Style


@dataclass(frozen=True, slots=True)
class Say(ContextAction):
    """Say a sentence in a context's stream, after all that was to be said before."""

    sentence: Sentence
    group: int
    """How many flushes came before it."""
    continues: bool = False
    """Whether the next text may continue the sentence, where it does not end."""


@dataclass(frozen=True, slots=True)
class Flush(ContextAction):
    """Tell the client when all of a context's speech so far has been sent."""

    group: int


@dataclass(frozen=True, slots=True)
class End(ContextAction):
    """End a context's stream, after everything before it."""


@dataclass(frozen=True, slots=True)
class Stop(ContextAction):
    """Stop a context's speech at once."""


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
"""All but `LookUp`, for which a session waits."""
