"""One HTTP exchange: its errors as exceptions of this library, and the value in its answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar, cast

import msgspec

from cartesia._addresses import is_loopback
from cartesia.errors import APIConnectionError, APIResponseValidationError, APITimeoutError

if TYPE_CHECKING:
    import httpx

T = TypeVar("T")


@contextmanager
def translate_errors(request: httpx.Request) -> Iterator[None]:
    """Turn the exceptions of httpx into those of this library."""
    import httpx

    try:
        yield
    except httpx.PoolTimeout as error:
        hint = "all connections are taken by answers that were neither read to their end nor closed"
        raise APITimeoutError(f"no connection to {_place(request)} in time: {hint}", request) from error
    except httpx.TimeoutException as error:
        raise APITimeoutError(f"no answer in time from {_place(request)} ({type(error).__name__})", request) from error
    except httpx.ConnectError as error:
        hint = "; is the server running? `ownvoice serve` starts one" if is_loopback(str(request.url)) else ""
        raise APIConnectionError(f"could not connect to {_place(request)}: {error}{hint}", request) from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise APIConnectionError(f"the connection to {_place(request)} broke: {error}", request) from error


def _place(request: httpx.Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc.decode('ascii')}"


def decode_value(response: httpx.Response, result: type[T], body: bytes | None = None) -> T:
    """Decode the JSON value of an answer.

    Args:
        response: the answer.
        result: the type of the value; with ``NoneType`` the body is ignored, with `httpx.Response` it is left to read.
        body: the body, where it is not the one of the response.

    Raises:
        APIResponseValidationError: the answer has another shape.
    """
    value: Any = None  # for NoneType, whatever the answer contains
    if result is type(response):
        value = response
    elif result is not type(None):
        hook = getattr(result, "from_wire", None)  # of a type that is not on the wire itself
        try:
            value = msgspec.json.decode(
                response.content if body is None else body,
                type=result,
                dec_hook=None if hook is None else lambda _, plain: hook(plain),
            )
        except msgspec.MsgspecError as error:
            raise validation_error(response, error) from error
    return cast("T", value)


def validation_error(response: httpx.Response, reason: object) -> APIResponseValidationError:
    """Return the exception for an answer of another shape."""
    place = f"{response.request.method} {response.request.url.path}"
    return APIResponseValidationError(f"{place} returned an answer of an unexpected shape: {reason}")
