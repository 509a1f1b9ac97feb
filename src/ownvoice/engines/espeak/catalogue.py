"""The voices that are built in. They stand in ``catalogue.csv``, beside this file.

The first six have ids by which programs of the protocol's first generation, and its examples, call voices.
"""

import csv
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import replace
from importlib.resources import files

from ownvoice.engines.espeak.accents import language_file
from ownvoice.engines.espeak.calibration import own_colour
from ownvoice.text.languages import language_of
from ownvoice.traits.embedding import Traits, same, to_embedding
from ownvoice.traits.voice import Voice

DEFAULT_ID = "a0e99841-438c-4a64-b679-ae501e7d6091"
"""The voice of who asks for none."""

CREATED_AT = "2026-11-20T00:00:00Z"
"""When all of them were made."""

_NAMESPACE = uuid.UUID("0ce38693-31d9-44a7-ab69-32a25fe508da")


def _read() -> Iterator[Voice]:
    table = files("ownvoice.engines.espeak").joinpath("catalogue.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(table.splitlines()):
        bare = Traits(
            pitch_hz=float(row["pitch_hz"]),
            range_semitones=float(row["range_semitones"]),
            formant_scale=float(row["formant_scale"]),
            noisiness=float(row["noisiness"]),
            rate=float(row["rate"]),
        )
        # Such as the embedded engine speaks them without an equaliser; a mix with another voice goes on from there.
        traits = replace(bare, colour=own_colour(language_file(row["locale"]), bare))
        yield Voice(
            id=_id(row["key"]),
            name=row["name"],
            description=row["description"],
            language=language_of(row["locale"]).code,
            locale=row["locale"],
            gender=row["gender"],
            embedding=tuple(to_embedding(traits)),
            created_at=CREATED_AT,
        )


def _id(key: str) -> str:
    """A key that is a UUID is the id; of any other, an id is derived that never changes."""
    try:
        return str(uuid.UUID(key))
    except ValueError:
        return str(uuid.uuid5(_NAMESPACE, key))


VOICES: tuple[Voice, ...] = tuple(_read())
"""All of them, English ones first."""

_BY_ID = {voice.id: voice for voice in VOICES}


def by_id(id: str) -> Voice | None:
    """The voice with that id, in whatever case it is written; None if it is none of these."""
    return _BY_ID.get(id.lower())


def of_language(locale: str) -> tuple[Voice, ...]:
    """The voices of a language, in the order of the catalogue.

    Raises:
        LookupError: as `languages.language_of`.
    """
    code = language_of(locale).code
    return tuple(voice for voice in VOICES if voice.language == code)


def recognise(embedding: Sequence[float]) -> Voice | None:
    """The voice of which these are the numbers, within rounding; None if they are another voice's.

    So a voice that a program sends by its embedding keeps its language and accent, which the numbers do not tell.
    """
    return next((voice for voice in VOICES if same(embedding, voice.embedding)), None)
