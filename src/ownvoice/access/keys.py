"""Keys, looked up in their table without holding up the event loop, and remembered for a few seconds."""

import asyncio
import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

REMEMBERED = 3.0
"""Seconds for which an answer of the table is used again, and so the longest that a revoked key may live on."""
MOST_REMEMBERED = 1000
"""How many secrets are remembered. Whoever makes more of them up only looks up the others again."""

T = TypeVar("T")


class Key(Protocol):
    """A key as its table has it: without its secret."""

    @property
    def id(self) -> str: ...
    @property
    def revoked_at(self) -> str | None: ...


class KeyTable(Protocol):
    """Where keys are kept. Its methods block."""

    def find(self, secret: str) -> Key | None:
        """The key of a secret; None where there is none, or it is revoked."""
        ...

    def list(self) -> Sequence[Key]:
        """All keys, those that are revoked too."""
        ...


class KeyRing:
    """The keys of a table, for one event loop."""

    def __init__(self, table: KeyTable, clock: Callable[[], float] = time.monotonic) -> None:
        self._table = table
        # The secrets themselves are not kept in memory for longer than a request needs them.
        self._found: _Recent[str | None] = _Recent(clock)
        self._valid: _Recent[frozenset[str]] = _Recent(clock)

    async def find(self, secret: str) -> str | None:
        """The id of the key of a secret; None where there is none, or it is revoked."""

        def look_up() -> str | None:
            key = self._table.find(secret)
            return None if key is None else key.id

        return await self._found.get(hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest(), look_up)

    async def is_valid(self, key_id: str) -> bool:
        """Whether there is a key of that id, and it is not revoked."""

        def look_up() -> frozenset[str]:
            return frozenset(key.id for key in self._table.list() if key.revoked_at is None)

        return key_id in await self._valid.get("", look_up)


@dataclass(frozen=True, slots=True)
class _Answer(Generic[T]):
    """What is being looked up, or has been."""

    found: "asyncio.Future[T]"
    until: float


class _Recent(Generic[T]):
    """Answers of a few seconds. Whoever asks for what somebody else is looking up already waits for the same answer."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._answers: dict[str, _Answer[T]] = {}

    async def get(self, name: str, look_up: Callable[[], T]) -> T:
        now = self._clock()
        answer = self._answers.get(name)
        if answer is None or answer.until <= now:
            self._make_room(now)
            # It goes on if who asked goes away: others may wait for it too.
            found = asyncio.ensure_future(asyncio.to_thread(look_up))
            answer = self._answers[name] = _Answer(found, now + REMEMBERED)
            found.add_done_callback(lambda done: self._forget_failure(name, done))
        return await asyncio.shield(answer.found)

    def _make_room(self, now: float) -> None:
        if len(self._answers) >= MOST_REMEMBERED:
            self._answers = {name: answer for name, answer in self._answers.items() if answer.until > now}
        while len(self._answers) >= MOST_REMEMBERED:
            del self._answers[next(iter(self._answers))]

    def _forget_failure(self, name: str, done: "asyncio.Future[T]") -> None:
        if done.cancelled() or done.exception() is not None:
            answer = self._answers.get(name)
            if answer is not None and answer.found is done:
                del self._answers[name]
