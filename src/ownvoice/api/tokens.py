"""Access tokens, made for whoever has a key."""

import asyncio

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ownvoice.access.tokens import GRANTS, LONGEST
from ownvoice.api.request import access_of, json_of, owner_of
from ownvoice.errors import InvalidRequest


class TokenRequest(msgspec.Struct):
    """What a token is to be good for, and how many seconds."""

    grants: dict[str, bool | None] | None = None
    expires_in: int | None = None


async def make_token(request: Request) -> Response:
    """A new token: as long as possible and for speech, unless the request says otherwise."""
    asked = await json_of(request, TokenRequest)
    grants = {"tts": True} if asked.grants is None else {name: bool(value) for name, value in asked.grants.items()}
    if unknown := grants.keys() - set(GRANTS):
        raise InvalidRequest("Invalid grants", f"grants should be of {', '.join(GRANTS)}, not {min(unknown)!r}")
    seconds = LONGEST if asked.expires_in is None else asked.expires_in
    if not 1 <= seconds <= LONGEST:
        raise InvalidRequest("Invalid lifetime", f"expires_in should be from 1 to {LONGEST} seconds, not {seconds}")
    token = await asyncio.to_thread(access_of(request).tokens.issue, owner_of(request), grants, seconds)
    return JSONResponse({"token": token})
