"""Embeddings as bytes, exactly, and found again by their numbers."""

import math
import struct
from collections.abc import Sequence

from ownvoice.store.database import Reading, Row

TOLERANCE = 1e-4
"""How far numbers may be off: more than single precision or printing loses, less than one hears."""


def columns(embedding: Sequence[float]) -> dict[str, object]:
    """The columns of an embedding: all of it, and its first number for the index.

    Raises:
        ValueError: it is empty, or a number of it is not finite.
    """
    if not embedding or not all(map(math.isfinite, embedding)):
        raise ValueError("an embedding should be a list of finite numbers")
    return {"embedding": struct.pack(f"<{len(embedding)}d", *embedding), "first": float(embedding[0])}


def read(row: Row) -> tuple[float, ...]:
    """The embedding of a row, as it was written."""
    packed = bytes(row["embedding"])
    return struct.unpack(f"<{len(packed) // 8}d", packed)


def nearest(rows: Reading, table: str, owner: str, embedding: Sequence[float], tolerance: float) -> Row | None:
    """The owner's row whose embedding is nearest, if no number of it is off by more than the tolerance."""
    if not embedding or not all(map(math.isfinite, embedding)):
        return None
    first = embedding[0]
    near = rows.between(table, "first", first - tolerance, first + tolerance, owner=owner)
    return min(
        (row for row in near if _within(read(row), embedding, tolerance)),
        key=lambda row: math.dist(read(row), embedding),
        default=None,
    )


def _within(one: Sequence[float], other: Sequence[float], tolerance: float) -> bool:
    return len(one) == len(other) and all(abs(a - b) <= tolerance for a, b in zip(one, other, strict=True))
