"""What the espeak engine makes of pitches, and which timbre its voices have: measured, beside what the table says.

Without arguments it shows how far the table is off in a few languages; with `--write` it measures all of them anew
(five minutes) and writes `calibration.csv`. English says sentences. The other languages say names of countries and
languages from the CLDR (the package Babel): nothing else is at hand in all of them, and rich in sounds. A list of names
has another melody than sentences have, so their melody is compared with that of such a list in English, and of
what it differs from that, half is believed.
"""

import argparse
import csv
import random
import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path

import babel
import numpy as np
from numpy.typing import NDArray

from measuring import SENTENCES
from ownvoice.engines.espeak import accents, calibration, workers
from ownvoice.engines.espeak.accents import language_file, language_lines
from ownvoice.engines.espeak.calibration import DEVIATIONS, FEMININE, MASCULINE, NOISINESSES, SPANS, Calibration
from ownvoice.engines.espeak.library import SAMPLE_RATE, find_library
from ownvoice.engines.espeak.plain import plain_text
from ownvoice.engines.espeak.voice import espeak_voice
from ownvoice.text.languages import language_of
from ownvoice.traits.analysis import VoiceMeasurements, analyse
from ownvoice.traits.embedding import Traits

SHOWN = ("en-US", "de", "es", "hi", "ja", "zh")
BASES = (90, 190)
WORDS_A_LINE, LINES = 7, 8
CLDR = {"no": "nb", "tl": "fil", "zh": "zh_Hans"}
"""Languages that the CLDR calls otherwise."""
TABLE = Path(str(files("ownvoice.engines.espeak"))) / "calibration.csv"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="measure all languages and write the table")
    if parser.parse_args().write:
        write()
        return
    print("language   height  table   spread  table   timbre of the two voices off by (dB)")
    for locale in SHOWN:
        known, found = calibration.for_language(language_file(locale)), measured(locale)
        off = [
            float(np.sqrt(np.square(np.subtract(getattr(known, voice), getattr(found, voice))).mean()))
            for voice in ("masculine", "feminine")
        ]
        print(
            f"{locale:10s} {found.height:6.3f} {known.height:6.3f}   {found.spread:6.2f} {known.spread:6.2f}"
            f"   {off[0]:.1f} {off[1]:.1f}"
        )


def write() -> None:
    """Measure all files that the table of accents names."""
    rows = [(f"noisiness {noisiness}", "", "", "", tenths(added_by_noise(noisiness)), "") for noisiness in NOISINESSES]
    for locale in one_locale_a_file():
        found = measured(locale)
        cells = (f"{found.height:.3f}", f"{found.spread:.3f}", f"{found.syllables:.2f}")
        rows.append((language_file(locale), *cells, tenths(found.masculine), tenths(found.feminine)))
        print(*rows[-1][:4])
    # Only now: what is measured is said with the table that there is.
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(("file", "height", "spread", "syllables", "masculine", "feminine"))
        table.writerows(rows)


def one_locale_a_file() -> Iterator[str]:
    """Return a locale for each language file, sorted by the file."""
    found = {language_file(locale): locale for locale in sorted(accents.LOCALES, reverse=True)}
    for _, locale in sorted(found.items()):
        yield locale


def measured(locale: str) -> Calibration:
    code = language_of(locale).code
    lines = SENTENCES[16:] if code == "en" else names(code)
    height, spread = melody(lines, locale)
    if code != "en":
        list_height, list_spread = melody_of_a_list()
        sentence_height, sentence_spread = melody(SENTENCES[16:], "en")
        height, spread = height + sentence_height - list_height, sentence_spread * (spread / list_spread) ** 0.5
    man, woman = (spoken(lines, locale, traits) for traits in (MASCULINE, FEMININE))
    syllables = pace(SENTENCES, locale)
    if code != "en":
        syllables = pace(lines, locale) * pace(SENTENCES, "en") / pace(names("en"), "en")
    return Calibration(height, spread, syllables, man.timbre, woman.timbre)


@cache
def pace(lines: tuple[str, ...], locale: str) -> float:
    """Return the syllables per second."""
    return float(np.mean([spoken(lines, locale, voice).syllables_per_second for voice in (MASCULINE, FEMININE)]))


@cache
def melody_of_a_list() -> tuple[float, float]:
    return melody(names("en"), "en")


@cache
def melody(lines: tuple[str, ...], locale: str) -> tuple[float, float]:
    """Return the height of the median, and the deviation relative to `DEVIATIONS`."""
    heights, spreads = [], []
    for base, traits in zip(BASES, (MASCULINE, FEMININE), strict=True):
        for span, deviation in zip(SPANS, DEVIATIONS, strict=True):
            if 0.2 < span < 400 / base - 1:
                heard = spoken(lines, locale, traits, (base, round(base * (1 + span))))
                heights.append((heard.pitch_hz - base + 9) / (base * span))
                spreads.append(heard.range_semitones / deviation)
    return float(np.median(heights)), float(np.median(spreads))


def added_by_noise(noisiness: float) -> NDArray[np.float64]:
    lines = SENTENCES[16:]
    added = [
        np.subtract(
            spoken(lines, "en", Traits(voice.pitch_hz, 2, voice.formant_scale, noisiness)).timbre,
            spoken(lines, "en", voice).timbre,
        )
        for voice in (MASCULINE, FEMININE)
    ]
    return np.asarray(np.mean(added, axis=0))


def spoken(
    lines: Sequence[str], locale: str, traits: Traits, pitch: tuple[int, int] | None = None
) -> VoiceMeasurements:
    """Speak with a voice, with a base and a top of the pitch if they are given."""
    voice = espeak_voice(language_file(locale), language_lines(find_library()[1], locale), traits)
    definition = voice.definition
    if pitch is not None:
        definition += b"pitch %d %d\n" % pitch  # the last one counts
    sound = b"".join(
        piece.sound
        for line in lines
        for piece in workers.synthesize(plain_text(line, language_of(locale).code), definition, voice.rate)
    )
    heard = analyse(np.frombuffer(sound, np.int16).astype(np.float32) / np.float32(32768), SAMPLE_RATE)
    assert heard is not None
    return heard


def names(code: str) -> tuple[str, ...]:
    """Return lines of names in a language."""
    known = babel.Locale.parse(CLDR.get(code, code))
    words = [*known.territories.values(), *known.languages.values()]
    words += [*known.months["format"]["wide"].values(), *known.days["format"]["wide"].values()]
    single = r"[\u3040-\u30ff]{2,14}" if code == "ja" else r"[^\s\d.,()\-–/&’']{2,14}"
    words = sorted({word for word in words if re.fullmatch(single, word)})
    random.Random(1).shuffle(words)
    starts = range(0, min(len(words), WORDS_A_LINE * LINES), WORDS_A_LINE)
    return tuple(" ".join(words[start : start + WORDS_A_LINE]).capitalize() + "." for start in starts)


def tenths(levels: Sequence[float] | NDArray[np.float64]) -> str:
    return " ".join(str(round(10 * level)) for level in levels)


if __name__ == "__main__":
    main()
