"""The measurement of a voice in recorded speech."""

from dataclasses import dataclass

import numpy as np
import soxr
from numpy.typing import NDArray

from ownvoice.traits import timbre
from ownvoice.traits.pitch import STEP, PitchTrack, cut_frames, track_pitch

Floats = NDArray[np.float64]

RATE = 16000
"""The sample rate of the analysed sound, in Hz."""
_WINDOW = 512
"""The length of a frame, in samples."""
_LOUD = 30.0
"""The range below the loudest frame, in dB, within which frames belong to the speech."""
_SMALLEST_POWER = 1e-12
_HISS_HZ, _HISS, _HISS_TIMES = 3000.0, 0.1, 10.0
"""The bounds of hisses, such as z: voiced frames with that share of their power above that frequency, and that many
times the median share of the voice. A few of them would outweigh all vowels there, in some texts more than in
others."""
_MISSING = 40.0
"""The distance in dB below the strongest band, both relative to average speech, at which a band was never recorded: a
telephone's."""

_SYLLABLE_DIP = 2.0
"""The dip of the envelope, in dB, that separates the peaks of two syllables: N. de Jong and T. Wempe, "Praat script
to detect syllable nuclei and measure speech rate automatically", Behavior Research Methods 41 (2009)."""
_PAUSE_FRAMES = 30
"""The longest silence that still counts as speaking."""
_SMOOTHING = 7
"""The length of the window that smooths the envelope, in frames: less than a syllable."""
_STILL = 0.05
"""The largest change of a steady pitch from frame to frame, in semitones."""


@dataclass(frozen=True, slots=True)
class VoiceMeasurements:
    """The measurements of a voice in a recording."""

    pitch_hz: float
    """The median of the fundamental frequency."""
    range_semitones: float
    """The deviation of the pitch from the median: robust, from the median of the distances."""
    timbre: tuple[float, ...]
    """The timbre of the voiced sound (see `traits.timbre`), without its harmonics: it does not depend on the pitch."""
    harmonicity_db: float
    """The median ratio of the periodic to the aperiodic power of voiced frames."""
    syllables_per_second: float
    """The rate of speech without the pauses; 0 if no syllables were found."""
    syllables: int
    """The number of syllables: with few, the rate is a guess."""
    loud_seconds: float
    """The length of the loud parts."""
    voiced_seconds: float
    """The length of the voiced parts."""
    movement_db: float
    """The median change of the spectrum within 50 ms: speech moves all the time, tones do not."""
    steadiness: float
    """The share of voiced frames with a steady pitch: high for notes, near 0 for voices."""
    level_db: float
    """The level of the loud parts, in dB of full scale."""


def analyse(samples: NDArray[np.float32], sample_rate: int) -> VoiceMeasurements | None:
    """Measure mono speech (float32 of shape (n,)); return None if nothing in it has a pitch.

    It takes about 10 ms per second of sound.
    """
    sound = samples.astype(np.float64)
    if sample_rate != RATE:
        sound = soxr.resample(sound, sample_rate, RATE)
    power = _power_frames(sound)
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


def _power_frames(sound: Floats) -> Floats:
    """Return the power spectrum of each frame; its sum is the mean power of the frame."""
    window = np.hanning(_WINDOW + 1)[:-1]
    power: Floats = np.abs(np.fft.rfft(cut_frames(sound, RATE, _WINDOW) * window)) ** 2
    power[:, 1:-1] *= 2
    return np.asarray(power / (_WINDOW * (window**2).sum()))


def _find_hisses(power: Floats, voiced: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Mark the frames that are hisses: less than half of the voiced ones."""
    high = power[:, round(_HISS_HZ * _WINDOW / RATE) :].sum(axis=1) / (power.sum(axis=1) + _SMALLEST_POWER)
    found: NDArray[np.bool_] = high > max(_HISS, _HISS_TIMES * float(np.median(high[voiced])))
    return found


def _band_powers(power: Floats, hertz: Floats) -> Floats:
    """Return the spectral density in each band of each frame, given the pitch of the frames.

    Each band is at least as wide as the pitch, so that it always has a harmonic in it and none sticks out. Below the
    first harmonic there is no sound; there the spectrum continues as its mirror image, as in M. Morise, "CheapTrick, a
    spectral envelope estimator", Speech Communication 67 (2015).
    """
    bin_hz = RATE / _WINDOW
    cumulated = np.concatenate((np.zeros((len(power), 1)), np.cumsum(power, axis=1)), axis=1)
    pitch = hertz[:, None]

    def below(frequency: Floats) -> Floats:
        """Return the power up to each frequency. Bin n goes from n - 1/2 to n + 1/2."""
        place = np.clip(frequency / bin_hz + 0.5, 0, power.shape[1])
        whole = np.minimum(place.astype(np.intp), power.shape[1] - 1)
        start = np.take_along_axis(cumulated, whole, axis=1)
        return np.asarray(start + (place - whole) * (np.take_along_axis(cumulated, whole + 1, axis=1) - start))

    def between(low: Floats, high: Floats) -> Floats:
        """Return the power between two frequencies."""
        return below(np.maximum(high, 0)) - below(np.maximum(low, 0))

    half = np.maximum(timbre.WIDTHS, pitch) / 2
    low, high = timbre.CENTRES - half, timbre.CENTRES + half
    direct = between(low, high)
    # Below the pitch the spectrum is mirrored at half the pitch; below 0, at 0.
    mirrored = between(pitch - np.minimum(high, pitch), pitch - np.maximum(low, 0)) + np.where(
        low < 0, between(np.zeros_like(low), -low) + between(pitch + low, np.broadcast_to(pitch, low.shape)), 0.0
    )
    return (direct + np.where(low < pitch, mirrored, 0.0)) / (2 * half)


def _mean_levels(density: Floats) -> Floats:
    """Return the level in dB of the mean power of all frames in each band."""
    levels: Floats = 10 * np.log10(density.mean(axis=0) + _SMALLEST_POWER)
    return levels


def _timbre(levels: Floats, sample_rate: int) -> tuple[float, ...]:
    """Return the timbre for band levels. Bands that the recording cannot have get the level of those below them."""
    relative = levels - timbre.SPEECH
    recorded = (0.45 * sample_rate > timbre.CENTRES) & (relative > relative.max() - _MISSING)
    last = int(np.flatnonzero(recorded)[-1])
    relative[last + 1 :] = relative[max(0, last - 2) : last + 1].mean()
    return tuple(float(level) for level in timbre.remove_mean(relative))


def _harmonicity(periodicity: Floats) -> float:
    """Return the median ratio of periodic to aperiodic power, in dB."""
    bounded = np.clip(periodicity, 1e-3, 1 - 1e-4)
    return float(np.median(10 * np.log10(bounded / (1 - bounded))))


def _envelope(power: Floats) -> Floats:
    """Return the level in dB between 300 and 3300 Hz, where vowels are loud, smoothed over some frames."""
    low, high = (round(hertz * _WINDOW / RATE) for hertz in (300, 3300))
    window = np.hanning(_SMOOTHING + 2)[1:-1]
    smooth = np.convolve(power[:, low:high].sum(axis=1), window / window.sum(), "same")
    return 10 * np.log10(smooth + _SMALLEST_POWER)


def _syllables(envelope: Floats, pitch: PitchTrack, loud: NDArray[np.bool_]) -> tuple[int, float]:
    """Count the syllables, and the seconds of speech without pauses."""
    count = sum(bool(loud[top] and pitch.hertz[top] > 0) for top in _tops(envelope))
    # A frame belongs to the speech if it is loud, or lies in a gap that is shorter than a pause.
    places = np.flatnonzero(loud)
    gaps = np.diff(places)
    return count, float((1 + gaps[gaps <= _PAUSE_FRAMES].sum()) * STEP)


def _tops(envelope: Floats) -> list[int]:
    """Find the peaks of an envelope that are separated by the dip between syllables."""
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
    """Return the share of voiced frames with a steady pitch."""
    both = (hertz[1:] > 0) & (hertz[:-1] > 0)
    if not both.any():
        return 1.0
    return float((np.abs(12 * np.log2(hertz[1:][both] / hertz[:-1][both])) < _STILL).mean())


def _movement(power: Floats, loud: NDArray[np.bool_]) -> float:
    """Return the median change of the shape of the spectrum within 50 ms, in dB."""
    edges = np.clip(np.round(timbre.EDGES * _WINDOW / RATE).astype(int), 0, power.shape[1] - 1)[::2]
    shape = 10 * np.log10(np.add.reduceat(power, edges, axis=1)[:, :-1] + _SMALLEST_POWER)
    shape = np.maximum(shape, shape.max() - 50)
    change = shape[5:] - shape[:-5]
    change = change - change.mean(axis=1, keepdims=True)
    both = loud[5:] & loud[:-5]
    if not both.any():
        return 0.0
    return float(np.median(np.sqrt((change[both] ** 2).mean(axis=1))))
