"""The phonemes of misaki's alphabet, in which hibari was trained: a letter for each sound, stress before vowels."""

from ownvoice.text.ipa import STRESSES, nearest_sounds, normalize_ipa

SPACE = " "
STRESS_SIGNS = frozenset(STRESSES.values())
CLAUSE_ENDS = frozenset(".!?…;:,—")
"""The signs that a pause may follow."""
_OTHER_SIGNS = frozenset('"“”()')
SIGNS = CLAUSE_ENDS | _OTHER_SIGNS
"""The letters of the alphabet that are no sound, but change the melody."""

_VOWELS = {
    "eɪ": "A", "aɪ": "I", "oʊ": "O", "əʊ": "O", "aʊ": "W", "ɔɪ": "Y", "iː": "i", "i": "i", "ɪ": "ɪ", "uː": "u",
    "u": "u", "ʊ": "ʊ", "ɛ": "ɛ", "e": "ɛ", "æ": "æ", "a": "æ", "ɑː": "ɑ", "ɑ": "ɑ", "ɒ": "ɑ", "ɔː": "ɔ", "ɔ": "ɔ",
    "ʌ": "ʌ",
    "ə": "ə", "ɐ": "ɐ", "ᵻ": "ᵻ", "ɜː": "ɜɹ", "ɜːɹ": "ɜɹ", "ɜɹ": "ɜɹ", "ɝ": "ɜɹ", "ɚ": "əɹ", "oː": "O", "eː": "A",
    "aː": "ɑ", "o": "O", "ɛɹ": "ɛɹ", "əl": "ᵊl", "l̩": "ᵊl", "n̩": "ᵊn", "m̩": "ᵊm",
}  # fmt: skip
_CONSONANTS = {
    "tʃ": "ʧ", "dʒ": "ʤ", "ɾ": "T", "r": "ɹ", "ɹ": "ɹ", "ɫ": "l", "x": "k", "ʔ": "t",
    **{sound: sound for sound in "bdfhjklmnpstvwzðŋɡʃʒθ"},
}  # fmt: skip
_LETTERS = _VOWELS | _CONSONANTS
_IPA = {
    "A": "eɪ", "I": "aɪ", "O": "oʊ", "Q": "əʊ", "W": "aʊ", "Y": "ɔɪ", "ʧ": "tʃ", "ʤ": "dʒ", "T": "ɾ", "ᵊ": "ə",
}  # fmt: skip


def from_ipa(phonemes: str) -> str:
    """Return a word in IPA in this alphabet; empty where nothing of it is a sound."""
    word: list[str] = []
    stress = ""
    for sound in nearest_sounds(normalize_ipa(phonemes), _LETTERS):
        if sound in STRESS_SIGNS:
            stress = sound
            continue
        if sound in _VOWELS and stress:
            word.append(stress)
            stress = ""
        word.append(_LETTERS[sound])
    return "".join(word)


def to_ipa(letter: str) -> str:
    """Return a letter of this alphabet in IPA."""
    return _IPA.get(letter, letter)
