"""Voices, and the recordings that they were cloned from."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "recordings",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("embedding", sa.LargeBinary, nullable=False),
        sa.Column("first", sa.Double, nullable=False),
        sa.Column("locale", sa.Text, nullable=False),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("created_at", sa.Text, nullable=False),
    )
    op.create_index("recordings_by_embedding", "recordings", ["owner", "first"])
    op.create_table(
        "unsettled_clips",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("since", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "voices",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("folded", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("locale", sa.Text, nullable=False),
        sa.Column("gender", sa.Text),
        sa.Column("embedding", sa.LargeBinary, nullable=False),
        sa.Column("first", sa.Double, nullable=False),
        sa.Column("recording", sa.String(64), sa.ForeignKey("recordings.id")),
        sa.Column("base_voice_id", sa.Text),
        sa.Column("tagline", sa.Text),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("created_at", sa.Text, nullable=False),
    )
    op.create_index("voices_by_age", "voices", ["owner", "created", "id"])
    op.create_index("voices_by_embedding", "voices", ["owner", "first"])
    op.create_index("voices_by_recording", "voices", ["recording"])
