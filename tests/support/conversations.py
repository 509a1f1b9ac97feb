"""What the tests of contexts share: a connection on either face, and its results on both alike."""

import inspect
from typing import Any

from cartesia.types import AnyEvent, RawOutputFormatParam
from faces import Face
from scripted_server import Script, scripted

RAW: RawOutputFormatParam = {"container": "raw", "encoding": "pcm_s16le", "sample_rate": 8000}


async def settled(value: Any) -> Any:
    """The value; on the blocking face, where `faces` makes every call awaitable, it is awaited first."""
    return await value if inspect.isawaitable(value) else value


async def items(stream: Any) -> list[Any]:
    """All that an iterator of either face gives."""
    return [item async for item in stream] if hasattr(stream, "__aiter__") else list(stream)


def types(events: list[AnyEvent]) -> list[str]:
    """The types of events."""
    return [event.type for event in events]


def heard(events: list[Any]) -> str:
    """The text that `scripted_server.converse` has spoken, in events of the third generation."""
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
    """What a connection of either face keeps."""
    return getattr(connection, "_target", connection)._connection._router


def kept(connection: Any) -> int:
    """How many contexts a connection knows of."""
    router = router_of(connection)
    return len(router._open) + len(router.inbox.under_way)
