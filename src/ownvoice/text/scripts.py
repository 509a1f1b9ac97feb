"""Which language reads which part of a text: words in a script that the text's own language does not use."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from ownvoice.text.languages import language_of, script_name, script_of

_LIKELIEST = {
    "ARABIC": "ar",
    "BENGALI": "bn",
    "BOPOMOFO": "zh",
    "CJK": "zh",
    "CYRILLIC": "ru",
    "DEVANAGARI": "hi",
    "GEORGIAN": "ka",
    "GREEK": "el",
    "GUJARATI": "gu",
    "GURMUKHI": "pa",
    "HANGUL": "ko",
    "HEBREW": "he",
    "HIRAGANA": "ja",
    "KANNADA": "kn",
    "KATAKANA": "ja",
    "LATIN": "en",
    "MALAYALAM": "ml",
    "ORIYA": "or",
    "TAMIL": "ta",
    "TELUGU": "te",
    "THAI": "th",
}
_TELLTALES = {
    "CYRILLIC": ("uk", frozenset("іїєґІЇЄҐ")),
    "ARABIC": ("ur", frozenset("ٹڈڑںھہۂےۓپچگژ")),
    "DEVANAGARI": ("mr", frozenset("ळ")),
}
"""Letters that the likeliest language of their script has not, and the one that has them."""

_EAST_ASIAN = frozenset({"CJK", "HIRAGANA", "KATAKANA", "BOPOMOFO"})
_KANA = re.compile("[\u3041-\u30fa\u30fd-\u30ff\uff66-\uff9d]")
_READ_IN_PART = {"ko": {"CJK"}}
"""Scripts that belong to a language, and yet are left to others: no Korean rules read Chinese characters."""

_OPENERS = "“‘«„‚¿¡([{「『【（《\"'"
_JAPANESE_LATIN = re.compile(r"[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ'’-]*[a-zß-ɏ][A-Za-zÀ-ɏ'’-]*(?: +[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ'’-]*)*")


def unspeakable(text: str) -> str | None:
    """The script of a text of which no letter can be read in any language there is, or None if something can.

    A text without letters (digits, punctuation, emoji) can be read. The name returned is for people: ``Armenian``. Of
    several scripts it is the commonest.
    """
    scripts = Counter(script for character in text if (script := script_of(character)))
    if not scripts or any(script in _LIKELIEST for script in scripts):
        return None
    commonest, _ = scripts.most_common(1)[0]
    return script_name(commonest)


def runs(text: str, locale: str) -> list[tuple[str, str]]:
    """The stretches of a text that one language reads each, and the locale of each. Joined, they are the text again.

    What the text's own language can read stays with it. Letters of another script go to the language that is likeliest
    for them: Cyrillic to Russian, or to Ukrainian where it has its letters; Chinese characters to Japanese where there
    is kana in the text, else to Chinese. Spaces, digits and punctuation belong to what stands before them, but an
    opening quotation mark or bracket to what comes after it. Letters of a script that no language reads, and a single
    Greek letter, which is a symbol, change nothing. English names are read as English by the rules of other scripts
    themselves; those of Japanese would spell them, so there they are stretches too.

    Raises:
        LookupError: as `languages.language_of`.
    """
    language = language_of(locale)
    if text.isascii() and language.code != "ja":
        return [(text, locale)]
    own = language.scripts - _READ_IN_PART.get(language.code, set())
    kana = _KANA.search(text) is not None
    starts: list[tuple[int, str]] = []
    for start, end, script in _letters(text, own, japanese=language.code == "ja"):
        reader = _reader(text[start:end], script, kana=kana) if script else locale
        if not starts or reader != starts[-1][1]:
            starts.append((_after_openers(text, start), reader))
    if not starts:
        return [(text, locale)]
    cuts = [0, *(start for start, _ in starts[1:]), len(text)]
    readers = [reader for _, reader in starts]
    return [(text[begin:end], reader) for (begin, end), reader in zip(pairwise(cuts), readers, strict=True)]


def _letters(text: str, own: frozenset[str], *, japanese: bool) -> Iterator[tuple[int, int, str | None]]:
    """Stretches from a letter to the last one that belongs with it, and their script; None for the language's own."""
    english = [match.span() for match in _JAPANESE_LATIN.finditer(text)] if japanese else []
    inside = {place for start, end in english for place in range(start, end)}
    found: list[tuple[int, int, str | None]] = []
    for place, character in enumerate(text):
        script = "LATIN" if place in inside else script_of(character)
        if script is None or script not in _LIKELIEST:
            continue
        key = None if script in own and place not in inside else "EAST" if script in _EAST_ASIAN else script
        if found and found[-1][2] == key:
            found[-1] = (found[-1][0], place + 1, key)
        else:
            found.append((place, place + 1, key))
    return (run for run in found if not (run[2] == "GREEK" and run[1] - run[0] == 1))


def _reader(stretch: str, script: str, *, kana: bool) -> str:
    """The language that reads a stretch; of Chinese characters it depends on whether there is kana in the text."""
    if script == "EAST":
        return "ja" if kana else "zh"
    other, telltales = _TELLTALES.get(script, ("", frozenset()))
    return other if not telltales.isdisjoint(stretch) else _LIKELIEST[script]


def _after_openers(text: str, start: int) -> int:
    """Where a stretch begins that has its first letter there: before the quotation marks and brackets that open it."""
    begin = start
    while begin and text[begin - 1] in _OPENERS:
        begin -= 1
    # A mark that closes what is before it stays there.
    return begin if begin == 0 or text[begin - 1].isspace() or text[begin] not in "\"'" else start
