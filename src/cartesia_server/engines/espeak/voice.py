"""How the traits of a voice are told to espeak-ng: the text of a voice definition, a rate and a gain.

The synthesizer is ``klatt 6`` (SpeechPlayer, a cascade of formants), the most intelligible of those that espeak-ng has:
a recognizer misses 38 % of its words against 72 % with the default one. Its numbers here were measured, on English
sentences with the pitch tracker of WORLD, for base pitches from 60 to 320 Hz; what differs between languages is in
`calibration`. They hold for ``klatt 6`` only; the default synthesizer moves the formants with the pitch, this one does
not.
"""

from dataclasses import dataclass

import numpy as np

from cartesia_server.engines.espeak.calibration import DEVIATIONS, SPANS, Calibration, of_file
from cartesia_server.engines.espeak.library import VOLUME
from cartesia_server.voices.embedding import Traits

NORMAL_RATE = 160
"""Words a minute of a voice with rate 1: slower than espeak-ng's 175, and better understood."""
_RATES = (80, 450)
"""What the synthesizer itself can do; beyond, espeak-ng shortens the finished sound."""

_FORMANT_LIFT = 1.04
"""On the formants of every voice: slightly more intelligible, and the shape of the vocal tract remains a person's."""

_DEFAULTS = b"""\
speed 100
flutter 2
roughness 0
consonants 100 100
"""
"""What a language file may set otherwise.

Attributes that a definition leaves out keep the values of the voice before it, so all that any voice sets are here or
in `_character`.
"""


@dataclass(frozen=True, slots=True)
class EspeakVoice:
    """A voice as the library takes it."""

    definition: bytes
    """The text of a voice file."""
    rate: int
    """Words a minute."""
    gain: float
    """What the samples are to be multiplied by, so that all voices are about as loud."""


def espeak_voice(language_file: str, language_lines: bytes, traits: Traits) -> EspeakVoice:
    """The voice of those traits in the language of a file of espeak-ng's data: its name below ``lang``, its lines."""
    slowest, fastest = _RATES
    return EspeakVoice(
        definition=_DEFAULTS + language_lines + _character(language_file, traits),
        rate=round(min(max(NORMAL_RATE * traits.rate, slowest), fastest)),
        gain=_gain(traits),
    )


def _character(language_file: str, traits: Traits) -> bytes:
    base, top = _pitches(traits.pitch_hz, traits.range_semitones, of_file(language_file))
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
"""Of a language's pitch, against English. Vietnamese stays near one pitch between its tones, which would have to be
shouted to have as large a deviation as English has."""


def _pitches(median_hz: float, deviation: float, measured: Calibration) -> tuple[int, int]:
    """The base and the top of the pitch that give a median and a deviation in semitones.

    With the span k = (top - base) / base, the median is base - 9 + height (top - base). It is within 2 % for medians
    from 60 to 400 Hz, and the deviation within 0.3 semitones, up to the largest span, which is that of 3.3 semitones in
    English.
    """
    spread = max(measured.spread, _LEAST_SPREAD)
    span = float(np.interp(max(deviation, 0.0) / spread, DEVIATIONS, SPANS))
    base = (median_hz + 9) / (1 + measured.height * span)
    return round(base), round(base * (1 + span))


_BREATH = 80
"""The ``breath`` of the noisiest voice; in ``klatt 6``, 64 is as much noise at the glottis as there is voice."""


def _voicing(noisiness: float) -> float:
    """The amplitude of the voice beside the breath."""
    return 1 - 0.5 * noisiness


def _gain(traits: Traits) -> float:
    """What makes voices about as loud as each other.

    Measured: the level of the voiced parts grows by 2.3 dB with each octave of the pitch, and sinks by 2.6 dB from the
    clear to the breathy voice. Evened out, English lies at -22 dB of full scale, and other languages between -23 and
    -18 dB, by their vowels.
    """
    pitch: float = (traits.pitch_hz / 120) ** -0.38
    breath = 1 + 0.5 * traits.noisiness - 0.15 * traits.noisiness**2
    return 0.8 * pitch * breath / VOLUME
