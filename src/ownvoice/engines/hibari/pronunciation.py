"""The pronunciation of English: phonemes, each with the place in the text that it stands for."""

import json
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from ownvoice.engines.hibari.alphabet import CLAUSE_ENDS, SIGNS, SPACE, STRESS_SIGNS, from_ipa
from ownvoice.text.readings import Reading
from ownvoice.text.words import Span, is_speakable

LONGEST = 400
"""The most phonemes that the network takes at once: of more it makes a muddle."""
LONGEST_FIRST = 150
"""The most phonemes of the first part, where a clause ends: all of it is predicted before anything is heard."""
_FEWEST = 40
"""The fewest phonemes of a part: shorter ones sound clipped."""

_PLAIN = str.maketrans({"[": " ", "]": " ", "’": "'", "‘": "'", "‒": "-", "―": "—", "\u00a0": " "})
"""Replacements of one character by one. Brackets have a meaning to hibari."""


@dataclass(frozen=True, slots=True)
class Phoneme:
    """A letter of the network's alphabet, and the text that it stands for: ``text[start:end]``."""

    letter: str
    start: int
    end: int

    @property
    def sounds(self) -> bool:
        """Whether it is a sound or its stress, rather than a sign or a space."""
        return self.letter != SPACE and self.letter not in SIGNS


@dataclass(frozen=True, slots=True)
class Pronunciation:
    """The pronunciation of a text."""

    phonemes: tuple[Phoneme, ...]
    unsayable: tuple[Span, ...]
    """What should be said but cannot: words in other letters, pictures. Nothing in ``phonemes`` stands for it."""


class Pronouncer:
    """The lexicons and rules of English. Its method may be called from any thread."""

    def __init__(self) -> None:
        """Load the lexicons, which takes some tenths of a second."""
        from hibari.g2p import G2P

        self._g2p = G2P()

    def pronounce(self, text: str, transcriptions: Sequence[Reading] = ()) -> Pronunciation:
        """Return the pronunciation of a text; its transcriptions, readings in IPA, are in order and do not overlap."""
        phonemes: list[Phoneme] = []
        unsayable: list[Span] = []
        place = 0
        plain = text.translate(_PLAIN)
        for token in self._g2p.phonemize_tokens(list(self._tokens(plain, transcriptions))):
            start = max(plain.find(token.text, place), place)
            place = min(start + len(token.text), len(text))
            letters = [letter for letter in token.phonemes or "" if letter in letter_ids()]
            if not _is_said(text[start:place], letters) and token.rating != _TRANSCRIBED:
                unsayable.append(Span(start, place))
                letters = []
            phonemes += (Phoneme(letter, start, place) for letter in letters)
            if token.whitespace:
                phonemes.append(Phoneme(SPACE, place, place))
        return Pronunciation(tuple(_single_spaces(phonemes)), tuple(unsayable))

    def _tokens(self, text: str, transcriptions: Sequence[Reading]) -> Iterator[Any]:
        from hibari.g2p.token import Tok

        done = 0
        for stretch in transcriptions:
            letters = from_ipa(stretch.said)
            if not letters:
                continue  # there is no sound in it: the word is said as it is written
            yield from self._set_apart(text[done : stretch.start])
            space = SPACE if text[stretch.end : stretch.end + 1].isspace() else ""
            yield Tok(text[stretch.start : stretch.end], "NN", space, phonemes=letters, rating=_TRANSCRIBED)
            done = stretch.end
        yield from self._g2p.tokenize(text[done:])

    def _set_apart(self, text: str) -> list[Any]:
        """Return the tokens of a text before a transcription: hibari forgets a space at the end."""
        tokens: list[Any] = self._g2p.tokenize(text)
        if tokens and text[-1].isspace():
            tokens[-1].whitespace = SPACE
        return tokens


_TRANSCRIBED = 5
"""The rating of transcribed words, which hibari itself gives to nothing else."""


@cache
def letter_ids() -> dict[str, int]:
    """Return the network's number of each letter."""
    ids: dict[str, int] = json.loads(files("hibari").joinpath("assets", "vocab.json").read_text(encoding="utf-8"))
    return ids


def split_phonemes(phonemes: Sequence[Phoneme]) -> Iterator[tuple[Phoneme, ...]]:
    """Yield the phonemes in parts that the network can take: they end with a clause, else a word, else anywhere."""
    start = 0
    while len(phonemes) - start > (LONGEST if start else LONGEST_FIRST):
        cut = _cut(phonemes, start)
        if cut == len(phonemes):
            break
        yield tuple(phonemes[start:cut])
        start = cut
    if start < len(phonemes):
        yield tuple(phonemes[start:])


def _cut(phonemes: Sequence[Phoneme], start: int) -> int:
    """Return where the part that begins there ends."""
    limits = (LONGEST,) if start else (LONGEST_FIRST, LONGEST)
    for limit in limits:
        for place in range(min(start + limit, len(phonemes)) - 1, start + _FEWEST, -1):
            if phonemes[place].letter == SPACE and phonemes[place - 1].letter in CLAUSE_ENDS:
                return place + 1
    if len(phonemes) - start <= LONGEST:
        return len(phonemes)
    for place in range(start + LONGEST - 1, start + _FEWEST, -1):
        if phonemes[place].letter == SPACE:
            return place + 1
    return start + LONGEST


def _single_spaces(phonemes: list[Phoneme]) -> Iterator[Phoneme]:
    """Yield the phonemes without spaces at the ends and behind others."""
    while phonemes and phonemes[-1].letter == SPACE:
        phonemes.pop()
    before = SPACE
    for phoneme in phonemes:
        if phoneme.letter != SPACE or before != SPACE:
            yield phoneme
        before = phoneme.letter


def _is_said(text: str, letters: list[str]) -> bool:
    """Tell whether these letters are all that should be heard of a text."""
    if any(letter not in SIGNS and letter != SPACE and letter not in STRESS_SIGNS for letter in letters):
        return all(_is_latin(character) for character in text if character.isalpha())
    return not is_speakable(text)


def _is_latin(character: str) -> bool:
    return character.isascii() or "LATIN" in unicodedata.name(character, "") or character in "ªºµ"
