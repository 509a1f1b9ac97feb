"""The length of the pages of a list."""

from starlette.requests import Request

from ownvoice.errors import InvalidRequest

DEFAULT_LIMIT = 10
HIGHEST_LIMIT = 100


def limit_of(request: Request) -> int:
    """Return how many items of a list a request asks for at once."""
    given = request.query_params.get("limit")
    if given is None:
        return DEFAULT_LIMIT
    # Not any length: Python refuses to read a number of thousands of digits.
    if not given.isdecimal() or len(given) > 10 or not 1 <= int(given) <= HIGHEST_LIMIT:
        raise InvalidRequest("Invalid limit", f"limit should be a number from 1 to {HIGHEST_LIMIT}, not {given!r}")
    return int(given)
