"""A server that asks for keys, and one key."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from ownvoice.engines import Engine
from ownvoice.serving.server import ServerThread, store_of
from ownvoice.settings import Settings
from ownvoice.store import Store
from ownvoice.tts.runner.inline import InlineRunner


@dataclass(frozen=True)
class Guarded:
    """A server with keys, and what is behind it."""

    url: str
    store: Store
    secret: str
    """The secret of a valid key."""
    key_id: str

    @property
    def headers(self) -> dict[str, str]:
        return {"X-API-Key": self.secret}

    def token(self, **body: Any) -> str:
        answer = httpx.post(f"{self.url}/access-token", headers=self.headers, json=body)
        assert answer.status_code == 200, answer.text
        token: str = answer.json()["token"]
        return token


@contextmanager
def guarded(data: Path, engine: Engine | None = None, **settings: Any) -> Iterator[Guarded]:
    """Start a server with keys in a directory of its own, which speaks with an engine, or with tones."""
    chosen = Settings(port=0, data=str(data), models={"sonic": "odd" if engine else "tone"}, keys=True, **settings)
    store = store_of(chosen)
    key, secret = store.keys.create("test")
    server = ServerThread(chosen, InlineRunner({"odd": engine} if engine else None))
    try:
        yield Guarded(server.base_url, store, secret, key.id)
    finally:
        server.stop()
        store.close()
