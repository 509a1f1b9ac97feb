"""The voice that a user names by its id or its name."""

import contextlib
import uuid

from cartesia import Cartesia
from cartesia.errors import CartesiaError, NotFoundError

_SHOWN = 10
"""How many of several matching voices an error lists."""


class VoiceError(CartesiaError):
    """A voice that cannot be found, or made, as the user asked."""


def find_voice_id(client: Cartesia, voice: str) -> str:
    """Return the id of the voice with that id or name.

    Raises:
        VoiceError: no voice matches, or several do.
    """
    with contextlib.suppress(ValueError):
        return str(uuid.UUID(voice))
    with contextlib.suppress(NotFoundError):  # engines may have ids of another form
        return client.voices.get(voice).id
    found = [candidate for candidate in client.voices.list(q=voice) if voice.casefold() in candidate.name.casefold()]
    exact = [candidate for candidate in found if candidate.name.casefold() == voice.casefold()]
    if len(exact or found) != 1:
        names = ", ".join(f"{candidate.name} ({candidate.id})" for candidate in (exact or found)[:_SHOWN])
        more = f", and {len(exact or found) - _SHOWN} more" if len(exact or found) > _SHOWN else ""
        raise VoiceError(f"several voices match {voice!r}: {names}{more}" if found else f"no voice is named {voice!r}")
    return (exact or found)[0].id
