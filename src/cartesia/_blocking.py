"""The bridge from the shared coroutines to the blocking client: they are stepped to their end without an event loop."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


def run_now(coroutine: Coroutine[Any, Any, T]) -> T:
    """Return the result of a coroutine that blocks where others suspend, as those of the blocking client do.

    Raises:
        RuntimeError: the coroutine suspended.
    """
    try:
        coroutine.send(None)
    except StopIteration as stop:
        result: T = stop.value
        return result
    finally:
        coroutine.close()
    raise RuntimeError(f"{coroutine!r} waited in the blocking client")
