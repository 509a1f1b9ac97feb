"""Calls of the asynchronous client, which are made when they are awaited."""

from __future__ import annotations

import warnings
from collections.abc import AsyncIterator, Callable, Coroutine, Generator
from typing import Any, Generic, TypeVar

from cartesia._responses import AsyncAudio

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


class PendingIterator(Pending[T_co], Generic[T_co, E_co]):
    """A stream that is opened when it is awaited, or iterated with `async for` at once."""

    async def __aiter__(self) -> AsyncIterator[E_co]:
        async for item in await self:  # type: ignore[attr-defined]
            yield item


PendingAudio = PendingIterator[AsyncAudio, bytes]
