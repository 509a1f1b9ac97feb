"""espeak-ng: small, fast, in many languages; a robot, but one that is always understood.

It needs no weights and no network: the library comes from PyPI as ``espeakng-loader``. It is used through ctypes, by
threads that take turns (see `turns`).
"""

import re
from collections.abc import Callable, Generator
from contextlib import closing

import numpy as np
from numpy.typing import NDArray

from ownvoice.audio.limiter import within_scale
from ownvoice.engines import Speech, Utterance
from ownvoice.engines.espeak import ipa, turns
from ownvoice.engines.espeak.accents import NAMELESS, PICTURES, available, language_file, language_lines
from ownvoice.engines.espeak.calibration import own_colour
from ownvoice.engines.espeak.excerpt import excerpt, surrounded
from ownvoice.engines.espeak.japanese import kana
from ownvoice.engines.espeak.library import SAMPLE_RATE, installed
from ownvoice.engines.espeak.plain import plain_text
from ownvoice.engines.espeak.timeline import Timeline
from ownvoice.engines.espeak.voice import espeak_voice
from ownvoice.text.languages import language_of
from ownvoice.text.normalization import normalize
from ownvoice.text.readings import Reading, apply_readings
from ownvoice.text.words import words
from ownvoice.traits.embedding import Traits

__all__ = ["EspeakEngine"]

LONGEST_PART = 200
"""Characters of a part that keeps the melody of its sentence. It is made as a whole before anything of it is heard: the
listener of a longer one would wait, and a longer one has a melody of its own."""
_FIRST_WORD = re.compile(r"\w\S*")
_NO_BRACKETS = str.maketrans("[]", "  ")


class EspeakEngine:
    """The engine that espeak-ng is. All of a process share the same threads."""

    sample_rate = SAMPLE_RATE

    def __init__(self) -> None:
        """Find the library; it is loaded when something is said first.

        Raises:
            RuntimeError: espeakng-loader is not installed, or is damaged.
        """
        _, self._data = installed()

    @property
    def languages(self) -> tuple[str, ...]:
        """The codes of the languages that it speaks."""
        return available(self._data)

    def colour(self, locale: str, traits: Traits) -> tuple[float, ...]:
        """The colour that a voice has by itself, in the language of a locale.

        Raises:
            LookupError: the language is not in the table.
        """
        return own_colour(language_file(locale), traits)

    def speak(self, utterance: Utterance) -> Generator[Speech, None, None]:
        """Yield the utterance in pieces of 120 ms, the first after a millisecond or so.

        The sound ends with the last word, without a pause. A piece is made whether or not the one before it was taken,
        and kept until then: utterances should be sentences, not books. A region of the locale that espeak-ng does not
        know is spoken as its language is in general.

        Raises (when the first piece is asked for):
            LookupError: the language is not in the table, or espeak-ng does not have it.
            RequestError: there is kanji in a Japanese text, and what reads it is not installed.
            RuntimeError: the library cannot be loaded; or see `turns.pieces`.
        """
        text, locale, readings = utterance.text, utterance.locale, utterance.readings
        language = language_of(locale).code
        if language in NAMELESS and PICTURES.fullmatch(text):
            locale = language = "en"
            readings = normalize(text, locale)
        elif language == "ja":
            readings = kana(text, readings)
        voice = espeak_voice(language_file(locale), language_lines(self._data, locale), utterance.traits)
        phonemes = any(reading.phonemes for reading in readings)
        # Only our own brackets may hold phonemes.
        written = text.translate(_NO_BRACKETS) if phonemes else text
        said = apply_readings(written, readings, lambda reading: _spelled(reading, locale))
        timeline = Timeline(text, words(text, utterance.locale), SAMPLE_RATE, said.origin)
        produced = 0

        def pieces(text: str) -> Generator[turns.Piece, None, None]:
            return turns.pieces(plain_text(text, language), voice.definition, voice.rate, phonemes=phonemes)

        with closing(_within(pieces, said.text, utterance, language)) as found:
            for piece in found:
                samples = _samples(piece.sound, voice.gain)
                produced += len(samples)
                yield Speech(samples, *timeline.follow(piece.events))
        yield Speech(_samples(b"", 1.0), *timeline.finish(produced / SAMPLE_RATE))


def _within(
    pieces: Callable[[str], Generator[turns.Piece, None, None]], said: str, utterance: Utterance, language: str
) -> Generator[turns.Piece, None, None]:
    """What espeak-ng makes of the text that is to be said, within what was and will be said of its sentence."""
    first_word = _FIRST_WORD.search(said)
    is_part = (utterance.before or utterance.goes_on) and len(said) <= LONGEST_PART
    if is_part and first_word is not None and not language_of(language).by_character:
        around = surrounded(utterance.before.translate(_NO_BRACKETS), said, goes_on=utterance.goes_on)
        part = excerpt(list(pieces(around.text)), around, first_word.span())
        if part is not None:
            yield part
            return
    yield from pieces(said)


def _spelled(reading: Reading, locale: str) -> str:
    """A reading as espeak-ng takes it."""
    names = ipa.names(reading.said, language_file(locale)) if reading.phonemes else []
    # Set apart: of phonemes that touch what is before them, a hyphen for one, espeak-ng 1.52 dies.
    return f" [[{'|'.join(names)}]] " if names else reading.said.translate(_NO_BRACKETS)


def _samples(sound: bytes, gain: float) -> NDArray[np.float32]:
    samples = np.frombuffer(sound, np.int16).astype(np.float32)
    samples *= gain / 32768
    return within_scale(samples)
