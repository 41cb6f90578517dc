"""Which hosts a call may reach: those of the manifest, at the address that was looked up once."""

import _socket  # what `socket` is made of: its own look-up is the guard's by now
import os
import socket
from collections.abc import Callable, Collection
from typing import Any
from urllib.parse import urlsplit

from switchboard.guard.refusal import GuardError
from switchboard.net import egress

HTTPS = 443
PORTS = {"http": 80, "https": HTTPS}
Found = list[tuple[Any, Any, int, str, tuple[Any, ...]]]

real_lookup: Callable[..., Found] = _socket.getaddrinfo


class Places:
    """What one call may connect to.

    A host that the manifest names is reached at its https port and must be public. A connection may
    lead to another, at exactly the host and port of its `endpoint`; the operator's own is `near`,
    and may be a private address.
    """

    def __init__(
        self,
        hosts: Collection[str],
        endpoint: str = "",
        lookup: Callable[..., Found] = real_lookup,
        *,
        near: bool = True,
    ) -> None:
        self._hosts = hosts
        self._own = place_of(endpoint)
        self._near = near
        self._lookup = lookup
        self._addresses: dict[str, tuple[str, ...]] = {}
        self._allowed: set[tuple[str, int]] = set()
        self.is_reached = False
        """Whether anything may have been connected to."""

    def require(self, host: object) -> None:
        """Raises GuardError where a name may not be looked up: the question alone tells a secret.

        An address is no question.
        """
        if host is not None and not _is_address(host) and not self._ports(spelled(host)):
            raise GuardError("a host that the manifest does not name")

    def look_up(self, host: Any, port: Any, family: int, kind: int, *more: int) -> Found:
        """As socket.getaddrinfo, but of the addresses that the host had at the call's first look.

        Raises GuardError unless the host is named and each of its addresses may be reached.
        """
        self.require(host)
        name = None if host is None else spelled(host)
        if name is None or not self._ports(name):
            return self._lookup(host, port, family, kind, *more)
        found: Found = []
        for address in self.pinned(name):
            try:
                found += self._lookup(address, port, family, kind, *more)
            except socket.gaierror:  # of the other family
                continue
        if not found:
            raise socket.gaierror(socket.EAI_NONAME, "no address of that family")
        return found

    def pinned(self, name: str) -> tuple[str, ...]:
        """The addresses of a named host, looked up once, each found to be allowed."""
        if name not in self._addresses:
            found = self._lookup(name, None, 0, socket.SOCK_STREAM, 0, 0)
            addresses = tuple(dict.fromkeys(str(one[4][0]) for one in found))
            for port in self._ports(name):
                self._allow(name, port, addresses)
            self._addresses[name] = addresses
        return self._addresses[name]

    def connect(self, address: object) -> None:
        """Raises GuardError unless it is the address and port of a host that was looked up."""
        if not isinstance(address, tuple) or len(address) < 2:  # noqa: PLR2004
            raise GuardError("a socket of this machine")
        host, port = spelled(address[0]), address[1]
        if self._own == (host, port):  # an address that nobody needs to look up
            self.pinned(host)
        if (host, port) not in self._allowed:
            raise GuardError("an address that no host of the manifest has")
        self.is_reached = True

    def _ports(self, name: str) -> set[int]:
        named = name in self._hosts or any(
            name.endswith(one) for one in self._hosts if one.startswith(".")
        )
        found = {HTTPS} if named else set()
        return found | {self._own[1]} if self._own and self._own[0] == name else found

    def _allow(self, name: str, port: int, addresses: Collection[str]) -> None:
        for address in addresses:
            own = self._near and self._own == (name, port)
            machine = egress.is_of_the_machine(address)
            if machine or not (egress.is_public(address) or own):
                raise GuardError("a host whose address is not public")
        self._allowed |= {(address, port) for address in addresses}


def place_of(endpoint: str) -> tuple[str, int] | None:
    """The host and port of an operator's address; None where it is none."""
    try:
        parts = urlsplit(endpoint.strip())
        port = parts.port or PORTS.get(parts.scheme, 0)
    except ValueError:
        return None
    return (spelled(parts.hostname), port) if parts.hostname and port else None


def spelled(host: object) -> str:
    """A host as it is compared: lower case, in ASCII, without the dot at its end."""
    text = host.decode("latin-1") if isinstance(host, bytes) else str(host)
    try:
        text = text if text.isascii() else text.encode("idna").decode()
    except UnicodeError as error:
        raise GuardError("a host that is none") from error
    return text.lower().removesuffix(".")


def _is_address(host: object) -> bool:
    """Whether it is an IP address in its usual form; of all others the resolver would be asked."""
    text = os.fsdecode(host) if isinstance(host, bytes) else str(host)
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.inet_pton(family, text.partition("%")[0])
        except (OSError, UnicodeError, ValueError):  # ValueError: it holds a zero
            continue
        return True
    return False
