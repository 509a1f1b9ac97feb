"""Recordings that tests send: made by the engine, so that everything about them is known."""

import io
from functools import cache

import numpy as np
import soundfile
from numpy.typing import NDArray

from espeak_speech import RATE, say
from ownvoice.traits.embedding import Traits

TEXT = (
    "The birch canoe slid on the smooth planks. Glue the sheet to the dark blue background. "
    "It is easy to tell the depth of a well."
)
TRAITS = Traits(pitch_hz=178.0, range_semitones=2.2, formant_scale=1.1)


@cache
def recording(pitch_hz: float = TRAITS.pitch_hz, text: str = TEXT, locale: str = "en") -> bytes:
    """Return a WAV file of a synthetic speaker with that pitch."""
    traits = Traits(pitch_hz=pitch_hz, range_semitones=TRAITS.range_semitones, formant_scale=TRAITS.formant_scale)
    return wav(say(text, locale, traits).samples, RATE)


def wav(samples: NDArray[np.float32], sample_rate: int) -> bytes:
    """Return a WAV file of samples."""
    file = io.BytesIO()
    soundfile.write(file, samples, sample_rate, format="WAV", subtype="PCM_16")
    return file.getvalue()
