"""The clients of a server: owners of keys, holders of tokens, or anyone on this machine."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from ownvoice.access.keys import KeyRing, StoredKeys
from ownvoice.access.limits import Limits, Usage
from ownvoice.access.tokens import Tokens, invalid_token, looks_like_token
from ownvoice.errors import NotAuthenticated
from ownvoice.settings import Settings, keys_are_on

LOCAL = "local"
"""The owner of everything on a server without keys."""

CONTEXTS = 100
REQUESTS_PER_MINUTE = 600
"""The limits of a key where keys are on and the settings name none."""


@dataclass(frozen=True, slots=True)
class Client:
    """The sender of a request."""

    owner: str
    """The id of the key, or LOCAL."""
    grants: frozenset[str] | None = None
    """What its token permits; None for a key itself, which permits everything."""


class Access:
    """The keys, tokens and usage of one server process."""

    def __init__(self, settings: Settings, table: StoredKeys, directory: Path) -> None:
        """Make it without reading anything yet.

        Args:
            settings: whether keys are needed, and the limits.
            table: the keys.
            directory: the directory of the secret that tokens are signed with.
        """
        self._keys = KeyRing(table) if keys_are_on(settings) else None
        self.tokens = Tokens(directory / "token-secret")
        self.usage = Usage(limits_of(settings))

    async def client(self, credential: str | None) -> Client:
        """Return the client that a key or a token belongs to; RequestError where it is missing or not valid.

        Without keys this is always the same client, whatever is sent: programs may have a key of another service set.
        """
        if self._keys is None:
            return Client(LOCAL)
        if credential is None:
            raise NotAuthenticated(
                "No API key",
                "send a key in the header X-API-Key or as Authorization: Bearer, or in the query as api_key; "
                "`ownvoice keys create` makes one",
                error_code="missing_api_key",
            )
        if looks_like_token(credential):
            token = await asyncio.to_thread(self.tokens.read, credential)
            if not await self._keys.is_valid(token.key_id):
                raise invalid_token()
            return Client(token.key_id, token.grants)
        key_id = await self._keys.find(credential)
        if key_id is None:
            raise NotAuthenticated(
                "Invalid API key",
                "the key does not exist here, or was revoked; `ownvoice keys list` shows the keys",
                error_code="invalid_api_key",
            )
        return Client(key_id)

    async def is_valid(self, client: Client) -> bool:
        """Return whether the key of a client that was let in is still valid."""
        return self._keys is None or await self._keys.is_valid(client.owner)


def limits_of(settings: Settings) -> Limits:
    """Return the limits of one owner: those of the settings, or the defaults for a server with or without keys."""

    def limit(chosen: int | None, usual: int) -> int | None:
        if chosen is None:
            return usual if keys_are_on(settings) else None
        return chosen or None

    return Limits(
        contexts=limit(settings.max_contexts, CONTEXTS),
        requests_per_minute=limit(settings.requests_per_minute, REQUESTS_PER_MINUTE),
    )


def allows(client: Client, grant: str | None) -> bool:
    """Return whether a client may do something that needs a grant; None is for what only a key itself may do."""
    return client.grants is None or (grant is not None and grant in client.grants)
