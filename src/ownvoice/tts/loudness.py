"""How loud the speech of an engine is: gains that change at its words, and the quiet at its ends."""

from collections import deque
from collections.abc import Generator, Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ownvoice.audio.gain import Gain
from ownvoice.engines import Speech, Timing

_QUIET = 0.003
"""Of full scale: 50 dB below it nothing is heard beside speech."""
_LONGEST_LEAD = 0.1
"""Seconds of quiet that are taken from the beginning of an utterance, at most."""


def with_gains(
    spoken: Iterable[Speech], gain: Gain, changes: Iterable[tuple[int, float]], sample_rate: int
) -> Generator[Speech, None, None]:
    """An utterance with a loudness that changes at its words.

    A word is known only when it is over. So while a change is ahead, no more goes out than what is surely before it.

    Args:
        spoken: the utterance.
        gain: goes on from the utterance before.
        changes: the number of the word, and the factor from there on, in order.
        sample_rate: of the samples.
    """
    ahead = deque(changes)
    held = Speech(np.zeros(0, np.float32))
    out = words = known = 0
    for speech in spoken:
        held = held + speech
        for word in speech.words:
            while ahead and ahead[0][0] <= words:
                start = round(word.start * sample_rate) - gain.ramp_samples
                gain.change(ahead.popleft()[1], max(0, start - out))
            words += 1
            known = round(word.end * sample_rate) - gain.ramp_samples
        ready = len(held.samples) if not ahead else min(max(0, known - out), len(held.samples))
        if ready or not ahead:
            out += ready
            now, held = _parted(held, ready, out / sample_rate if ahead else float("inf"))
            yield replace(now, samples=gain.apply(now.samples))
    if ahead:
        yield replace(held, samples=gain.apply(held.samples))


def without_lead(spoken: Iterable[Speech], sample_rate: int) -> Generator[Speech, None, None]:
    """An utterance that begins with its first sound: the quiet before it is cut off, and all times are so much less."""
    left = round(_LONGEST_LEAD * sample_rate)
    cut = 0
    for speech in spoken:
        if left:
            loud = np.flatnonzero(np.abs(speech.samples) > _QUIET)
            lead = min(left, int(loud[0]) if len(loud) else len(speech.samples))
            cut += lead
            left = 0 if len(loud) else left - lead
            speech = replace(speech, samples=speech.samples[lead:])
        yield replace(
            speech,
            words=tuple(_earlier(word, cut / sample_rate) for word in speech.words),
            phonemes=tuple(_earlier(phoneme, cut / sample_rate) for phoneme in speech.phonemes),
        )


def quiet_at_end(samples: NDArray[np.float32], before: int) -> int:
    """How many samples of quiet a stream ends with, when these come after so many of them."""
    loud = np.flatnonzero(np.abs(samples) > _QUIET)
    return before + len(samples) if not len(loud) else len(samples) - 1 - int(loud[-1])


def _earlier(timing: Timing, seconds: float) -> Timing:
    return replace(timing, start=max(0.0, timing.start - seconds), end=max(0.0, timing.end - seconds))


def _parted(speech: Speech, samples: int, end: float) -> tuple[Speech, Speech]:
    """The first samples with the times that end by then, and the rest."""
    words = sum(word.end <= end for word in speech.words)
    phonemes = sum(phoneme.end <= end for phoneme in speech.phonemes)
    return (
        Speech(speech.samples[:samples], speech.words[:words], speech.phonemes[:phonemes]),
        Speech(speech.samples[samples:], speech.words[words:], speech.phonemes[phonemes:]),
    )
