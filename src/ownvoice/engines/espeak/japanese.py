"""The conversion of Japanese to kana, which is all that espeak-ng can read.

Kanji and numbers become kana, and particles are written as they sound. The words and their readings are those of
SudachiPy's dictionary, an extra (``ownvoice[japanese]``). Each word has one reading here, the most common one: 行った
is always いった, never おこなった.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from importlib.util import find_spec
from typing import Any

from ownvoice.engines.espeak.japanese_numbers import NUMBER, read_number
from ownvoice.errors import NotInstalled
from ownvoice.text.readings import Reading, apply_readings

_KANJI = re.compile("[々〆\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_PARTICLES = {"は": "わ", "へ": "え"}
_OTHER_READINGS = {"私": "わたし", "明日": "あした", "何時": "なんじ", "行っ": "いっ", "日本": "にほん"}
"""The common readings of words for which the dictionary has a rarer one first."""
_LONGEST = 8000
"""The number of characters that are analysed at once; the library takes 49,149 bytes."""


def kana_readings(text: str, readings: Sequence[Reading] = ()) -> tuple[Reading, ...]:
    """Return the readings of a Japanese text in order, including those that it already has.

    Raises:
        NotInstalled: the text has kanji, and the dictionary is not installed.
    """
    given = [reading if reading.phonemes else replace(reading, said=_convert(reading.said)) for reading in readings]
    found = [*given, *_find_readings(_blank_out(text, readings))]
    return tuple(sorted(found, key=lambda reading: (reading.start, reading.end)))


def _convert(said: str) -> str:
    """Convert the text of a reading, which may itself have kanji: a dictionary entry, or letters that are spelled."""
    return apply_readings(said, sorted(_find_readings(said), key=lambda reading: reading.start)).text


def _find_readings(text: str) -> list[Reading]:
    """Find the readings of the numbers and the words of a text."""
    found = list(_numbers(text))
    free = _blank_out(text, found)
    if is_installed():
        return [*found, *_words(free)]
    if _KANJI.search(free):
        raise NotInstalled(
            "Not installed",
            "the transcript has kanji, but the dictionary that reads them is not installed on the server: "
            'write kana, or install the dictionary there with pip install "ownvoice[japanese]"',
            error_code="not_installed",
        )
    return found


def _blank_out(text: str, readings: Sequence[Reading]) -> str:
    """Replace the parts that have a reading by line breaks, so that no word reaches across them."""
    for reading in readings:
        text = text[: reading.start] + "\n" * (reading.end - reading.start) + text[reading.end :]
    return text


def _numbers(text: str) -> Iterator[Reading]:
    for match in NUMBER.finditer(text):
        yield Reading(*match.span(), read_number(match))


@cache
def is_installed() -> bool:
    """Tell whether the dictionary is installed."""
    return find_spec("sudachipy") is not None and find_spec("sudachidict_core") is not None


@cache
def _dictionary() -> Any:
    from sudachipy import Dictionary

    return Dictionary(dict="core")


def _words(text: str) -> Iterator[Reading]:
    """Yield the readings of words with kanji in them, and of particles that do not sound as they are written."""
    # A tokenizer may be used by one thread at a time, and is cheap to make.
    tokenizer = _dictionary().tokenizer()
    for begin in range(0, len(text), _LONGEST):
        for word in tokenizer.tokenize(text[begin : begin + _LONGEST]):
            written, kind = word.surface(), word.part_of_speech()[0]
            said = None
            if kind == "助詞":
                said = _PARTICLES.get(written)
            elif kind in ("感動詞", "接続詞") and len(written) > 1 and written.endswith("は"):  # こんにちは, または
                said = _remove_kanji(word.reading_form()[:-1]) + "わ"
            elif _KANJI.search(written):
                said = _OTHER_READINGS.get(written) or _remove_kanji(word.reading_form())
            if said is not None:
                yield Reading(begin + word.begin(), begin + word.end(), said)


def _remove_kanji(reading: str) -> str:
    """Remove the characters that the dictionary does not know, which the engine would spell."""
    return _KANJI.sub("", reading)
