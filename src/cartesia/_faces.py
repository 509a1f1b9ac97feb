"""Methods of both clients, made of endpoints that are written once.

An endpoint is a function that returns a request. It is named after its method, with ``_request`` behind the name:
``list_request`` makes the request of ``voices.list``. `blocking` and `awaitable` make it a method of either client.

A resource has a mode: its methods return the result of a call, or the HTTP answer behind it. The same methods serve all
modes; the types of the resource determine what they return.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, Protocol, TypeVar, overload

from cartesia._calls import CallOptions, Events, Pages, Request, Sound, Value, take_options
from cartesia._given import NOT_GIVEN, drop_omitted
from cartesia._legacy.unawaited import PendingPage, PendingValue
from cartesia._pages import AsyncPage, Page
from cartesia._pending import Pending, PendingAudio, PendingIterator
from cartesia._raw import APIResponse, AsyncAPIResponse, AsyncResponseContextManager, ResponseContextManager
from cartesia._responses import AsyncAudio, AsyncStream, Audio, Stream

P = ParamSpec("P")
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)
T = TypeVar("T")
M = TypeVar("M")


class Plain:
    """The mode in which a call returns its result."""


class Raw:
    """The mode in which a call returns the HTTP answer (`with_raw_response`)."""


class Streamed:
    """The mode in which a call returns the HTTP answer before its body (`with_streaming_response`)."""


class Resource(Generic[M]):
    """The calls about one subject, in one of the modes."""

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

    def _in_mode(self, mode: type[Any]) -> Any:
        return type(self)(self._client, mode)

    if TYPE_CHECKING:  # each resource declares its own types for these
        with_raw_response: Any
        with_streaming_response: Any
    else:

        @property
        def with_raw_response(self) -> Any:
            """The same calls, which return the HTTP answer."""
            return self._in_mode(Raw)

        @property
        def with_streaming_response(self) -> Any:
            """The same calls, which return the HTTP answer before its body, in a `with` (`async with`) block."""
            return self._in_mode(Streamed)


# Functions are bound to resources as usual; these protocols tell type checkers the result.


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
    """Make an endpoint a method of a resource of `Cartesia`."""
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
    """Make an endpoint a method of a resource of `AsyncCartesia`."""
    return _endpoint(build)


def _endpoint(build: Callable[..., Request]) -> Callable[..., Any]:
    """Make a method that builds a request of its arguments and runs it.

    An endpoint declares ``**options`` for the settings of the call but never gets any: they are taken out of the
    arguments and set on the request here.
    """
    own = [each for each in inspect.signature(build).parameters.values() if each.kind is not each.VAR_KEYWORD]
    known = {each.name for each in own}

    def call_endpoint(self: Any, /, *args: Any, **kwargs: Any) -> Any:
        options = take_options(kwargs)
        arguments = drop_omitted(kwargs)
        for name in arguments:
            if name not in known:
                raise TypeError(f"{call_endpoint.__name__}() got an unexpected keyword argument {name!r}")
        return self._run(build(*args, **arguments).set(options))

    settings = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=NOT_GIVEN if name == "timeout" else None)
        for name in CallOptions.__annotations__
    ]
    _copy_signature(call_endpoint, build, [*own, *settings])
    return call_endpoint


def method(build: Callable[P, R], call: Callable[[Any, R], T]) -> Callable[Concatenate[Any, P], T]:
    """Make a method that builds a value of its arguments, and passes it to a function.

    Args:
        build: builds the value; its parameters and its text are those of the method.
        call: takes the object and the value.
    """

    def call_with_value(self: Any, /, *args: P.args, **kwargs: P.kwargs) -> Any:
        return call(self, build(*args, **drop_omitted(kwargs)))

    _copy_signature(call_with_value, build, list(inspect.signature(build).parameters.values()))
    return call_with_value


def _copy_signature(method: Any, build: Callable[..., Any], parameters: list[inspect.Parameter]) -> None:
    """Give a method the name, the text and the parameters of the function behind it, so that `help` shows them."""
    self = inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    name = build.__name__.removesuffix("_request")
    method.__name__ = method.__qualname__ = name
    build.__qualname__ = name  # which Python names where an argument is missing
    method.__doc__ = build.__doc__
    method.__signature__ = inspect.Signature([self, *parameters])
