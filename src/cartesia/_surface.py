"""The resources of a client, and the calls that belong to none."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, TypeVar, Unpack

from cartesia._calls import CallOptions, RequestOptions, Value, take_options
from cartesia._faces import Awaited, Blocking, F, M, Raw, Resource, Streamed, endpoint
from cartesia._uploads import to_upload
from cartesia.resources.access_token import AccessTokens
from cartesia.resources.pronunciation_dicts import PronunciationDicts
from cartesia.resources.tts import TTS, AsyncTTS
from cartesia.resources.voices import Voices
from cartesia.types import Status

T = TypeVar("T")


def get_status_request(**options: Unpack[CallOptions]) -> Value[Status]:
    """Ask whether the server is there, and which version of the protocol it speaks."""
    return Value(method="GET", path="/", result=Status)


def get_request(
    path: str, *, cast_to: type[T], options: RequestOptions | None = None, **more: Unpack[CallOptions]
) -> Value[T]:
    """Call a path of the server that has no method here, with GET.

    Args:
        path: the path, such as ``/voices``.
        cast_to: the type that the JSON of the answer is converted to, such as ``dict``; or `httpx.Response`.
        options: settings of the call, as in ``request_options``.
    """
    return _call("GET", path, cast_to, options)


def post_request(
    path: str,
    *,
    cast_to: type[T],
    body: object = None,
    files: Mapping[str, Any] | None = None,
    options: RequestOptions | None = None,
    **more: Unpack[CallOptions],
) -> Value[T]:
    """Call a path of the server that has no method here, with POST.

    Args:
        path: the path, such as ``/voices``.
        cast_to: the type that the JSON of the answer is converted to, such as ``dict``; or `httpx.Response`.
        body: the value to send as JSON; with ``files``, the fields of the form.
        files: files to send, by the names of their fields.
        options: settings of the call, as in ``request_options``.
    """
    return _call("POST", path, cast_to, options, body, files)


def put_request(
    path: str,
    *,
    cast_to: type[T],
    body: object = None,
    files: Mapping[str, Any] | None = None,
    options: RequestOptions | None = None,
    **more: Unpack[CallOptions],
) -> Value[T]:
    """Call a path of the server that has no method here, with PUT.

    Args:
        path: the path, such as ``/voices``.
        cast_to: the type that the JSON of the answer is converted to, such as ``dict``; or `httpx.Response`.
        body: the value to send as JSON; with ``files``, the fields of the form.
        files: files to send, by the names of their fields.
        options: settings of the call, as in ``request_options``.
    """
    return _call("PUT", path, cast_to, options, body, files)


def patch_request(
    path: str,
    *,
    cast_to: type[T],
    body: object = None,
    options: RequestOptions | None = None,
    **more: Unpack[CallOptions],
) -> Value[T]:
    """Call a path of the server that has no method here, with PATCH.

    Args:
        path: the path, such as ``/voices``.
        cast_to: the type that the JSON of the answer is converted to, such as ``dict``; or `httpx.Response`.
        body: the value to send as JSON.
        options: settings of the call, as in ``request_options``.
    """
    return _call("PATCH", path, cast_to, options, body)


def delete_request(
    path: str,
    *,
    cast_to: type[T],
    body: object = None,
    options: RequestOptions | None = None,
    **more: Unpack[CallOptions],
) -> Value[T]:
    """Call a path of the server that has no method here, with DELETE.

    Args:
        path: the path, such as ``/voices``.
        cast_to: the type that the JSON of the answer is converted to, such as ``dict``; or `httpx.Response`.
        body: the value to send as JSON.
        options: settings of the call, as in ``request_options``.
    """
    return _call("DELETE", path, cast_to, options, body)


def _call(
    method: str,
    path: str,
    result: type[T],
    options: RequestOptions | None,
    body: object = None,
    files: Mapping[str, Any] | None = None,
) -> Value[T]:
    if not path.startswith("/"):
        raise ValueError(f"path should begin with /, as in /voices; it is {path!r}")
    uploads = {name: to_upload(file, name=name) for name, file in (files or {}).items()}
    call = Value(method=method, path=path, result=result, body=body, uploads=uploads)
    return call.set(take_options({"request_options": options}))


class SharedSurface(Resource[F, M]):
    """The calls that are the same on both clients."""

    @cached_property
    def voices(self) -> Voices[F, M]:
        """The available voices, and new ones."""
        return Voices(self._client, self._mode)

    @cached_property
    def pronunciation_dicts(self) -> PronunciationDicts[F, M]:
        """Dictionaries of pronunciations."""
        return PronunciationDicts(self._client, self._mode)

    @cached_property
    def access_token(self) -> AccessTokens[F, M]:
        """Access tokens, to use instead of a key."""
        return AccessTokens(self._client, self._mode)

    get_status = endpoint(get_status_request)
    get = endpoint(get_request)
    post = endpoint(post_request)
    put = endpoint(put_request)
    patch = endpoint(patch_request)
    delete = endpoint(delete_request)


class Surface(SharedSurface[Blocking, M]):
    """All calls of the blocking client."""

    with_raw_response: Surface[Raw]
    with_streaming_response: Surface[Streamed]

    def _in_mode(self, mode: type[Any]) -> Any:
        return Surface(self._client, mode)

    @cached_property
    def tts(self) -> TTS[M]:
        """Text to speech."""
        return TTS(self._client, self._mode)


class AsyncSurface(SharedSurface[Awaited, M]):
    """All calls of the asynchronous client."""

    with_raw_response: AsyncSurface[Raw]
    with_streaming_response: AsyncSurface[Streamed]

    def _in_mode(self, mode: type[Any]) -> Any:
        return AsyncSurface(self._client, mode)

    @cached_property
    def tts(self) -> AsyncTTS[M]:
        """Text to speech."""
        return AsyncTTS(self._client, self._mode)
