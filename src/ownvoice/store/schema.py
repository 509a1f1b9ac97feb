"""The tables as the newest migration leaves them."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)
from sqlalchemy.schema import SchemaItem

REVISION = "0002"
"""The id of the newest migration."""

metadata = MetaData()


def _created() -> tuple[SchemaItem, ...]:
    """Return the columns for the time of creation: in microseconds, for the order, and as it is shown."""
    return Column("created", BigInteger, nullable=False), Column("created_at", Text, nullable=False)


def _embedding() -> tuple[SchemaItem, ...]:
    """Return the columns for an embedding: its bytes, and its first number for the index."""
    return Column("embedding", LargeBinary, nullable=False), Column("first", Double, nullable=False)


def _owned(name: str, *items: SchemaItem) -> Table:
    """Return a table of rows that belong to owners.

    Args:
        name: its name.
        items: its other columns and its indexes.
    """
    id = Column("id", String(64), primary_key=True)
    return Table(name, metadata, id, Column("owner", Text, nullable=False), *_created(), *items)


recordings = _owned(
    "recordings",
    *_embedding(),
    Column("locale", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Index("recordings_by_embedding", "owner", "first"),
)

# Clips that are being written or removed: those still here after a crash are orphaned.
unsettled_clips = Table(
    "unsettled_clips",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("since", BigInteger, nullable=False),
)

voices = _owned(
    "voices",
    Column("name", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("folded", Text, nullable=False),  # name and description, in the form that is searched
    Column("language", Text, nullable=False),
    Column("locale", Text, nullable=False),
    Column("gender", Text),
    *_embedding(),
    Column("recording", String(64), ForeignKey("recordings.id")),
    Column("base_voice_id", Text),
    Column("tagline", Text),
    Index("voices_by_age", "owner", "created", "id"),
    Index("voices_by_embedding", "owner", "first"),
    Index("voices_by_recording", "recording"),
)

dictionaries = _owned(
    "dictionaries",
    Column("name", Text, nullable=False),
    Column("items", LargeBinary, nullable=False),  # JSON
    Column("pinned", Boolean, nullable=False),
    Index("dictionaries_by_age", "owner", "created", "id"),
)

keys = Table(
    "keys",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("prefix", Text, nullable=False),
    Column("salt", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    *_created(),
    Column("revoked_at", Text),
    Index("keys_by_prefix", "prefix"),
)
