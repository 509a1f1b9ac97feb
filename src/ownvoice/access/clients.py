"""Who is asking: the owner of a key, the holder of a token, or anybody on this machine."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from ownvoice.access.keys import KeyRing, KeyTable
from ownvoice.access.limits import Limits, Usage
from ownvoice.access.tokens import Tokens, looks_like_token, revoked
from ownvoice.errors import NotAuthenticated
from ownvoice.settings import Settings, keys_are_on

LOCAL = "local"
"""The owner of everything on a server without keys."""

CONTEXTS = 100
REQUESTS_PER_MINUTE = 600
"""What a key may use where keys are on and nothing else is set."""


@dataclass(frozen=True, slots=True)
class Client:
    """Who is asking."""

    owner: str
    """The id of the key, or LOCAL."""
    grants: frozenset[str] | None = None
    """What a token is good for; None for a key itself, which may do everything."""


class Access:
    """Who may use one server process, and what they use of it."""

    def __init__(self, settings: Settings, table: KeyTable, directory: Path) -> None:
        """Nothing is read yet.

        Args:
            settings: whether there are keys, and the limits.
            table: the keys.
            directory: where the secret is kept that tokens are signed with.
        """
        self._keys = KeyRing(table) if keys_are_on(settings) else None
        self.tokens = Tokens(directory / "token-secret")
        self.usage = Usage(limits_of(settings))

    async def client(self, credential: str | None) -> Client:
        """Who sends a key or a token; RequestError (401) where that is nobody.

        Without keys it is the same client always, whatever is sent: programs have a key set that means nothing here.
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
                raise revoked()
            return Client(token.key_id, token.grants)
        key_id = await self._keys.find(credential)
        if key_id is None:
            raise NotAuthenticated(
                "Invalid API key",
                "there is no such key here, or it was revoked; `ownvoice keys list` shows those there are",
                error_code="invalid_api_key",
            )
        return Client(key_id)

    async def is_valid(self, client: Client) -> bool:
        """Whether the key of a client that was let in is still good."""
        return self._keys is None or await self._keys.is_valid(client.owner)


def limits_of(settings: Settings) -> Limits:
    """What one owner may use: what is set, where 0 is no limit; else much where there are keys, and all otherwise."""

    def limit(chosen: int | None, usual: int) -> int | None:
        if chosen is None:
            return usual if keys_are_on(settings) else None
        return chosen or None

    return Limits(
        contexts=limit(settings.max_contexts, CONTEXTS),
        requests_per_minute=limit(settings.requests_per_minute, REQUESTS_PER_MINUTE),
    )


def allows(client: Client, grant: str | None) -> bool:
    """Whether a client may do what needs a grant; None is what only a key itself may do."""
    return client.grants is None or (grant is not None and grant in client.grants)
