"""The traits of a voice, made out of the one voice that the network has.

The formants are moved by playing it faster or slower; what that does to the pitch and the pace is made up for before,
by overlap-add (`overlap_add`). Breath is made in the synthesis, and timbre by the equaliser behind every engine. The
numbers here were measured on Harvard sentences.
"""

from dataclasses import dataclass

from ownvoice.engines.hibari.model import SAMPLE_RATE
from ownvoice.engines.hibari.overlap_add import Prosody
from ownvoice.engines.hibari.synthesis import NO_BREATH, Breath
from ownvoice.traits.embedding import Traits, clamp

HEART = Traits(pitch_hz=194.0, range_semitones=2.85, formant_scale=1.15)
"""The voice as the network has it: American, feminine."""

_FACTORS = (0.76, 1.28)
"""The bounds of the factor on the formants: a giant, and a child."""
_SPREADS = (0.0, 1.9)
_SAME = 0.01
"""The largest change of a factor that is inaudible. Where no factor changes by more, there is no overlap-add."""
_FASTEST, _SLOWEST = 0.65, 1.25
"""The bounds of the factor on the lengths within which overlap-add makes it."""
_SPEEDS = ((0.574, 2.0), (0.652, 1.4), (1.0, 1.0), (1.258, 0.8), (1.61, 0.6), (1.95, 0.5))
"""The factors on the lengths that the network gives, and the speeds that it is asked for. It rounds each length to
25 ms, and most have one or two of these: between 0.9 and 1.3 hardly any changes, then nearly all of them at once."""
_LEAST_BREATH, _NOISE = 0.02, 0.6
"""The least noise that is made, and that of the noisiest voice, relative to its harmonics."""
_LOUDER = 1.56
"""The factor on the samples for -22 LUFS, the loudness of all engines."""


@dataclass(frozen=True, slots=True)
class HibariVoice:
    """A voice as the engine makes it."""

    speed: float
    """The speed that the network is asked for."""
    prosody: Prosody | None
    """The change of its pitch and pace; None if both stay."""
    rate: int
    """The sample rate that the result is taken for, in Hz; relative to the real one, the factor on the formants."""
    breath: Breath
    gain: float
    """The factor on the samples, so that all voices are about as loud."""

    @property
    def heard(self) -> float:
        """The number of samples that are heard for each one that the network makes."""
        return (self.prosody.stretch if self.prosody else 1.0) * SAMPLE_RATE / self.rate


def hibari_voice(traits: Traits, base: Traits = HEART) -> HibariVoice:
    """Return the voice of these traits, made out of a base."""
    factor = formant_factor(traits, base)
    pitch = traits.pitch_hz / factor / base.pitch_hz
    spread = clamp(traits.range_semitones / base.range_semitones, *_SPREADS)
    lengths = factor * base.rate / traits.rate
    made, speed = 1.0, 1.0
    if not _FASTEST <= lengths <= _SLOWEST:
        made, speed = min(_SPEEDS, key=lambda pair: abs(pair[0] - lengths))
    stretch = lengths / made
    is_same = max(abs(pitch - 1), abs(spread - 1), abs(stretch - 1)) < _SAME
    return HibariVoice(
        speed=speed,
        prosody=None if is_same else Prosody(base.pitch_hz, pitch, spread, stretch),
        rate=round(SAMPLE_RATE * factor),
        breath=_breath(traits.noisiness),
        gain=_gain(pitch, traits.noisiness),
    )


def formant_factor(traits: Traits, base: Traits = HEART) -> float:
    """Return the factor on the formants of the base; the sample rates that make it are whole numbers."""
    return round(SAMPLE_RATE * clamp(traits.formant_scale / base.formant_scale, *_FACTORS)) / SAMPLE_RATE


def _breath(noisiness: float) -> Breath:
    if noisiness < _LEAST_BREATH:
        return NO_BREATH
    return Breath(noise=_NOISE * noisiness, voice=1 - 0.5 * noisiness)


def _gain(pitch: float, noisiness: float) -> float:
    """Return the gain that makes voices equally loud: fewer pulses are less sound, and breath takes voice away."""
    fewer_pulses: float = min(pitch, 1.0) ** -0.65
    return _LOUDER * fewer_pulses * (1 + 0.7 * noisiness)
