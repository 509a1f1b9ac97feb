"""The hibari engine: a natural voice of English in 14 MB, and by its traits many.

The network and the lexicons come from PyPI as ``hibari-tts``; nothing is downloaded when it speaks.
"""

from collections.abc import Generator
from functools import cache, lru_cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from ownvoice.engines import EngineDescription, Speech, Utterance
from ownvoice.engines.espeak.catalogue import VOICES
from ownvoice.engines.espeak.cloning import measure_voice
from ownvoice.engines.hibari.model import SAMPLE_RATE, Model
from ownvoice.engines.hibari.pronunciation import (
    Phoneme,
    Pronouncer,
    Pronunciation,
    split_phonemes,
)
from ownvoice.engines.hibari.rendering import Rendering, Stretch
from ownvoice.engines.hibari.timbre import timbre_beside
from ownvoice.engines.hibari.timeline import Timeline
from ownvoice.engines.hibari.voice import hibari_voice
from ownvoice.text.context import TextInContext, add_context
from ownvoice.text.languages import language_of
from ownvoice.text.readings import Reading, SpokenText, apply_readings
from ownvoice.text.words import Span, words
from ownvoice.traits.embedding import Traits, to_embedding

__all__ = ["HibariEngine"]

LANGUAGE = "en"
_PACKAGES = ("hibari", "onnxruntime")
_LONGEST_BEFORE = 60
"""The number of characters of a sentence's earlier part that the network is given, so that its melody continues."""
_REMEMBERED = 64
"""The number of texts whose pronunciations are kept: `left_out` and `speak` ask for the same one."""


class HibariEngine:
    """The hibari engine. Its methods may be called from any thread."""

    sample_rate = SAMPLE_RATE

    def __init__(self) -> None:
        """Find the packages; the network and the lexicons are loaded with the first utterance.

        Raises:
            RuntimeError: a package is not installed; the message says what to install.
        """
        if missing := [name for name in _PACKAGES if find_spec(name) is None]:
            raise RuntimeError(
                f"the hibari engine needs {' and '.join(missing)}; install it with: pip install 'ownvoice[natural]'"
            )
        self._pronounce = lru_cache(_REMEMBERED)(self._pronounce_anew)

    def describe(self) -> EngineDescription:
        """Describe the engine: the English voices of the catalogue, so that programs keep theirs."""
        return _description()

    def warm(self) -> None:
        """Load the network and the lexicons."""
        load_model()
        load_pronouncer()

    def clone(
        self, samples: NDArray[np.float32], sample_rate: int, *, enhance: bool = False, language: str = LANGUAGE
    ) -> list[float]:
        """Return the numbers of the voice in a recording, as `Clones.clone` has it.

        They are measured as for espeak: pitch, range, formants, breath, pace and timbre, but not the identity.
        """
        return to_embedding(measure_voice(samples, sample_rate, enhance=enhance, language=language))

    def timbre(self, locale: str, traits: Traits) -> tuple[float, ...]:
        """Return the timbre that a voice has by itself: see `timbre.timbre_beside`.

        Raises:
            LookupError: the language is not in the table.
        """
        return timbre_beside(locale, traits)

    def left_out(self, utterance: Utterance) -> tuple[Span, ...]:
        """Return the parts of an utterance's text that would not be heard: words in other letters, pictures."""
        said, pronunciation, context = self._read(utterance)
        spans = (
            Span(said.origin(start - context.start), said.origin(end - 1 - context.start) + 1)
            for start, end in pronunciation.unsayable
            if context.start <= start < context.start + len(said.text)
        )
        return tuple(spans)

    def speak(self, utterance: Utterance) -> Generator[Speech, None, None]:
        """Yield the utterance in pieces of 120 to 400 ms, the first when its first part has been predicted.

        What cannot be said is not heard: see `left_out`.

        Raises (when the first piece is asked for):
            LookupError: the language is not English.
        """
        if language_of(utterance.locale).code != LANGUAGE:
            raise LookupError(f"the engine hibari speaks English only, not {utterance.locale!r}")
        said, pronunciation, context = self._read(utterance)
        timeline = Timeline(
            utterance.text,
            words(utterance.text, utterance.locale),
            lambda place: said.origin(place - context.start),
        )
        voice = hibari_voice(utterance.traits)
        model = load_model()
        heard = 0
        for stretch in _stretches(pronunciation.phonemes, context.start, context.start + len(said.text)):
            rendering = Rendering(model, stretch, voice)
            timeline.add(stretch.phonemes, *rendering.times(heard))
            for samples in rendering.pieces():
                heard += len(samples)
                yield Speech(samples, *timeline.until(heard / SAMPLE_RATE))
        yield Speech(np.zeros(0, np.float32), *timeline.until(heard / SAMPLE_RATE, everything=True))

    def _read(self, utterance: Utterance) -> tuple[SpokenText, Pronunciation, TextInContext]:
        """Return what is said of an utterance, and its pronunciation within its sentence."""
        text = utterance.text
        # A reading in phonemes stands there as it is written, so that its place is known.
        said = apply_readings(
            text,
            utterance.readings,
            lambda reading: text[reading.start : reading.end] if reading.phonemes else reading.said,
        )
        context = add_context(_tail(utterance.before), said.text, continues=utterance.continues)
        transcribed = [reading for reading in utterance.readings if reading.phonemes]
        spans = [said.span(reading.start, reading.end) for reading in transcribed]
        transcriptions = tuple(
            Reading(context.start + start, context.start + end, reading.said, phonemes=True)
            for reading, (start, end) in zip(transcribed, spans, strict=True)
        )
        return said, self._pronounce(context.text, transcriptions), context

    def _pronounce_anew(self, text: str, transcriptions: tuple[Reading, ...]) -> Pronunciation:
        return load_pronouncer().pronounce(text, transcriptions)


_loading = Lock()


def load_model() -> Model:
    """Return the network. All engines of a process share one: it is loaded once, whichever thread asks first."""
    with _loading:
        return _model()


def load_pronouncer() -> Pronouncer:
    """Return the lexicons, which all engines of a process share too."""
    with _loading:
        return _pronouncer()


@cache
def _description() -> EngineDescription:
    voices = tuple(voice for voice in VOICES if voice.language == LANGUAGE)
    return EngineDescription(languages=(LANGUAGE,), voices=voices, clones=True)


@cache
def _model() -> Model:
    return Model(Path(str(files("hibari").joinpath("assets", "hibari.onnx"))))


@cache
def _pronouncer() -> Pronouncer:
    return Pronouncer()


def _tail(before: str) -> str:
    """Return the end of a text, from a word on."""
    if len(before) <= _LONGEST_BEFORE:
        return before
    return before[-_LONGEST_BEFORE:].partition(" ")[2]


def _stretches(phonemes: tuple[Phoneme, ...], start: int, stop: int) -> Generator[Stretch, None, None]:
    """Yield the phonemes of ``text[start:stop]`` in stretches; the first and the last have the rest around them."""
    before = [phoneme for phoneme in phonemes if phoneme.start < start]
    own = [phoneme for phoneme in phonemes if start <= phoneme.start <= stop]
    after = phonemes[len(before) + len(own) :]
    parts = list(split_phonemes(own))
    for number, part in enumerate(parts):
        is_last = number == len(parts) - 1
        yield Stretch(part, before if number == 0 else (), after if is_last else ())
