"""Where we may connect when somebody else names the address: by https, to a public host.

Source of the ranges: IANA's registries of special-purpose addresses (RFC 6890). They are written
out because what `ipaddress` calls global differs between Python's patch releases.
"""

import socket
from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import urlsplit

from switchboard.errors import RejectedError, UnavailableError

Lookup = Callable[..., list[Any]]

HTTPS = 443
UNICAST = IPv6Network("2000::/3")
"""All of IPv6 that is public. Outside it: loopback, link-local, private, and IPv4 in disguise."""
SPECIAL_6 = tuple(
    map(IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20"))
)
SPECIAL_4 = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.31.196.0/24",
            "192.52.193.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "192.175.48.0/24",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/3",
        ),
    )
)


OF_THE_MACHINE = tuple(map(IPv6Network, ("::ffff:169.254.0.0/112", "fe80::/10", "fd00:ec2::/32")))
"""Where a cloud tells its machines who they are, and hands out credentials: link-local addresses,
and AWS's own of IPv6."""


def is_of_the_machine(address: str) -> bool:
    """Whether it is where credentials are had, which is never a vendor, whoever names it."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv4Address):
        found = IPv6Address(f"::ffff:{found}")
    return any(IPv6Address(int(found)) in network for network in OF_THE_MACHINE)


def is_public(address: str) -> bool:
    """Whether an IP address, as `getaddrinfo` writes it, is one of the public internet."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv4Address):
        return not any(found in network for network in SPECIAL_4)
    return _is_public_6(found)


def resolve(url: str, lookup: Lookup | None = None) -> str:
    """The address to connect to for `url`; ask no name server again, it might answer otherwise.

    Raises RejectedError unless the URL is https, names no user, and all addresses of its host are
    public; UnavailableError when the host has none just now.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or HTTPS
    except ValueError as error:
        raise RejectedError("no address") from error
    if parts.scheme != "https" or not host or "@" in parts.netloc:
        raise RejectedError("not a plain https address")
    try:
        found = (lookup or socket.getaddrinfo)(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise UnavailableError(f"{host} has no address") from error
    addresses = [str(one[4][0]) for one in found]
    if not addresses:
        raise UnavailableError(f"{host} has no address")
    if not all(is_public(address) for address in addresses):
        raise RejectedError(f"{host} is not public")
    return addresses[0]


def _is_public_6(address: IPv6Address) -> bool:
    return address in UNICAST and not any(address in network for network in SPECIAL_6)
