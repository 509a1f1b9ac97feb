"""Access tokens, which stand in for a key where it must not be, such as in a browser."""

from __future__ import annotations

from typing import Unpack

from cartesia._calls import CallOptions, Value
from cartesia._faces import M, Raw, Resource, Streamed, awaitable, blocking
from cartesia._given import without_none
from cartesia.types import AccessToken, GrantsParam


def create(
    *, grants: GrantsParam | None = None, expires_in: int | None = None, **options: Unpack[CallOptions]
) -> Value[AccessToken]:
    """A token: `Cartesia(token=client.access_token.create(grants={"tts": True}).token)`.

    Args:
        grants: what it is good for: ``tts``, ``stt`` and ``agent``, each true or false.
        expires_in: how many seconds it is good for, 3600 at most.
    """
    body = without_none({"grants": grants, "expires_in": expires_in})
    return Value(method="POST", path="/access-token", result=AccessToken, body=body)


class AccessTokens(Resource[M]):
    """The tokens, of the blocking client."""

    @property
    def with_raw_response(self) -> AccessTokens[Raw]:
        """The same calls, which give the HTTP answer."""
        return AccessTokens(self._client, Raw)

    @property
    def with_streaming_response(self) -> AccessTokens[Streamed]:
        """The same calls, which give the HTTP answer before its body, in a `with` block."""
        return AccessTokens(self._client, Streamed)

    create = blocking(create)


class AsyncAccessTokens(Resource[M]):
    """The tokens, of the asynchronous client."""

    @property
    def with_raw_response(self) -> AsyncAccessTokens[Raw]:
        """The same calls, which give the HTTP answer."""
        return AsyncAccessTokens(self._client, Raw)

    @property
    def with_streaming_response(self) -> AsyncAccessTokens[Streamed]:
        """The same calls, which give the HTTP answer before its body, in an `async with` block."""
        return AsyncAccessTokens(self._client, Streamed)

    create = awaitable(create)
