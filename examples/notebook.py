"""What a notebook's cell does: samples as an array, to be played or drawn."""

import io

import numpy as np

from cartesia import Cartesia

with Cartesia() as client:
    audio_data = io.BytesIO()
    for output in client.tts.sse(
        model_id="sonic-english",
        transcript="Hey there! This goes into an array.",
        voice_id="248be419-c632-4f23-adf1-5324ed7dbf1d",
        stream=True,
        output_format={"container": "raw", "encoding": "pcm_f32le", "sample_rate": 8000},
    ):
        audio_data.write(output["audio"])

samples = np.frombuffer(audio_data.getvalue(), dtype=np.float32)
print(f"{len(samples) / 8000:.2f} s, loudest sample {np.abs(samples).max():.2f}")
# In a notebook: IPython.display.Audio(samples, rate=8000)
