"""The times of the words and phonemes of an utterance, from the lengths that the network gave."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import replace

from ownvoice.engines import Timing
from ownvoice.engines.hibari.alphabet import STRESS_SIGNS, to_ipa
from ownvoice.engines.hibari.pronunciation import Phoneme
from ownvoice.text.words import Span


class Timeline:
    """The words and phonemes of one utterance, which come out as far as they have been heard.

    Every word comes once, in order. Those without a sound (signs) have no length.
    """

    def __init__(self, text: str, tokens: Sequence[Span], origin: Callable[[int], int]) -> None:
        """Begin an utterance.

        Args:
            text: the text of the utterance.
            tokens: its words.
            origin: returns the place in the text that a phoneme's place stands for.
        """
        self._text = text
        self._tokens = tokens
        self._starts = [token.start for token in tokens]
        self._origin = origin
        self._spoken: list[tuple[int, float, float]] = []  # words with a sound: number, start, end
        self._phonemes: list[Timing] = []  # that have not come out
        self._next = 0  # the first word that has not come out
        self._now = 0.0  # when the last word that came out ended

    def add(self, phonemes: Sequence[Phoneme], starts: Sequence[float], ends: Sequence[float]) -> None:
        """Add the phonemes that are said next, each with its start and its end in seconds.

        Args:
            phonemes: in the order in which they sound.
            starts: when each begins, in seconds from the start of the utterance.
            ends: when each ends, in the same seconds.
        """
        stress_since: float | None = None
        for phoneme, start, end in zip(phonemes, starts, ends, strict=True):
            if not phoneme.sounds:
                continue
            self._add_word(bisect_right(self._starts, self._origin(phoneme.start)) - 1, start, end)
            if phoneme.letter in STRESS_SIGNS:
                stress_since = start if stress_since is None else stress_since
                continue
            self._phonemes.append(Timing(to_ipa(phoneme.letter), start if stress_since is None else stress_since, end))
            stress_since = None

    def _add_word(self, token: int, start: float, end: float) -> None:
        if self._spoken and token <= self._spoken[-1][0]:
            number, since, _ = self._spoken[-1]
            self._spoken[-1] = number, since, end
        elif token >= self._next:
            self._spoken.append((token, start, end))

    def until(self, time: float, *, everything: bool = False) -> tuple[tuple[Timing, ...], tuple[Timing, ...]]:
        """Take the words and the phonemes that are over at that time, or at the end everything."""
        words: list[Timing] = []
        while self._spoken and (everything or self._spoken[0][2] <= time):
            token, start, end = self._spoken.pop(0)
            words += self._silent(token)
            # The last sound may end a fraction of a sample behind the last sample.
            words.append(self._timing(token, start, min(end, time)))
        if everything:
            words += self._silent(len(self._tokens))
        count = sum(everything or phoneme.end <= time for phoneme in self._phonemes)
        phonemes = tuple(replace(phoneme, end=min(phoneme.end, time)) for phoneme in self._phonemes[:count])
        self._phonemes = self._phonemes[count:]
        return tuple(words), phonemes

    def _silent(self, stop: int) -> list[Timing]:
        """Return the words before that one that have not come, which have no sound."""
        return [self._timing(token, self._now, self._now) for token in range(self._next, stop)]

    def _timing(self, token: int, start: float, end: float) -> Timing:
        self._next, self._now = token + 1, max(end, self._now)
        span = self._tokens[token]
        return Timing(self._text[span.start : span.end], start, end)
