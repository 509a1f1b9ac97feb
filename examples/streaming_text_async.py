"""Text as a language model writes it, spoken while it is written, and interrupted by the listener."""

import asyncio
from collections.abc import AsyncIterator

from cartesia import AsyncCartesia
from cartesia.resources.tts import AsyncWebSocketContext


async def words() -> AsyncIterator[str]:
    """Stand in for a language model."""
    for word in ("I ", "could ", "go ", "on ", "like ", "this ", "for ", "hours. ", "There ", "is ", "so ", "much."):
        yield word


async def say(context: AsyncWebSocketContext) -> None:
    """Send the text as it comes."""
    async for word in words():
        await context.push(word)
    await context.no_more_inputs()


async def listen(context: AsyncWebSocketContext, *, patience: int) -> None:
    """Listen to so many bytes, then interrupt."""
    heard = 0
    async for event in context.receive():
        if event.type == "chunk":
            heard += len(event.audio)
        elif event.type == "error":
            print("failed:", event.message)
        if heard > patience:
            await context.cancel()
    print("heard", heard, "bytes", "and interrupted" if heard > patience else "to the end")


async def main() -> None:
    async with AsyncCartesia() as client, client.tts.websocket_connect() as connection:
        for patience in (20_000, 10_000_000):
            context = connection.context(voice="a0e99841-438c-4a64-b679-ae501e7d6091")
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(listen(context, patience=patience))
                tasks.create_task(say(context))


asyncio.run(main())
