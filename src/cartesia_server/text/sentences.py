"""Where a text may be cut into utterances, as a whole or while it still comes in."""

import itertools
import re

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
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Rev|Gen|Capt|Lt|Sgt|Sr|Jr|St|Mt|Inc|Ltd|vs|etc|al|e\.g|i\.e|cf|approx|ca"
    r"|bzw|usw|bspw|z\.B|d\.h|Sra|Srta|Dra|Ud|Uds|Mme|Mlle|Sig|Dott|т\.д|т\.п)"
    r"|\b\w)\.$",
    re.IGNORECASE,
)
_BEFORE_NUMBERS = re.compile(r"\b(?:no|nr|nº|num|fig|abb|vol|pp|ch|sec|art)\.$", re.IGNORECASE)
_CLAUSE = re.compile(r"[,;:،、，；：—–](?=\s)|[、，；：]")
_SPACE = re.compile(r"\s(?=\S)")
_CLAUSE_END = re.compile(r"[,;:،、，；：—–]\s*$")
_FINAL = re.compile(rf"(?P<stops>[{_STOPS}。！？｡]+)[{_CLOSERS}]*\s*$")


def sentences(text: str, longest: int = LONGEST) -> list[str]:
    """The sentences of a text. Joined, they are the text again.

    A sentence longer than ``longest`` characters is cut after a clause, else between words, else anywhere.
    """
    cuts = [0, *(end.end() for end in _END.finditer(text) if _ends_sentence(text, end)), len(text)]
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


def _parts(sentence: str, longest: int) -> list[str]:
    parts = []
    while len(sentence) > longest:
        cut = longest
        for boundary in (_CLAUSE, _SPACE):
            # Not in the first quarter: a very short part sounds chopped off.
            found = [match.end() for match in boundary.finditer(sentence, longest // 4, longest)]
            if found:
                cut = found[-1]
                break
        parts.append(sentence[:cut])
        sentence = sentence[cut:]
    return [*parts, sentence]


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
    """Text that comes in pieces, and goes out in sentences.

    A sentence is known to be over when what comes after it has begun: only then can "3." be told from "3.5", and an
    abbreviation's dot from a full stop. So text that comes letter by letter gives the same sentences as the whole.
    """

    def __init__(self, longest: int = LONGEST) -> None:
        self._longest = longest
        self._text = ""

    @property
    def pending(self) -> str:
        """What has come and not gone out."""
        return self._text

    def push(self, text: str) -> list[str]:
        """Take more text, and return the sentences that are over. Joined, all that goes out is what has come in."""
        over = self.flush() if text and self._was_whole(text[0]) else []
        *complete, self._text = sentences(self._text + text, self._longest) or [""]
        return over + complete

    def flush(self) -> list[str]:
        """Return what is pending, as if it were over."""
        text, self._text = self._text, ""
        return [text] if text else []

    def ends_sentence(self) -> bool:
        """Whether what is pending looks like the end of a sentence, if nothing else follows."""
        end = _FINAL.search(self._text)
        return end is not None and not (end["stops"] == "." and _ABBREVIATION.search(self._text[: end.end("stops")]))

    def _was_whole(self, following: str) -> bool:
        """Whether the pieces so far end a sentence although no space follows: clients send sentences stripped.

        "friend." and "This" are two; "3." and "5", or "example." and "com", are not.
        """
        if not self._text or self._text[-1] not in _STOPS + _CLOSERS or not following.isalpha() or following.islower():
            return False
        return self.ends_sentence()
