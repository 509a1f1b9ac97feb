"""Ten thousand words in one stream: whether a word is missing, and how much memory it takes on the way.

Prints the resident memory at each tenth of the words; flat is right.
"""

import sys
import time
from pathlib import Path

from cartesia.types import OutputFormat
from ownvoice.engines import EngineVoice
from ownvoice.engines.espeak import EspeakEngine
from ownvoice.tts.speech import Job, Style, speak

SENTENCES = (
    "Number {} is a sentence like any other.",
    "In {} words, it costs $12.50, or 5 km!",
    "Was that {} on March 3, 2024?",
    "“Привет”, she said {} times 😀.",
)


def main() -> None:
    """Say it and print."""
    text = " ".join(SENTENCES[number % len(SENTENCES)].format(number) for number in range(1400))
    wanted = text.split()
    raw = OutputFormat(container="raw", encoding="pcm_s16le", sample_rate=24000)
    said: list[str] = []
    samples, tenth, started = 0, 1, time.perf_counter()
    for piece in speak(EspeakEngine(), Job(text, Style("en", EngineVoice(), "espeak", raw, words=True))):
        samples += len(piece.audio) // 2
        said += [word.text for word in piece.words]
        if len(said) >= tenth * len(wanted) // 10:
            print(f"{len(said):6d} words  {samples / 24000:7.1f} s of speech  {resident_megabytes():6.1f} MB")
            tenth += 1
    took = time.perf_counter() - started
    print(f"{len(wanted)} words, {samples / 24000 / took:.0f} times as fast as speech")
    if said != wanted:
        sys.exit(f"words are missing: {len(said)} of {len(wanted)} were said")


def resident_megabytes() -> float:
    """Return the resident memory of the process; 0 on systems other than Linux."""
    status = Path("/proc/self/statm")
    return int(status.read_text().split()[1]) * 4096 / 1e6 if status.exists() else 0.0


if __name__ == "__main__":
    main()
