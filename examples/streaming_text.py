"""Text goes in while audio comes out: two contexts on one connection, a file each."""

import wave

from cartesia import Cartesia
from cartesia.types import RawOutputFormatParam

FORMAT: RawOutputFormatParam = {"container": "raw", "encoding": "pcm_s16le", "sample_rate": 24000}

with Cartesia() as client, client.tts.websocket_connect() as connection:
    question = connection.context(voice="a0e99841-438c-4a64-b679-ae501e7d6091", output_format=FORMAT)
    answer = connection.context(voice="6ccbfb76-1fc6-48f7-b71d-91ac6298247b", output_format=FORMAT)

    for text in ("Where ", "does the rain ", "in Spain stay?"):
        question.push(text)
    question.no_more_inputs()

    answer.push("Mainly in the plain. ")
    answer.push("That is what they say.", continue_=False)

    for name, context in (("question", question), ("answer", answer)):
        with wave.open(f"{name}.wav", "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(24000)
            for event in context.receive():
                if event.type == "chunk":
                    file.writeframes(event.audio)
                elif event.type == "error":
                    print("failed:", event.message)
