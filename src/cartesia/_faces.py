"""How an endpoint, written once as a function that returns a request, becomes a method of either client."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import AsyncIterator, Callable, Coroutine, Generator, Iterator
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, overload

from cartesia._pages import AsyncPage, Page
from cartesia._responses import AsyncAudio, AsyncStream, Audio, Stream
from cartesia._rest import Events, Pages, Request, Sound, Value

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
E_co = TypeVar("E_co", covariant=True)


class Pending(Coroutine[Any, Any, T_co], Generic[T_co]):
    """A call of the asynchronous client that is made when it is awaited. A task can be made of it."""

    def __init__(self, call: Callable[[], Coroutine[Any, Any, T_co]]) -> None:
        self._call = call
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
            warnings.warn("a call of AsyncCartesia was never awaited", RuntimeWarning, stacklevel=2)


class PendingValue(Pending[T_co]):
    """A call that may also be used without `await`, as if its result were here already.

    In the first generation the voices of the asynchronous client were plain blocking calls. The first use without
    `await` makes the call and blocks the thread, and the event loop with it, until it is answered.
    """

    def __init__(self, call: Callable[[], Coroutine[Any, Any, T_co]], call_now: Callable[[], T_co]) -> None:
        super().__init__(call)
        self._call_now = call_now
        self._fetched: T_co | None = None

    def _value(self) -> Any:
        if self._fetched is None:
            self._fetched = self._call_now()
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

    def __repr__(self) -> str:
        return super().__repr__() if self._fetched is None else repr(self._fetched)

    def __del__(self) -> None:
        if self._fetched is None:
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


@overload
def blocking(build: Callable[P, Value[T]]) -> Callable[Concatenate[Any, P], T]: ...
@overload
def blocking(build: Callable[P, Pages[T]]) -> Callable[Concatenate[Any, P], Page[T]]: ...
@overload
def blocking(build: Callable[P, Sound]) -> Callable[Concatenate[Any, P], Audio]: ...
@overload
def blocking(build: Callable[P, Events]) -> Callable[Concatenate[Any, P], Stream]: ...
def blocking(build: Callable[..., Request]) -> Callable[..., Any]:
    """The endpoint as a method of a resource of `Cartesia`."""
    return method(build, _run)


@overload
def awaitable(build: Callable[P, Value[T]]) -> Callable[Concatenate[Any, P], PendingValue[T]]: ...
@overload
def awaitable(build: Callable[P, Pages[T]]) -> Callable[Concatenate[Any, P], PendingPage[T]]: ...
@overload
def awaitable(build: Callable[P, Sound]) -> Callable[Concatenate[Any, P], PendingAudio]: ...
@overload
def awaitable(build: Callable[P, Events]) -> Callable[Concatenate[Any, P], PendingIterator[AsyncStream, Any]]: ...
def awaitable(build: Callable[..., Request]) -> Callable[..., Any]:
    """The endpoint as a method of a resource of `AsyncCartesia`."""
    return method(build, _run)


def _run(resource: Any, request: Request) -> Any:
    return resource._client._run(request)


def method(build: Callable[P, R], call: Callable[[Any, R], T]) -> Callable[Concatenate[Any, P], T]:
    """A method that makes its arguments into a value and hands it on.

    It has the name, the text and the parameters of the function that makes the value, so that `help` shows them.
    """

    def made(self: Any, /, *args: P.args, **kwargs: P.kwargs) -> Any:
        return call(self, build(*args, **kwargs))

    signature = inspect.signature(build)
    self = inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    made.__name__ = made.__qualname__ = build.__name__
    made.__doc__ = build.__doc__
    made.__signature__ = signature.replace(  # type: ignore[attr-defined]
        parameters=[self, *signature.parameters.values()], return_annotation=inspect.Signature.empty
    )
    return made
