"""Where a text may be cut into utterances."""

import itertools
import re

LONGEST = 400
"""The most characters of one utterance: about half a minute of speech."""

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
