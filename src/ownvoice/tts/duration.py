"""The longest duration of a stream, where its sound fades out and is cut off."""

from collections.abc import Generator
from contextlib import closing

import numpy as np

from ownvoice.engines import Speech
from ownvoice.tts.timings import cut_off

_FADE = 0.005
"""Seconds of the fade; cut off without one, a sound would click."""
_ENDLESS = 1e9
"""Seconds beyond any speech: a longest duration may be any number, but one of samples must be finite."""


class LongestDuration:
    """Cuts one stream off at a longest duration, if it has one."""

    def __init__(self, seconds: float | None, sample_rate: int) -> None:
        """Begin a stream of samples at that rate, in Hz; None sets no limit."""
        self._limit = None if seconds is None else round(min(seconds, _ENDLESS) * sample_rate)
        self._sample_rate = sample_rate
        self._samples = 0

    def cut(self, spoken: Generator[Speech, None, None]) -> Generator[Speech, None, None]:
        """Yield the next speech of the stream up to the limit, where the generator that makes it is closed."""
        if self._limit is not None and self._samples >= self._limit:
            return
        with closing(spoken):
            for speech in spoken:
                self._samples += len(speech.samples)
                if self._limit is None:
                    yield speech
                    continue
                yield self._shorten(speech, self._limit)
                if self._samples >= self._limit:
                    return

    def _shorten(self, speech: Speech, limit: int) -> Speech:
        """Fade out the latest speech where it is near the limit, and leave out what is beyond that."""
        fade = round(_FADE * self._sample_rate)
        if self._samples <= limit - fade:
            return speech
        left = limit - np.arange(self._samples - len(speech.samples), self._samples)
        faded = speech.samples * (left / fade).clip(0, 1).astype(np.float32)
        if self._samples < limit:
            return Speech(faded, speech.words, speech.phonemes)
        end = limit / self._sample_rate
        return Speech(faded[left > 0], cut_off(speech.words, end), cut_off(speech.phonemes, end))
