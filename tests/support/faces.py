"""The two faces of the library, for scenarios that are written once, for the asynchronous client.

The blocking client is wrapped so that what it returns may be awaited and iterated with ``async for``. Nothing is
scheduled in between: the calls block, as they do for its users.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Generator
from typing import Any

import httpx

from cartesia import AsyncCartesia, Cartesia

Handler = Callable[[httpx.Request], httpx.Response]


class Called:
    """The result of a blocking call, which can be used with ``await`` and ``async for``."""

    def __init__(self, result: Any) -> None:
        self.result = result

    def __await__(self) -> Generator[Any, Any, Any]:
        yield from ()
        return wrapped(self.result)

    async def __aiter__(self) -> AsyncIterator[Any]:
        for item in self.result:
            yield wrapped(item)

    async def __aenter__(self) -> Any:
        return await wrapped(self.result).__aenter__()

    async def __aexit__(self, *error: object) -> None:
        await wrapped(self.result).__aexit__(*error)


class Wrapped:
    """A blocking object whose methods look asynchronous."""

    def __init__(self, target: Any) -> None:
        self._target = target

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._target, name)
        if callable(value):
            return lambda *args, **kwargs: Called(value(*args, **kwargs))
        return wrapped(value)

    async def __aiter__(self) -> AsyncIterator[Any]:
        for item in self._target:
            yield wrapped(item)

    async def aclose(self) -> None:
        """Close it, as generators are closed."""
        self._target.close()

    def __getitem__(self, key: Any) -> Any:
        return self._target[key]

    def __len__(self) -> int:
        return len(self._target)

    async def __aenter__(self) -> Any:
        return wrapped(self._target.__enter__())

    async def __aexit__(self, *error: object) -> None:
        self._target.__exit__(*error)


def wrapped(value: Any) -> Any:
    """Return the value; if it is an object of the library that does I/O, with awaitable methods."""
    home = type(value).__module__
    mine = home.startswith("cartesia._") or type(value).__name__ == "generator"
    return Wrapped(value) if mine or home.startswith("cartesia.resources") else value


class Face:
    """One of the two faces of the library."""

    def __init__(self, *, blocking: bool) -> None:
        self.blocking = blocking

    def client(self, handler: Handler | None = None, **options: Any) -> Any:
        """Make a client; with a handler it talks to that instead of a network."""
        kind, http = (Cartesia, httpx.Client) if self.blocking else (AsyncCartesia, httpx.AsyncClient)
        if handler is not None:
            options = {
                "http_client": http(transport=httpx.MockTransport(handler)),
                "base_url": "http://test",
                **options,
            }
        return kind(**options)

    def run(self, scenario: Callable[[Any], Awaitable[Any]], handler: Handler | None = None, **options: Any) -> Any:
        """Run a scenario with a client of this face, and close the client."""

        async def session() -> Any:
            client = self.client(handler, **options)
            given = Wrapped(client) if self.blocking else client
            try:
                return await scenario(given)
            finally:
                await given.close()

        return asyncio.run(session())
