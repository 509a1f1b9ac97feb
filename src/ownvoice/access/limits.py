"""How much each owner of a key uses, and the limits of it. No I/O and no clock: callers pass the time."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from ownvoice.errors import LimitReached, RequestError

SOCKETS_PER_CONTEXT = 10
"""WebSockets that an owner may have open for each context that may speak at once."""
RETRY_AFTER = 1.0
"""Seconds after which to try again where it is unknown when a context or a WebSocket will end."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one owner; None is unlimited."""

    contexts: int | None = None
    """How many contexts may speak at once: streams over HTTP, and open contexts of all WebSockets."""
    requests_per_minute: int | None = None

    @property
    def sockets(self) -> int | None:
        """How many WebSockets may be open at once."""
        return None if self.contexts is None else SOCKETS_PER_CONTEXT * self.contexts


class Lease:
    """One of the contexts or WebSockets that an owner may have open at once, held until it is released."""

    def __init__(self, release: Callable[[], None]) -> None:
        self._release: Callable[[], None] | None = release

    def release(self) -> None:
        """Give it back. Releasing twice is a no-op."""
        if self._release is not None:
            release, self._release = self._release, None
            release()


class Usage:
    """What all owners use of one server process."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._contexts: dict[str, int] = {}
        self._sockets: dict[str, int] = {}
        self._requests: dict[str, _Bucket] = {}

    def contexts(self, owner: str) -> int:
        """Return how many contexts an owner has open."""
        return self._contexts.get(owner, 0)

    def sockets(self, owner: str) -> int:
        """Return how many WebSockets an owner has open."""
        return self._sockets.get(owner, 0)

    def context(self, owner: str) -> Lease:
        """Take one more context; RequestError where the limit is reached."""
        if _is_reached(self._limits.contexts, self.contexts(owner)):
            raise _limit_reached(f"the limit of {self._limits.contexts} open contexts is reached; end or cancel one")
        return _lease(self._contexts, owner)

    def socket(self, owner: str) -> Lease:
        """Take one more WebSocket; RequestError where the limit is reached."""
        if _is_reached(self._limits.sockets, self.sockets(owner)):
            raise _limit_reached(
                f"the limit of {self._limits.sockets} open WebSockets is reached; close one, "
                "or use one for many contexts"
            )
        return _lease(self._sockets, owner)

    def request(self, owner: str, now: float) -> None:
        """Count one request; RequestError where there were too many within a minute. A refused request does not count.

        Args:
            owner: the owner who sends it.
            now: the time, in seconds of any monotonic clock.
        """
        most = self._limits.requests_per_minute
        if most is None:
            return
        bucket = self._requests.setdefault(owner, _Bucket(float(most), now))
        if (wait := bucket.take(most, now)) > 0:
            raise LimitReached(
                "Too many requests",
                f"the limit of {most} requests in a minute is reached; try again in {math.ceil(wait)} s",
                error_code="rate_limited",
                retry_after=wait,
            )


@dataclass(slots=True)
class _Bucket:
    """A token bucket of requests, which refills evenly and is full after a minute."""

    left: float
    since: float

    def take(self, most: int, now: float) -> float:
        """Take one request and return 0, or return the seconds until there is one."""
        per_second = most / 60
        self.left = min(most, self.left + max(0.0, now - self.since) * per_second)
        self.since = max(self.since, now)
        if self.left < 1:
            return (1 - self.left) / per_second
        self.left -= 1
        return 0.0


def _is_reached(most: int | None, used: int) -> bool:
    return most is not None and used >= most


def _limit_reached(message: str) -> RequestError:
    return LimitReached("Too much at once", message, error_code="concurrency_limited", retry_after=RETRY_AFTER)


def _lease(counts: dict[str, int], owner: str) -> Lease:
    """Count one more for an owner until it is released. Owners that use nothing are not kept."""
    counts[owner] = counts.get(owner, 0) + 1

    def release() -> None:
        if counts[owner] == 1:
            del counts[owner]
        else:
            counts[owner] -= 1

    return Lease(release)
