"""The engine that docs/engines.md writes in thirty lines: text in, tones out, with two voices of its own."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from ownvoice.engines import Engine, EngineVoice, Utterance
from ownvoice.traits.embedding import mean

PAGE = Path(__file__).parents[2] / "docs" / "engines.md"
SECTION = PAGE.read_text("utf-8").split("## Engines of your own")[1]
BLOCKS = re.findall(r"^```python[^\n]*\n(.*?)^```", SECTION, re.DOTALL | re.MULTILINE)


def heard_hz(samples: np.ndarray[Any, Any], rate: int) -> float:
    """Return the frequency of the strongest tone in a sound, in Hz."""
    return float(np.abs(np.fft.rfft(samples)).argmax() * rate / len(samples))


def engine() -> Engine:
    names: dict[str, Any] = {}
    exec(BLOCKS[0], names)
    made: Engine = names["SineEngine"]()
    return made


def test_it_is_short() -> None:
    assert len([line for line in BLOCKS[0].splitlines() if line.strip()]) <= 30


def test_its_voices_and_a_mix_of_them_have_their_own_pitch_and_every_word_comes_once() -> None:
    low, high = engine().describe().voices
    for embedding, hertz in (
        (low.embedding, 220),
        (high.embedding, 880),
        (mean([(low.embedding, 1), (high.embedding, 1)]), 550),
    ):
        pieces = list(engine().speak(Utterance("Three short words.", "en", EngineVoice(embedding=tuple(embedding)))))
        assert [word.text for piece in pieces for word in piece.words] == ["Three", "short", "words."]
        assert heard_hz(pieces[0].samples, 24000) == pytest.approx(hertz, abs=4)


def test_a_server_lists_and_speaks_with_its_voices(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    exec("\n".join(BLOCKS), {"__name__": "__main__"})
    assert "['Low', 'High']" in capsys.readouterr().out
    samples, rate = soundfile.read("sine.wav")
    assert heard_hz(samples[: rate // 4], rate) == pytest.approx(550, abs=8)
