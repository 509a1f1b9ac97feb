"""Embeddings as bytes, exactly, and the search for an embedding by its numbers."""

import math
import struct
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ownvoice.store.records import Row

if TYPE_CHECKING:
    from ownvoice.store.rows import Rows

TOLERANCE = 1e-4
"""How far each number may be off: more than single precision or printing loses, less than can be heard."""


def embedding_columns(embedding: Sequence[float]) -> dict[str, object]:
    """Return the columns of an embedding: all of it, and its first number for the index.

    Raises:
        ValueError: it is empty, or a number in it is not finite.
    """
    if not embedding or not all(map(math.isfinite, embedding)):
        raise ValueError("an embedding should be a list of finite numbers")
    return {"embedding": struct.pack(f"<{len(embedding)}d", *embedding), "first": float(embedding[0])}


def embedding_of(row: Row) -> tuple[float, ...]:
    """Return the embedding of a row, exactly as it was written."""
    packed = bytes(row["embedding"])
    return struct.unpack(f"<{len(packed) // 8}d", packed)


def find_nearest(rows: "Rows", table: str, owner: str, embedding: Sequence[float], tolerance: float) -> Row | None:
    """Return the owner's row with the nearest embedding, or None if there is none within the tolerance.

    Args:
        rows: the rows of the database.
        table: the name of a table with embeddings.
        owner: the owner of the rows.
        embedding: the numbers to look for.
        tolerance: how far each number of the row may be off.
    """
    if not embedding or not all(map(math.isfinite, embedding)):
        return None
    first = embedding[0]
    near = rows.find_between(table, "first", first - tolerance, first + tolerance, owner=owner)
    return min(
        (row for row in near if _is_within(embedding_of(row), embedding, tolerance)),
        key=lambda row: math.dist(embedding_of(row), embedding),
        default=None,
    )


def _is_within(one: Sequence[float], other: Sequence[float], tolerance: float) -> bool:
    return len(one) == len(other) and all(abs(a - b) <= tolerance for a, b in zip(one, other, strict=True))
