"""Which addresses name this very machine, and which only machines of a network of one's own. Asks no name server."""

from __future__ import annotations

import ipaddress
from typing import Final
from urllib.parse import urlsplit

_LOCAL_NAME: Final = "localhost"

# RFC 6890 and the IANA special-purpose registries: only global unicast (2000::/3) is public in IPv6, less these.
_IPV6_GLOBAL: Final = ipaddress.IPv6Network("2000::/3")
_IPV6_REFUSED: Final = tuple(
    ipaddress.IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments: Teredo, ORCHID, benchmarking
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4 carries an IPv4 address of the sender's choice
        "3fff::/20",  # documentation
    )
)
_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
_IPV4_REFUSED: Final = tuple(
    ipaddress.IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # "this network": reaches the machine itself
        "100.64.0.0/10",  # carrier-grade NAT
        "168.63.129.16/32",  # Azure's host agent, a public address that only a virtual machine reaches
        "192.0.0.0/24",  # protocol assignments
        "192.88.99.0/24",  # 6to4 relays
        "198.18.0.0/15",  # benchmarking
        "224.0.0.0/3",  # multicast and reserved
    )
)


def is_this_machine(url: str) -> bool:
    """Whether `url` names this very machine: localhost or a loopback address (names are not resolved)."""
    host = host_of(url)
    try:
        return host == _LOCAL_NAME or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def host_of(url: str) -> str:
    """The host that `url` names, in lower case and without brackets; "" when it names none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:  # "http://[::1" and the like
        return ""


def is_public(ip: str) -> bool:
    """True for an address of the public internet; an IPv4 address wrapped in IPv6 is judged as what it wraps."""
    if "%" in ip:  # a scope (fe80::1%eth0) only exists on local networks
        return False
    address = ipaddress.ip_address(ip)
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(str(address.ipv4_mapped))
        if address in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)))
        return address in _IPV6_GLOBAL and address.is_global and not any(address in net for net in _IPV6_REFUSED)
    return address.is_global and not any(address in net for net in _IPV4_REFUSED)
