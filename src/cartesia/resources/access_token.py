"""Access tokens, for places where a key must not be, such as a browser."""

from __future__ import annotations

from typing import Unpack

from cartesia._calls import CallOptions, Value
from cartesia._faces import F, M, Raw, Resource, Streamed, endpoint
from cartesia._given import drop_none
from cartesia.types import AccessToken, GrantsParam


def create_request(
    *, grants: GrantsParam | None = None, expires_in: int | None = None, **options: Unpack[CallOptions]
) -> Value[AccessToken]:
    """Create a token: `Cartesia(token=client.access_token.create(grants={"tts": True}).token)`.

    Args:
        grants: what it allows: ``tts``, ``stt`` and ``agent``, each true or false.
        expires_in: the seconds until it expires, at most 3600.
    """
    body = drop_none({"grants": grants, "expires_in": expires_in})
    return Value(method="POST", path="/access-token", result=AccessToken, body=body)


class AccessTokens(Resource[F, M]):
    """The calls about access tokens."""

    with_raw_response: AccessTokens[F, Raw]
    with_streaming_response: AccessTokens[F, Streamed]
    create = endpoint(create_request)
