"""Cloning for espeak-ng: from a recording of a speaker to the traits of a similar voice.

The traits keep the pitch of the speaker, its range, the timbre of the voice, its breath and its pace. That is too
little to recognize the speaker by.
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
"""The least sound in a recording, in seconds. About ten seconds describe a voice well."""
_LEAST_VOICE = 0.4
"""The least voiced sound in a recording, in seconds: enough for a median."""
_LOWEST_HZ = 8000
"""The lowest sample rate of a recording, in Hz: that of a telephone."""
_SILENCE_DB = -60.0
"""The peak of the quietest recording that is still amplified, in dB of full scale."""

# The bounds between speech and other sounds: measured on synthetic speakers with and without noise, and on tones,
# chords, melodies, drums, sweeps and noises that were made for it (tests/server/engines/espeak/test_clone.py).
_LEAST_VOICED = 0.25  # the share of the sound, noise included
_LEAST_VOICED_CLEAN = 0.5
_LARGEST_FALL_DB = 9.0  # of the level, when stationary noise is reduced
_LEAST_MOVEMENT_DB = 3.4
_MOST_HARMONIC_DB = 30.0
_MOST_STEADY = 0.6
_MONOTONE = 0.2  # semitones: a robot on one note may be steadier, as long as it trembles; a tune may not
_TREMBLING = 0.9
_SYLLABLES = (1.0, 9.0)  # a second

_RATES = (0.75, 1.35)
"""The slowest and the fastest rate of a clone."""
_ENOUGH_SYLLABLES = 15
"""The number of syllables at which a measured rate is trusted half."""

# The distances, in dB, of the harmonicity below that of the engine's own clear voice at the same pitch: where breath
# begins to be heard, and where the voice is as breathy as the engine can make it.
_CLEAR_DB, _OCTAVE_DB = 10.3, 2.5
_BREATHY, _WHISPERED = 3.0, 7.0


def measure_voice(
    samples: NDArray[np.float32], sample_rate: int, *, enhance: bool = False, language: str = "en"
) -> Traits:
    """Measure the traits of the voice in a recording. The voice should be the loudest sound in it.

    It takes about 15 ms per second of sound.

    Args:
        samples: mono, float32 of shape (n,); any scale.
        sample_rate: of the samples, in Hz.
        enhance: whether to reduce stationary noise before the voice is measured.
        language: the code or the locale of the spoken language; usual paces differ between languages.

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
    """Return the samples without their mean and at the usual level.

    Raises:
        InvalidRequest: they cannot be measured.
    """
    if sample_rate < _LOWEST_HZ:
        raise _invalid_clip("Invalid clip", f"the clip has {sample_rate} Hz; it should have {_LOWEST_HZ} Hz or more")
    if len(samples) < SHORTEST * sample_rate:
        raise _too_short(len(samples) / sample_rate)
    if not np.isfinite(samples).all():
        raise _invalid_clip("Invalid clip", "the clip has samples that are not numbers; it should be a recording")
    sound = samples - samples.mean(dtype=np.float64).astype(np.float32)
    peak = float(np.abs(sound).max())
    if peak < 10 ** (_SILENCE_DB / 20):
        raise _invalid_clip("Silent clip", "the clip is silent; it should be a recording of one speaker")
    # At the level of other recordings: samples from a program may have any scale.
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
    """Tell whether a recording is of a voice, by what was measured with its noise and without."""
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
    """Return the breath that clearly exceeds the roughness of every recording."""
    clear = _CLEAR_DB + _OCTAVE_DB * float(np.log2(measured.pitch_hz / 110))
    return float(np.interp(clear - measured.harmonicity_db, (_BREATHY, _WHISPERED), (0.0, 1.0)))


def _rate(measured: VoiceMeasurements, usual: float) -> float:
    """Return the pace against the usual one, nearer to 1 the fewer syllables were counted."""
    slowest, fastest = _RATES
    trust = measured.syllables / (measured.syllables + _ENOUGH_SYLLABLES)
    return float(np.clip((measured.syllables_per_second / usual) ** trust, slowest, fastest))
