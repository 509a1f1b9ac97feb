"""A program in the style of the library's first generation: bytes, events as dictionaries, a socket."""

from cartesia import Cartesia

client = Cartesia()
voice = client.voices.get(id="a0e99841-438c-4a64-b679-ae501e7d6091")
output_format = client.tts.get_output_format("raw_pcm_f32le_22050")

data = client.tts.bytes(
    model_id="sonic-english",
    transcript="All of it at once.",
    voice_id=voice["id"],
    output_format={"container": "wav", "encoding": "pcm_f32le", "sample_rate": 22050},
)
with open("bytes.wav", "wb") as f:
    f.write(data)

for output in client.tts.sse(
    model_id="sonic-english",
    transcript="Piece by piece.",
    voice_embedding=voice["embedding"],
    stream=True,
    output_format=output_format,
):
    print("event with", len(output["audio"]), "bytes")

ws = client.tts.websocket()
response = ws.send(
    model_id="sonic-english",
    transcript="With the times of the words.",
    voice_id=voice["id"],
    output_format=output_format,
    stream=False,
    add_timestamps=True,
)
times = response["word_timestamps"]
for word, start, end in zip(times["words"], times["start"], times["end"], strict=True):
    print(f"{start:.2f} to {end:.2f}: {word}")
ws.close()
client.close()
