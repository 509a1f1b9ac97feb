"""Base URLs in all their forms, and ids as segments of a path."""

from __future__ import annotations

from urllib.parse import quote, urlsplit


def url_with_scheme(base_url: str, kind: str) -> str:
    """Return the base URL for ``kind`` (``http`` or ``ws``), with TLS if the given one has it.

    A bare host gets TLS unless it is this machine.

    Raises:
        ValueError: the scheme is another one, or there is no host.
    """
    scheme, separator, rest = base_url.partition("://")
    if not separator:
        rest = scheme
        secure = not is_loopback(base_url)
    elif scheme in ("http", "https", "ws", "wss"):
        secure = scheme in ("https", "wss")
    else:
        raise ValueError(
            f"base_url {base_url!r} should begin with http://, https://, ws:// or wss://, or be a bare host"
        )
    if not (rest := rest.rstrip("/")):
        raise ValueError(f"base_url {base_url!r} has no host; it should be like http://localhost:8000")
    return f"{kind}{'s' if secure else ''}://{rest}"


def is_loopback(base_url: str) -> bool:
    """Tell whether the address is one of this machine."""
    host = urlsplit(base_url if "://" in base_url else f"//{base_url}").hostname or ""
    return host in ("localhost", "::1", "0.0.0.0") or host.startswith("127.") or host.endswith(".localhost")


def path_segment(id: str, name: str, kind: str) -> str:
    """Quote an id as one segment of a path.

    Args:
        id: the id, which may contain any character.
        name: the name of the parameter, for the error.
        kind: what it is the id of, with an article, for the error.

    Raises:
        ValueError: the id is empty.
    """
    if not id:
        raise ValueError(f"{name} should be the id of {kind}; it is empty")
    return quote(id, safe="")
