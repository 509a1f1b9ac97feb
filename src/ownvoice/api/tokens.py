"""Access tokens, made for clients that have a key."""

import asyncio
from typing import Annotated

import msgspec
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ownvoice.access.tokens import LONGEST, Grant
from ownvoice.api.request import owner_of, read_json
from ownvoice.api.services import services_of


class TokenRequest(msgspec.Struct):
    """A request for a token: what it permits, and its lifetime."""

    grants: dict[Grant, bool | None] | None = None
    expires_in: Annotated[int, Meta(ge=1, le=LONGEST, description="Seconds.")] | None = None


async def make_token(request: Request) -> Response:
    """Make a token, for speech and as long as possible unless the request says otherwise."""
    asked = await read_json(request, TokenRequest)
    grants: dict[str, bool] = {"tts": True}
    if asked.grants is not None:
        grants = {name: bool(value) for name, value in asked.grants.items()}
    seconds = LONGEST if asked.expires_in is None else asked.expires_in
    issue = services_of(request).access.tokens.issue
    return JSONResponse({"token": await asyncio.to_thread(issue, owner_of(request), grants, seconds)})
