"""Where a text may be cut into utterances, as a whole or while it still comes in."""

import bisect
import itertools
import re

from ownvoice.text.markup import TAG, begun_tag

LONGEST = 400
"""The most characters of one utterance: about half a minute of speech."""

PARAGRAPH_PAUSE = 0.6
SENTENCE_PAUSE = 0.35
CLAUSE_PAUSE = 0.15
"""Seconds, at the normal rate of speech."""

_CLOSERS = "\"'”’»)\\]}›」』）】"
_STOPS = ".!?…؟۔।॥"
# The end of a sentence: its terminal punctuation with the closing quotes after it, then white space; the full-width
# punctuation of Chinese and Japanese needs none. A blank line ends one too. A run of dots is looked at from its first
# one only, and nothing is tried twice: the time grows with the length of the text, whatever stands in it.
_END = re.compile(
    rf"(?<![{_STOPS}])[{_STOPS}]++[{_CLOSERS}]*+(?P<space>\s++)"
    rf"|[。！？｡]++[{_CLOSERS}]*+\s*+"
    r"|\n[ \t\r]*+\n\s*+"
)
_BLANK_LINE = re.compile(r"\n[ \t\r]*+\n")
_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Ph|Prof|Rev|Gen|Capt|Lt|Sgt|Sr|Jr|St|Mt|Inc|Ltd|vs|etc|al|e\.g|i\.e|cf|approx|ca"
    r"|bzw|usw|bspw|z\.B|d\.h|Sra|Srta|Dra|Ud|Uds|Mme|Mlle|Sig|Dott|т\.д|т\.п)"
    r"|\b\w)\.$",
    re.IGNORECASE,
)
_BEFORE_NUMBERS = re.compile(r"\b(?:no|nr|nº|num|fig|abb|vol|pp|ch|sec|art)\.$", re.IGNORECASE)
_CLAUSE = re.compile(r"[,;:،、，；：—–](?=\s)|[、，；：]")
_SPACE = re.compile(r"\s(?=\S)")
_CLAUSE_END = re.compile(r"[,;:،、，；：—–]\s*$")
_FINAL = re.compile(rf"(?P<stops>[{_STOPS}。！？｡]++)[{_CLOSERS}]*+\s*+\Z")
_SEVERAL_WORDS = re.compile(r"\S\s+\S")
_NUMBER_DOT = re.compile(r"\d\.\Z")
_OPENERS = "“‘«„‚¿¡([{「『【（《"


def sentences(text: str, longest: int = LONGEST) -> list[str]:
    """The sentences of a text. Joined, they are the text again.

    A sentence longer than ``longest`` characters is cut after a clause, else between words, else anywhere.
    """
    ends = [end.end() for end in _END.finditer(text) if _ends_sentence(text, end)]
    cuts = [0, *_outside(_tags(text), ends), len(text)]
    whole = (text[start:stop] for start, stop in itertools.pairwise(cuts) if start < stop)
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


def _tags(text: str) -> list[tuple[int, int]]:
    """Where tags stand in a text: their attributes may have any text."""
    return [tag.span() for tag in TAG.finditer(text)]


def _outside(tags: list[tuple[int, int]], cuts: list[int]) -> list[int]:
    """The cuts that are not within a tag."""
    if not tags:
        return cuts
    kept = []
    for cut in cuts:
        place = bisect.bisect(tags, (cut, 0)) - 1
        if place < 0 or cut >= tags[place][1]:
            kept.append(cut)
    return kept


def _parts(sentence: str, longest: int) -> list[str]:
    # White space at the end takes no time to say. Were it cut off, what follows would no longer be a new sentence.
    spoken = len(sentence.rstrip())
    parts: list[str] = []
    if spoken <= longest:
        return [sentence]
    tags = _tags(sentence)
    start = 0
    while spoken - start > longest:
        cut = _around(tags, start, start + longest)
        for boundary in (_CLAUSE, _SPACE):
            # Not in the first quarter: a very short part sounds chopped off.
            found = [match.end() for match in boundary.finditer(sentence, start + longest // 4, start + longest)]
            if outside := _outside(tags, found):
                cut = outside[-1]
                break
        parts.append(sentence[start:cut])
        start = cut
    if start >= spoken:
        start -= len(parts[-1])
        parts.pop()
    return [*parts, sentence[start:]]


def _around(tags: list[tuple[int, int]], start: int, cut: int) -> int:
    """The cut, or if it is within a tag the nearest one before that; behind the tag, if that begins the part."""
    place = bisect.bisect(tags, (cut, 0)) - 1
    if place < 0 or cut >= tags[place][1]:
        return cut
    return tags[place][0] if tags[place][0] > start else tags[place][1]


def pause_after(utterance: str) -> float:
    """Seconds of silence between an utterance and the next one, at the normal rate.

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

    A sentence is known to be over when what comes after it has begun: only then can "3." be told from "3.5", and an
    abbreviation's dot from a full stop. So text that comes token by token gives the same sentences as the whole.
    """

    def __init__(self, longest: int = LONGEST) -> None:
        self._longest = longest
        self._text = ""
        self._message = ""  # the latest one

    @property
    def ready(self) -> str:
        """What has come and not gone out, and may go out when it has waited long enough: all but a tag half come."""
        return self._text[: begun_tag(self._text)]

    def push(self, message: str) -> list[str]:
        """Take more text, and return the sentences that are over. Joined, all that goes out is what has come in."""
        over = self.flush() if self._is_followed_by_another_sentence(message) else []
        text = self._text + message
        if message:
            self._message = message
        # Nothing is cut within the last tag, although its end is still to come.
        begun = begun_tag(text)
        *complete, last = sentences(text[:begun], self._longest) or [""]
        if len(last) > 2 * self._longest:
            # White space without end, which would be looked at again with every message.
            complete, last = [*complete, last], ""
        self._text = last + text[begun:]
        return over + complete

    def take(self) -> list[str]:
        """Return what is ready, although its sentence is not over."""
        start = begun_tag(self._text)
        text, self._text = self._text[:start], self._text[start:]
        return [text] if text else []

    def flush(self) -> list[str]:
        """Return all that is left, as if it were over."""
        text, self._text = self._text, ""
        return [text] if text else []

    def ends_sentence(self) -> bool:
        """Whether what is ready looks like the end of a sentence, if nothing else follows but tags."""
        text = _without_last_tags(self.ready)
        end = _FINAL.search(text)
        return end is not None and not (end["stops"] == "." and _ABBREVIATION.search(text[: end.end("stops")]))

    def is_whole_message(self) -> bool:
        """Whether the latest message was a sentence, or several, as clients send them that look for sentences.

        Of one word one cannot tell: it may be a token of a text, which goes on. A number's dot may be its point.
        """
        return (
            _SEVERAL_WORDS.search(self._message) is not None
            and self.ends_sentence()
            and not _NUMBER_DOT.search(self._text)
        )

    def _tag_has_begun(self) -> bool:
        return begun_tag(self._text) < len(self._text)

    def _is_followed_by_another_sentence(self, message: str) -> bool:
        """Whether a sentence ended with the latest message although no space follows: clients send them stripped.

        "friend." and "This" are two; "3." and "5", "example." and "com", or "Ph", "." and "D" are not.
        """
        if not message or not self.ends_sentence() or self._text[-1] not in _STOPS + _CLOSERS or self._tag_has_begun():
            return False
        if not any(character.isalnum() for character in self._message):
            return False  # a token that is nothing but punctuation says nothing of what comes after it
        first = message[0]
        if first.isdecimal():
            return not _NUMBER_DOT.search(self._text)
        if first.islower():
            return _SEVERAL_WORDS.search(self._message) is not None
        return first.isalpha() or first in _OPENERS


def _without_last_tags(text: str) -> str:
    """A text without the tags at its end: they say nothing of whether the sentence before them is over."""
    rest = text.rstrip()
    while rest.endswith((">", "]")):
        start = rest.rfind("[" if rest.endswith("]") else "<")
        if start < 0 or not TAG.fullmatch(rest, start):
            break  # a word in IPA, or no tag
        text = rest[:start]
        rest = text.rstrip()
    return text
