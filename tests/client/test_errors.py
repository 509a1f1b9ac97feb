"""The exception tree, and the exceptions that programs of each generation catch."""

import httpx
import pytest

import cartesia
from cartesia.errors import APIConnectionError, APIError, APIStatusError, APITimeoutError, error_from

KINDS = {
    400: cartesia.BadRequestError,
    401: cartesia.AuthenticationError,
    402: APIStatusError,
    403: cartesia.PermissionDeniedError,
    404: cartesia.NotFoundError,
    409: cartesia.ConflictError,
    413: APIStatusError,
    422: cartesia.UnprocessableEntityError,
    429: cartesia.RateLimitError,
    500: cartesia.InternalServerError,
    599: cartesia.InternalServerError,
}


@pytest.mark.parametrize(("status", "kind"), KINDS.items())
def test_each_status_has_its_class(status: int, kind: type[APIStatusError]) -> None:
    error = error_from(status, b"Title: message")
    assert type(error) is kind
    assert (error.status_code, error.body, error.reason) == (status, "Title: message", "Title: message")
    assert str(error) == f"Error code: {status} - Title: message"


def test_the_newer_shape_of_errors() -> None:
    body = b'{"title": "T", "message": "m", "error_code": "voice_not_found", "request_id": "r"}'
    error = error_from(404, body)
    assert (error.title, error.error_code, error.request_id, error.reason) == ("T", "voice_not_found", "r", "T: m")


@pytest.mark.parametrize("body", [b"", b"{}", b"[1]", b"null", b"\xff"])
def test_bodies_that_say_nothing(body: bytes) -> None:
    assert str(error_from(500, body)).startswith("Error code: 500 - ")


def test_the_first_generations_programs_catch_them() -> None:
    for error in (error_from(400, b"x"), APIConnectionError(), APITimeoutError()):
        assert isinstance(error, ValueError)
        assert isinstance(error, RuntimeError)
        assert isinstance(error, APIError)
        assert isinstance(error, cartesia.CartesiaError)
    assert issubclass(cartesia.WebSocketConnectionClosedError, RuntimeError)


def test_the_constructors_of_the_published_library() -> None:
    request = httpx.Request("GET", "http://test")
    response = httpx.Response(404, request=request)
    error = cartesia.NotFoundError("gone", response=response, body=None)
    assert (error.response, error.request, error.status_code, error.message) == (response, request, 404, "gone")
    assert cartesia.APITimeoutError(request=request).request is request


def test_a_timeout_is_a_timeout() -> None:
    assert issubclass(APITimeoutError, TimeoutError)
    assert issubclass(APITimeoutError, APIConnectionError)
