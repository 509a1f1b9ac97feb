"""What hangs on a client: its resources, and the calls that belong to none."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, TypeVar, Unpack

from cartesia._calls import CallOptions, RequestOptions, Value, taken_options
from cartesia._faces import M, Raw, Resource, Streamed, awaitable, blocking
from cartesia._uploads import upload
from cartesia.resources.access_token import AccessTokens, AsyncAccessTokens
from cartesia.resources.pronunciation_dicts import AsyncPronunciationDicts, PronunciationDicts
from cartesia.resources.tts import TTS, AsyncTTS
from cartesia.resources.voices import AsyncVoices, Voices
from cartesia.types import Status

T = TypeVar("T")


def get_status(**options: Unpack[CallOptions]) -> Value[Status]:
    """Whether the server is there, and which version of the protocol it speaks."""
    return Value(method="GET", path="/", result=Status)


def get(path: str, *, cast_to: type[T], options: RequestOptions | None = None, **more: Unpack[CallOptions]) -> Value[T]:
    """Call a path of the server for which there is no method.

    Args:
        path: such as ``/voices``.
        cast_to: what the JSON of the answer is made into, such as ``dict``; or `httpx.Response`.
        options: settings of the call, as ``request_options`` has them.
    """
    return _call("GET", path, cast_to, options)


def post(
    path: str,
    *,
    cast_to: type[T],
    body: object = None,
    files: Mapping[str, Any] | None = None,
    options: RequestOptions | None = None,
    **more: Unpack[CallOptions],
) -> Value[T]:
    """Call a path of the server for which there is no method.

    Args:
        path: such as ``/voices``.
        cast_to: what the JSON of the answer is made into, such as ``dict``; or `httpx.Response`.
        body: what JSON is made of; with ``files``, the fields of the form.
        files: files to send, by the names of their fields.
        options: settings of the call, as ``request_options`` has them.
    """
    return _call("POST", path, cast_to, options, body, files)


def put(
    path: str,
    *,
    cast_to: type[T],
    body: object = None,
    files: Mapping[str, Any] | None = None,
    options: RequestOptions | None = None,
    **more: Unpack[CallOptions],
) -> Value[T]:
    """The same as `post`, by the method PUT."""
    return _call("PUT", path, cast_to, options, body, files)


def patch(
    path: str,
    *,
    cast_to: type[T],
    body: object = None,
    options: RequestOptions | None = None,
    **more: Unpack[CallOptions],
) -> Value[T]:
    """The same as `post`, by the method PATCH."""
    return _call("PATCH", path, cast_to, options, body)


def delete(
    path: str,
    *,
    cast_to: type[T],
    body: object = None,
    options: RequestOptions | None = None,
    **more: Unpack[CallOptions],
) -> Value[T]:
    """The same as `post`, by the method DELETE."""
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
    uploads = {name: upload(file, called=name) for name, file in (files or {}).items()}
    call = Value(method=method, path=path, result=result, body=body, uploads=uploads)
    return call.set(taken_options({"request_options": options}))


class Surface(Resource[M]):
    """All calls, of the blocking client."""

    @cached_property
    def tts(self) -> TTS[M]:
        """Text to speech."""
        return TTS(self._client, self._mode)

    @cached_property
    def voices(self) -> Voices[M]:
        """The voices there are, and new ones."""
        return Voices(self._client, self._mode)

    @cached_property
    def pronunciation_dicts(self) -> PronunciationDicts[M]:
        """Dictionaries that say how words are said."""
        return PronunciationDicts(self._client, self._mode)

    @cached_property
    def access_token(self) -> AccessTokens[M]:
        """Tokens that stand in for a key."""
        return AccessTokens(self._client, self._mode)

    @property
    def with_raw_response(self) -> Surface[Raw]:
        """The same calls, which give the HTTP answer."""
        return Surface(self._client, Raw)

    @property
    def with_streaming_response(self) -> Surface[Streamed]:
        """The same calls, which give the HTTP answer before its body, in a `with` block."""
        return Surface(self._client, Streamed)

    get_status = blocking(get_status)
    get = blocking(get)
    post = blocking(post)
    put = blocking(put)
    patch = blocking(patch)
    delete = blocking(delete)


class AsyncSurface(Resource[M]):
    """All calls, of the asynchronous client."""

    @cached_property
    def tts(self) -> AsyncTTS[M]:
        """Text to speech."""
        return AsyncTTS(self._client, self._mode)

    @cached_property
    def voices(self) -> AsyncVoices[M]:
        """The voices there are, and new ones."""
        return AsyncVoices(self._client, self._mode)

    @cached_property
    def pronunciation_dicts(self) -> AsyncPronunciationDicts[M]:
        """Dictionaries that say how words are said."""
        return AsyncPronunciationDicts(self._client, self._mode)

    @cached_property
    def access_token(self) -> AsyncAccessTokens[M]:
        """Tokens that stand in for a key."""
        return AsyncAccessTokens(self._client, self._mode)

    @property
    def with_raw_response(self) -> AsyncSurface[Raw]:
        """The same calls, which give the HTTP answer."""
        return AsyncSurface(self._client, Raw)

    @property
    def with_streaming_response(self) -> AsyncSurface[Streamed]:
        """The same calls, which give the HTTP answer before its body, in an `async with` block."""
        return AsyncSurface(self._client, Streamed)

    get_status = awaitable(get_status)
    get = awaitable(get)
    post = awaitable(post)
    put = awaitable(put)
    patch = awaitable(patch)
    delete = awaitable(delete)
