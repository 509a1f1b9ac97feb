"""Make a voice between two others, speak with it, and clone the result."""

from cartesia import Cartesia

with Cartesia() as client:
    low, high = "a0e99841-438c-4a64-b679-ae501e7d6091", "6ccbfb76-1fc6-48f7-b71d-91ac6298247b"
    mix = client.voices.mix([{"id": low, "weight": 2}, {"id": high, "weight": 1}])
    between = client.voices.create(name="Between", description="More of the one.", embedding=mix)
    audio = client.tts.generate(
        model_id="sonic-3",
        transcript="This is a voice between two others. Whoever hears it knows neither of them, and that is well.",
        voice=between.id,
        output_format={"container": "wav", "encoding": "pcm_s16le", "sample_rate": 24000},
    ).read()
    clone = client.voices.clone(clip=("between.wav", audio), name="Its clone", language="en")
    for voice in client.voices.list(is_owner=True):
        print(voice.name, "is", voice.id)
    client.voices.delete(between.id)
    client.voices.delete(clone.id)
