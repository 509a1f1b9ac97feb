"""The times of the caller's words and of phonemes, from espeak-ng's events.

espeak-ng has its own idea of words: it splits numbers ("42.50" is four words with overlapping ranges), reads signs as
words, joins or swallows others, and invents some that have no characters. So only the place of a word event in the text
is trusted: it tells which of the caller's tokens sounds from then on.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence

from ownvoice.engines import Timing
from ownvoice.engines.espeak.library import Event, EventKind
from ownvoice.text.words import Span


class Timeline:
    """The words and phonemes of one utterance, as far as they have sounded."""

    def __init__(
        self, text: str, tokens: Sequence[Span], sample_rate: int, origin: Callable[[int], int] = lambda place: place
    ) -> None:
        """Expect the events of a text.

        Args:
            text: the caller's text.
            tokens: its words, in order.
            sample_rate: of the times of the events, in Hz.
            origin: gives the place in the caller's text of a place in the text that espeak-ng was given.
        """
        self._text = text
        self._tokens = tokens
        self._starts = [token.start for token in tokens]
        self._rate = sample_rate
        self._origin = origin
        self._next = 0  # the first token that has not been handed out
        self._sounding = False  # whether it has begun
        self._since = 0.0  # when it began, or the last one ended
        self._quiet_since: float | None = None  # when the last sound ended, if there is none now
        self._phoneme: tuple[str, float] | None = None  # the one that sounds now, and its start

    def follow(self, events: Iterable[Event]) -> tuple[tuple[Timing, ...], tuple[Timing, ...]]:
        """Return the words and the phonemes that are known to be over after these events."""
        words: list[Timing] = []
        phonemes: list[Timing] = []
        for event in events:
            time = event.sample / self._rate
            if event.kind == EventKind.PHONEME:
                phonemes += self._change_phoneme(event.phoneme, time)
            elif event.kind == EventKind.WORD:
                words += self._enter(self._origin(event.position), time)
        return tuple(words), tuple(phonemes)

    def finish(self, time: float) -> tuple[tuple[Timing, ...], tuple[Timing, ...]]:
        """Return the remaining words and phonemes when the sound ends, at that time in seconds."""
        phonemes = self._change_phoneme("", time)
        return tuple(self._hand_out(len(self._tokens), time)), tuple(phonemes)

    def _change_phoneme(self, name: str, time: float) -> list[Timing]:
        over = []
        if self._phoneme is not None:
            last, start = self._phoneme
            over.append(Timing(last, start, max(start, time)))
        self._phoneme = (name, time) if name else None
        if name:
            self._quiet_since = None
        elif self._quiet_since is None:
            self._quiet_since = time
        return over

    def _enter(self, position: int, time: float) -> list[Timing]:
        """Start the word at that place of the text, and return the words that are then over."""
        index = bisect_right(self._starts, position) - 1
        if index < 0 or position >= self._tokens[index].end:
            return []  # between the tokens, or behind the text
        if index < self._next or (index == self._next and self._sounding):
            return []  # another part of the token that sounds, or a step back
        over = self._hand_out(index, time)
        self._sounding = True
        self._since = max(self._since, time)
        return over

    def _hand_out(self, stop: int, time: float) -> list[Timing]:
        """Return the times of the tokens before `stop`, which are over at that time."""
        tokens = self._tokens[self._next : stop]
        if not tokens:
            return []
        if not self._sounding and stop < len(self._tokens):
            self._since = max(self._since, time)  # nothing has sounded yet: signs before the first word
        end = max(self._since, time if self._quiet_since is None else min(self._quiet_since, time))
        times = self._share(tokens, self._since, end)
        self._next, self._sounding, self._since = stop, False, end
        return times

    def _share(self, tokens: Sequence[Span], start: float, end: float) -> list[Timing]:
        """Divide the time between the token that was heard to begin and those after it that were not.

        Words that espeak-ng ran into one share by their length; signs that it did not speak get no time.
        """
        texts = [self._text[token.start : token.end] for token in tokens]
        weights = [sum(character.isalnum() for character in text) for text in texts]
        if self._sounding and not any(weights):
            weights[0] = 1  # a sign that is spoken; of one before a word that espeak-ng ran into it, the word is heard
        total = sum(weights) or 1
        timings: list[Timing] = []
        done = 0
        for text, weight in zip(texts, weights, strict=True):
            begin = start + (end - start) * done / total
            done += weight
            timings.append(Timing(text, begin, start + (end - start) * done / total))
        return timings
