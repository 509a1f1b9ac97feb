"""The sounds of the International Phonetic Alphabet, and the nearest of those that an engine has to each of them."""

import re
import unicodedata
from collections import deque
from collections.abc import Collection, Iterator

STRESSES = {"ˈ": "ˈ", "'": "ˈ", "ˊ": "ˈ", "ˌ": "ˌ"}
"""The signs of stress, and the one that each stands for."""
_EQUIVALENTS = str.maketrans(
    {"g": "ɡ", ":": "ː", "\u0361": "", "\u035c": "", "ʦ": "ts", "ʣ": "dz", "ʧ": "tʃ", "ʤ": "dʒ"}
)

# The sounds nearest to each sound, the nearest first. What lacks those too takes the nearest to them.
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


def normalize_ipa(phonemes: str) -> str:
    """Return a word in IPA with one way to write each sound: decomposed, without ties."""
    return unicodedata.normalize("NFD", phonemes).translate(_EQUIVALENTS)


def nearest_sounds(phonemes: str, known: Collection[str]) -> Iterator[str]:
    """Yield the sounds of a word in IPA and its stresses (``ˈ``, ``ˌ``), in order.

    The longest known sound goes first, and for an unknown one the nearest that is known. Signs that are no sound of
    any language are left out.

    Args:
        phonemes: the word, as `normalize_ipa` returns it.
        known: the sounds that there are, in IPA, decomposed.
    """
    longest = max(map(len, known))
    place = 0
    while place < len(phonemes):
        size = 1
        if phonemes[place] in STRESSES:
            yield STRESSES[phonemes[place]]
        elif found := next((end for end in range(longest, 0, -1) if phonemes[place : place + end] in known), 0):
            size = found
            yield phonemes[place : place + size]
        elif (near := _nearest(phonemes[place], known)) is not None:
            yield near
        place += size


def _nearest(sound: str, known: Collection[str]) -> str | None:
    """Return the known sound that is nearest to an unknown one; None for a sign that is no sound."""
    seen = {sound}
    line = deque([sound])
    while line:
        for near in _NEAREST.get(line.popleft(), ()):
            if near in known:
                return near
            if near not in seen:
                seen.add(near)
                line.append(near)
    return None
