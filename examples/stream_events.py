"""Speech as events while it is made, on the asynchronous client."""

import asyncio

from cartesia import AsyncCartesia


async def main() -> None:
    async with AsyncCartesia() as client:
        events = client.tts.generate_sse(
            model_id="sonic-3",
            transcript="Every piece of this sentence arrives as soon as it is spoken.",
            voice="6ccbfb76-1fc6-48f7-b71d-91ac6298247b",
            output_format={"container": "raw", "encoding": "pcm_s16le", "sample_rate": 24000},
            add_timestamps=True,
        )
        async for event in events:
            if event.type == "chunk":
                print(len(event.audio), "bytes of audio")
            elif event.type == "timestamps":
                print("words:", *event.word_timestamps.words)
            elif event.type == "error":
                print("failed:", event.title, event.message)


asyncio.run(main())
