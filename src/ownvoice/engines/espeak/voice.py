"""The conversion of traits to a voice of espeak-ng: the text of a voice definition, a rate and a gain.

The synthesizer is ``klatt 6`` (SpeechPlayer, a cascade of formants), the most intelligible of those that espeak-ng has:
a recognizer misses 38 % of its words, against 72 % with the default one. The numbers here were measured on English
sentences with the pitch tracker of WORLD, for base pitches from 60 to 320 Hz; the differences between languages are in
`calibration`. They hold for ``klatt 6`` only: the default synthesizer moves the formants with the pitch, this one does
not.
"""

from dataclasses import dataclass

import numpy as np

from ownvoice.engines.espeak import calibration
from ownvoice.engines.espeak.calibration import DEVIATIONS, SPANS, Calibration
from ownvoice.engines.espeak.library import VOLUME
from ownvoice.traits.embedding import Traits

NORMAL_RATE = 160
"""The words per minute of a voice with rate 1: slower than espeak-ng's 175, and better understood."""
_RATES = (80, 450)
"""The slowest and the fastest rate of the synthesizer itself; beyond, espeak-ng shortens the finished sound."""

_FORMANT_LIFT = 1.04
"""A factor on the formants of every voice: slightly more intelligible, and still the vocal tract of a person."""

_DEFAULTS = b"""\
speed 100
flutter 2
roughness 0
consonants 100 100
"""
"""The attributes that a language file may set.

Attributes that a definition leaves out keep the values of the voice before it, so all that any voice sets are here or
in `_character`.
"""


@dataclass(frozen=True, slots=True)
class EspeakVoice:
    """A voice as the library takes it."""

    definition: bytes
    """The text of a voice file."""
    rate: int
    """Words per minute."""
    gain: float
    """The factor on the samples that makes all voices about equally loud."""


def espeak_voice(language_file: str, language_lines: bytes, traits: Traits) -> EspeakVoice:
    """Make the voice of some traits in a language.

    Args:
        language_file: the name of the language file, below the data's ``lang``.
        language_lines: its content.
        traits: of the voice.
    """
    slowest, fastest = _RATES
    return EspeakVoice(
        definition=_DEFAULTS + language_lines + _character(language_file, traits),
        rate=round(min(max(NORMAL_RATE * traits.rate, slowest), fastest)),
        gain=_gain(language_file, traits),
    )


def _character(language_file: str, traits: Traits) -> bytes:
    base, top = _pitches(traits.pitch_hz, traits.range_semitones, calibration.for_language(language_file))
    size = round(100 * traits.formant_scale * _FORMANT_LIFT)
    lines = [
        f"pitch {base} {top}",
        *(f"formant {number} {size} 100 100" for number in range(1, 9)),
        f"voicing {round(100 * _voicing(traits.noisiness))}",
        f"breath {round(_BREATH * traits.noisiness)} 0 0 0 0 0 0 0",
        "klatt 6",
    ]
    return "\n".join(lines).encode() + b"\n"


_LEAST_SPREAD = 0.6
"""The least deviation of a language's pitch, as a factor on that in English. Vietnamese stays near one pitch between
its tones, and would have to be shouted to reach the deviation of English."""


def _pitches(median_hz: float, deviation: float, measured: Calibration) -> tuple[int, int]:
    """Return the base and the top of the pitch, in Hz, that give a median and a deviation in semitones.

    With the span k = (top - base) / base, the median is base - 9 + height (top - base). This is within 2 % for medians
    from 60 to 400 Hz, and the deviation within 0.3 semitones, up to the largest span, which is that of 3.3 semitones in
    English.
    """
    spread = max(measured.spread, _LEAST_SPREAD)
    span = float(np.interp(max(deviation, 0.0) / spread, DEVIATIONS, SPANS))
    base = (median_hz + 9) / (1 + measured.height * span)
    return round(base), round(base * (1 + span))


_BREATH = 80
"""The ``breath`` of the noisiest voice; in ``klatt 6``, at 64 the noise at the glottis is as strong as the voice."""


def _voicing(noisiness: float) -> float:
    """Return the amplitude of the voice beside the breath."""
    return 1 - 0.5 * noisiness


LOUDNESS = -22.0
"""The loudness of all voices in all languages, in LUFS: the integrated loudness of ITU-R BS.1770-4."""

_LOUDNESSES = {
    "aav/vi": -22.3, "aav/vi-VN-x-central": -21.9, "aav/vi-VN-x-south": -20.6, "ccs/ka": -22.5, "dra/kn": -22.6,
    "dra/ml": -22.5, "dra/ta": -21.8, "dra/te": -21.8, "gmq/da": -23.7, "gmq/nb": -25.3, "gmq/sv": -23.9,
    "gmw/de": -23.6, "gmw/en": -23.4, "gmw/en-029": -23.7, "gmw/en-GB-scotland": -23.9, "gmw/en-GB-x-gbclan": -23.4,
    "gmw/en-GB-x-gbcwmd": -24.1, "gmw/en-GB-x-rp": -23.5, "gmw/en-US": -24.0, "gmw/en-US-nyc": -24.1,
    "gmw/nl": -24.3, "grk/el": -23.3, "inc/bn": -21.7, "inc/gu": -23.8, "inc/hi": -22.4, "inc/mr": -23.1,
    "inc/or": -22.4, "inc/pa": -23.8, "inc/ur": -23.3, "jpx/ja": -22.3, "ko": -23.0, "poz/id": -21.9,
    "poz/ms": -22.2, "roa/es": -23.7, "roa/es-419": -23.3, "roa/fr": -25.1, "roa/fr-BE": -25.3, "roa/fr-CH": -25.4,
    "roa/it": -23.0, "roa/pt": -23.6, "roa/pt-BR": -23.3, "roa/ro": -23.6, "sem/ar": -21.1, "sem/he": -20.3,
    "sit/cmn": -21.5, "tai/th": -21.8, "trk/tr": -24.1, "urj/fi": -23.5, "urj/hu": -24.1, "zle/ru": -23.6,
    "zle/uk": -21.1, "zls/bg": -23.8, "zls/hr": -23.4, "zlw/cs": -23.2, "zlw/pl": -23.0, "zlw/sk": -23.0,
}  # fmt: skip
"""The loudness of languages without their gain, as `benchmarks/loudness.py --gains` measures it; vowels decide it."""


def loudness_of(language_file: str) -> float:
    """Return the loudness of a language without its gain, in LUFS."""
    return _LOUDNESSES.get(language_file, LOUDNESS)


def _gain(language_file: str, traits: Traits) -> float:
    """Return the gain that makes voices about equally loud.

    As measured, the level of the voiced parts grows by 2.3 dB with each octave of the pitch, and sinks by 2.6 dB from
    the clear to the breathy voice.
    """
    pitch: float = (traits.pitch_hz / 120) ** -0.38
    breath = 1 + 0.5 * traits.noisiness - 0.15 * traits.noisiness**2
    language: float = 10 ** ((LOUDNESS - loudness_of(language_file)) / 20)
    return 0.8 * pitch * breath * language / VOLUME
