"""espeak-ng as a phonemizer: the phonemes of its speech, without the sound."""

from functools import cache

from ownvoice.engines import Timing, Utterance
from ownvoice.engines.espeak import EspeakEngine
from ownvoice.text.normalization import normalize
from ownvoice.text.phonemes import PronouncedWord


def pronounce(text: str, locale: str) -> tuple[PronouncedWord, ...]:
    """Return the words of a text with their phonemes.

    The sound is made and thrown away: that takes some two milliseconds a second of speech, and the phonemes are those
    that would be heard, each with its word.

    Args:
        text: plain text, a sentence or so.
        locale: a language of the protocol or a locale of it.

    Raises:
        LookupError: espeak-ng does not have the language.
    """
    pieces = list(_engine().speak(Utterance(text, locale, readings=normalize(text, locale))))
    sounds = [phoneme for piece in pieces for phoneme in piece.phonemes]
    found = []
    place = 0
    for word in (word for piece in pieces for word in piece.words):
        place = text.index(word.text, place)
        found.append(PronouncedWord(place, place + len(word.text), _within(word, sounds)))
        place += len(word.text)
    return tuple(found)


def _within(word: Timing, sounds: list[Timing]) -> tuple[str, ...]:
    """Return the phonemes that begin within a word."""
    return tuple(sound.text for sound in sounds if word.start <= sound.start < word.end)


@cache
def _engine() -> EspeakEngine:
    return EspeakEngine()
