"""One engine out of those that are installed: each utterance goes to the best one for its language."""

import logging
import unicodedata
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import groupby
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ownvoice.audio.resample import Resampler
from ownvoice.engines.contract import (
    Clones,
    Engine,
    EngineDescription,
    HasTimbre,
    LeavesOut,
    Speech,
    Timing,
    Utterance,
    Warms,
)
from ownvoice.engines.registry import load
from ownvoice.errors import InvalidRequest
from ownvoice.text.languages import language_of
from ownvoice.text.readings import Reading, merge_readings
from ownvoice.text.words import Span, is_speakable, words
from ownvoice.traits.embedding import Traits
from ownvoice.traits.voice import Voice

logger = logging.getLogger("ownvoice")

PREFERENCE = ("hibari", "espeak")
"""The engines by their names, the best one first: each speaks what those before it do not."""

_INSTALL = 'install one that does, for example with: pip install "ownvoice[espeak]"'


class AutoEngine:
    """The engines of this machine as one."""

    sample_rate = 24000

    def __init__(self, prefer: Sequence[str] = PREFERENCE, data: Path | None = None) -> None:
        """Make the engines that are installed.

        Args:
            prefer: their names, the best one first. Those that are not installed are left out.
            data: the directory in which they may keep files.

        Raises:
            RuntimeError: none of them is installed; the message says what each needs.
        """
        self._engines: list[Engine] = []
        reasons = []
        for name in prefer:
            try:
                self._engines.append(load(name, data=data))
            except (LookupError, RuntimeError) as error:
                reasons.append(str(error))
                logger.info("the engine %s is left out: %s", name, error)
        if not self._engines:
            raise RuntimeError(f"no engine is installed: {'; '.join(reasons) or 'the preference names none'}")
        self._description = _merge([engine.describe() for engine in self._engines])

    def describe(self) -> EngineDescription:
        """Describe the engine: all languages and voices. Of voices with the same id the better engine's counts."""
        return self._description

    def warm(self) -> None:
        """Warm the engines that can be."""
        for engine in self._engines:
            if isinstance(engine, Warms):
                engine.warm()

    def timbre(self, locale: str, traits: Traits) -> tuple[float, ...]:
        """Return the timbre that a voice has by itself, as `HasTimbre.timbre` has it.

        An engine that does not know it is left as it is.
        """
        speaking = self._speaking(locale)
        engine = speaking[0] if speaking else None
        return engine.timbre(locale, traits) if isinstance(engine, HasTimbre) else traits.timbre

    def clone(
        self, samples: NDArray[np.float32], sample_rate: int, *, enhance: bool = False, language: str = "en"
    ) -> Sequence[float]:
        """Return the numbers of the voice in a recording, as `Clones.clone` has it: by the best engine that clones.

        Raises:
            InvalidRequest: as the engine's; or no engine clones.
        """
        candidates = [engine for engine in self._engines if engine.describe().clones and isinstance(engine, Clones)]
        speaking = _speaking(candidates, language) or candidates
        for cloner in speaking:
            assert isinstance(cloner, Clones)
            return cloner.clone(samples, sample_rate, enhance=enhance, language=language)
        raise InvalidRequest("Cloning unavailable", "none of the engines makes voices of recordings")

    def speak(self, utterance: Utterance) -> Generator[Speech, None, None]:
        """Yield the utterance as the best engine for its language says it, at 24000 Hz.

        Words in letters that this engine would leave out are said by the next one of the language, and symbols by
        their names.

        Raises (when the first piece is asked for):
            LookupError: none of the engines speaks the language.
            InvalidRequest: a word is in letters that none of the engines of the language can say.
        """
        speaking = self._speaking(utterance.locale)
        if not speaking:
            code = language_of(utterance.locale).code
            raise LookupError(f"no installed engine speaks {code!r}; {_INSTALL}")
        offset = 0
        for engine, part in _parts(utterance, speaking):
            with closing(_resampled(engine, part, self.sample_rate)) as pieces:
                begin = offset / self.sample_rate
                for speech in pieces:
                    offset += len(speech.samples)
                    yield Speech(speech.samples, _later(speech.words, begin), _later(speech.phonemes, begin))

    def _speaking(self, locale: str) -> list[Engine]:
        return _speaking(self._engines, locale)


def _speaking(engines: Sequence[Engine], locale: str) -> list[Engine]:
    """Return the engines that speak the language of a locale, the best one first."""
    code = language_of(locale).code
    return [engine for engine in engines if code in engine.describe().languages]


def _merge(descriptions: Sequence[EngineDescription]) -> EngineDescription:
    """Return the description of several engines together, the best one first."""
    voices: dict[str, Voice] = {}
    for description in descriptions:
        for voice in description.voices:
            voices.setdefault(voice.id, voice)
    limits = [found.concurrency for found in descriptions if found.concurrency is not None]
    return EngineDescription(
        languages=tuple(dict.fromkeys(code for found in descriptions for code in found.languages)),
        voices=tuple(voices.values()),
        word_times=all(found.word_times for found in descriptions),
        phoneme_times=all(found.phoneme_times for found in descriptions),
        concurrency=min(limits, default=None),
        may_crash=any(found.may_crash for found in descriptions),
        holds_interpreter=any(found.holds_interpreter for found in descriptions),
        clones=any(found.clones for found in descriptions),
        uses_recordings=any(found.uses_recordings for found in descriptions),
        coordinates=next((found.coordinates for found in descriptions if found.coordinates), range(0)),
    )


def _parts(utterance: Utterance, engines: Sequence[Engine]) -> Iterator[tuple[Engine, Utterance]]:
    """Yield the parts of an utterance, each with the first of the engines that says all of it.

    Raises:
        InvalidRequest: none of them says a word.
    """
    best, *others = engines
    left_out = best.left_out(utterance) if isinstance(best, LeavesOut) else ()
    foreign = [span for span in left_out if _has_letters(utterance.text[span.start : span.end])]
    names = [_name(utterance.text, span) for span in left_out if span not in foreign]
    utterance = replace(utterance, readings=merge_readings(utterance.readings, names))
    if not foreign:
        yield best, utterance
        return
    if not others:
        unsaid = " ".join(utterance.text[start:end] for start, end in foreign)
        raise InvalidRequest(
            "Word not supported",
            f"no installed engine can say {unsaid!r}; {_INSTALL}",
            error_code="language_not_supported",
        )
    for is_foreign, part in _cut(utterance, foreign):
        if is_foreign:
            yield from _parts(part, others)
        else:
            yield best, part


def _has_letters(text: str) -> bool:
    return any(character.isalpha() for character in text)


def _name(text: str, span: Span) -> Reading:
    """Return the reading of symbols by their names."""
    symbols = (character for character in text[span.start : span.end] if is_speakable(character))
    names = (unicodedata.name(character, "").lower() for character in symbols)
    return Reading(span.start, span.end, " ".join(filter(None, names)))


def _cut(utterance: Utterance, left_out: Sequence[Span]) -> Iterator[tuple[bool, Utterance]]:
    """Yield runs of words of an utterance: those that are left out, and the others. No reading is divided."""
    tokens = words(utterance.text, utterance.locale)
    readings = [Span(reading.start, reading.end) for reading in utterance.readings]
    spans = [*left_out, *(reading for reading in readings if any(_overlap(reading, span) for span in left_out))]
    flags = [any(_overlap(token, span) for span in spans) for token in tokens]
    start = 0
    runs = [(flag, list(run)) for flag, run in groupby(zip(flags, tokens, strict=True), key=lambda pair: pair[0])]
    for number, (flag, run) in enumerate(runs):
        is_last = number == len(runs) - 1
        end = len(utterance.text) if is_last else run[-1][1].end
        yield (
            flag,
            replace(
                utterance,
                text=utterance.text[start:end],
                readings=tuple(
                    replace(reading, start=reading.start - start, end=reading.end - start)
                    for reading in utterance.readings
                    if start <= reading.start and reading.end <= end
                ),
                before=utterance.before if number == 0 else "",
                continues=utterance.continues and is_last,
            ),
        )
        start = end


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _resampled(engine: Engine, utterance: Utterance, sample_rate: int) -> Generator[Speech, None, None]:
    """Yield what an engine says, at another sample rate; words and phonemes still come with their sound."""
    if engine.sample_rate == sample_rate:
        yield from engine.speak(utterance)
        return
    resampler = Resampler(engine.sample_rate, sample_rate)
    nothing = np.zeros(0, np.float32)
    waiting = Speech(nothing)
    heard = 0
    with closing(engine.speak(utterance)) as pieces:
        for speech in pieces:
            samples = resampler.push(speech.samples)
            heard += len(samples)
            waiting += replace(speech, samples=nothing)
            now = heard / sample_rate
            words, later_words = _divide(waiting.words, now)
            phonemes, later_phonemes = _divide(waiting.phonemes, now)
            yield Speech(samples, words, phonemes)
            waiting = Speech(nothing, later_words, later_phonemes)
    yield replace(waiting, samples=resampler.push(nothing, last=True))


def _divide(timings: tuple[Timing, ...], now: float) -> tuple[tuple[Timing, ...], tuple[Timing, ...]]:
    """Return the timings that are over by now, and the rest."""
    count = next((place for place, timing in enumerate(timings) if timing.end > now), len(timings))
    return timings[:count], timings[count:]


def _later(timings: Sequence[Timing], seconds: float) -> tuple[Timing, ...]:
    """Return the times as many seconds later."""
    return tuple(
        replace(timing, start=timing.start + seconds, end=timing.end + seconds) if seconds else timing
        for timing in timings
    )
