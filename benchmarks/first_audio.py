"""Time to first audio: from the engine itself, through the speech pipeline, and over a WebSocket on loopback.

The server runs in a process of its own (`ownvoice serve`), and the three are measured in turn, so that what the server
adds is a difference within one run.
"""

import statistics
import time
from collections.abc import Callable
from typing import Any

from cartesia import Cartesia
from cartesia.types import OutputFormat
from environments import server
from measuring import TEXT, quantiles
from ownvoice.engines import EngineVoice, Utterance
from ownvoice.engines.espeak import EspeakEngine, catalogue
from ownvoice.tts.speech import Job, Style, speak

ROUNDS = 200
PAUSE = 0.02
"""Seconds between measurements, so that one does not hear the end of the other."""


def first(make: Callable[[], Any]) -> float:
    """Return the milliseconds to the first item, and read the rest."""
    started = time.perf_counter()
    items = make()
    next(items)
    elapsed = time.perf_counter() - started
    for _ in items:
        pass
    time.sleep(PAUSE)
    return 1000 * elapsed


def main() -> None:
    engine = EspeakEngine()
    voice = catalogue.VOICES[0]
    raw = OutputFormat(container="raw", encoding="pcm_s16le", sample_rate=44100)
    job = Job(TEXT, Style(voice.locale, EngineVoice(voice.traits), "espeak", raw))
    with server(models='{"sonic": "espeak"}') as serving, Cartesia(base_url=serving.url) as client:
        ws = client.tts.websocket()
        ways: dict[str, Callable[[], Any]] = {
            "engine": lambda: engine.speak(Utterance(TEXT, voice.locale, EngineVoice(voice.traits))),
            "pipeline": lambda: speak(engine, job),
            "WebSocket": lambda: ws.send("sonic-3", TEXT, raw.to_dict(), voice=voice.id),  # type: ignore[arg-type]
            "HTTP": lambda: client.tts.bytes(
                model_id="sonic-3",
                transcript=TEXT,
                voice=voice.id,
                output_format=raw.to_dict(),  # type: ignore[arg-type]
            ),
        }
        took: dict[str, list[float]] = {name: [] for name in ways}
        for round_ in range(ROUNDS + 10):
            for name, make in ways.items():
                elapsed = first(make)
                if round_ >= 10:
                    took[name].append(elapsed)
        ws.close()
    for name, values in took.items():
        print(f"{name:10s} {quantiles(values)}")
    for name in ("WebSocket", "HTTP"):
        added = statistics.median(took[name]) - statistics.median(took["engine"])
        print(f"the server adds {added:.2f} ms (p50) over {name}")


if __name__ == "__main__":
    main()
