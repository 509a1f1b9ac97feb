"""From the text of a stream to phrases, each with its language, its words, and how they are read."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TypeVar

from ownvoice.text.languages import LANGUAGES, Locale
from ownvoice.text.markup import Break
from ownvoice.text.normalization import normalize
from ownvoice.text.pronunciation import Entry
from ownvoice.text.readings import Reading, merge_readings
from ownvoice.text.scripts import runs
from ownvoice.text.sentences import LONGEST, Sentence, pause_after, sentences
from ownvoice.text.words import Span, words
from ownvoice.traits.expression import Expression
from ownvoice.tts.passages import Passage, TagInterpreter

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A passage, or the stretch of it that one language reads: the unit that an engine says at once."""

    text: str
    """Without tags."""
    locale: Locale
    """The language that reads it."""
    expression: Expression
    """The one that it begins with."""
    tokens: tuple[Span, ...]
    """Its words, which timestamps name."""
    readings: tuple[Reading, ...]
    """The readings of what is said otherwise than it is written, in order."""
    asked: tuple[Reading, ...] = ()
    """Those of its readings that tags or the dictionary ask for, rather than the rules of its language."""
    gains: tuple[tuple[int, float], ...] = ()
    """The places in the text where the loudness changes, and the factors from there on."""
    before: str = ""
    """The text said before it of the same sentence, from which its melody continues."""
    continues: bool = False
    """Whether more of the same sentence follows, so that the melody does not end."""


class Phrasing:
    """The phrases of one stream. Its tags hold, and its sentences continue, from text to text."""

    def __init__(
        self,
        locale: Locale,
        asked: Expression,
        pronunciations: tuple[Entry, ...] = (),
        spoken: Collection[str] = LANGUAGES.keys(),
    ) -> None:
        """Begin a stream.

        Args:
            locale: its language.
            asked: the expression that the request asks for.
            pronunciations: the entries of its dictionary.
            spoken: the codes of the languages that its engine speaks.
        """
        self._locale = locale
        self._spoken = spoken
        self._tags = TagInterpreter(asked, pronunciations)
        self._sentence = ""  # what was said of one that has not ended

    def phrases(self, text: str | Sentence, *, continues: bool = False) -> Iterator[Phrase | Break]:
        """Yield the phrases and pauses of the next text of the stream, in order.

        Args:
            text: a text of any length, or a sentence that was cut from one.
            continues: whether the next text may continue its last sentence, where it does not end that.
        """
        cut = [text] if isinstance(text, Sentence) else sentences(text)
        passages = (passage for sentence in cut for passage in self._tags.passages(sentence))
        for passage, following in _with_next(passages):
            if isinstance(passage, Break):
                self._sentence = ""
                yield passage
            else:
                more = isinstance(following, Passage) or (following is None and continues)
                yield from self._phrases_of(passage, more)

    def _phrases_of(self, passage: Passage, more: bool) -> Iterator[Phrase]:
        # What has a reading is said in the stream's own language, whatever it is written in.
        stretches = runs(_blank_readings(passage.text, passage.readings), self._locale, self._spoken)
        if len(stretches) == 1:
            ends, before = pause_after(passage.text) > 0, self._sentence
            self._sentence = "" if ends else (before + passage.text)[-LONGEST:]
            yield _phrase(passage, stretches[0][1], before, continues=more and not ends)
            return
        self._sentence = ""  # no melody continues from one language to another
        start = 0
        for stretch, locale in stretches:
            yield _phrase(passage.part(start, start + len(stretch)), locale)
            start += len(stretch)


def _phrase(passage: Passage, locale: Locale, before: str = "", *, continues: bool = False) -> Phrase:
    """Look up all that the text front end knows of a passage in one language."""
    return Phrase(
        text=passage.text,
        locale=locale,
        expression=passage.expression,
        tokens=tuple(words(passage.text, locale)),
        readings=merge_readings(passage.readings, normalize(passage.text, locale)),
        asked=passage.readings,
        gains=passage.gains,
        before=before,
        continues=continues,
    )


def _blank_readings(text: str, readings: tuple[Reading, ...]) -> str:
    """Put spaces in the place of what has a reading."""
    for reading in readings:
        text = text[: reading.start] + " " * (reading.end - reading.start) + text[reading.end :]
    return text


def _with_next(items: Iterator[T]) -> Iterator[tuple[T, T | None]]:
    """Yield each item with the one after it."""
    for item in items:
        for following in items:
            yield item, following
            item = following
        yield item, None
