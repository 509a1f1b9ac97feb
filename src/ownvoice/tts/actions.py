"""What a session wants done: plain values, which whoever owns the session carries out in their order."""

from dataclasses import dataclass
from typing import TypeAlias

from ownvoice.text.sentences import Sentence
from ownvoice.tts.speech import Style


@dataclass(frozen=True, slots=True)
class Open:
    """Open a stream of speech for a context."""

    context_id: str
    style: Style


@dataclass(frozen=True, slots=True)
class Say:
    """Say a sentence in a context's stream, after all that was to be said before."""

    context_id: str
    sentence: Sentence
    group: int
    """How many flushes came before it."""
    continues: bool = False
    """Whether the next text may continue the sentence, where it does not end."""


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
