"""The loudness of an engine's speech: gains that change at its words, and the quiet at its ends."""

from collections import deque
from collections.abc import Generator, Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ownvoice.audio.gain import Gain
from ownvoice.engines import Speech
from ownvoice.tts.timings import shift

_QUIET = 0.003
"""The level below which nothing is heard beside speech: 50 dB below full scale."""
_LONGEST_LEAD = 0.1
"""The most seconds of quiet that are cut from the beginning of an utterance."""


def with_gains(
    spoken: Iterable[Speech], gain: Gain, changes: Iterable[tuple[int, float]], sample_rate: int
) -> Generator[Speech, None, None]:
    """Yield an utterance with a loudness that changes at its words.

    A word is known only when it is over. So while a change is ahead, no more goes out than what is surely before it.

    Args:
        spoken: the pieces of the utterance.
        gain: the gain of the stream, as the utterance before has left it.
        changes: the number of a word, counted from 0, and the factor on the samples from there on, in order.
        sample_rate: of the samples, in Hz.
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
            now, held = _split(held, ready, out / sample_rate if ahead else float("inf"))
            yield replace(now, samples=gain.apply(now.samples))
    if ahead:
        yield replace(held, samples=gain.apply(held.samples))


def without_lead(spoken: Iterable[Speech], sample_rate: int) -> Generator[Speech, None, None]:
    """Yield an utterance from its first sound on; all timestamps are shifted earlier by what was cut."""
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
            words=shift(speech.words, -cut / sample_rate),
            phonemes=shift(speech.phonemes, -cut / sample_rate),
        )


def quiet_at_end(samples: NDArray[np.float32], before: int) -> int:
    """Return how many samples of quiet a stream ends with, after some samples.

    Args:
        samples: the latest samples, of shape (n,) and dtype float32.
        before: how many samples of quiet it ended with before them.
    """
    loud = np.flatnonzero(np.abs(samples) > _QUIET)
    return before + len(samples) if not len(loud) else len(samples) - 1 - int(loud[-1])


def _split(speech: Speech, samples: int, end: float) -> tuple[Speech, Speech]:
    """Split a speech after some samples: what ends by ``end`` seconds goes with the first part."""
    words = sum(word.end <= end for word in speech.words)
    phonemes = sum(phoneme.end <= end for phoneme in speech.phonemes)
    return (
        Speech(speech.samples[:samples], speech.words[:words], speech.phonemes[:phonemes]),
        Speech(speech.samples[samples:], speech.words[words:], speech.phonemes[phonemes:]),
    )
