"""How an endpoint, written once as a function that returns a request, becomes a method of either client.

A resource has a mode: whether its methods give what a call is for, or the HTTP answer behind it. The same methods serve
all modes; their types tell from the resource what they return.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, Concatenate, Generic, ParamSpec, Protocol, TypeVar, overload

from cartesia._calls import CallOptions, Events, Pages, Request, Sound, Value, taken_options
from cartesia._given import NOT_GIVEN, without_omitted
from cartesia._pages import AsyncPage, Page
from cartesia._pending import Pending, PendingAudio, PendingIterator, PendingPage, PendingValue
from cartesia._raw import APIResponse, AsyncAPIResponse, AsyncResponseContextManager, ResponseContextManager
from cartesia._responses import AsyncAudio, AsyncStream, Audio, Stream

P = ParamSpec("P")
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)
T = TypeVar("T")
M = TypeVar("M")


class Plain:
    """The mode in which a call gives what it is for."""


class Raw:
    """The mode in which a call gives the answer (`with_raw_response`)."""


class Streamed:
    """The mode in which a call gives the answer before its body (`with_streaming_response`)."""


class Resource(Generic[M]):
    """The calls about one thing, in one of the modes."""

    def __init__(self, client: Any, mode: type[M]) -> None:
        self._of = (client, mode)

    @property
    def _client(self) -> Any:
        return self._of[0]

    @property
    def _mode(self) -> type[M]:
        return self._of[1]

    def _run(self, request: Request) -> Any:
        return self._client._run(request, self._mode)


# Functions are bound to resources as they always are; these say to type checkers what that gives.


class BlockingMethod(Protocol[P, T]):
    """A method of a resource of `Cartesia`."""

    @overload
    def __get__(self, instance: None, owner: Any) -> Callable[Concatenate[Any, P], T]: ...
    @overload
    def __get__(self, instance: Resource[Plain], owner: Any) -> Callable[P, T]: ...
    @overload
    def __get__(self, instance: Resource[Raw], owner: Any) -> Callable[P, APIResponse[T]]: ...
    @overload
    def __get__(self, instance: Resource[Streamed], owner: Any) -> Callable[P, ResponseContextManager[T]]: ...


class AwaitableMethod(Protocol[P, R_co, T]):
    """A method of a resource of `AsyncCartesia`."""

    @overload
    def __get__(self, instance: None, owner: Any) -> Callable[Concatenate[Any, P], R_co]: ...
    @overload
    def __get__(self, instance: Resource[Plain], owner: Any) -> Callable[P, R_co]: ...
    @overload
    def __get__(self, instance: Resource[Raw], owner: Any) -> Callable[P, Pending[AsyncAPIResponse[T]]]: ...
    @overload
    def __get__(self, instance: Resource[Streamed], owner: Any) -> Callable[P, AsyncResponseContextManager[T]]: ...


@overload
def blocking(build: Callable[P, Value[T]]) -> BlockingMethod[P, T]: ...
@overload
def blocking(build: Callable[P, Pages[T]]) -> BlockingMethod[P, Page[T]]: ...
@overload
def blocking(build: Callable[P, Sound]) -> BlockingMethod[P, Audio]: ...
@overload
def blocking(build: Callable[P, Events]) -> BlockingMethod[P, Stream]: ...
def blocking(build: Callable[..., Request]) -> Any:
    """The endpoint as a method of a resource of `Cartesia`."""
    return _endpoint(build)


@overload
def awaitable(build: Callable[P, Value[T]]) -> AwaitableMethod[P, PendingValue[T], T]: ...
@overload
def awaitable(build: Callable[P, Pages[T]]) -> AwaitableMethod[P, PendingPage[T], AsyncPage[T]]: ...
@overload
def awaitable(build: Callable[P, Sound]) -> AwaitableMethod[P, PendingAudio, AsyncAudio]: ...
@overload
def awaitable(build: Callable[P, Events]) -> AwaitableMethod[P, PendingIterator[AsyncStream, Any], AsyncStream]: ...
def awaitable(build: Callable[..., Request]) -> Any:
    """The endpoint as a method of a resource of `AsyncCartesia`."""
    return _endpoint(build)


def _endpoint(build: Callable[..., Request]) -> Callable[..., Any]:
    """A method that makes its arguments into a request and runs it.

    The function that makes the request has ``**options`` for the settings of the call, which do not concern it: they
    are taken out of the arguments and set here.
    """
    own = [each for each in inspect.signature(build).parameters.values() if each.kind is not each.VAR_KEYWORD]
    known = {each.name for each in own}

    def made(self: Any, /, *args: Any, **kwargs: Any) -> Any:
        options = taken_options(kwargs)
        arguments = without_omitted(kwargs)
        for name in arguments:
            if name not in known:
                raise TypeError(f"{build.__name__}() got an unexpected keyword argument {name!r}")
        return self._run(build(*args, **arguments).set(options))

    settings = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=NOT_GIVEN if name == "timeout" else None)
        for name in CallOptions.__annotations__
    ]
    _dress(made, build, [*own, *settings])
    return made


def method(build: Callable[P, R], call: Callable[[Any, R], T]) -> Callable[Concatenate[Any, P], T]:
    """A method that makes its arguments into a value and hands it on."""

    def made(self: Any, /, *args: P.args, **kwargs: P.kwargs) -> Any:
        return call(self, build(*args, **without_omitted(kwargs)))

    _dress(made, build, list(inspect.signature(build).parameters.values()))
    return made


def _dress(made: Any, build: Callable[..., Any], parameters: list[inspect.Parameter]) -> None:
    """Give a method the name, the text and the parameters of the function behind it, so that `help` shows them."""
    self = inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    made.__name__ = made.__qualname__ = build.__name__
    made.__doc__ = build.__doc__
    made.__signature__ = inspect.Signature([self, *parameters])
