"""One stretch of speech on its way from the network's prediction to sound."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice

import numpy as np

from ownvoice.audio.limiter import soft_clip
from ownvoice.audio.resample import Resampler
from ownvoice.engines.hibari.contour import pitch_contour
from ownvoice.engines.hibari.model import FRAMES_PER_UNIT, HOP, SAMPLE_RATE, Floats, Model
from ownvoice.engines.hibari.overlap_add import OverlapAdd, pitch_marks
from ownvoice.engines.hibari.pronunciation import Phoneme, letter_ids
from ownvoice.engines.hibari.synthesis import audible_frames, synthesize
from ownvoice.engines.hibari.voice import HibariVoice

_SEED = 0
"""The seed of the noise: the same text always has the same samples."""
_LAZY_PIECES = 1
"""The number of pieces that are made by themselves, to be heard early. Then the rest of the stretch is made at once,
which takes 3 ms a second of speech: its sound is a tenth of the size of the prediction, which a slow reader would keep
in memory."""
_NOTHING: Floats = np.zeros(0, np.float32)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Phonemes that the network takes at once, with those of the same sentence around them, which are not heard."""

    phonemes: Sequence[Phoneme]
    before: Sequence[Phoneme] = ()
    after: Sequence[Phoneme] = ()


class Rendering:
    """The sound of one stretch, and the times of its phonemes."""

    def __init__(self, model: Model, stretch: Stretch, voice: HibariVoice) -> None:
        """Predict the stretch.

        Args:
            model: the network.
            stretch: the phonemes.
            voice: the voice that says them.
        """
        ids = letter_ids()
        letters = [phoneme.letter for phoneme in (*stretch.before, *stretch.phonemes, *stretch.after)]
        prediction = model.predict([0, *(ids[letter] for letter in letters), 0], voice.speed)
        edges = [FRAMES_PER_UNIT * length for length in accumulate(prediction.lengths.tolist())]
        begin = len(stretch.before)
        self._edges = edges[begin : begin + len(stretch.phonemes) + 1]
        first, stop = audible_frames(prediction)
        # Within a sentence, the sound is cut at the edges of the phonemes rather than where silence begins.
        self._first = max(first, self._edges[0]) if stretch.before else first
        self._stop = max(min(stop, self._edges[-1]) if stretch.after else stop, self._first)
        self._voice = voice
        contour = pitch_contour(prediction.pitch, self._first, self._stop)
        self._overlap_add = None
        if voice.prosody is not None and self._stop > self._first:
            marks = pitch_marks(prediction.pitch, self._first, contour, voice.prosody)
            self._overlap_add = OverlapAdd(marks)
        # Nothing but this generator holds the prediction, so that the memory is free when all is made.
        self._made = synthesize(prediction, self._first, self._stop, contour, _SEED, voice.breath)

    def times(self, before: int) -> tuple[list[float], list[float]]:
        """Return the starts and the ends of the phonemes in seconds, after so many samples of other speech."""
        heard = [
            (before + (min(max(edge, self._first), self._stop) - self._first) * HOP * self._voice.heard) / SAMPLE_RATE
            for edge in self._edges
        ]
        return heard[:-1], heard[1:]

    def pieces(self) -> Iterator[Floats]:
        """Yield the sound piece by piece, once."""
        resampler = Resampler(self._voice.rate, SAMPLE_RATE)
        for samples in self._synthesize():
            moved = samples if self._overlap_add is None else self._overlap_add.push(samples)
            ready = resampler.push(moved)
            if len(ready):
                yield self._as_loud(ready)
        rest = _NOTHING if self._overlap_add is None else self._overlap_add.push(_NOTHING, last=True)
        yield self._as_loud(resampler.push(rest, last=True))

    def _synthesize(self) -> Iterator[Floats]:
        yield from islice(self._made, _LAZY_PIECES)
        yield from list(self._made)

    def _as_loud(self, samples: Floats) -> Floats:
        return soft_clip(samples * np.float32(self._voice.gain))
