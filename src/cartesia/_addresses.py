"""Addresses: the forms that a base URL may have, and ids in paths."""

from __future__ import annotations

from urllib.parse import quote, urlsplit


def url_with_scheme(base_url: str, kind: str) -> str:
    """The base for ``kind`` (``http`` or ``ws``), with or without TLS as the given base says.

    A bare host is spoken to without TLS when it is this machine, and with TLS otherwise.
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
    """Whether the address is one of this machine's own."""
    host = urlsplit(base_url if "://" in base_url else f"//{base_url}").hostname or ""
    return host in ("localhost", "::1", "0.0.0.0") or host.startswith("127.") or host.endswith(".localhost")


def segment(id: str, called: str, of: str) -> str:
    """An id as a part of a path, whatever is in it; ValueError where it is empty."""
    if not id:
        raise ValueError(f"{called} should be the id of {of}; it is empty")
    return quote(id, safe="")
