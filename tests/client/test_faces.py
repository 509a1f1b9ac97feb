"""Both faces have the same methods with the same parameters, and pending calls behave like coroutines."""

import asyncio
import inspect
from typing import Any

import httpx
import pytest

from cartesia import AsyncCartesia, Cartesia
from cartesia._pages import AsyncPage, Page
from cartesia._pending import Pending
from cartesia._raw import APIResponse, AsyncAPIResponse, AsyncResponseContextManager, ResponseContextManager
from cartesia._responses import AsyncAudio, AsyncStream, Audio, Stream
from cartesia._surface import AsyncSurface, Surface
from cartesia._websocket import async_contexts as awaited
from cartesia._websocket import contexts as blocked
from cartesia._websocket.async_connection import AsyncConnection
from cartesia._websocket.connection import Connection
from cartesia.resources import access_token, pronunciation_dicts, tts, voices

TWINS = [
    (Cartesia, AsyncCartesia),
    (tts.TTS, tts.AsyncTTS),
    (Surface, AsyncSurface),
    (APIResponse, AsyncAPIResponse),
    (ResponseContextManager, AsyncResponseContextManager),
    (Connection, AsyncConnection),
    (blocked.WebSocket, awaited.AsyncWebSocket),
    (blocked.WebSocketContext, awaited.AsyncWebSocketContext),
    (blocked.TTSResourceConnection, awaited.AsyncTTSResourceConnection),
    (blocked.TTSResourceConnectionManager, awaited.AsyncTTSResourceConnectionManager),
    (Audio, AsyncAudio),
    (Stream, AsyncStream),
    (Page, AsyncPage),
]


def public(kind: type) -> list[str]:
    return [name for name in dir(kind) if not name.startswith("_")]


def parameters(kind: type, name: str) -> list[tuple[str, Any, Any]]:
    member = inspect.getattr_static(kind, name)
    member = member.__func__ if isinstance(member, staticmethod) else member
    if not callable(member):
        return []
    found = inspect.signature(member).parameters.values()
    return [(each.name, each.kind, each.default) for each in found]


@pytest.mark.parametrize(("blocking", "awaitable"), TWINS, ids=lambda kind: kind.__name__)
def test_the_faces_are_twins(blocking: type, awaitable: type) -> None:
    assert public(blocking) == public(awaitable)
    for name in [*public(blocking), "__init__"]:
        assert parameters(blocking, name) == parameters(awaitable, name), name


@pytest.mark.parametrize(("blocking", "awaitable"), TWINS, ids=lambda kind: kind.__name__)
def test_public_methods_have_docstrings(blocking: type, awaitable: type) -> None:
    for kind in (blocking, awaitable):
        for name in public(kind):
            if not hasattr(list, name):
                assert inspect.getdoc(getattr(kind, name)), f"{kind.__name__}.{name}"


@pytest.mark.parametrize("resource", [voices.Voices, pronunciation_dicts.PronunciationDicts, access_token.AccessTokens])
def test_methods_of_shared_resources_have_docstrings(resource: type) -> None:
    for name in public(resource):
        assert inspect.getdoc(getattr(resource, name)), name


def test_help_shows_the_endpoint() -> None:
    assert tts.TTS.generate.__doc__ == tts.generate_request.__doc__
    assert tts.TTS.bytes.__name__ == "bytes"
    assert list(inspect.signature(tts.AsyncTTS.generate).parameters)[:3] == ["self", "model_id", "transcript"]
    assert voices.Voices.list.__name__ == "list"


def client_of(result: dict[str, Any]) -> AsyncCartesia:
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json=result))
    return AsyncCartesia(base_url="http://test", http_client=httpx.AsyncClient(transport=transport))


def test_a_task_can_be_made_of_a_call() -> None:
    async def scenario() -> None:
        async with client_of({"id": "v", "name": "N"}) as client, asyncio.TaskGroup() as group:
            task: asyncio.Task[Any] = group.create_task(client.voices.get("v"))
        assert task.result().name == "N"

    asyncio.run(scenario())


def test_a_call_works_with_gather_and_wait_for() -> None:
    async def scenario() -> None:
        async with client_of({"id": "v", "name": "N"}) as client:
            both = await asyncio.gather(client.voices.get("v"), asyncio.wait_for(client.voices.get("v"), 5))
            assert [voice.name for voice in both] == ["N", "N"]

    asyncio.run(scenario())


def test_a_call_that_is_never_awaited_warns() -> None:
    async def never() -> None:
        raise AssertionError

    with pytest.warns(RuntimeWarning, match="never awaited"):
        Pending(never)  # gone as soon as it is made
    Pending(never).close()


def test_a_forgotten_call_is_cancelled_cleanly() -> None:
    async def scenario() -> None:
        started = asyncio.Event()

        async def wait() -> None:
            started.set()
            await asyncio.sleep(60)

        task: asyncio.Task[None] = asyncio.create_task(Pending(wait))
        await started.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(scenario())
