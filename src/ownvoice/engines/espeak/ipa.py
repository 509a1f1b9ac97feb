"""The conversion of IPA to espeak-ng's own names of phonemes, which differ from language to language.

``ipa.txt`` lists the sounds of each language and their names, as `tests/support/ipa_table.py` found them by asking
espeak-ng. A sound that a language lacks is replaced by the nearest one that it has.
"""

import re
import unicodedata
from collections import deque
from functools import cache
from importlib.resources import files

TABLE = "ipa.txt"

_STRESSES = {"ˈ": "'", "'": "'", "ˊ": "'", "ˌ": ","}
_EQUIVALENTS = str.maketrans(
    {"g": "ɡ", ":": "ː", "\u0361": "", "\u035c": "", "ʦ": "ts", "ʣ": "dz", "ʧ": "tʃ", "ʤ": "dʒ"}
)

# The sounds nearest to each sound, the nearest first. A language that lacks those too takes the nearest to them.
_NEAREST_TABLE = """
    i iː ɪ | ɪ i ᵻ e | y yː ʏ u i | ʏ y ʊ ɪ | ɨ ᵻ ɪ ɯ | ᵻ ɪ ə i | ʉ u y | ɯ ɨ u | u uː ʊ | ʊ u ɯ o
    e eː ɛ | ø øː œ e | ɘ ə | ɵ ø o | ɤ o ə | o oː ɔ oʊ | ə ɐ ɜ ʌ ɛ a | ɛ ɛː e æ | œ ø ɛ | ɜ ɜː ə ɛ | ɞ ɜ œ
    ʌ ɐ a ə | ɔ ɔː o ɒ | æ ɛ a | ɐ ʌ a ə | a ɑ ɑː aː æ ʌ | ɶ œ | ɑ ɑː a | ɒ ɔ ɑ | ɚ ə ɝ | ɝ ɜː ɚ ɜ
    iː i | yː y | uː u | eː e eɪ | øː ø | oː o oʊ | ɜː ɜ | ɛː ɛ | ɔː ɔ | aː a | ɑː ɑ a
    p b | b p | t t̪ d | d d̪ t | ʈ t | ɖ d | c k | ɟ ɡ | k ɡ | ɡ k | q k | ɢ ɡ | ʔ
    m n | ɱ m | n m | ɳ n | ɲ n | ŋ n | ɴ ŋ | ʙ b | r ɾ ɹ ʁ ʀ | ʀ ʁ r | ɾ r ɹ | ɽ ɾ | ɹ r ɾ ɻ | ɻ ɹ
    ɸ f | β v b | f v | v f ʋ | θ s | ð z d | s z | z s | ʃ s | ʒ ʃ z | ʂ ʃ | ʐ ʒ | ç ʃ x | ʝ j | x χ h | ɣ ɡ
    χ x | ʁ ʀ r | ħ h | ʕ ʁ | h x ɦ | ɦ h | ɬ l | ɮ l | ʋ v w | ɰ w | j i | l ɫ | ɭ l | ʎ l | ʟ l | ɫ l | w v u
    ʍ w | ɥ w y | ɕ ʃ | ʑ ʒ | ɧ ʃ | ɺ ɾ | ɓ b | ɗ d | ʄ ɟ | ɠ ɡ | ʛ ɡ | t̪ t | d̪ d
"""
_NEAREST = {sound: nearest for sound, *nearest in map(str.split, re.split(r"[|\n]", _NEAREST_TABLE.strip()))}
_UNSAFE = re.compile(r"[^!\"#./0-9:;=?@A-Z\\^_a-z{}~]")


def is_safe(name: str) -> bool:
    """Tell whether a name may stand in a text: it does not end the phonemes, and no filter of texts changes it."""
    return bool(name) and not _UNSAFE.search(name) and name[0] not in "#!=:;_"


def phoneme_names(phonemes: str, language_file: str) -> list[str]:
    """Convert a word in IPA to the names of its phonemes in the language of a language file.

    Signs that are no sound of any language are left out; the list is empty if no sound remains.
    """
    text = unicodedata.normalize("NFD", phonemes).translate(_EQUIVALENTS)
    if language_file.startswith("gmw/en"):
        text = text.replace("r", "ɹ")  # as English is transcribed broadly
    known = sounds_of(language_file)
    longest = max(map(len, known))
    found: list[str] = []
    place = sounds = 0
    while place < len(text):
        if text[place] in _STRESSES:
            found.append(_STRESSES[text[place]])
            place += 1
            continue
        size = next((size for size in range(longest, 0, -1) if text[place : place + size] in known), 0)
        name = known[text[place : place + size]] if size else _nearest(text[place], known)
        if name is not None:
            found.append(name)
            sounds += 1
        place += size or 1
    return found if sounds else []


def _nearest(sound: str, known: dict[str, str]) -> str | None:
    """Return the name of the known sound that is nearest to an unknown one; None for a sign that is no sound."""
    seen = {sound}
    line = deque([sound])
    while line:
        for near in _NEAREST.get(line.popleft(), ()):
            if near in known:
                return known[near]
            if near not in seen:
                seen.add(near)
                line.append(near)
    return None


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
