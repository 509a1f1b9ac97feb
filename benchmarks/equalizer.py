"""What a stream costs with the equaliser and without it: engine, equaliser, resampler, encoding, base64.

In milliseconds of one core for each second of speech: 10 is one percent of a core for a stream at the speed of speech.
"""

import time

import numpy as np
import pybase64

from cartesia.types import OutputFormat
from measuring import SENTENCES
from ownvoice.audio.equalizer import Equalizer
from ownvoice.engines import EngineVoice
from ownvoice.engines.espeak import EspeakEngine, catalogue
from ownvoice.traits import timbre
from ownvoice.traits.embedding import Traits
from ownvoice.tts.speech import Job, Style, speak

ROUNDS = 7
TEXT = " ".join(SENTENCES[:8])
FORMAT = OutputFormat(container="raw", encoding="pcm_f32le", sample_rate=44100)


def main() -> None:
    plain = catalogue.VOICES[0].traits
    altered = Traits(plain.pitch_hz, plain.range_semitones, plain.formant_scale, plain.noisiness, plain.rate)
    engine = EspeakEngine()
    gains = timbre.correction(engine.timbre("en", altered), altered.timbre)
    assert gains is not None
    for piece in (0.06, 0.2):
        without = min(stream(engine, plain, piece) for _ in range(ROUNDS))
        with_it = min(stream(engine, altered, piece) for _ in range(ROUNDS))
        alone = min(filtering(gains, engine.sample_rate, piece) for _ in range(ROUNDS))
        print(
            f"pieces of {1000 * piece:3.0f} ms: a stream without equaliser {without:.2f} ms/s, with it {with_it:.2f}"
            f" ({with_it / without:.2f} times); the equaliser alone {alone:.2f} ms/s"
        )


def stream(engine: EspeakEngine, traits: Traits, piece: float) -> float:
    """Return the milliseconds that a second of speech takes, from samples to base64."""
    job = Job(TEXT, Style("en-US", EngineVoice(traits), "espeak", FORMAT, first_piece=piece, longest_piece=piece))
    started, size = time.process_time(), 0
    for part in speak(engine, job):
        size += len(part.audio)
        pybase64.b64encode(part.audio)
    assert FORMAT.sample_rate is not None
    return 1000 * (time.process_time() - started) / (size / 4 / FORMAT.sample_rate)


def filtering(gains: timbre.Floats, rate: int, piece: float) -> float:
    """Return the milliseconds that a second takes which is neither silent nor a hiss."""
    equalizer = Equalizer(rate, timbre.CENTRES, gains)
    sound = (0.1 * np.sin(np.arange(20 * rate) / 20)).astype(np.float32)
    size = round(piece * rate)
    started = time.process_time()
    for start in range(0, len(sound), size):
        equalizer.push(sound[start : start + size])
    return 1000 * (time.process_time() - started) / 20


if __name__ == "__main__":
    main()
