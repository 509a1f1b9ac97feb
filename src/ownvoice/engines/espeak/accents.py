"""The language files of espeak-ng, by locale."""

import re
from functools import cache
from pathlib import Path

from ownvoice.text.languages import LANGUAGES, language_of

_TABLE = """
    ar sem/ar | bg zls/bg | bn inc/bn | cs zlw/cs | da gmq/da | de gmw/de | el grk/el | en gmw/en-US | es roa/es
    fi urj/fi | fr roa/fr | gu inc/gu | he sem/he | hi inc/hi | hr zls/hr | hu urj/hu | id poz/id    | it roa/it
    ja jpx/ja | ka ccs/ka | kn dra/kn | ko ko     | ml dra/ml | mr inc/mr | ms poz/ms | nl gmw/nl    | no gmq/nb
    or inc/or | pa inc/pa | pl zlw/pl | pt roa/pt-BR | ro roa/ro | ru zle/ru | sk zlw/sk | sv gmq/sv | ta dra/ta
    te dra/te | th tai/th | tl poz/id | tr trk/tr | uk zle/uk | ur inc/ur | vi aav/vi | zh sit/cmn

    en-gb gmw/en              | en-gb-scotland gmw/en-GB-scotland | en-gb-x-rp gmw/en-GB-x-rp
    en-gb-x-gbclan gmw/en-GB-x-gbclan | en-gb-x-gbcwmd gmw/en-GB-x-gbcwmd
    en-029 gmw/en-029         | en-jm gmw/en-029 | en-tt gmw/en-029 | en-bb gmw/en-029
    en-us gmw/en-US           | en-us-nyc gmw/en-US-nyc
    en-au gmw/en | en-nz gmw/en | en-ie gmw/en | en-in gmw/en | en-za gmw/en

    es-419 roa/es-419 | es-mx roa/es-419 | es-ar roa/es-419 | es-co roa/es-419 | es-cl roa/es-419
    es-pe roa/es-419  | es-ve roa/es-419 | es-us roa/es-419
    fr-be roa/fr-BE   | fr-ch roa/fr-CH  | pt-br roa/pt-BR  | pt-pt roa/pt | pt-ao roa/pt | pt-mz roa/pt
    vi-vn-x-central aav/vi-VN-x-central  | vi-vn-x-south aav/vi-VN-x-south
"""

FILES = dict(entry.split() for entry in re.split(r"[|\n]", _TABLE) if entry.strip())
"""The language file, below the data's ``lang``, of each language and locale that has one of its own."""

WITHOUT_EMOJI_NAMES = frozenset({"he", "ja", "ko", "no", "th", "uk", "zh"})
"""Languages in which espeak-ng has no names for emoji."""
EMOJI_ONLY = re.compile(r"[^\w\s]*[\u2600-\u27bf\U0001f300-\U0001faff][^\w]*")
"""A text of emoji alone. Where they have no names, their English ones are said: otherwise there would be silence."""

LOCALES = tuple(FILES)
"""The languages and locales that have a file of their own, in lower case."""

_ADDITIONS = {"tl": b"replace 00 @ e\nreplace 00 E e\n"}
"""Lines that are appended to the language file of a language.

espeak-ng has no Tagalog. Of the languages near to it Indonesian is spelt most alike (ng, h, y, w, stress on the last
syllable but one, words ending in any vowel); only its ``e`` is often a schwa, which Tagalog has not.
"""


def language_file(locale: str) -> str:
    """Return the language file, below the data's ``lang``, of a locale; for an unknown region, that of its language.

    Raises:
        LookupError: as `languages.language_of`.
    """
    language = language_of(locale)
    _, *regions = re.split("[-_]", locale.strip().lower())
    for size in range(len(regions), 0, -1):
        file = FILES.get("-".join((language.code, *regions[:size])))
        if file is not None:
            return file
    return FILES[language.code]


def language_lines(data: Path, locale: str) -> bytes:
    """Return the voice definition of a locale's language, as espeak-ng's data has it.

    It is bytes, because some of the files hold comments that are not UTF-8.

    Raises:
        LookupError: as `languages.language_of`, or the data lacks the rules or the dictionary of the language.
    """
    return _lines(data, language_file(locale)) + _ADDITIONS.get(language_of(locale).code, b"")


@cache
def _lines(data: Path, file: str) -> bytes:
    try:
        lines = (data / "lang" / file).read_bytes()
    except OSError as error:
        raise LookupError(f"espeak-ng's data lacks the rules of {file}: {error}") from error
    dictionary = data / f"{_dictionary(lines)}_dict"
    if not dictionary.is_file():  # espeak-ng itself would go on, and speak in some other language
        raise LookupError(f"espeak-ng's data lacks the dictionary of {file}: there is no {dictionary}")
    return lines + b"\n"


def _dictionary(lines: bytes) -> str:
    """Return the name of the dictionary: the given one, or else that of the first language."""
    named = re.search(rb"^dictionary\s+(\S+)", lines, re.MULTILINE) or re.search(
        rb"^language\s+([^\s-]+)", lines, re.MULTILINE
    )
    return named[1].decode() if named else ""


def available(data: Path) -> tuple[str, ...]:
    """Return the codes of the languages that can be spoken: those whose rules and dictionary are in the data."""
    return tuple(code for code in LANGUAGES if _is_available(data, code))


def _is_available(data: Path, code: str) -> bool:
    try:
        language_lines(data, code)
    except LookupError:
        return False
    return True
