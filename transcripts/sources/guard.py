"""Which addresses a fetch may reach. Pure rules plus one name lookup; `proxy.py` enforces them on every connection."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from council.errors import CouncilError
from speech.engine.addresses import is_public

DEFAULT_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Endpoint:
    """Where an address leads: `host` is lower case, without brackets and trailing dot."""

    scheme: str
    host: str
    port: int


@dataclass(frozen=True)
class AddressRules:
    """What one fetch may reach.

    Args:
        allowed_hosts: `host` (any port) or `host:port` that may be private. Compared with the name as written in the
            address, before any lookup, so a foreign name that resolves to an allowed machine gains nothing.
        ports: ports that every other host may be asked on.
    """

    allowed_hosts: frozenset[str] = frozenset()
    ports: frozenset[int] = frozenset(DEFAULT_PORTS.values())

    def is_listed(self, host: str, port: int) -> bool:
        """True when the host, or this port of it, is one the operator listed."""
        bracketed = f"[{host}]" if ":" in host else host
        names = {host, bracketed, f"{bracketed}:{port}"}
        return any(listed.strip().lower() in names for listed in self.allowed_hosts)


def parse_address(address: str) -> Endpoint:
    """Read an http(s) address strictly.

    Raises:
        CouncilError: link_invalid for anything but http(s) with a plain host and port.
    """
    text = address.strip()
    # Parsers disagree about these characters, and a disagreement is how a check is talked round.
    if any(ord(char) <= 0x20 or ord(char) == 0x7F or char == "\\" for char in text):
        raise CouncilError("link_invalid", detail="control character, space or backslash in the address")
    try:
        parts = urlsplit(text)
        port = parts.port
        host = (parts.hostname or "").removesuffix(".")
    except ValueError as error:
        raise CouncilError("link_invalid", detail=str(error)) from error
    if parts.scheme not in DEFAULT_PORTS or not host or "%" in host:
        raise CouncilError("link_invalid", detail=f"scheme {parts.scheme!r}, host {host!r}")
    if "@" in parts.netloc:
        raise CouncilError("link_invalid", detail="user name in the address")
    if port == 0:
        raise CouncilError("link_invalid", detail="port 0")
    return Endpoint(parts.scheme, _ascii_host(host), port or DEFAULT_PORTS[parts.scheme])


def check_address(address: str, rules: AddressRules) -> Endpoint:
    """Check what can be seen without the network: form, port, and a literal IP address.

    Raises:
        CouncilError: link_invalid, or link_forbidden for a refused port or IP address.
    """
    endpoint = parse_address(address)
    if rules.is_listed(endpoint.host, endpoint.port):
        return endpoint
    check_port(endpoint.host, endpoint.port, rules)
    try:
        literal = ipaddress.ip_address(endpoint.host)
    except ValueError:
        return endpoint  # a name: judged when it is resolved
    if not is_public(str(literal)):
        raise CouncilError("link_forbidden", detail=f"{endpoint.host} is not a public address")
    return endpoint


def check_port(host: str, port: int, rules: AddressRules) -> None:
    """Raises CouncilError link_forbidden unless `port` may be asked on `host`."""
    if port not in rules.ports and not rules.is_listed(host, port):
        raise CouncilError("link_forbidden", detail=f"port {port} of {host}")


def resolve(host: str, port: int, rules: AddressRules) -> list[tuple[socket.AddressFamily, str]]:
    """Look `host` up once and return the (family, IP address) pairs one may connect to.

    The caller connects to these very addresses: a second lookup could answer differently (DNS rebinding). One
    non-public answer condemns the whole name.

    Raises:
        CouncilError: link_forbidden, or link_dead when the name does not exist (retryable when the lookup failed).
    """
    check_port(host, port, rules)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        raise CouncilError("link_dead", retryable=error.errno == socket.EAI_AGAIN, detail=f"{host}: {error}") from error
    except UnicodeError as error:
        raise CouncilError("link_invalid", detail=f"{host[:80]}: {error}") from error
    addresses: list[tuple[socket.AddressFamily, str]] = [
        (family, str(sockaddr[0])) for family, _, _, _, sockaddr in found
    ]
    if not rules.is_listed(host, port):
        for _, ip in addresses:
            if not is_public(ip):
                raise CouncilError("link_forbidden", detail=f"{host} is {ip}")
    return addresses


def _ascii_host(host: str) -> str:
    if host.isascii():
        return host.lower()
    try:
        return host.encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise CouncilError("link_invalid", detail=f"host name {host!r}: {error}") from error
