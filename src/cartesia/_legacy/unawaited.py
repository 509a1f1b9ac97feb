"""Calls of the asynchronous client that are used without `await`, as programs of the first generation do.

There the voices of the asynchronous client were plain blocking calls. So the first use of the result without `await`
makes the call with a blocking client, which blocks the event loop until the answer has come. The log says so once.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from functools import cache
from typing import Any, TypeVar

from cartesia._pages import AsyncPage
from cartesia._pending import Pending

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

logger = logging.getLogger("cartesia")


@cache
def _warn_once() -> None:
    # In the log, because a warning is an exception in programs that run with `-W error`.
    logger.warning(
        "a call of AsyncCartesia was used without `await`, as in the first generation: it is made by a blocking "
        "client, which holds up the event loop and does not use http_client=; write `await` before the call"
    )


class PendingValue(Pending[T_co]):
    """A call that may also be used without `await`, as if its result were there already."""

    def __init__(
        self, call: Callable[[], Coroutine[Any, Any, T_co]], call_now: Callable[[], T_co], name: str = "a call"
    ) -> None:
        """Make a call that is not made yet.

        Args:
            call: makes it, where it is awaited.
            call_now: makes it with a blocking client.
            name: its name in warnings.
        """
        super().__init__(call, name)
        self._call_now = call_now
        self._tried = self._made_now = False
        self._fetched: Any = None

    def _value(self) -> Any:
        if not self._made_now:
            _warn_once()
            self._tried = True
            self._fetched = self._call_now()
            self._made_now = True
        return self._fetched

    def __getitem__(self, key: Any) -> Any:
        return self._value()[key]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._value())

    def __len__(self) -> int:
        return len(self._value())

    def __contains__(self, item: object) -> bool:
        return item in self._value()

    def get(self, key: Any, default: Any = None) -> Any:
        return self._value().get(key, default)

    def keys(self) -> Any:
        return self._value().keys()

    def values(self) -> Any:
        return self._value().values()

    def items(self) -> Any:
        return self._value().items()

    def __eq__(self, other: object) -> bool:
        # Calls are compared with each other where they are looked up, as tasks are in sets; else their values count.
        return self is other if isinstance(other, Pending) else bool(self._value() == other)

    def __hash__(self) -> int:
        return id(self)

    def __repr__(self) -> str:
        return repr(self._fetched) if self._made_now else super().__repr__()

    def __del__(self) -> None:
        if not self._tried:
            super().__del__()


class PendingPage(PendingValue[AsyncPage[T]]):
    """A list that is fetched when it is awaited, or iterated with `async for`."""

    async def __aiter__(self) -> AsyncIterator[T]:
        async for item in await self:
            yield item
