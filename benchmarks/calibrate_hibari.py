"""The timbre that the hibari engine's voices have by themselves: measured, beside what the table says.

Without arguments it shows how far the table is off for some voices; with `--write` it measures the base anew and
writes `timbre.csv`.
"""

import csv
import sys
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import numpy as np

from measuring import SENTENCES
from ownvoice.engines import EngineVoice, Utterance
from ownvoice.engines.hibari import HibariEngine
from ownvoice.engines.hibari.timbre import NOISINESSES, TABLE, measured_timbre
from ownvoice.engines.hibari.voice import HEART
from ownvoice.traits.analysis import analyse
from ownvoice.traits.embedding import Traits

SHOWN = {
    "base": HEART,
    "base at 150 Hz": replace(HEART, pitch_hz=150),
    "man": Traits(pitch_hz=112, range_semitones=2.4, formant_scale=0.96),
    "old man": Traits(pitch_hz=98, range_semitones=2.2, formant_scale=0.93, noisiness=0.25),
    "woman": Traits(pitch_hz=210, range_semitones=2.6, formant_scale=1.12),
    "child": Traits(pitch_hz=260, range_semitones=3, formant_scale=1.3),
}


def timbre_of(engine: HibariEngine, traits: Traits) -> tuple[float, ...]:
    """Return the timbre that is heard of a voice."""
    spoken = [piece.samples for text in SENTENCES for piece in engine.speak(Utterance(text, "en", EngineVoice(traits)))]
    heard = analyse(np.concatenate(spoken), engine.sample_rate)
    assert heard is not None
    return heard.timbre


def main() -> None:
    """Measure, and print or write."""
    engine = HibariEngine()
    if "--write" in sys.argv:
        with (Path(str(files("ownvoice.engines.hibari"))) / TABLE).open("w", encoding="utf-8", newline="") as file:
            table = csv.writer(file, lineterminator="\n")
            table.writerow(["noisiness", *range(1, 33)])
            for noisiness in NOISINESSES:
                levels = timbre_of(engine, replace(HEART, noisiness=noisiness))
                table.writerow([noisiness, *(f"{level:.1f}" for level in levels)])
    for name, traits in SHOWN.items():
        off = np.array(timbre_of(engine, traits)) - measured_timbre(traits)
        print(f"{name:16s} off by {np.sqrt(np.mean(off**2)):.1f} dB, at most {np.abs(off).max():.1f} dB")


if __name__ == "__main__":
    main()
