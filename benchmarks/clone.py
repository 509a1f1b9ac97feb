"""Cloning, measured: speakers that other synthesizers make, and voices of the engine's own, are cloned from a clip and
then say another text. Of the clip and of the clone are compared: the pitch, its range, the long-term spectrum.

The other synthesizers are Debian's:

    apt-get update
    apt-get install -y --no-install-recommends flite festival festvox-us-slt-hts festvox-kallpc16k

The judge of the pitch is Praat (the package praat-parselmouth), and not what the cloning measures with. With
`--plot docs/clone.svg` it draws the spectra.
"""

import argparse
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import matplotlib
import numpy as np
import parselmouth
import soundfile
from matplotlib import pyplot
from numpy.typing import NDArray

from cartesia.types import OutputFormat
from measuring import SENTENCES
from ownvoice.engines import EngineVoice
from ownvoice.engines.espeak import EspeakEngine, catalogue
from ownvoice.engines.espeak.cloning import measure_voice
from ownvoice.traits.embedding import Traits, from_embedding, to_embedding
from ownvoice.traits.timbre import CENTRES, EDGES
from ownvoice.tts.speech import Job, Style, speak

Floats = NDArray[np.float64]

CLIP = " ".join(SENTENCES[:8])
SAID = " ".join(SENTENCES[8:16])
FLITE = ("awb", "rms", "slt", "kal16")
FESTIVAL = {"kal": "voice_kal_diphone", "slt-hts": "voice_cmu_us_slt_arctic_hts"}
OWN = ("Old Hollow Wizard", "Cedar Reception", "Lamplight Storyteller")
PITCH, RANGE, SPECTRUM = 0.03, 0.5, 0.5
"""What is to be reached: of the pitch; semitones; of the distance that the default voice has."""
HISS = 0.2
"""Voiced moments with such a share of their power above 3 kHz, as in z, are left out of the spectra: a few of them
would outweigh all the vowels there."""
NEAR = 1.5
"""Decibels: for voices that are hardly farther from the default one than two texts of one voice from each other."""


@dataclass(frozen=True)
class Measured:
    """What Praat and a plain spectrum say of a sound."""

    pitch: float
    range: float
    levels: Floats


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plot", type=Path, help="draw the spectra into this file")
    plot = parser.parse_args().plot
    default = measure(*said(catalogue.VOICES[0].traits))
    texts = distance(default, measure(*said(catalogue.VOICES[0].traits, CLIP)))
    print(f"One voice that says two such texts is {texts:.1f} dB from itself.")
    print(
        f"{'speaker':24s} {'pitch (Hz)':>20s} {'range (semitones)':>20s} {'spectrum (dB): clone, default':>32s}   cost"
    )
    rows: list[tuple[str, Measured, Measured]] = []
    reached = True
    for name, sound, rate, locale in speakers():
        started = time.process_time()
        traits = from_embedding(to_embedding(measure_voice(sound, rate, language=locale)))
        cost = 1000 * (time.process_time() - started) / (len(sound) / rate)
        one, other = measure(sound, rate), measure(*said(traits, locale=locale))
        apart, from_default = distance(one, other), distance(one, default)
        good = (
            abs(other.pitch / one.pitch - 1) <= PITCH
            and abs(other.range - one.range) <= RANGE
            and apart <= max(SPECTRUM * from_default, NEAR)
        )
        reached &= good
        rows.append((name, one, other))
        print(
            f"{name:24s} {one.pitch:7.1f} {other.pitch:7.1f} {100 * (other.pitch / one.pitch - 1):+4.1f}%"
            f" {one.range:9.2f} {other.range:5.2f} {other.range - one.range:+.2f}"
            f" {apart:12.1f} {from_default:5.1f} {apart / from_default:5.2f} {'' if good else ' MISSED'}"
            f" {cost:10.1f} ms/s"
        )
    print(
        "All within 3 %, 0.5 semitones, and half of the default's distance or 1.5 dB."
        if reached
        else "Not all was reached."
    )
    if plot is not None:
        draw(rows, default, plot)


def speakers() -> Iterator[tuple[str, NDArray[np.float32], int, str]]:
    """Return each speaker's name, clip, sample rate and locale."""
    flite, festival = shutil.which("flite"), shutil.which("text2wave")
    if flite is None or festival is None:
        print("flite or festival is missing: only some of the speakers are measured (see the top of this file)")
    with tempfile.TemporaryDirectory() as folder:
        wav = f"{folder}/clip.wav"
        for voice in FLITE if flite else ():
            subprocess.run(["flite", "-voice", voice, "-t", CLIP, "-o", wav], check=True)
            yield f"flite {voice}", *read(wav), "en-US"
        for name, command in FESTIVAL.items() if festival else ():
            made = subprocess.run(
                ["text2wave", "-eval", f"({command})", "-o", wav], input=CLIP, text=True, capture_output=True
            )
            if made.returncode:
                print(f"festival's voice {name} is missing (see the top of this file)")
                continue
            yield f"festival {name}", *read(wav), "en-US"
    for own in catalogue.VOICES:
        if own.name in OWN:
            yield own.name, *said(own.traits, CLIP, own.locale), own.locale


def read(path: str) -> tuple[NDArray[np.float32], int]:
    samples, rate = soundfile.read(path)
    return np.asarray(samples, np.float32), rate


def said(traits: Traits, text: str = SAID, locale: str = "en-US") -> tuple[NDArray[np.float32], int]:
    """Speak a text in a voice, through the whole speech pipeline of the server."""
    engine = EspeakEngine()
    raw = OutputFormat(container="raw", encoding="pcm_f32le", sample_rate=engine.sample_rate)
    pieces = speak(engine, Job(text, Style(locale, EngineVoice(traits), "espeak", raw)))
    return np.frombuffer(b"".join(piece.audio for piece in pieces), "<f4"), engine.sample_rate


def measure(samples: NDArray[np.float32], rate: int) -> Measured:
    sound = parselmouth.Sound(samples.astype(np.float64), rate)
    pitch = sound.to_pitch_ac(time_step=0.01, pitch_floor=60, pitch_ceiling=500)
    hertz = pitch.selected_array["frequency"]
    octaves = np.log2(hertz[hertz > 0])
    middle = float(np.median(octaves))
    deviation = 12 * 1.4826 * float(np.median(np.abs(octaves - middle)))
    return Measured(2**middle, deviation, spectrum(samples, rate, pitch.xs()[hertz > 0]))


def spectrum(samples: NDArray[np.float32], rate: int, times: Floats) -> Floats:
    """Return the mean power of 50 ms around each of these times, in mel bands, in dB; its mean is 0."""
    size = round(0.05 * rate)
    starts = np.round(times * rate).astype(int) - size // 2
    starts = starts[(starts >= 0) & (starts + size <= len(samples))]
    frames = np.lib.stride_tricks.sliding_window_view(samples.astype(np.float64), size)[starts]
    powers = np.abs(np.fft.rfft(frames * np.hanning(size), 4096)) ** 2
    hertz = np.fft.rfftfreq(4096, 1 / rate)
    share = powers[:, (hertz > 3000) & (hertz < 7600)].sum(axis=1) / powers.sum(axis=1)
    power = powers[share < HISS].mean(axis=0)
    bands = [
        power[(hertz >= low) & (hertz < high) & (hertz < 0.48 * rate)].mean()
        for low, high in zip(EDGES, EDGES[2:], strict=False)
    ]
    levels = 10 * np.log10(np.array(bands) + 1e-12)
    return np.asarray(levels - levels.mean())


def distance(one: Measured, other: Measured) -> float:
    return float(np.sqrt(np.mean((one.levels - other.levels) ** 2)))


def draw(rows: list[tuple[str, Measured, Measured]], default: Measured, path: Path) -> None:
    matplotlib.use("Agg")
    pyplot.rcParams["svg.hashsalt"] = "cartesia"
    pyplot.rcParams["svg.fonttype"] = "none"
    across = 3
    figure, axes = pyplot.subplots(-(-len(rows) // across), across, figsize=(9, 6), sharex=True, sharey=True)
    for axis, (name, one, other) in zip(axes.flat, rows, strict=False):
        axis.plot(CENTRES, default.levels, color="0.75", label="default voice")
        axis.plot(CENTRES, one.levels, color="C0", label="speaker")
        axis.plot(CENTRES, other.levels, color="C1", label="clone")
        axis.set_title(name, fontsize=9)
        axis.set_xscale("log")
        axis.set_xticks([100, 300, 1000, 3000], ["100", "300", "1k", "3k"])
        axis.minorticks_off()
        axis.grid(alpha=0.3)
    axes.flat[0].legend(fontsize=7, loc="lower left")
    figure.supxlabel("Hz", fontsize=9)
    figure.supylabel("long-term spectrum of the voiced sound, dB", fontsize=9)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)
    print(f"drawn into {path}")


if __name__ == "__main__":
    main()
