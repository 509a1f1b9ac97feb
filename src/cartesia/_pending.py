"""Calls of the asynchronous client, which are made when they are awaited."""

from __future__ import annotations

import warnings
from collections.abc import AsyncIterator, Callable, Coroutine, Generator, Iterator
from typing import Any, Generic, TypeVar

from cartesia._pages import AsyncPage
from cartesia._responses import AsyncAudio

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
E_co = TypeVar("E_co", covariant=True)


class Pending(Coroutine[Any, Any, T_co], Generic[T_co]):
    """A call of the asynchronous client that is made when it is awaited. A task can be made of it."""

    def __init__(self, call: Callable[[], Coroutine[Any, Any, T_co]], name: str = "a call") -> None:
        self._call = call
        self._name = name
        self._running: Coroutine[Any, Any, T_co] | None = None

    def _coroutine(self) -> Coroutine[Any, Any, T_co]:
        if self._running is None:
            self._running = self._call()
        return self._running

    def __await__(self) -> Generator[Any, Any, T_co]:
        return self._coroutine().__await__()

    def send(self, value: Any) -> Any:
        return self._coroutine().send(value)

    def throw(self, *args: Any) -> Any:
        return self._coroutine().throw(*args)

    def close(self) -> None:
        self._coroutine().close()

    def __del__(self) -> None:
        if self._running is None:
            warnings.warn(
                f"{self._name} of AsyncCartesia was never awaited, so it was not made", RuntimeWarning, stacklevel=2
            )


class PendingValue(Pending[T_co]):
    """A call that may also be used without `await`, as if its result were here already.

    In the first generation the voices of the asynchronous client were plain blocking calls. The first use without
    `await` makes the call and blocks the thread, and the event loop with it, until it is answered.
    """

    def __init__(
        self, call: Callable[[], Coroutine[Any, Any, T_co]], call_now: Callable[[], T_co], name: str = "a call"
    ) -> None:
        super().__init__(call, name)
        self._call_now = call_now
        self._tried = self._made_now = False
        self._fetched: Any = None

    def _value(self) -> Any:
        if not self._made_now:
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
        # Calls that are compared with each other are looked up, as tasks are in sets; others are compared as values.
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


class PendingIterator(Pending[T_co], Generic[T_co, E_co]):
    """A stream that is opened when it is awaited, or iterated with `async for` at once."""

    async def __aiter__(self) -> AsyncIterator[E_co]:
        async for item in await self:  # type: ignore[attr-defined]
            yield item


PendingAudio = PendingIterator[AsyncAudio, bytes]
