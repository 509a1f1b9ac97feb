"""Ids and timestamps of new records."""

import uuid
from datetime import UTC, datetime


def new_id() -> str:
    """Return a new id: a UUID in lower case."""
    return str(uuid.uuid4())


def now() -> str:
    """Return the time in ISO 8601, UTC: ``2026-11-25T15:04:05.123456Z``."""
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
