"""Methods of both clients, made of endpoints that are written once.

An endpoint is a function that returns a request. It is named after its method, with ``_request`` behind the name:
``list_request`` makes the request of ``voices.list``. `endpoint` makes it a method of both clients.

A resource has a mode: its methods return the result of a call, or the HTTP answer behind it. The same methods serve all
modes; the type of the resource, its face and its mode, determines what they return.
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
B = TypeVar("B")
A_co = TypeVar("A_co", covariant=True)
T = TypeVar("T")
F = TypeVar("F")
M = TypeVar("M")


class Blocking:
    """The face of `Cartesia`. Faces are for type checkers only: the client decides at run time."""


class Awaited:
    """The face of `AsyncCartesia`."""


class Plain:
    """The mode in which a call returns its result."""


class Raw:
    """The mode in which a call returns the HTTP answer (`with_raw_response`)."""


class Streamed:
    """The mode in which a call returns the HTTP answer before its body (`with_streaming_response`)."""


class Resource(Generic[F, M]):
    """The calls about one subject, on one of the faces and in one of the modes."""

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


class Endpoint(Protocol[P, B, A_co, T]):
    """A method of a resource, which returns ``B`` or ``A_co``, or an answer that is parsed into ``B`` or ``T``."""

    @overload
    def __get__(self, instance: None, owner: Any) -> Callable[Concatenate[Any, P], Any]: ...
    @overload
    def __get__(self, instance: Resource[Blocking, Plain], owner: Any) -> Callable[P, B]: ...
    @overload
    def __get__(self, instance: Resource[Blocking, Raw], owner: Any) -> Callable[P, APIResponse[B]]: ...
    @overload
    def __get__(self, instance: Resource[Blocking, Streamed], owner: Any) -> Callable[P, ResponseContextManager[B]]: ...
    @overload
    def __get__(self, instance: Resource[Awaited, Plain], owner: Any) -> Callable[P, A_co]: ...
    @overload
    def __get__(self, instance: Resource[Awaited, Raw], owner: Any) -> Callable[P, Pending[AsyncAPIResponse[T]]]: ...
    @overload
    def __get__(
        self, instance: Resource[Awaited, Streamed], owner: Any
    ) -> Callable[P, AsyncResponseContextManager[T]]: ...


@overload
def endpoint(build: Callable[P, Value[T]]) -> Endpoint[P, T, PendingValue[T], T]: ...
@overload
def endpoint(build: Callable[P, Pages[T]]) -> Endpoint[P, Page[T], PendingPage[T], AsyncPage[T]]: ...
@overload
def endpoint(build: Callable[P, Sound]) -> Endpoint[P, Audio, PendingAudio, AsyncAudio]: ...
@overload
def endpoint(build: Callable[P, Events]) -> Endpoint[P, Stream, PendingIterator[AsyncStream, Any], AsyncStream]: ...
def endpoint(build: Callable[..., Request]) -> Any:
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
