"""The conversion of IPA to espeak-ng's own names of phonemes, which differ from language to language.

``ipa.txt`` lists the sounds of each language and their names, as `tests/support/ipa_table.py` found them by asking
espeak-ng. A sound that a language lacks is replaced by the nearest one that it has.
"""

import re
import unicodedata
from functools import cache
from importlib.resources import files

from ownvoice.text.ipa import nearest_sounds, normalize_ipa

TABLE = "ipa.txt"

_STRESSES = {"ˈ": "'", "ˌ": ","}
_UNSAFE = re.compile(r"[^!\"#./0-9:;=?@A-Z\\^_a-z{}~]")


def is_safe(name: str) -> bool:
    """Tell whether a name may stand in a text: it does not end the phonemes, and no filter of texts changes it."""
    return bool(name) and not _UNSAFE.search(name) and name[0] not in "#!=:;_"


def phoneme_names(phonemes: str, language_file: str) -> list[str]:
    """Convert a word in IPA to the names of its phonemes in the language of a language file.

    Signs that are no sound of any language are left out; the list is empty if no sound remains.
    """
    text = normalize_ipa(phonemes)
    if language_file.startswith("gmw/en"):
        text = text.replace("r", "ɹ")  # as English is transcribed broadly
    known = sounds_of(language_file)
    found = list(nearest_sounds(text, known))
    if all(sound in _STRESSES for sound in found):
        return []
    return [_STRESSES.get(sound) or known[sound] for sound in found]


@cache
def sounds_of(language_file: str) -> dict[str, str]:
    """Return the sounds of a language in IPA, and their names.

    Raises:
        LookupError: the table lacks that file.
    """
    for line in files("ownvoice.engines.espeak").joinpath(TABLE).read_text(encoding="utf-8").splitlines():
        file, *pairs = line.split()
        if file == language_file:
            return {unicodedata.normalize("NFD", sound): name for sound, name in (pair.split("=", 1) for pair in pairs)}
    raise LookupError(f"there is no table of the sounds of {language_file}")
