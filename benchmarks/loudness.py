"""How loud the built-in voices and the languages are, beside each other: integrated loudness, ITU-R BS.1770-4.

Says a sentence and some numbers in each language with two voices, and the same with each voice of the catalogue. With
`--gains` it prints the table of `engines/espeak/voice.py` that would even the languages out.
"""

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

from espeak_speech import RATE, say
from loudness_meter import integrated
from native_sentences import SENTENCES
from ownvoice.engines.espeak.accents import LOCALES, language_file
from ownvoice.engines.espeak.catalogue import VOICES
from ownvoice.engines.espeak.voice import LOUDNESS, loudness_of
from ownvoice.text.languages import language_of
from ownvoice.traits.embedding import Traits

PITCHES = (110.0, 200.0)
NUMBERS = ", ".join(map(str, [*range(21), *range(30, 101, 10)]))


def loudness(locale: str, traits: Traits) -> float:
    """Return the loudness of a sentence and of numbers, one after the other, in LUFS."""
    sentence = SENTENCES[language_of(locale).code].text
    return integrated(np.concatenate([say(text, locale, traits).samples for text in (sentence, NUMBERS)]), RATE)


def main() -> None:
    """Measure and print."""
    files = {language_file(locale): locale for locale in reversed(LOCALES)}
    found = {
        file: float(np.mean([loudness(locale, Traits(pitch_hz=pitch)) for pitch in PITCHES]))
        for file, locale in sorted(files.items())
    }
    if "--gains" in sys.argv:
        for file, level in found.items():
            print(f'    "{file}": {loudness_of(file) + level - LOUDNESS:.1f},')
        return
    report("languages", found)
    report("voices", {f"{voice.name} ({voice.locale})": loudness(voice.locale, voice.traits) for voice in VOICES})


def report(what: str, found: dict[str, float]) -> None:
    """Print the quietest, the middle and the loudest."""
    ordered = sorted(found, key=found.__getitem__)
    spread = found[ordered[-1]] - found[ordered[0]]
    print(f"{len(ordered)} {what}: {np.median(list(found.values())):.1f} LUFS in the middle, {spread:.1f} LU apart")
    for name in (*ordered[:3], *ordered[-3:]):
        print(f"  {found[name]:6.1f} LUFS  {name}")


if __name__ == "__main__":
    main()
