"""From phrases to the speech of an engine: utterances with the pauses between them, as loud as they are to be."""

from bisect import bisect_left
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing

import numpy as np

from ownvoice.audio.gain import Gain
from ownvoice.engines import Engine, EngineVoice, Speech, Timing, Utterance
from ownvoice.errors import unsupported_language
from ownvoice.text.markup import Break
from ownvoice.text.number_words import words_of_tokens
from ownvoice.text.sentences import LONGEST, pause_after
from ownvoice.text.words import is_speakable
from ownvoice.traits.expression import Expression
from ownvoice.tts.loudness import quiet_at_end, with_gains, without_lead
from ownvoice.tts.phrasing import Phrase
from ownvoice.tts.timings import divide, shift

_PAUSE_STEP = 0.01
"""Seconds of silence in one piece: small enough for pieces of any length."""


def utterance_of(phrase: Phrase, voice: EngineVoice) -> Utterance:
    """Return what an engine is asked to say for a phrase in a voice."""
    return Utterance(
        text=phrase.text,
        locale=phrase.locale.name,
        voice=voice,
        readings=phrase.readings,
        before=phrase.before,
        continues=phrase.continues,
        expression=phrase.expression,
    )


class Utterances:
    """The utterances of one stream, one after the other. Their times are in seconds from the start of the stream."""

    def __init__(self, engine: Engine, voice: EngineVoice, expression: Expression, *, normalized: bool = False) -> None:
        """Begin a stream.

        Args:
            engine: says the phrases.
            voice: says them.
            expression: the one that the stream begins with.
            normalized: whether words are named as they are spoken, with numbers in words, rather than as written.
        """
        self._engine = engine
        self._voice = voice
        self._normalized = normalized
        self._gain = Gain(engine.sample_rate, expression.gain)
        self._samples = 0
        self._quiet = 0  # how many samples of quiet the stream ends with
        self._after_break = False
        self._before = ""  # the last utterance, which decides how long the pause before the next one is

    def speak(self, phrases: Iterable[Phrase | Break]) -> Generator[Speech, None, None]:
        """Yield the speech of the phrases and pauses that come next. Closing the generator stops the engine."""
        for phrase in phrases:
            said = self._break(phrase) if isinstance(phrase, Break) else self._utterance(phrase)
            with closing(said):
                for speech in said:
                    self._samples += len(speech.samples)
                    yield speech

    def _utterance(self, phrase: Phrase) -> Generator[Speech, None, None]:
        if not is_speakable(phrase.text):
            yield self._unspoken(phrase)
            return
        utterance = utterance_of(phrase, self._voice)
        offset = None
        named = iter(_spoken_words(phrase) if self._normalized else ())
        with closing(self._as_loud(phrase, utterance)) as spoken:
            for speech in spoken:
                if offset is None:
                    # Only now is it known that there is something to pause for.
                    yield from self._silence(pause_after(self._before) / utterance.traits.rate)
                    self._before, self._after_break = phrase.text, False
                    offset = self._samples / self._engine.sample_rate
                self._quiet = quiet_at_end(speech.samples, self._quiet)
                words = shift(speech.words, offset)
                if self._normalized:
                    words = tuple(part for word in words for part in divide(word, next(named, [word.text])))
                yield Speech(speech.samples, words, shift(speech.phonemes, offset))

    def _unspoken(self, phrase: Phrase) -> Speech:
        """Return the times of marks by themselves, without asking the engine: some engines would name them.

        They may lengthen the pause after what they follow.
        """
        now = self._samples / self._engine.sample_rate
        if self._before:
            self._before = self._before[-LONGEST:] + phrase.text
        marks = tuple(Timing(phrase.text[start:end], now, now) for start, end in phrase.tokens)
        return Speech(np.zeros(0, np.float32), marks)

    def _as_loud(self, phrase: Phrase, utterance: Utterance) -> Generator[Speech, None, None]:
        """Yield a phrase as the engine says it, with its gains."""
        rate = self._engine.sample_rate
        starts = [token.start for token in phrase.tokens]
        changes = [(bisect_left(starts, place), factor) for place, factor in phrase.gains]
        self._gain.change(phrase.expression.gain)
        with closing(_spoken_by(self._engine, utterance)) as said:
            louder = with_gains(said, self._gain, changes, rate)
            yield from without_lead(louder, rate) if self._after_break else louder

    def _break(self, pause: Break) -> Generator[Speech, None, None]:
        """Yield a pause that the text asks for, from sound to sound: it replaces the one that would be there."""
        yield from self._silence(max(0.0, pause.seconds - self._quiet / self._engine.sample_rate))
        self._before, self._quiet, self._after_break = "", 0, True

    def _silence(self, seconds: float) -> Iterator[Speech]:
        left = round(seconds * self._engine.sample_rate)
        while left > 0:
            step = min(left, max(1, round(_PAUSE_STEP * self._engine.sample_rate)))
            yield Speech(np.zeros(step, np.float32))
            left -= step


def _spoken_by(engine: Engine, utterance: Utterance) -> Generator[Speech, None, None]:
    """Yield what an engine makes of an utterance.

    Raises:
        InvalidRequest: it does not speak the language.
    """
    with closing(engine.speak(utterance)) as speech:
        try:
            yield from speech
        except LookupError as error:
            if isinstance(error, KeyError | IndexError):  # a fault of the engine
                raise
            raise unsupported_language(utterance.locale, str(error)) from error


def _spoken_words(phrase: Phrase) -> list[list[str]]:
    """Return the words that are spoken for each word of a phrase.

    Those of a dictionary or a tag are named as they are written: what is said for them may not be words at all.
    """
    readings = [reading for reading in phrase.readings if reading not in phrase.asked]
    return words_of_tokens(phrase.text, phrase.tokens, readings, phrase.locale)
