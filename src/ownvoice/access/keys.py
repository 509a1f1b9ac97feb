"""Keys, looked up in their table without blocking the event loop, and cached for a few seconds."""

import asyncio
import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

REMEMBERED = 3.0
"""Seconds for which an answer of the table is cached, and so the longest that a revoked key stays valid."""
MOST_REMEMBERED = 1000
"""How many secrets are cached. A client that makes up more of them only causes others to be looked up again."""

T = TypeVar("T")


class Key(Protocol):
    """A key without its secret, as the table has it."""

    @property
    def id(self) -> str: ...
    @property
    def revoked_at(self) -> str | None: ...


class StoredKeys(Protocol):
    """A table of keys. Its methods block."""

    def find(self, secret: str) -> Key | None:
        """Return the key of a secret; None where there is none, or it is revoked."""
        ...

    def list(self) -> Sequence[Key]:
        """Return all keys, including revoked ones."""
        ...


class KeyRing:
    """The keys of a table, for one event loop."""

    def __init__(self, table: StoredKeys, clock: Callable[[], float] = time.monotonic) -> None:
        self._table = table
        # The secrets themselves are not kept in memory for longer than a request needs them.
        self._found: _Recent[str | None] = _Recent(clock)
        self._valid: _Recent[frozenset[str]] = _Recent(clock)

    async def find(self, secret: str) -> str | None:
        """Return the id of the key of a secret; None where there is none, or it is revoked."""

        def look_up() -> str | None:
            key = self._table.find(secret)
            return None if key is None else key.id

        return await self._found.get(hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest(), look_up)

    async def is_valid(self, key_id: str) -> bool:
        """Return whether a key of that id exists and is not revoked."""

        def look_up() -> frozenset[str]:
            return frozenset(key.id for key in self._table.list() if key.revoked_at is None)

        return key_id in await self._valid.get("", look_up)


@dataclass(frozen=True, slots=True)
class _Answer(Generic[T]):
    """A look-up, under way or done."""

    found: "asyncio.Future[T]"
    until: float


class _Recent(Generic[T]):
    """A cache of answers for a few seconds. Callers who ask for the same thing at once share one look-up."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._answers: dict[str, _Answer[T]] = {}

    async def get(self, name: str, look_up: Callable[[], T]) -> T:
        now = self._clock()
        answer = self._answers.get(name)
        if answer is None or answer.until <= now:
            self._make_room(now)
            # It goes on if the first caller is cancelled: others may wait for it too.
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
