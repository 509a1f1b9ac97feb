"""The voices that come with the engine, read from ``catalogue.csv`` beside this file.

The first six have ids by which programs of the protocol's first generation, and its examples, call voices.
"""

import csv
import uuid
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files

from ownvoice.engines.espeak.accents import language_file
from ownvoice.engines.espeak.calibration import own_timbre
from ownvoice.text.languages import language_of
from ownvoice.traits.embedding import Traits, to_embedding
from ownvoice.traits.voice import Voice

CREATED_AT = "2026-11-20T00:00:00Z"
"""The creation time of all of the voices."""

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
        # The timbre that the engine gives them without an equaliser; a mix with another voice starts from it.
        traits = replace(bare, timbre=own_timbre(language_file(row["locale"]), bare))
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
    """Return the id for a key: the key itself if it is a UUID, else an id derived from it, which never changes."""
    try:
        return str(uuid.UUID(key))
    except ValueError:
        return str(uuid.uuid5(_NAMESPACE, key))


VOICES: tuple[Voice, ...] = tuple(_read())
"""All voices, the English ones first."""
