"""Speak to a file."""

from cartesia import Cartesia

with Cartesia() as client:
    audio = client.tts.generate(
        model_id="sonic-3",
        transcript="The rain in Spain stays mainly in the plain.",
        voice="a0e99841-438c-4a64-b679-ae501e7d6091",
        output_format={"container": "wav", "encoding": "pcm_s16le", "sample_rate": 44100},
    )
    audio.write_to_file("rain.wav")
