"""Another pitch and pace for a voice whose pulses are known, by overlap-add (PSOLA); its formants stay as they are.

Each pulse is cut out, two periods wide and faded in and out, and put where a pulse of the wanted pitch is
(E. Moulines and F. Charpentier, "Pitch-synchronous waveform processing techniques for text-to-speech synthesis using
diphones", Speech Communication 9, 1990). Where there is no voice, and the pace is kept, not a sample changes.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ownvoice.engines.hibari.contour import VOICED_HZ, PitchContour
from ownvoice.engines.hibari.model import HOP, SAMPLE_RATE, Floats

Places = NDArray[np.float64]

_ENERGY_BEFORE = 40.0
"""The distance in samples by which the sound of a pulse is strongest before its place; measured on vowels."""
_LONGEST_PERIOD = SAMPLE_RATE / 45
"""The longest period in samples; a longer distance between two pulses is a pause of the voice."""
_FEWEST = 3
"""The fewest pulses of a stretch that has a pitch at all."""
_STEP = 120
"""The distance of the marks where there is no voice, in samples."""
_LOWEST_HZ, _HIGHEST_HZ = 45.0, 600.0
"""The lowest and the highest pitch that is made."""


@dataclass(frozen=True, slots=True)
class Prosody:
    """A change of the pitch of a voice, and of its pace."""

    median_hz: float
    """The usual median of the voice as it is."""
    pitch: float
    """The factor on the median."""
    spread: float
    """The factor on all distances from the median, in octaves: below 1 is more monotonous, above 1 livelier."""
    stretch: float = 1.0
    """The factor on all times: above 1 is slower."""

    def factors(self, hertz: Places) -> Places:
        """Return the factor on each of these pitches."""
        wanted = self.median_hz * self.pitch * (hertz / self.median_hz) ** self.spread
        return np.asarray(np.clip(wanted, _LOWEST_HZ, _HIGHEST_HZ) / hertz)


@dataclass(frozen=True, slots=True)
class PitchMarks:
    """The places that each pulse is taken from and put to: whole samples, in ascending order.

    The first is 0 at the latest, and the last is the end of the sound, so everything lies between two marks.
    """

    source: NDArray[np.int64]
    target: NDArray[np.int64]
    falling: NDArray[np.int64]
    """The number of samples behind the target within which each fades out."""
    rising: NDArray[np.int64]
    """The number of samples before the target within which each fades in."""


class OverlapAdd:
    """The pulses of one stream, moved. The result does not depend on where the pieces end."""

    def __init__(self, marks: PitchMarks) -> None:
        self._marks = marks
        shift = marks.source - marks.target
        # The last sample of the source that each stretch from a mark to the next needs; never less than the one before.
        reach = marks.target[1:] + np.maximum(np.maximum(shift[:-1], shift[1:]), 0)
        self._needed = np.maximum.accumulate(reach)
        self._shift = shift
        self._farthest = int(max(-shift.min(), 0))
        self._made = 0  # stretches between two marks
        self._kept: Floats = np.zeros(0, np.float32)
        self._start = 0  # of what is kept

    def push(self, samples: Floats, *, last: bool = False) -> Floats:
        """Take float32 samples and return those that are ready; after the ``last`` ones, all the rest."""
        self._kept = np.concatenate((self._kept, samples))
        stretches = len(self._needed)
        until = stretches if last else int(np.searchsorted(self._needed, self._start + len(self._kept), "right"))
        if until <= self._made:
            return self._kept[:0]
        result = self._between(self._made, until)
        self._made = until
        if until < stretches:
            unneeded = int(self._marks.target[until]) - self._farthest - self._start
            if unneeded > 0:
                self._kept = self._kept[unneeded:]
                self._start += unneeded
        return result

    def _between(self, start: int, until: int) -> Floats:
        """Return the sound from one mark to another: at each sample, that of the marks before and behind it."""
        marks = self._marks
        target = marks.target[start : until + 1]
        lengths = np.diff(target)
        places = np.arange(target[0], target[-1])
        behind = _fade(places - np.repeat(target[:-1], lengths), np.repeat(marks.falling[start:until], lengths))
        before = _fade(np.repeat(target[1:], lengths) - places, np.repeat(marks.rising[start + 1 : until + 1], lengths))
        places -= self._start
        result = behind * self._taken(places + np.repeat(self._shift[start:until], lengths))
        result += before * self._taken(places + np.repeat(self._shift[start + 1 : until + 1], lengths))
        return result

    def _taken(self, places: NDArray[np.int64]) -> Floats:
        return self._kept.take(places, mode="clip")


def _fade(distance: NDArray[np.int64], width: NDArray[np.int64]) -> Floats:
    """Return the gain of a pulse at a distance from its mark: 1 at the mark, 0 from the width on."""
    part = distance.astype(np.float32)
    part *= np.float32(np.pi)
    part /= width
    np.minimum(part, np.float32(np.pi), out=part)
    np.cos(part, out=part)
    part += 1
    part *= np.float32(0.5)
    return part


def pitch_marks(pitch: Floats, first: int, contour: PitchContour, prosody: Prosody) -> PitchMarks:
    """Return the marks that give a voice another pitch and pace.

    Args:
        pitch: of all frames of the prediction, in Hz; float32 of shape (frames,).
        first: the frame that the sound begins with.
        contour: the contour of the pitch from there on.
        prosody: the change.
    """
    end = float(len(contour.hertz))
    stretch = prosody.stretch
    pulses = contour.pulses() - _ENERGY_BEFORE
    pulses = pulses[(pulses > 1) & (pulses < end - 1)]
    factors = prosody.factors(_pitch_at(pitch, pulses + first * HOP)) * stretch
    parts = [_Part.voiceless(np.zeros(1), stretch)]
    for voice in np.split(np.arange(len(pulses)), np.flatnonzero(np.diff(pulses) > _LONGEST_PERIOD) + 1):
        if len(voice) >= _FEWEST:
            moved = _moved(pulses[voice], factors[voice], stretch)
            parts += [_filling(parts[-1].target[-1], moved.target[0], stretch), moved]
    parts += [_filling(parts[-1].target[-1], end * stretch, stretch), _Part.voiceless(np.full(1, end), stretch)]
    return _round(_Part(*(np.concatenate(lists) for lists in zip(*parts, strict=True))))


class _Part(NamedTuple):
    """A run of marks, in fractions of samples."""

    source: Places
    target: Places
    before: Places
    """The length of the period before the source; 0 where there is no voice."""
    behind: Places
    """The length of the period behind it."""

    @classmethod
    def voiceless(cls, places: Places, stretch: float) -> "_Part":
        """Return marks at some places of the source, where there is no voice."""
        none = np.zeros(len(places))
        return cls(places, places * stretch, none, none)


def _pitch_at(pitch: Floats, places: Places) -> Places:
    """Return the pitch at some samples; where there is no voice, that between the nearest frames that have one."""
    voiced = np.flatnonzero(pitch > VOICED_HZ)
    if not len(voiced):
        return np.full(len(places), VOICED_HZ)
    return np.interp((places + 0.5 - HOP / 2) / HOP, voiced, pitch[voiced])


def _moved(pulses: Places, factors: Places, stretch: float) -> _Part:
    """Return the marks of voiced speech with ``factors`` times as many pulses, each made of the nearest one."""
    # The wanted pulses are where a phase that runs faster by the factors is whole.
    phase = np.concatenate(([0.0], np.cumsum((factors[1:] + factors[:-1]) / 2)))
    wanted = np.interp(np.arange(int(phase[-1] + 1e-6) + 1), phase, pulses)
    nearest = np.searchsorted((pulses[1:] + pulses[:-1]) / 2, wanted)
    steps = np.diff(pulses)
    before, behind = np.append(steps[:1], steps), np.append(steps, steps[-1:])
    return _Part(pulses[nearest], wanted * stretch, before[nearest], behind[nearest])


def _filling(start: float, stop: float, stretch: float) -> _Part:
    """Return voiceless marks between two places of the target."""
    places = np.linspace(start, stop, max(round((stop - start) / _STEP), 1), endpoint=False)[1:]
    return _Part.voiceless(places / stretch, stretch)


def _round(part: _Part) -> PitchMarks:
    """Return the marks as whole samples."""
    target = np.rint(part.target).astype(np.int64)
    shift = np.rint(part.source - part.target).astype(np.int64)
    distances = np.diff(target)
    voice = (part.behind[:-1] > 0) & (part.before[1:] > 0)
    # Nothing is taken from farther than a pulse's own periods, where the next pulse is. They are rounded up, so that
    # speech that keeps its pitch has no gaps.
    behind, before = (np.ceil(period).astype(np.int64) + 1 for period in (part.behind, part.before))
    falling = np.where(voice, np.minimum(distances, behind[:-1]), distances)
    rising = np.where(voice, np.minimum(distances, before[1:]), distances)
    one = np.ones(1, np.int64)
    return PitchMarks(
        target + shift, target, np.maximum(np.append(falling, one), 1), np.maximum(np.append(one, rising), 1)
    )
