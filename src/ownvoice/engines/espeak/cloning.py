"""A recording of somebody into the traits of a voice like theirs, or into an error that says why not.

What the traits have of the speaker is the pitch, its range, the timbre of the voice, its breath and its pace. Whose
voice it is, they do not tell.
"""

import numpy as np
from numpy.typing import NDArray

from ownvoice.engines.espeak import calibration
from ownvoice.engines.espeak.accents import language_file
from ownvoice.errors import InvalidRequest, RequestError
from ownvoice.traits.analysis import VoiceMeasurements, analyse
from ownvoice.traits.denoise import reduce_noise
from ownvoice.traits.embedding import Traits
from ownvoice.traits.formants import estimate_formant_scale

SHORTEST = 1.0
"""Seconds of sound that a recording must have. Some ten of them tell a voice well."""
_LEAST_VOICE = 0.4
"""Seconds of voice that are needed for a median."""
_LOWEST_RATE = 8000
_SILENCE_DB = -60.0
"""Of full scale. The quietest recording that is still amplified."""

# What tells speech from other sounds: measured on synthetic speakers with and without noise, and on tones, chords,
# melodies, drums, sweeps and noises that were made for it (tests/test_clone.py).
_LEAST_VOICED = 0.25  # of what sounds, with the noise
_LEAST_VOICED_CLEAN = 0.5
_LARGEST_FALL_DB = 9.0  # of the level, when all that is stationary is taken out
_LEAST_MOVEMENT_DB = 3.4
_MOST_HARMONIC_DB = 30.0
_MOST_STEADY = 0.6
_MONOTONE = 0.2  # semitones: a robot on one note may be steadier, as long as it trembles; a tune may not
_TREMBLING = 0.9
_SYLLABLES = (1.0, 9.0)  # a second

_RATES = (0.75, 1.35)
_ENOUGH_SYLLABLES = 15
"""With so many counted, half is believed of a rate."""

# How far the harmonicity lies below that of the engine's own clear voice at the same pitch where breath begins to be
# measured, and where it is all that can be had of it. In dB.
_CLEAR_DB, _OCTAVE_DB = 10.3, 2.5
_BREATHY, _WHISPERED = 3.0, 7.0


def measure_voice(
    samples: NDArray[np.float32], sample_rate: int, *, enhance: bool = False, language: str = "en"
) -> Traits:
    """Measure the traits of the voice in a recording, in whose loudest part the voice is.

    It takes about 15 ms a second of sound.

    Args:
        samples: mono, float32 between -1 and 1.
        sample_rate: of the samples, in Hz.
        enhance: whether to take stationary noise out before the voice is measured.
        language: that is spoken in it, a code or a locale; paces differ between languages.

    Raises:
        InvalidRequest: the recording is too short, silent, or not of a voice, or the language is not known.
    """
    file = _language_file(language)
    sound = _check_sound(samples, sample_rate)
    cleaned = reduce_noise(sound, sample_rate)
    noisy, clean = analyse(sound, sample_rate), analyse(cleaned, sample_rate)
    if noisy is not None and noisy.loud_seconds < SHORTEST:
        raise _too_short(noisy.loud_seconds)
    if noisy is None or clean is None or not _is_speech(noisy, clean):
        raise _invalid_clip(
            "No voice in the clip",
            "no speech was found in the clip; it should be a recording of one speaker, without music",
        )
    if noisy.voiced_seconds < _LEAST_VOICE:
        raise _too_short(noisy.voiced_seconds)
    return _traits(clean if enhance else noisy, file)


def _language_file(language: str) -> str:
    try:
        return language_file(language)
    except LookupError as error:
        raise InvalidRequest("Unknown language", str(error.args[0]), error_code="language_not_found") from error


def _check_sound(samples: NDArray[np.float32], sample_rate: int) -> NDArray[np.float32]:
    """The samples without their mean, if they can be measured."""
    if sample_rate < _LOWEST_RATE:
        raise _invalid_clip("Invalid clip", f"the clip has {sample_rate} Hz; it should have {_LOWEST_RATE} Hz or more")
    if len(samples) < SHORTEST * sample_rate:
        raise _too_short(len(samples) / sample_rate)
    if not np.isfinite(samples).all():
        raise _invalid_clip("Invalid clip", "the clip has samples that are not numbers; it should be a recording")
    sound = samples - samples.mean(dtype=np.float64).astype(np.float32)
    peak = float(np.abs(sound).max())
    if peak < 10 ** (_SILENCE_DB / 20):
        raise _invalid_clip("Silent clip", "the clip is silent; it should be a recording of one speaker")
    # As loud as others: what comes from a program may have any scale.
    return np.asarray(sound * np.float32(0.7 / peak), np.float32)


def _too_short(seconds: float) -> RequestError:
    return _invalid_clip(
        "Clip too short",
        f"there is {seconds:.1f} s of sound in the clip; it should be {SHORTEST:g} s or more of speech, "
        "best about 10 s",
    )


def _invalid_clip(title: str, message: str) -> RequestError:
    return InvalidRequest(title, message, error_code="invalid_clip")


def _is_speech(noisy: VoiceMeasurements, clean: VoiceMeasurements) -> bool:
    """Whether a recording, of which both is known how it sounds with its noise and without, is of a voice."""
    slowest, fastest = _SYLLABLES
    monotone = noisy.range_semitones < _MONOTONE
    return (
        noisy.voiced_seconds > _LEAST_VOICED * noisy.loud_seconds
        and clean.voiced_seconds > _LEAST_VOICED_CLEAN * clean.loud_seconds
        and noisy.level_db - clean.level_db < _LARGEST_FALL_DB
        and clean.movement_db > _LEAST_MOVEMENT_DB
        and noisy.harmonicity_db < _MOST_HARMONIC_DB
        and noisy.steadiness < (_TREMBLING if monotone else _MOST_STEADY)
        and slowest < clean.syllables_per_second < fastest
    )


def _traits(measured: VoiceMeasurements, language_file: str) -> Traits:
    plain = Traits(pitch_hz=measured.pitch_hz)
    reference = calibration.own_timbre(language_file, plain)
    return Traits(
        pitch_hz=measured.pitch_hz,
        range_semitones=measured.range_semitones,
        formant_scale=estimate_formant_scale(np.array(measured.timbre), np.array(reference), measured.pitch_hz),
        noisiness=_noisiness(measured),
        rate=_rate(measured, calibration.for_language(language_file).syllables),
        timbre=measured.timbre,
    )


def _noisiness(measured: VoiceMeasurements) -> float:
    """Only what is clearly more than the roughness that all recordings have."""
    clear = _CLEAR_DB + _OCTAVE_DB * float(np.log2(measured.pitch_hz / 110))
    return float(np.interp(clear - measured.harmonicity_db, (_BREATHY, _WHISPERED), (0.0, 1.0)))


def _rate(measured: VoiceMeasurements, usual: float) -> float:
    """The pace against the usual one, nearer to 1 the less there was to be counted."""
    slowest, fastest = _RATES
    trust = measured.syllables / (measured.syllables + _ENOUGH_SYLLABLES)
    return float(np.clip((measured.syllables_per_second / usual) ** trust, slowest, fastest))
