"""How recorded speech sounds: what can be measured of a voice."""

from dataclasses import dataclass

import numpy as np
import soxr
from numpy.typing import NDArray

from ownvoice.traits import timbre
from ownvoice.traits.pitch import STEP, PitchTrack, track_pitch

Floats = NDArray[np.float64]

RATE = 16000
"""Of what is analysed, in Hz."""
_WINDOW = 512
_LOUD = 30.0
"""Frames so many dB below the loudest ones still belong to the speech."""
_SMALLEST_POWER = 1e-12
_HISS_HZ, _HISS, _HISS_TIMES = 3000.0, 0.1, 10.0
"""A voiced frame is a hiss, as z is, with such a share of its power above that frequency, and so many times the share
that is usual for the voice. A few of them would outweigh all vowels there, in one text more than in the next."""
_MISSING = 40.0
"""A band so many dB below the strongest one, both against speech in general, was never recorded: a telephone's."""

_SYLLABLE_DIP = 2.0
"""Two peaks of the envelope are two syllables where it falls so many dB between them: N. de Jong and T. Wempe, "Praat
script to detect syllable nuclei and measure speech rate automatically", Behavior Research Methods 41 (2009)."""
_PAUSE_FRAMES = 30
"""A longer silence is not speaking."""
_SMOOTHING = 7
"""Frames: less than a syllable."""
_STILL = 0.05
"""Semitones from frame to frame."""


@dataclass(frozen=True, slots=True)
class VoiceMeasurements:
    """What was measured of a recording of a voice."""

    pitch_hz: float
    """The median of the fundamental frequency."""
    range_semitones: float
    """The deviation of the pitch around it, by the median of the distances, so that a few errors do not count."""
    timbre: tuple[float, ...]
    """Of the voiced sound (see `timbre`), free of the harmonics: it does not depend on the pitch."""
    harmonicity_db: float
    """The median ratio of what is periodic to what is not, while there is voice."""
    syllables_per_second: float
    """While speaking, so without the pauses; 0 where there are none."""
    syllables: int
    """How many were counted: with few, the rate is a guess."""
    loud_seconds: float
    """How long there was sound."""
    voiced_seconds: float
    """How long there was voice."""
    movement_db: float
    """By how much the spectrum changes within 50 ms in the middle: speech moves all the time, tones stand."""
    steadiness: float
    """The share of voiced moments in which the pitch stands still: that of notes does, that of voices hardly ever."""
    level_db: float
    """Of the loud parts, against full scale."""


def analyse(samples: NDArray[np.float32], sample_rate: int) -> VoiceMeasurements | None:
    """Measure mono speech. None where nothing in it sounds at all, or nothing has a pitch.

    It takes about 10 ms a second of sound.
    """
    sound = samples.astype(np.float64)
    if sample_rate != RATE:
        sound = soxr.resample(sound, sample_rate, RATE)
    power = power_frames(sound)
    levels = 10 * np.log10(power.sum(axis=1) + _SMALLEST_POWER)
    pitch = track_pitch(sound, RATE)
    loud = levels > levels.max() - _LOUD
    voiced = pitch.voiced[: len(levels)] & loud
    if not voiced.any():
        return None
    octaves = np.log2(pitch.hertz[: len(levels)][voiced])
    middle = float(np.median(octaves))
    clear = voiced & ~_find_hisses(power, voiced)
    density = _band_powers(power[clear], pitch.hertz[: len(levels)][clear])
    envelope = _envelope(power)
    syllables, speaking = _syllables(envelope, pitch, loud)
    return VoiceMeasurements(
        pitch_hz=2**middle,
        range_semitones=12 * 1.4826 * float(np.median(np.abs(octaves - middle))),
        timbre=_timbre(_mean_levels(density), min(sample_rate, RATE)),
        harmonicity_db=_harmonicity(pitch.periodicity[: len(levels)][voiced]),
        syllables_per_second=syllables / speaking if speaking else 0.0,
        syllables=syllables,
        loud_seconds=float(loud.sum() * STEP),
        voiced_seconds=float(voiced.sum() * STEP),
        movement_db=_movement(power, loud),
        steadiness=_steadiness(pitch.hertz),
        level_db=float(10 * np.log10(power[loud].sum(axis=1).mean())),
    )


def power_frames(sound: Floats) -> Floats:
    """The power spectrum of frames around every multiple of the step; a frame's sum is its mean power."""
    step = round(STEP * RATE)
    count = len(sound) // step + 1
    window = np.hanning(_WINDOW + 1)[:-1]
    padded = np.concatenate((np.zeros(_WINDOW // 2), sound, np.zeros(_WINDOW // 2 + step)))
    frames = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[: count * step : step]
    power: Floats = np.abs(np.fft.rfft(frames * window)) ** 2
    power[:, 1:-1] *= 2
    return np.asarray(power / (_WINDOW * (window**2).sum()))


def _find_hisses(power: Floats, voiced: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which frames are hisses; less than half of the voiced ones are."""
    high = power[:, round(_HISS_HZ * _WINDOW / RATE) :].sum(axis=1) / (power.sum(axis=1) + _SMALLEST_POWER)
    found: NDArray[np.bool_] = high > max(_HISS, _HISS_TIMES * float(np.median(high[voiced])))
    return found


def _band_powers(power: Floats, hertz: Floats) -> Floats:
    """The density in each band of frames with these pitches.

    Each band is as wide as the pitch at least, so that one harmonic or more is always in it and none sticks out. Below
    the first harmonic there is nothing to be heard; there the spectrum goes on as it is at that harmonic, mirrored (so
    does M. Morise, "CheapTrick, a spectral envelope estimator", Speech Communication 67 (2015)).
    """
    bin_hz = RATE / _WINDOW
    cumulated = np.concatenate((np.zeros((len(power), 1)), np.cumsum(power, axis=1)), axis=1)
    pitch = hertz[:, None]

    def below(frequency: Floats) -> Floats:
        """The power up to each frequency. Bin n goes from n - 1/2 to n + 1/2."""
        place = np.clip(frequency / bin_hz + 0.5, 0, power.shape[1])
        whole = np.minimum(place.astype(np.intp), power.shape[1] - 1)
        start = np.take_along_axis(cumulated, whole, axis=1)
        return np.asarray(start + (place - whole) * (np.take_along_axis(cumulated, whole + 1, axis=1) - start))

    def between(low: Floats, high: Floats) -> Floats:
        return below(np.maximum(high, 0)) - below(np.maximum(low, 0))

    half = np.maximum(timbre.WIDTHS, pitch) / 2
    low, high = timbre.CENTRES - half, timbre.CENTRES + half
    direct = between(low, high)
    # What lies below the pitch is seen again above it, mirrored at half the pitch; what is below 0, mirrored at 0.
    mirrored = between(pitch - np.minimum(high, pitch), pitch - np.maximum(low, 0)) + np.where(
        low < 0, between(np.zeros_like(low), -low) + between(pitch + low, np.broadcast_to(pitch, low.shape)), 0.0
    )
    return (direct + np.where(low < pitch, mirrored, 0.0)) / (2 * half)


def _mean_levels(density: Floats) -> Floats:
    """The level of the mean power of all frames in each band."""
    levels: Floats = 10 * np.log10(density.mean(axis=0) + _SMALLEST_POWER)
    return levels


def _timbre(levels: Floats, sample_rate: int) -> tuple[float, ...]:
    """The timbre of band levels. Bands that the recording cannot have are taken to be like those below them."""
    relative = levels - timbre.SPEECH
    recorded = (0.45 * sample_rate > timbre.CENTRES) & (relative > relative.max() - _MISSING)
    last = int(np.flatnonzero(recorded)[-1])
    relative[last + 1 :] = relative[max(0, last - 2) : last + 1].mean()
    return tuple(float(level) for level in timbre.remove_mean(relative))


def _harmonicity(periodicity: Floats) -> float:
    bounded = np.clip(periodicity, 1e-3, 1 - 1e-4)
    return float(np.median(10 * np.log10(bounded / (1 - bounded))))


def _envelope(power: Floats) -> Floats:
    """The level in dB of the bands where vowels are loud, smoothed over some frames."""
    low, high = (round(hertz * _WINDOW / RATE) for hertz in (300, 3300))
    window = np.hanning(_SMOOTHING + 2)[1:-1]
    smooth = np.convolve(power[:, low:high].sum(axis=1), window / window.sum(), "same")
    return 10 * np.log10(smooth + _SMALLEST_POWER)


def _syllables(envelope: Floats, pitch: PitchTrack, loud: NDArray[np.bool_]) -> tuple[int, float]:
    """How many syllables there are, and for how many seconds somebody speaks."""
    count = sum(bool(loud[top] and pitch.hertz[top] > 0) for top in _tops(envelope))
    # A frame belongs to the speech if it is loud, or lies in a gap that is shorter than a pause.
    places = np.flatnonzero(loud)
    gaps = np.diff(places)
    return count, float((1 + gaps[gaps <= _PAUSE_FRAMES].sum()) * STEP)


def _tops(envelope: Floats) -> list[int]:
    """The peaks of an envelope from which it falls, and to which it rises, by the dip between syllables."""
    tops: list[int] = []
    top, lowest, rising = 0, float(envelope[0]), True
    for frame, level in enumerate(envelope):
        if rising:
            if level > envelope[top]:
                top = frame
            elif level < envelope[top] - _SYLLABLE_DIP:
                tops.append(top)
                lowest, rising = level, False
        elif level > lowest + _SYLLABLE_DIP:
            top, rising = frame, True
        else:
            lowest = min(lowest, level)
    return tops


def _steadiness(hertz: Floats) -> float:
    both = (hertz[1:] > 0) & (hertz[:-1] > 0)
    if not both.any():
        return 1.0
    return float((np.abs(12 * np.log2(hertz[1:][both] / hertz[:-1][both])) < _STILL).mean())


def _movement(power: Floats, loud: NDArray[np.bool_]) -> float:
    """The median change of the spectrum's shape within 50 ms."""
    edges = np.clip(np.round(timbre.EDGES * _WINDOW / RATE).astype(int), 0, power.shape[1] - 1)[::2]
    shape = 10 * np.log10(np.add.reduceat(power, edges, axis=1)[:, :-1] + _SMALLEST_POWER)
    shape = np.maximum(shape, shape.max() - 50)
    change = shape[5:] - shape[:-5]
    change = change - change.mean(axis=1, keepdims=True)
    both = loud[5:] & loud[:-5]
    if not both.any():
        return 0.0
    return float(np.median(np.sqrt((change[both] ** 2).mean(axis=1))))
