"""Sentences: where a text may be cut into utterances, as a whole or while it is still coming in."""

import bisect
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from ownvoice.text.languages import LANGUAGES
from ownvoice.text.markup import Mark, Phonemes, Tag, TaggedText, begun_tag
from ownvoice.text.punctuation import CLOSERS, FULL_WIDTH_STOPS, OPENERS, STOPS

LONGEST = 400
"""The most characters of one utterance: about half a minute of speech."""

PARAGRAPH_PAUSE = 0.6
SENTENCE_PAUSE = 0.35
CLAUSE_PAUSE = 0.15
"""Seconds, at the normal rate of speech."""

# The end of a sentence: its terminal punctuation with the closing quotes after it, then white space; the full-width
# punctuation of Chinese and Japanese needs none. A blank line ends one too. A run of dots is looked at from its first
# one only, and nothing is tried twice: the time grows with the length of the text, whatever stands in it.
_END = re.compile(
    rf"(?<![{STOPS}])[{STOPS}]++[{CLOSERS}]*+(?P<space>\s++)"
    rf"|[{FULL_WIDTH_STOPS}]++[{CLOSERS}]*+\s*+"
    r"|\n[ \t\r]*+\n\s*+"
)
_BLANK_LINE = re.compile(r"\n[ \t\r]*+\n")


def _any_of(words: Sequence[str]) -> str:
    return "|".join(map(re.escape, words))


# A text may have words of several languages, so the abbreviations of all of them count.
_ABBREVIATIONS = [word for language in LANGUAGES.values() for word in language.abbreviations]
_NUMBER_ABBREVIATIONS = [word for language in LANGUAGES.values() for word in language.number_abbreviations]
_ABBREVIATION = re.compile(rf"(?:\b(?:{_any_of(_ABBREVIATIONS)})|\b\w)\.$", re.IGNORECASE)
_BEFORE_NUMBERS = re.compile(rf"\b(?:{_any_of(_NUMBER_ABBREVIATIONS)})\.$", re.IGNORECASE)
_CLAUSE = re.compile(r"[,;:،、，；：—–](?=\s)|[、，；：]")
_SPACE = re.compile(r"\s(?=\S)")
_CLAUSE_END = re.compile(r"[,;:،、，；：—–]\s*$")
_FINAL = re.compile(rf"(?P<stops>[{STOPS}{FULL_WIDTH_STOPS}]++)[{CLOSERS}]*+\s*+\Z")
_SEVERAL_WORDS = re.compile(r"\S\s+\S")
_NUMBER_DOT = re.compile(r"\d\.\Z")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, or a part of one that is too long to be said at once: a plain value, fit for another process."""

    text: str
    """As it was written, with its tags."""
    marks: tuple[Mark, ...]
    """Its words, and what its tags ask for, in order."""


def sentences(text: str, longest: int = LONGEST) -> list[Sentence]:
    """Cut a text into its sentences. Joined, they are the text again.

    A sentence longer than ``longest`` characters is cut after a clause, else between words, else anywhere. The tags of
    a `TaggedText` are not looked for again.
    """
    return [_sentence(part) for part in cut(TaggedText.of(text), longest)]


def _sentence(text: TaggedText) -> Sentence:
    return Sentence(str(text), tuple(text.marks()))


def cut(text: TaggedText, longest: int) -> list[TaggedText]:
    """Cut a text into its sentences, as `sentences` does, so that a part may still be joined with what comes after."""
    ends = [end.end() for end in _END.finditer(text) if _ends_sentence(text, end)]
    cuts = [0, *_outside(text.tags, ends), len(text)]
    whole = (text.part(start, stop) for start, stop in itertools.pairwise(cuts) if start < stop)
    return [part for sentence in whole for part in _parts(sentence, longest)]


def _ends_sentence(text: str, end: re.Match[str]) -> bool:
    space = end["space"]
    if space is None or _BLANK_LINE.search(space):
        return True
    stops = end.group()[: -len(space)]
    after = text[end.end() : end.end() + 1]
    if after.islower():
        # "approx. half", "wait ... no", and “Stop!” he said; but: is it? yes! it is.
        return set(stops) <= set("!?")
    if stops != ".":
        return True
    before = text[max(0, end.start() - 12) : end.start() + 1]
    # "Dr. Smith", "J. S. Bach", and "No. 5": the dot belongs to the word.
    return not (_ABBREVIATION.search(before) or (after.isdecimal() and _BEFORE_NUMBERS.search(before)))


def _outside(tags: Sequence[Tag], cuts: list[int]) -> list[int]:
    """Return those cuts that are not within a tag."""
    return [cut for cut in cuts if _tag_around(tags, cut) is None] if tags else cuts


def _tag_around(tags: Sequence[Tag], cut: int) -> Tag | None:
    """Return the tag that a cut is within."""
    place = bisect.bisect_left(tags, cut, key=lambda tag: tag.start) - 1
    return tags[place] if place >= 0 and cut < tags[place].end else None


def _parts(sentence: TaggedText, longest: int) -> list[TaggedText]:
    # White space at the end takes no time to say. Were it cut off, what follows would no longer be a new sentence.
    spoken = len(sentence.rstrip())
    if spoken <= longest:
        return [sentence]
    cuts = [0]
    while spoken - cuts[-1] > longest:
        start = cuts[-1]
        cut = start + longest
        if (tag := _tag_around(sentence.tags, cut)) is not None:
            # Before the tag; behind it, if it begins the part.
            cut = tag.start if tag.start > start else tag.end
        for boundary in (_CLAUSE, _SPACE):
            # Not in the first quarter: a very short part sounds chopped off.
            found = [match.end() for match in boundary.finditer(sentence, start + longest // 4, start + longest)]
            if outside := _outside(sentence.tags, found):
                cut = outside[-1]
                break
        cuts.append(cut)
    if cuts[-1] >= spoken:
        cuts.pop()
    return [sentence.part(start, stop) for start, stop in itertools.pairwise([*cuts, len(sentence)])]


def pause_after(utterance: str) -> float:
    """Return the seconds of silence between an utterance and the next one, at the normal rate.

    A whole sentence is followed by what a reader takes to breathe, a part that ends in a comma by less, and words that
    were only cut off by nothing.
    """
    if _BLANK_LINE.search(utterance[len(utterance.rstrip()) :]):
        return PARAGRAPH_PAUSE
    if _FINAL.search(utterance):
        return SENTENCE_PAUSE
    return CLAUSE_PAUSE if _CLAUSE_END.search(utterance) else 0.0


class SentenceBuffer:
    """Text that comes in messages, and goes out in sentences.

    A sentence is known to be complete when the one after it has begun: only then can "3." be told from "3.5", and an
    abbreviation's dot from a full stop. So text that comes token by token gives the same sentences as the whole.
    """

    def __init__(self, longest: int = LONGEST) -> None:
        self._longest = longest
        self._ready = TaggedText("")
        self._begun = TaggedText("")  # what comes after that: the beginning of a tag
        self._message = ""  # the latest one

    @property
    def ready(self) -> str:
        """Buffered text that may be spoken after the delay: all but a partially received tag."""
        return self._ready

    def push(self, message: str) -> list[Sentence]:
        """Take more text, and return the sentences that are complete. Joined, all that goes out is what has come in."""
        complete = self.flush() if self._is_followed_by_another_sentence(message) else []
        if message:
            self._message = message
        self._take_in(message)
        *over, last = cut(self._ready, self._longest) or [TaggedText("")]
        if len(last) > 2 * self._longest:
            # White space without end, which would be looked at again with every message.
            over, last = [*over, last], TaggedText("")
        self._ready = last
        return [*complete, *map(_sentence, over)]

    def _take_in(self, message: str) -> None:
        """Add a message to what is ready, but for a tag that it leaves unfinished. Only new text is read for tags."""
        text = TaggedText.of(message) if not self._begun else TaggedText.of(self._begun + message)
        begun = begun_tag(text)
        self._ready = self._ready.joined(text.part(0, begun))
        self._begun = text.part(begun, len(text))

    def take(self) -> list[Sentence]:
        """Return what is ready, although its sentence is not complete."""
        text, self._ready = self._ready, TaggedText("")
        return [_sentence(text)] if text else []

    def flush(self) -> list[Sentence]:
        """Return all that is left, as if it were complete."""
        text = self._ready.joined(self._begun)
        # What would have become a tag is text, so that it may have ended a sentence.
        left = cut(text, self._longest) if self._begun else [text] if text else []
        self._ready, self._begun = TaggedText(""), TaggedText("")
        return [_sentence(part) for part in left]

    def ends_sentence(self) -> bool:
        """Tell whether what is ready looks like the end of a sentence, if nothing else follows but tags."""
        text = _without_last_tags(self._ready)
        end = _FINAL.search(text)
        return end is not None and not (end["stops"] == "." and _ABBREVIATION.search(text[: end.end("stops")]))

    def is_whole_message(self) -> bool:
        """Tell whether the latest message was one or several whole sentences, as some clients send them.

        A single word is never whole: it may be a token of a text that continues. A number's dot may be its point.
        """
        return (
            _SEVERAL_WORDS.search(self._message) is not None
            and self.ends_sentence()
            and not _NUMBER_DOT.search(self._ready + self._begun)
        )

    def _is_followed_by_another_sentence(self, message: str) -> bool:
        """Tell whether a sentence ended with the latest message although no space follows: clients send them stripped.

        "friend." and "This" are two; "3." and "5", "example." and "com", or "Ph", "." and "D" are not.
        """
        if not message or self._begun or not self.ends_sentence() or self._ready[-1] not in STOPS + CLOSERS:
            return False
        if not any(character.isalnum() for character in self._message):
            return False  # a token that is nothing but punctuation says nothing of what comes after it
        first = message[0]
        if first.isdecimal():
            return not _NUMBER_DOT.search(self._ready)
        if first.islower():
            return _SEVERAL_WORDS.search(self._message) is not None
        return first.isalpha() or first in OPENERS


def _without_last_tags(text: TaggedText) -> str:
    """Return a text without the tags at its end: they do not tell whether the sentence before them is complete."""
    left = str(text)
    for tag in reversed(text.tags):
        if tag.end < len(left.rstrip()) or isinstance(tag.effect, Phonemes):
            break
        left = left[: tag.start]
    return left
