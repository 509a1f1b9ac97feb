"""How much each owner of a key uses, and what is too much. No I/O and no clock: whoever asks tells the time."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from ownvoice.errors import LimitReached, RequestError

SOCKETS_PER_CONTEXT = 10
"""How many WebSockets an owner may have open for each context that may speak at once."""
RETRY_AFTER = 1.0
"""Seconds after which it is worth another try where nobody knows when a place becomes free."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one owner may use; None is without a limit."""

    contexts: int | None = None
    """How many contexts may speak at once: streams over HTTP, and open contexts of all WebSockets."""
    requests_per_minute: int | None = None

    @property
    def sockets(self) -> int | None:
        """How many WebSockets may be open at once."""
        return None if self.contexts is None else SOCKETS_PER_CONTEXT * self.contexts


class Place:
    """One of the places that an owner may use at once. It is taken until it is freed; freeing it again is nothing."""

    def __init__(self, free: Callable[[], None]) -> None:
        self._free: Callable[[], None] | None = free

    def free(self) -> None:
        """Let somebody else have it."""
        if self._free is not None:
            free, self._free = self._free, None
            free()


class Usage:
    """What the owners use of one server process."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._contexts: dict[str, int] = {}
        self._sockets: dict[str, int] = {}
        self._requests: dict[str, _Bucket] = {}

    def contexts(self, owner: str) -> int:
        """How many contexts an owner has."""
        return self._contexts.get(owner, 0)

    def sockets(self, owner: str) -> int:
        """How many WebSockets an owner has."""
        return self._sockets.get(owner, 0)

    def context(self, owner: str) -> Place:
        """A place for one context more; RequestError (429) where there is none."""
        if _is_reached(self._limits.contexts, self.contexts(owner)):
            raise _limited(f"{self._limits.contexts} contexts are open, which is all that may be; end or cancel one")
        return _taken(self._contexts, owner)

    def socket(self, owner: str) -> Place:
        """A place for one WebSocket more; RequestError (429) where there is none."""
        if _is_reached(self._limits.sockets, self.sockets(owner)):
            raise _limited(
                f"{self._limits.sockets} WebSockets are open, which is all that may be; close one, "
                "or use one for many contexts"
            )
        return _taken(self._sockets, owner)

    def request(self, owner: str, now: float) -> None:
        """Count one request; RequestError (429) where there were too many within a minute, and this does not count.

        Args:
            owner: whose it is.
            now: seconds of any clock that only goes forward.
        """
        most = self._limits.requests_per_minute
        if most is None:
            return
        bucket = self._requests.setdefault(owner, _Bucket(float(most), now))
        if (wait := bucket.take(most, now)) > 0:
            raise LimitReached(
                "Too many requests",
                f"there may be {most} requests in a minute; try again in {math.ceil(wait)} s",
                error_code="rate_limited",
                retry_after=wait,
            )


@dataclass(slots=True)
class _Bucket:
    """How many requests are left. They come back evenly, so that a minute's worth is there again after a minute."""

    left: float
    since: float

    def take(self, most: int, now: float) -> float:
        """Take one if there is one; else, in how many seconds there will be."""
        per_second = most / 60
        self.left = min(most, self.left + max(0.0, now - self.since) * per_second)
        self.since = max(self.since, now)
        if self.left < 1:
            return (1 - self.left) / per_second
        self.left -= 1
        return 0.0


def _is_reached(most: int | None, used: int) -> bool:
    return most is not None and used >= most


def _limited(message: str) -> RequestError:
    return LimitReached("Too much at once", message, error_code="concurrency_limited", retry_after=RETRY_AFTER)


def _taken(counts: dict[str, int], owner: str) -> Place:
    """A place that is counted for an owner until it is freed. Owners that use nothing are not kept."""
    counts[owner] = counts.get(owner, 0) + 1

    def free() -> None:
        if counts[owner] == 1:
            del counts[owner]
        else:
            counts[owner] -= 1

    return Place(free)
