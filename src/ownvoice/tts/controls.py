"""The controls of all generations of the protocol, turned into one expression.

The first generation set a speed and emotions beside the voice, the second a speed beside the transcript, the third a
``generation_config``. This server honours all of them with every model; where several are given, the tempos multiply
and the feelings add up.
"""

import math
from collections.abc import Sequence
from typing import Any, TypeGuard

from cartesia.types import GenerationRequest
from ownvoice.errors import InvalidRequest, RequestError
from ownvoice.text.markup import SPEED_RATIO, VOLUME_RATIO
from ownvoice.traits.expression import (
    FIRST_FEELINGS,
    Expression,
    Feeling,
    feeling_of,
    rate_of,
)

SPEEDS: dict[str, float] = {"slowest": -1.0, "slow": -0.5, "normal": 0.0, "fast": 0.5, "fastest": 1.0}
"""The first generation's names of speeds, and their equivalent numbers."""
LEVELS = ("lowest", "low", "high", "highest")
"""The levels of the first generation's emotions; one without a level is between low and high."""
CONTROLS = ("__experimental_controls", "experimental_controls", "_experimental_voice_controls")
"""The names that clients give the object with the first generation's controls."""


def expression_of(request: GenerationRequest) -> Expression:
    """Return the expression that a request asks for.

    Raises:
        RequestError: a control has the wrong type, an unknown name, or is out of range; the message says what is right.
    """
    rate, feeling = 1.0, Feeling()
    for where, controls in _first_generation(request):
        rate *= _rate(controls.get("speed"), f"{where}.speed")
        feeling += _feelings(controls.get("emotion"), f"{where}.emotion")
    rate *= _rate(request.speed, "speed")
    config = request.generation_config or {}
    rate *= _ratio(config.get("speed"), "generation_config.speed", *SPEED_RATIO)
    feeling += _feeling(config.get("emotion"), "generation_config.emotion")
    volume = _ratio(config.get("volume"), "generation_config.volume", *VOLUME_RATIO)
    return Expression(rate, volume, feeling)


def _first_generation(request: GenerationRequest) -> list[tuple[str, dict[str, Any]]]:
    """Return the objects with the first generation's controls, each with its place in the request."""
    voice = request.voice if isinstance(request.voice, dict) else {}
    found = [(f"voice.{name}", voice[name]) for name in CONTROLS if voice.get(name) is not None]
    if request.experimental_controls is not None:
        found.append((CONTROLS[0], request.experimental_controls))
    for where, controls in found:
        if not isinstance(controls, dict):
            raise _invalid(where, f"an object with `speed` and `emotion`, not {controls!r}")
    return found


def _rate(speed: Any, where: str) -> float:
    """Return the factor on the rate for a speed by name or number."""
    if speed is None:
        return 1.0
    if isinstance(speed, str) and speed in SPEEDS:
        return rate_of(SPEEDS[speed])
    if _is_number(speed) and -1 <= speed <= 1:
        return rate_of(float(speed))
    raise _invalid(where, f"{', '.join(SPEEDS)}, or a number from -1 to 1, not {speed!r}")


def _ratio(value: Any, where: str, lowest: float, highest: float) -> float:
    if value is None:
        return 1.0
    if _is_number(value) and lowest <= value <= highest:
        return float(value)
    raise _invalid(where, f"a number from {lowest} to {highest}, not {value!r}")


def _feelings(tags: Any, where: str) -> Feeling:
    """Return the sum of the first generation's tags, ``name`` or ``name:level``."""
    if tags is None:
        return Feeling()
    if isinstance(tags, str):
        tags = [tags]
    if not isinstance(tags, Sequence):
        raise _invalid(where, f"a list such as ['positivity:high', 'curiosity'], not {tags!r}")
    total = Feeling()
    for tag in tags:
        feeling = feeling_of(tag) if isinstance(tag, str) else None
        if feeling is None:
            raise _invalid(
                where,
                f"a list of names, each with or without a level, as in 'positivity:high': the names are "
                f"{', '.join(FIRST_FEELINGS)}, the levels {', '.join(LEVELS)}; not {tag!r}",
            )
        total += feeling
    return total


def _feeling(emotion: Any, where: str) -> Feeling:
    """Return the feeling of a word. The protocol takes any word; unknown ones are neutral."""
    if emotion is None:
        return Feeling()
    if isinstance(emotion, str):
        return feeling_of(emotion) or Feeling()
    if isinstance(emotion, list) and all(isinstance(word, str) for word in emotion):
        return sum((feeling_of(word) or Feeling() for word in emotion), Feeling())
    raise _invalid(where, f"a word such as 'excited' or 'sad', not {emotion!r}")


def _is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _invalid(where: str, wanted: str) -> RequestError:
    return InvalidRequest("Invalid controls", f"{where} should be {wanted}")
