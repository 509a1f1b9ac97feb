"""The accounting of usage: never negative, never above the limit, and nothing left over."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from ownvoice.access.limits import SOCKETS_PER_CONTEXT, Lease, Limits, Usage
from ownvoice.api.errors import status_of
from ownvoice.errors import RequestError

OWNERS = st.sampled_from(["a", "b", "c"])


class Accounting(RuleBasedStateMachine):
    """A machine that takes and releases leases at random, some twice, against a plain list of those held."""

    def __init__(self) -> None:
        super().__init__()
        self.usage = Usage(Limits(contexts=2))
        self.contexts: list[tuple[str, Lease]] = []
        self.sockets: list[tuple[str, Lease]] = []
        self.released: list[Lease] = []

    @rule(owner=OWNERS)
    def open_context(self, owner: str) -> None:
        full = [one for one, _ in self.contexts].count(owner) == 2
        if full:
            with pytest.raises(RequestError, match="2 open contexts is reached"):
                self.usage.context(owner)
        else:
            self.contexts.append((owner, self.usage.context(owner)))

    @rule(owner=OWNERS)
    def open_socket(self, owner: str) -> None:
        full = [one for one, _ in self.sockets].count(owner) == 2 * SOCKETS_PER_CONTEXT
        if full:
            with pytest.raises(RequestError, match="20 open WebSockets is reached"):
                self.usage.socket(owner)
        else:
            self.sockets.append((owner, self.usage.socket(owner)))

    @rule(data=st.data())
    def release(self, data: st.DataObject) -> None:
        leases = data.draw(st.sampled_from([self.contexts, self.sockets]))
        if leases:
            _, lease = leases.pop(data.draw(st.integers(0, len(leases) - 1)))
            lease.release()
            self.released.append(lease)

    @rule(data=st.data())
    def release_again(self, data: st.DataObject) -> None:
        if self.released:
            data.draw(st.sampled_from(self.released)).release()

    @invariant()
    def it_counts_what_is_taken(self) -> None:
        for owner in ("a", "b", "c"):
            assert self.usage.contexts(owner) == [one for one, _ in self.contexts].count(owner)
            assert self.usage.sockets(owner) == [one for one, _ in self.sockets].count(owner)

    def teardown(self) -> None:
        for _, lease in self.contexts + self.sockets:
            lease.release()
        state: dict[str, Any] = vars(self.usage)
        assert state["_contexts"] == state["_sockets"] == {}  # also nothing that grows with every owner


TestAccounting = Accounting.TestCase


def test_without_limits_everything_is_allowed_and_counted() -> None:
    usage = Usage(Limits())
    leases = [usage.context("a") for _ in range(100)] + [usage.socket("a") for _ in range(100)]
    for _ in range(1000):
        usage.request("a", 0.0)
    assert (usage.contexts("a"), usage.sockets("a")) == (100, 100)
    for lease in leases:
        lease.release()
    assert (usage.contexts("a"), usage.sockets("a")) == (0, 0)


def test_what_is_said_of_a_limit() -> None:
    usage = Usage(Limits(contexts=1, requests_per_minute=60))
    usage.context("a")
    with pytest.raises(RequestError) as context:
        usage.context("a")
    assert (status_of(context.value), context.value.error_code) == (429, "concurrency_limited")
    assert context.value.retry_after == 1
    for _ in range(60):
        usage.request("a", 0.0)
    with pytest.raises(RequestError, match="60 requests in a minute is reached; try again in 1 s") as request:
        usage.request("a", 0.0)
    assert (status_of(request.value), request.value.error_code, request.value.retry_after) == (429, "rate_limited", 1)
    usage.request("b", 0.0)  # another owner's are not counted with them


@given(st.integers(1, 50), st.lists(st.floats(0, 30), min_size=1, max_size=200))
def test_no_minute_has_twice_the_requests_and_each_is_served_after_the_wait(most: int, waits: list[float]) -> None:
    usage = Usage(Limits(requests_per_minute=most))
    now = 0.0
    served: list[float] = []
    for wait in waits:
        now += wait
        try:
            usage.request("a", now)
        except RequestError as error:
            now += (error.retry_after or 0) + 1e-6
            usage.request("a", now)
        served.append(now)
    for start in served:
        assert sum(start <= time < start + 59.9 for time in served) <= 2 * most


def test_a_clock_that_goes_back_gives_nothing_away() -> None:
    usage = Usage(Limits(requests_per_minute=1))
    usage.request("a", 100.0)
    for now in (0.0, 100.0, 50.0):
        with pytest.raises(RequestError):
            usage.request("a", now)
