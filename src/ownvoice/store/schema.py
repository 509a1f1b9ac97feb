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

REVISION = "0002"
"""The id of the newest migration."""

metadata = MetaData()

recordings = Table(
    "recordings",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("owner", Text, nullable=False),
    Column("embedding", LargeBinary, nullable=False),
    Column("first", Double, nullable=False),
    Column("locale", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("created_at", Text, nullable=False),
    Index("recordings_by_embedding", "owner", "first"),
)

# Clips that are being written or removed: those still here after a crash are orphaned.
unsettled_clips = Table(
    "unsettled_clips",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("since", BigInteger, nullable=False),
)

voices = Table(
    "voices",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("owner", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("folded", Text, nullable=False),  # name and description, in the form that is searched
    Column("language", Text, nullable=False),
    Column("locale", Text, nullable=False),
    Column("gender", Text),
    Column("embedding", LargeBinary, nullable=False),
    Column("first", Double, nullable=False),  # the first number of the embedding, for the index
    Column("recording", String(64), ForeignKey("recordings.id")),
    Column("base_voice_id", Text),
    Column("tagline", Text),
    Column("created", BigInteger, nullable=False),  # `created_at` in microseconds, for the order
    Column("created_at", Text, nullable=False),
    Index("voices_by_age", "owner", "created", "id"),
    Index("voices_by_embedding", "owner", "first"),
    Index("voices_by_recording", "recording"),
)

dictionaries = Table(
    "dictionaries",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("owner", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("items", LargeBinary, nullable=False),  # JSON
    Column("pinned", Boolean, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("created_at", Text, nullable=False),
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
    Column("created", BigInteger, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("revoked_at", Text),
    Index("keys_by_prefix", "prefix"),
)
