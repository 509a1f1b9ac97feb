"""The time to wait before a failed call is made again."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping

from cartesia.errors import APIError

LONGEST_RETRY_AFTER = 60.0
"""The longest time in seconds that a server is granted by its ``Retry-After``; a longer one is ignored."""


def retry_wait(error: APIError, attempt: int) -> float:
    """Return the seconds to wait: those that the server asked for, else exponentially more, with jitter.

    Args:
        error: the failure.
        attempt: the number of the failed attempt, counted from 0.
    """
    response = getattr(error, "response", None)
    asked = _retry_after(response.headers) if response is not None else None
    if asked is not None and 0 < asked <= LONGEST_RETRY_AFTER:
        return asked
    return float(min(0.5 * 2**attempt, 8.0) * (1 - 0.25 * random.random()))


def _retry_after(headers: Mapping[str, str]) -> float | None:
    try:
        if "retry-after-ms" in headers:
            return float(headers["retry-after-ms"]) / 1000
        after = headers.get("retry-after")
        if after is None:
            return None
        if after.replace(".", "", 1).isdigit():
            return float(after)
        from email.utils import parsedate_to_datetime

        return parsedate_to_datetime(after).timestamp() - time.time()
    except ValueError:
        return None
