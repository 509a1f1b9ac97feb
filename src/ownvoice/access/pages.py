"""Which web pages may use the server: a browser on this machine reaches it for any page that it shows."""

import ipaddress
from urllib.parse import urlsplit

from ownvoice.errors import NotPermitted
from ownvoice.settings import Settings, is_loopback_address, keys_are_on

_LOCAL_SUFFIXES = (".localhost", ".local", ".internal")
"""Ends of names that nobody can register, so that none of them is a web site's."""


class Pages:
    """The pages that may use a server.

    With keys a page needs one, like anybody. Without them the browser must not be what lets a page in: those of this
    machine, of the server's own address and of ``cors_origins`` may, and no other.
    """

    def __init__(self, settings: Settings) -> None:
        """``cors_origins`` are the origins that may; ``*`` lets all in."""
        self._all = "*" in settings.cors_origins
        self._origins = frozenset(settings.cors_origins)
        self._have_keys = keys_are_on(settings)
        self._has_hosts = not self._all and not self._have_keys and is_loopback_address(settings.host)
        self._hosts = frozenset(_host_in(origin) for origin in settings.cors_origins)

    def check(self, host: str | None, origin: str | None, *, is_socket: bool) -> None:
        """RequestError (403) where a request comes from a page that may not use the server.

        Args:
            host: the header ``Host``: as which the server was asked.
            origin: the header ``Origin``, which browsers send and pages cannot change; None where there is none.
            is_socket: browsers ask nobody before they open a WebSocket, so there the origin is always looked at.
        """
        if host is not None and self._has_hosts and not self._is_known(_host_in(f"//{host}")):
            # The page's own name may lead here for a moment (DNS rebinding). To its browser this is then its server.
            raise NotPermitted(
                "Host not allowed",
                f"this server needs no key, so it is asked as localhost or by an address, and not as {host!r}; "
                "to serve under a name, turn keys on, or list its origin in cors_origins",
                error_code="host_not_allowed",
            )
        if origin is None or self._all or origin in self._origins:
            return
        if self._have_keys:
            allowed = not (is_socket and self._origins)
        else:
            allowed = _is_of_this_machine(origin) or origin.partition("://")[2] == host
        if not allowed:
            raise NotPermitted(
                "Origin not allowed",
                f"web pages of {origin!r} may not use this server; its setting cors_origins lists those that may, "
                "or has * for all",
                error_code="origin_not_allowed",
            )

    def _is_known(self, host: str) -> bool:
        # A web site's name has a dot, and its owner cannot make it an address.
        return _is_address(host) or "." not in host or host.endswith(_LOCAL_SUFFIXES) or host in self._hosts


def _is_of_this_machine(origin: str) -> bool:
    host = _host_in(origin)
    return host.endswith(".localhost") or is_loopback_address(host)


def _host_in(url: str) -> str:
    """The host in a URL, in small letters; empty where there is none."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
