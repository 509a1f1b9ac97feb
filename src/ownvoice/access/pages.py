"""The web pages that may use the server: a browser on this machine can reach it on behalf of any page."""

import ipaddress
from urllib.parse import urlsplit

from ownvoice.errors import NotPermitted
from ownvoice.settings import Settings, is_loopback_address, keys_are_on

_LOCAL_SUFFIXES = (".localhost", ".local", ".internal")
"""Ends of names that cannot be registered, so that no web site has one."""


class AllowedOrigins:
    """The rule for pages of one server.

    With keys a page needs one, like any client. Without keys, only pages of this machine, of the server's own address
    and of ``cors_origins`` may use it: that a browser runs on this machine must not let in every page that it shows.
    """

    def __init__(self, settings: Settings) -> None:
        """Take the rule from ``cors_origins``, where ``*`` lets all pages in, and from whether keys are on."""
        self._all = "*" in settings.cors_origins
        self._origins = frozenset(settings.cors_origins)
        self._have_keys = keys_are_on(settings)
        self._has_hosts = not self._all and not self._have_keys and is_loopback_address(settings.host)
        self._hosts = frozenset(_host_in(origin) for origin in settings.cors_origins)

    def check(self, host: str | None, origin: str | None, *, is_socket: bool) -> None:
        """Refuse a request that comes from a page that may not use the server, by RequestError.

        Args:
            host: the header ``Host``: the name under which the server was reached.
            origin: the header ``Origin``, which browsers send and pages cannot change; None where there is none.
            is_socket: whether it opens a WebSocket: browsers do that without asking first, so the origin always counts.
        """
        if host is not None and self._has_hosts and not self._is_known(_host_in(f"//{host}")):
            # The page's own name may lead here for a moment (DNS rebinding). To its browser this is then its server.
            raise NotPermitted(
                "Host not allowed",
                f"a server without keys answers to localhost and to addresses only, not to {host!r}; "
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
                "or * for all",
                error_code="origin_not_allowed",
            )

    def _is_known(self, host: str) -> bool:
        # A web site's name has a dot, and its owner cannot make it an address.
        return _is_address(host) or "." not in host or host.endswith(_LOCAL_SUFFIXES) or host in self._hosts


def _is_of_this_machine(origin: str) -> bool:
    host = _host_in(origin)
    return host.endswith(".localhost") or is_loopback_address(host)


def _host_in(url: str) -> str:
    """Return the host in a URL, in lower case; empty where there is none."""
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
