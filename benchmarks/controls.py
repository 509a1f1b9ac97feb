"""What the controls do to the sound: each is set, something is said, and the sound is measured.

All figures are of one voice of the embedded engine, against the same text without controls.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cartesia.types import GenerationRequest, OutputFormat
from measuring import TEXT
from ownvoice.engines.espeak import EspeakEngine
from ownvoice.settings import Settings
from ownvoice.traits.expression import FIRST_FEELINGS
from ownvoice.traits.voice import DEFAULT_ID
from ownvoice.tts.requests import job_for
from ownvoice.tts.speech import speak
from ownvoice.voices.catalogue import Catalogue
from ownvoice.voices.resolution import resolve_voice

RATE = 22050
RAW = OutputFormat(container="raw", encoding="pcm_f32le", sample_rate=RATE)
Sound = NDArray[np.float32]


def said(text: str = TEXT, **fields: Any) -> Sound:
    given = {"model_id": "sonic-3", "transcript": text, "voice": DEFAULT_ID, "output_format": RAW, **fields}
    request = GenerationRequest(**given)
    engine = EspeakEngine()
    voices = Catalogue(lambda: {"espeak": engine.describe()})
    job = job_for(request, resolve_voice(request, voices, voices), Settings(), containers=("raw",))
    return np.frombuffer(b"".join(piece.audio for piece in speak(engine, job)), np.float32)


def speak_with(**controls: Any) -> Sound:
    return said(voice={"mode": "id", "id": DEFAULT_ID, "__experimental_controls": controls})


def seconds(sound: Sound) -> float:
    return len(sound) / RATE


def level(sound: Sound) -> float:
    """Return the level of the parts that are not pauses, in dB of full scale."""
    power = (sound[: len(sound) // 441 * 441].reshape(-1, 441).astype(np.float64) ** 2).mean(1)
    return float(10 * np.log10(power[power > power.max() / 1000].mean()))


def pitches(sound: Sound) -> NDArray[np.float64]:
    """Return the fundamental frequency of voiced frames of 46 ms, by the highest peak of the autocorrelation."""
    found = []
    for start in range(0, len(sound) - 1024, 512):
        frame = sound[start : start + 1024].astype(np.float64) * np.hanning(1024)
        likeness = np.fft.irfft(np.abs(np.fft.rfft(frame, 2048)) ** 2)[: RATE // 50]
        lag = RATE // 400 + int(np.argmax(likeness[RATE // 400 :]))
        if likeness[0] > 0.01 and likeness[lag] > 0.4 * likeness[0]:
            found.append(RATE / lag)
    return np.array(found)


def brightness(sound: Sound) -> float:
    """Return the share of power above 1 kHz, in dB, which grows with effort and with breath."""
    power = np.abs(np.fft.rfft(sound)) ** 2
    return float(10 * np.log10(power[len(sound) * 1000 // RATE :].sum() / power.sum()))


def silence(sound: Sound) -> float:
    """Return the length of the longest silence in the middle of a sound, in seconds."""
    loud = np.flatnonzero(np.abs(sound) > 0.01 * np.abs(sound).max())
    return float(np.diff(loud).max()) / RATE


def show_speeds() -> None:
    plain = seconds(said())
    for speed in ("fastest", "fast", "normal", "slow", "slowest"):
        print(f"speed {speed:8s} {plain / seconds(speak_with(speed=speed)):.3f} of the normal tempo")
    for ratio in (0.6, 0.8, 1.2, 1.5):
        tempo = plain / seconds(said(generation_config={"speed": ratio}))
        print(f"speed {ratio:<8} {tempo:.3f} of the normal tempo, {100 * (tempo / ratio - 1):+.1f} %")


def show_volumes() -> None:
    plain = level(said())
    for ratio in (0.5, 0.7, 1.4, 2.0):
        heard = level(said(generation_config={"volume": ratio})) - plain
        print(f"volume {ratio}: {heard:+.2f} dB, which is {heard - 20 * np.log10(ratio):+.2f} dB off")


def show_emotions() -> None:
    for name in FIRST_FEELINGS:
        rows = []
        for strength in (None, ":lowest", ":low", "", ":high", ":highest"):
            sound = said() if strength is None else speak_with(emotion=[name + strength])
            pitch = pitches(sound)
            # Between the quartiles, in terms of a normal distribution: single frames are an octave off.
            spread = float(np.subtract(*np.percentile(12 * np.log2(pitch), (75, 25)))) / 1.35
            rows.append((seconds(sound), level(sound), float(np.median(pitch)), spread, brightness(sound)))
        measures = {}
        for measure, values in zip(
            ("seconds", "dB", "Hz", "semitones", "dB above 1 kHz"), zip(*rows, strict=True), strict=True
        ):
            measures[measure] = list(values) in (sorted(values), sorted(values, reverse=True))
        monotone = ", ".join(measure for measure, is_monotone in measures.items() if is_monotone)
        print(f"emotion {name}: monotone in {monotone}")
        for label, values in zip(("none", "lowest", "low", "(plain)", "high", "highest"), rows, strict=True):
            print(
                "  {:8s} {:6.3f} s {:7.2f} dB {:6.1f} Hz {:5.2f} semitones {:6.2f} dB above 1 kHz".format(
                    label, *values
                )
            )


def show_breaks() -> None:
    for asked in (0.05, 0.2, 0.5, 1.0, 3.0):
        off = [
            1000 * (silence(said(text.replace("|", f'<break time="{asked}s"/>'))) - asked)
            for text in ("I | owe.", "Away. | Up we go!", "One,|more", "Now | stop")
        ]
        print(f"break {asked} s: from {min(off):+.2f} to {max(off):+.2f} ms off")


def show_durations() -> None:
    for duration in (0.5, 2.0, 100.0):
        print(f"duration {duration}: {seconds(said(duration=duration)):.4f} s")


if __name__ == "__main__":
    show_speeds()
    show_volumes()
    show_emotions()
    show_breaks()
    show_durations()
