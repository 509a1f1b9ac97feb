"""Japanese for espeak-ng, which reads kana alone: kanji and numbers into kana, and particles as they sound.

The words and their readings are those of SudachiPy's dictionary, an extra (``ownvoice[japanese]``). Words have one
reading here, the commonest, whatever is meant: 行った is いった, never おこなった.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from importlib.util import find_spec
from typing import Any

from ownvoice.engines.espeak.japanese_numbers import NUMBER, number
from ownvoice.errors import NotInstalled
from ownvoice.text.readings import Reading, apply_readings

_KANJI = re.compile("[々〆\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_PARTICLES = {"は": "わ", "へ": "え"}
_OTHER_READINGS = {"私": "わたし", "明日": "あした", "何時": "なんじ", "行っ": "いっ", "日本": "にほん"}
"""Where the dictionary has a rarer reading first."""
_LONGEST = 8000
"""Characters that are analysed at once; the library takes 49,149 bytes."""


def kana(text: str, readings: Sequence[Reading] = ()) -> tuple[Reading, ...]:
    """The readings of a Japanese text, those that it has already among them.

    Raises:
        RequestError: there is kanji in it, and the dictionary is not installed.
    """
    given = [reading if reading.phonemes else replace(reading, said=_in_kana(reading.said)) for reading in readings]
    found = [*given, *_found(_without(text, readings))]
    return tuple(sorted(found, key=lambda reading: (reading.start, reading.end)))


def _in_kana(said: str) -> str:
    """What a reading says, which may itself have kanji: of a dictionary's entry, or of letters that are spelled."""
    return apply_readings(said, sorted(_found(said), key=lambda reading: reading.start)).text


def _found(text: str) -> list[Reading]:
    """The readings of the numbers and the words of a text."""
    found = list(_numbers(text))
    free = _without(text, found)
    if _is_installed():
        return [*found, *_words(free)]
    if _KANJI.search(free):
        raise NotInstalled(
            "Not installed",
            "the transcript has kanji, and what reads them is not installed on the server: "
            'write kana, or install it there with pip install "ownvoice[japanese]"',
            error_code="not_installed",
        )
    return found


def _without(text: str, readings: Sequence[Reading]) -> str:
    """The text with line breaks in the place of what has a reading, which no word reaches over."""
    for reading in readings:
        text = text[: reading.start] + "\n" * (reading.end - reading.start) + text[reading.end :]
    return text


def _numbers(text: str) -> Iterator[Reading]:
    for match in NUMBER.finditer(text):
        yield Reading(*match.span(), number(match))


@cache
def _is_installed() -> bool:
    return find_spec("sudachipy") is not None and find_spec("sudachidict_core") is not None


@cache
def _dictionary() -> Any:
    from sudachipy import Dictionary

    return Dictionary(dict="core")


def _words(text: str) -> Iterator[Reading]:
    """The readings of words with kanji in them, and of particles that are said otherwise than they are written."""
    # A tokenizer belongs to one thread at a time, and is quickly made.
    tokenizer = _dictionary().tokenizer()
    for begin in range(0, len(text), _LONGEST):
        for word in tokenizer.tokenize(text[begin : begin + _LONGEST]):
            written, kind = word.surface(), word.part_of_speech()[0]
            said = None
            if kind == "助詞":
                said = _PARTICLES.get(written)
            elif kind in ("感動詞", "接続詞") and len(written) > 1 and written.endswith("は"):  # こんにちは, または
                said = _without_kanji(word.reading_form()[:-1]) + "わ"
            elif _KANJI.search(written):
                said = _OTHER_READINGS.get(written) or _without_kanji(word.reading_form())
            if said is not None:
                yield Reading(begin + word.begin(), begin + word.end(), said)


def _without_kanji(reading: str) -> str:
    """A reading without the characters that the dictionary does not know, which the engine would spell."""
    return _KANJI.sub("", reading)
