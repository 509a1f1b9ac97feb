"""Helpers for tests of contexts: a connection on either face, and its results in one form."""

import inspect
from typing import Any

from cartesia.types import AnyEvent, RawOutputFormatParam
from faces import Face
from scripted_server import Script, scripted

RAW: RawOutputFormatParam = {"container": "raw", "encoding": "pcm_s16le", "sample_rate": 8000}


async def settled(value: Any) -> Any:
    """Return the value, awaited if it is awaitable: on the blocking face `faces` makes every call so."""
    return await value if inspect.isawaitable(value) else value


async def items(stream: Any) -> list[Any]:
    """Return all items of an iterator of either face."""
    return [item async for item in stream] if hasattr(stream, "__aiter__") else list(stream)


def types(events: list[AnyEvent]) -> list[str]:
    """Return the types of events."""
    return [event.type for event in events]


def heard(events: list[Any]) -> str:
    """Return the text that `scripted_server.converse` has spoken, from events of the third generation."""
    return b"".join(event.audio for event in events if event.type == "chunk").decode()


def connected(face: Face, script: Script, scenario: Any, **options: Any) -> Any:
    """Run a scenario with a connection of `websocket_connect()`."""

    async def session(client: Any) -> Any:
        async with await settled(client.tts.websocket_connect()) as connection:
            return await scenario(connection)

    with scripted(script) as url:
        return face.run(session, base_url=url, **options)


def on_websocket(face: Face, script: Script, scenario: Any, **options: Any) -> Any:
    """Run a scenario with a connection of `websocket()`."""

    async def session(client: Any) -> Any:
        ws = await client.tts.websocket()
        try:
            return await scenario(ws)
        finally:
            await ws.close()

    with scripted(script) as url:
        return face.run(session, base_url=url, **options)


def router_of(connection: Any) -> Any:
    """Return the router of a connection of either face."""
    return getattr(connection, "_target", connection)._connection._router


def known_contexts(connection: Any) -> int:
    """Return the number of contexts that a connection knows."""
    router = router_of(connection)
    return len(router._open) + len(router.inbox.under_way)
