"""The expression of speech, apart from the voice: the tempo, the loudness, and a feeling.

A feeling is a point in the space in which feelings are commonly compared (PAD), with three axes from -1 to 1: pleasure,
arousal and dominance. Each axis changes the tempo, the pitch, its range, the loudness and the breath a little, so that
similar feelings sound similar, and half as much of one is half the way there. The few traits of a voice can express no
more: listeners tell an excited voice from a sad one, but hardly a sarcastic one from a bored one.
"""

import math
from dataclasses import dataclass, replace

from ownvoice.traits.embedding import Traits, clamp

MOST_FEELING = 1.5
"""The largest absolute value on each axis: several feelings at once add up to no more."""


@dataclass(frozen=True, slots=True)
class Feeling:
    """A point in the space of feelings; the middle is neutral."""

    pleasure: float = 0.0
    arousal: float = 0.0
    dominance: float = 0.0

    def __mul__(self, strength: float) -> "Feeling":
        """Scale a feeling by its strength."""
        return Feeling(self.pleasure * strength, self.arousal * strength, self.dominance * strength)

    def __add__(self, other: "Feeling") -> "Feeling":
        """Add two feelings, within the bounds of `MOST_FEELING`."""
        return Feeling(
            _bound(self.pleasure + other.pleasure),
            _bound(self.arousal + other.arousal),
            _bound(self.dominance + other.dominance),
        )


def _bound(value: float) -> float:
    return clamp(value, -MOST_FEELING, MOST_FEELING)


# Pleasure, arousal and dominance, in hundredths. Words that mean nearly the same lie near each other, none on another.
_FEELINGS = """
    neutral         0   0   0 | happy          70  40  30 | excited        60  90  30 | enthusiastic   65  75  40
    elated         80  70  35 | euphoric       85 100  40 | triumphant     70  70  80 | amazed         40  80 -20
    surprised      15  85 -25 | flirtatious    50  30  25 | curious        25  45 -15 | content        60 -25  20
    peaceful       55 -50  15 | serene         60 -60  20 | calm           40 -65  25 | grateful       60  10 -15
    affectionate   65  -5   5 | trust          50 -20  10 | sympathetic    20 -25 -10 | anticipation   30  55  10
    mysterious     -5 -30  30 | angry         -60  80  60 | mad           -60  90  65 | outraged      -70 100  70
    frustrated    -55  50  15 | agitated      -40  85   5 | threatened    -60  60 -45 | disgusted     -70  30  35
    contempt      -55  10  60 | envious       -45  25 -15 | sarcastic     -30 -30  40 | ironic        -10 -30  30
    sad           -60 -45 -35 | dejected      -65 -55 -45 | melancholic   -40 -50 -25 | disappointed  -55 -25 -25
    hurt          -65 -15 -45 | guilty        -50 -20 -50 | bored         -30 -65   5 | tired         -20 -80 -20
    rejected      -65 -30 -55 | nostalgic      10 -40 -15 | wistful       -10 -40 -25 | apologetic    -25 -20 -50
    hesitant      -10 -20 -45 | insecure      -35  10 -60 | confused      -20  25 -35 | resigned      -35 -60 -30
    anxious       -50  65 -50 | panicked      -65 100 -60 | alarmed       -45  85 -30 | scared        -65  75 -70
    proud          60  30  65 | confident      40  20  70 | distant       -20 -45  15 | skeptical     -25   5  30
    contemplative  10 -45   5 | determined     20  40  75
    anger         -65  85  60 | positivity     75  45  25 | surprise       20  85 -20 | sadness       -65 -50 -35
    curiosity      30  45 -15
"""


def _table() -> dict[str, Feeling]:
    table = {}
    for entry in _FEELINGS.replace("\n", "|").split("|"):
        if entry.strip():
            name, *hundredths = entry.split()
            table[name] = Feeling(*(int(number) / 100 for number in hundredths))
    return table


FEELINGS: dict[str, Feeling] = _table()
"""The feelings by name: the words that the third generation's documentation lists, and the five of the first."""
FIRST_FEELINGS = ("anger", "positivity", "surprise", "sadness", "curiosity")
"""The names of the first generation's five feelings."""
STRENGTHS: dict[str, float] = {"lowest": 0.3, "low": 0.6, "medium": 0.9, "high": 1.2, "highest": 1.5}
"""The strengths by the name of the level. The first generation has no word for the middle one: it omits the level."""


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression. The default leaves the voice as it is."""

    rate: float = 1.0
    """The factor on the voice's rate of speech."""
    volume: float = 1.0
    """The factor on the samples."""
    feeling: Feeling = Feeling()

    @property
    def gain(self) -> float:
        """The factor on the samples: the volume times the loudness of the feeling."""
        if self.feeling == _NEUTRAL:
            return self.volume
        loudness = 3.5 * self.feeling.arousal + 1.0 * self.feeling.dominance
        factor: float = 10 ** (loudness / 20)
        return self.volume * factor

    def apply(self, traits: Traits) -> Traits:
        """Return the traits of a voice with this expression; the loudness is left to `gain`."""
        if self.rate == 1.0 and self.feeling == _NEUTRAL:
            return traits
        pleasure, arousal, dominance = self.feeling.pleasure, self.feeling.arousal, self.feeling.dominance
        semitones = 2.0 * arousal + 1.0 * pleasure - 0.8 * dominance
        return replace(
            traits,
            rate=clamp(traits.rate * self.rate * 2 ** (0.25 * arousal + 0.05 * pleasure + 0.1 * dominance), *RATES),
            pitch_hz=clamp(traits.pitch_hz * 2 ** (semitones / 12), *_PITCHES_HZ),
            range_semitones=clamp(traits.range_semitones * 2 ** (0.5 * arousal + 0.3 * pleasure), *_RANGES),
            # A clear voice does not become clearer: only weakness, sadness and fear add breath.
            noisiness=clamp(traits.noisiness - 0.12 * arousal - 0.12 * dominance - 0.06 * pleasure, 0.0, 1.0),
        )


_NEUTRAL = Feeling()
NEUTRAL = Expression()
RATES = (0.4, 3.0)
"""The lowest and the highest rate of a voice with an expression; engines have bounds of their own."""
_PITCHES_HZ = (60.0, 450.0)
_RANGES = (0.0, 4.0)


def feeling_of(name: str) -> Feeling | None:
    """Return the feeling of a name, or of ``name:level``, in any case; None if it is not in the table."""
    word, _, level = name.strip().lower().partition(":")
    feeling = FEELINGS.get(word.strip())
    strength = STRENGTHS.get(level.strip()) if level.strip() else 1.0
    if feeling is None or strength is None:
        return None
    return feeling if strength == 1.0 else feeling * strength


def rate_of(speed: float) -> float:
    """Convert a speed of the first generation, from -1 to 1, to a factor on the rate, from 2/3 to 3/2."""
    factor: float = math.exp(speed * math.log(1.5))
    return factor
