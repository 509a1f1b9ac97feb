"""The espeak-ng engine: small, fast, in many languages; it sounds like a robot, but a robot that is easy to understand.

It needs no weights and no network: the library comes from PyPI as ``espeakng-loader``. It is called through ctypes, by
threads that take turns (see `workers`).
"""

import re
from collections.abc import Callable, Generator
from contextlib import closing
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ownvoice.audio.limiter import soft_clip
from ownvoice.engines import EngineDescription, Speech, Utterance
from ownvoice.engines.espeak import ipa, workers
from ownvoice.engines.espeak.accents import EMOJI_ONLY, WITHOUT_EMOJI_NAMES, available, language_file, language_lines
from ownvoice.engines.espeak.calibration import own_timbre
from ownvoice.engines.espeak.catalogue import VOICES
from ownvoice.engines.espeak.cloning import measure_voice
from ownvoice.engines.espeak.excerpt import extract_text
from ownvoice.engines.espeak.japanese import kana_readings
from ownvoice.engines.espeak.library import SAMPLE_RATE, find_library
from ownvoice.engines.espeak.plain import plain_text
from ownvoice.engines.espeak.timeline import Timeline
from ownvoice.engines.espeak.voice import espeak_voice
from ownvoice.text.context import add_context
from ownvoice.text.languages import language_of
from ownvoice.text.normalization import normalize
from ownvoice.text.readings import Reading, apply_readings
from ownvoice.text.words import words
from ownvoice.traits.embedding import Traits, to_embedding

__all__ = ["EspeakEngine"]

LONGEST_PART = 200
"""The length in characters up to which a part keeps the melody of its sentence. Such a part is synthesized as a whole
before any of it is heard: with a longer one the listener would wait, and a longer one has a melody of its own."""
_FIRST_WORD = re.compile(r"\w\S*")
_NO_BRACKETS = str.maketrans("[]", "  ")


class EspeakEngine:
    """The espeak-ng engine. All instances of a process share the same threads."""

    sample_rate = SAMPLE_RATE

    def __init__(self) -> None:
        """Find the library; it is loaded with the first utterance.

        Raises:
            RuntimeError: espeakng-loader is not installed, or is damaged.
        """
        _, self._data = find_library()

    def describe(self) -> EngineDescription:
        """Describe the engine: every language of which the data are installed, and the voices of the catalogue."""
        return _description(self._data)

    def clone(
        self, samples: NDArray[np.float32], sample_rate: int, *, enhance: bool = False, language: str = "en"
    ) -> list[float]:
        """Return the numbers of the voice in a recording: see `Clones.clone` and `cloning.measure_voice`."""
        return to_embedding(measure_voice(samples, sample_rate, enhance=enhance, language=language))

    def timbre(self, locale: str, traits: Traits) -> tuple[float, ...]:
        """Return the timbre that a voice has by itself, in the language of a locale.

        Raises:
            LookupError: the language is not in the table.
        """
        return own_timbre(language_file(locale), traits)

    def speak(self, utterance: Utterance) -> Generator[Speech, None, None]:
        """Yield the utterance in pieces of 120 ms, the first after a millisecond or so.

        The sound ends with the last word, without a pause. Pieces are made ahead of the consumer, and kept until it
        takes them: utterances should be sentences, not books. For a region that espeak-ng does not know, the language
        is spoken without an accent of that region.

        Raises (when the first piece is asked for):
            LookupError: the language is not in the table, or espeak-ng does not have it.
            RequestError: a Japanese text has kanji, and the dictionary that reads them is not installed.
            RuntimeError: the library cannot be loaded; or see `workers.synthesize`.
        """
        text, locale, readings = utterance.text, utterance.locale, utterance.readings
        language = language_of(locale).code
        if language in WITHOUT_EMOJI_NAMES and EMOJI_ONLY.fullmatch(text):
            locale = language = "en"
            readings = normalize(text, locale)
        elif language == "ja":
            readings = kana_readings(text, readings)
        voice = espeak_voice(language_file(locale), language_lines(self._data, locale), utterance.traits)
        phonemes = any(reading.phonemes for reading in readings)
        # Only our own brackets may hold phonemes.
        written = text.translate(_NO_BRACKETS) if phonemes else text
        said = apply_readings(written, readings, lambda reading: _spell(reading, locale))
        timeline = Timeline(text, words(text, utterance.locale), SAMPLE_RATE, said.origin)
        produced = 0

        def pieces(text: str) -> Generator[workers.SynthesizedPiece, None, None]:
            return workers.synthesize(plain_text(text, language), voice.definition, voice.rate, phonemes=phonemes)

        with closing(_synthesize_in_context(pieces, said.text, utterance, language)) as found:
            for piece in found:
                samples = _to_samples(piece.sound, voice.gain)
                produced += len(samples)
                yield Speech(samples, *timeline.follow(piece.events))
        yield Speech(_to_samples(b"", 1.0), *timeline.finish(produced / SAMPLE_RATE))


@cache
def _description(data: Path) -> EngineDescription:
    """Describe the engine with its data in a directory: once, because every stream asks."""
    return EngineDescription(languages=available(data), voices=VOICES, may_crash=True, clones=True)


def _synthesize_in_context(
    pieces: Callable[[str], Generator[workers.SynthesizedPiece, None, None]],
    said: str,
    utterance: Utterance,
    language: str,
) -> Generator[workers.SynthesizedPiece, None, None]:
    """Synthesize a text with the melody that it has within its sentence, where it is a part of one."""
    first_word = _FIRST_WORD.search(said)
    is_part = (utterance.before or utterance.continues) and len(said) <= LONGEST_PART
    if is_part and first_word is not None and not language_of(language).by_character:
        around = add_context(utterance.before.translate(_NO_BRACKETS), said, continues=utterance.continues)
        part = extract_text(list(pieces(around.text)), around, first_word.span())
        if part is not None:
            yield part
            return
    yield from pieces(said)


def _spell(reading: Reading, locale: str) -> str:
    """Return a reading as espeak-ng takes it."""
    names = ipa.phoneme_names(reading.said, language_file(locale)) if reading.phonemes else []
    # Set apart: of phonemes that touch what is before them, a hyphen for one, espeak-ng 1.52 dies.
    return f" [[{'|'.join(names)}]] " if names else reading.said.translate(_NO_BRACKETS)


def _to_samples(sound: bytes, gain: float) -> NDArray[np.float32]:
    """Convert 16-bit samples to float32 between -1 and 1, multiplied by a gain."""
    samples = np.frombuffer(sound, np.int16).astype(np.float32)
    samples *= gain / 32768
    return soft_clip(samples)
