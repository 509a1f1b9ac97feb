"""Scripts of letters, and the languages that read words in a script which the language of the text does not use."""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator
from functools import lru_cache
from itertools import pairwise

from ownvoice.text.languages import LANGUAGES, Locale
from ownvoice.text.languages.record import LATIN
from ownvoice.text.punctuation import OPENERS

_ALIASES = {"KATAKANA-HIRAGANA": "KATAKANA", "IDEOGRAPHIC": "CJK"}
"""The scripts of the signs ``ー`` and ``々``, by the first words of their names, which are not scripts themselves."""
_NAMES = {"CJK": "Chinese characters", "ORIYA": "Odia"}

_DEFAULTS = {script: language.code for language in LANGUAGES.values() for script in language.default_of}
"""The languages that read words in a script, by the script."""
_TELLTALES = {
    script: (language.code, language.telltales)
    for language in LANGUAGES.values()
    if language.telltales
    for script in language.scripts - {LATIN}
}
"""The languages of a script other than its default, and the letters that indicate them, by the script."""

_EAST_ASIAN = frozenset({"CJK", "HIRAGANA", "KATAKANA", "BOPOMOFO"})
_KANA = re.compile("[\u3041-\u30fa\u30fd-\u30ff\uff66-\uff9d]")
_OPENERS = OPENERS + "\"'"
_LATIN_WORDS = re.compile(r"[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ'’-]*[a-zß-ɏ][A-Za-zÀ-ɏ'’-]*(?: +[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ'’-]*)*")
"""Names and phrases, but not abbreviations in capitals."""


@lru_cache(maxsize=4096)
def script_of(character: str) -> str | None:
    """Return the script of a letter; None for what is not a letter.

    The standard library has no table of scripts, but Unicode names letters by them: CYRILLIC SMALL LETTER A. Fullwidth
    and other compatibility forms have other names, so the plain form's is taken.
    """
    plain = unicodedata.normalize("NFKC", character)[:1]
    if not unicodedata.category(plain).startswith("L"):
        return None
    word = unicodedata.name(plain, "UNKNOWN").split()[0]
    return _ALIASES.get(word, word)


def unspeakable(text: str) -> str | None:
    """Return the script of a text of which no letter can be read in any language, or None if something can.

    A text without letters (digits, punctuation, emoji) can be read. The name returned is for people: ``Armenian``. Of
    several scripts it is the commonest.
    """
    scripts = Counter(script for character in text if (script := script_of(character)))
    if not scripts or any(script in _DEFAULTS for script in scripts):
        return None
    commonest, _ = scripts.most_common(1)[0]
    return _NAMES.get(commonest, commonest.capitalize())


def runs(text: str, locale: str | Locale, spoken: Collection[str] = LANGUAGES.keys()) -> list[tuple[str, Locale]]:
    """Split a text into the stretches that one language reads each. Joined, they are the text again.

    What the text's own language can read stays with it. Letters of another script go to the default language of that
    script: Cyrillic to Russian, or to Ukrainian where it has its letters; Chinese characters to Japanese where there
    is kana in the text, else to Chinese. Spaces, digits and punctuation belong to what stands before them, but an
    opening quotation mark or bracket to what comes after it. Letters of a script that no language reads, and a single
    Greek letter, which is a symbol, change nothing. English names are read as English by the rules of other scripts
    themselves, but for languages that spell them.

    Args:
        text: the text.
        locale: its language.
        spoken: the codes of the languages that can be spoken; words of others stay with the text's own language.

    Raises:
        LookupError: as `languages.language_of`.
    """
    locale = Locale.of(locale)
    language = locale.language
    if text.isascii() and not language.spells_latin:
        return [(text, locale)]
    kana = _KANA.search(text) is not None
    starts: list[tuple[int, str | None]] = []
    for start, end, script in _letters(text, language.scripts - language.unread, spells_latin=language.spells_latin):
        reader = _reader(text[start:end], script, kana=kana) if script else None
        reader = None if reader == language.code or reader not in spoken else reader
        if not starts or reader != starts[-1][1]:
            starts.append((_after_openers(text, start), reader))
    cuts = [0, *(start for start, _ in starts[1:]), len(text)]
    readers = [reader for _, reader in starts or [(0, None)]]
    return [
        (text[begin:end], locale if reader is None else Locale(reader, LANGUAGES[reader]))
        for (begin, end), reader in zip(pairwise(cuts), readers, strict=True)
    ]


def _letters(text: str, own: frozenset[str], *, spells_latin: bool) -> Iterator[tuple[int, int, str | None]]:
    """Yield the stretches from a letter to the last one that belongs with it, and their script.

    Args:
        text: the text.
        own: the scripts of its language.
        spells_latin: as `languages.Language.spells_latin`.

    Yields:
        Where a stretch begins and ends, and its script, or None for the language's own.
    """
    english = [match.span() for match in _LATIN_WORDS.finditer(text)] if spells_latin else []
    inside = {place for start, end in english for place in range(start, end)}
    found: list[tuple[int, int, str | None]] = []
    for place, character in enumerate(text):
        script = LATIN if place in inside else script_of(character)
        if script is None or script not in _DEFAULTS:
            continue
        key = None if script in own and place not in inside else "EAST" if script in _EAST_ASIAN else script
        if found and found[-1][2] == key:
            found[-1] = (found[-1][0], place + 1, key)
        else:
            found.append((place, place + 1, key))
    return (run for run in found if not (run[2] == "GREEK" and run[1] - run[0] == 1))


def _reader(stretch: str, script: str, *, kana: bool) -> str:
    """Return the code of the language that reads a stretch; ``kana`` tells whether there is kana in the text."""
    if script == "EAST":
        return "ja" if kana else "zh"
    other, telltales = _TELLTALES.get(script, ("", frozenset()))
    return other if not telltales.isdisjoint(stretch) else _DEFAULTS[script]


def _after_openers(text: str, start: int) -> int:
    """Return where a stretch begins whose first letter is at ``start``: before the marks that open it."""
    begin = start
    while begin and text[begin - 1] in _OPENERS:
        begin -= 1
    # A mark that closes what is before it stays there.
    return begin if begin == 0 or text[begin - 1].isspace() or text[begin] not in "\"'" else start
