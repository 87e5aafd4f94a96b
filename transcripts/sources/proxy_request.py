"""Reading a forward-proxy request so strictly that nobody downstream can read it differently."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from council.errors import CouncilError
from transcripts.sources.guard import Endpoint, parse_address

_REQUEST_LINE: Final = re.compile(rb"(CONNECT|GET|HEAD|POST) ([\x21-\x7e]+) HTTP/1\.[01]")
_HEADER: Final = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\x00-\x08\x0a-\x1f\x7f]*)")
# Hop-by-hop (RFC 9110 7.6.1) and those that are written anew.
_NOT_FORWARDED: Final = frozenset(
    (
        b"connection",
        b"content-length",
        b"host",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    )
)


class RequestRefused(Exception):
    """The request is not one that a downloader would send."""


@dataclass(frozen=True)
class ProxyRequest:
    """One parsed request.

    Attributes:
        method: CONNECT, GET, HEAD or POST.
        host, port: of the target; never of the Host header.
        origin_form: path and query for the peer; empty for CONNECT.
        headers: what may be forwarded, in order.
        body_bytes: declared length of the body.
        authorization: value of Proxy-Authorization, or empty.
    """

    method: bytes
    host: str
    port: int
    origin_form: bytes
    headers: tuple[tuple[bytes, bytes], ...]
    body_bytes: int
    authorization: bytes

    @property
    def is_tunnel(self) -> bool:
        return self.method == b"CONNECT"

    def upstream_head(self) -> bytes:
        """The request head for the peer, with Host and framing of our own."""
        bracketed = f"[{self.host}]" if ":" in self.host else self.host
        authority = bracketed if self.port == 80 else f"{bracketed}:{self.port}"
        lines = [self.method + b" " + self.origin_form + b" HTTP/1.1", b"Host: " + authority.encode("ascii")]
        lines += [name + b": " + value for name, value in self.headers]
        if self.method == b"POST":
            lines.append(b"Content-Length: %d" % self.body_bytes)
        lines.append(b"Connection: close")
        return b"\r\n".join(lines) + b"\r\n\r\n"


def parse_request_head(head: bytes, *, max_body_bytes: int) -> ProxyRequest:
    """Parse a request head (without its blank line).

    Raises:
        RequestRefused: for other methods and schemes, folded or malformed headers, doubtful framing, a long body.
    """
    request_line, *header_lines = head.split(b"\r\n")
    line = _REQUEST_LINE.fullmatch(request_line)
    if line is None:
        raise RequestRefused("request line")
    method, target = line.groups()
    headers = [_header(text) for text in header_lines]
    endpoint, origin_form = _target(method, target.decode("ascii"))
    named_hop_by_hop = {
        token.strip().lower() for name, value in headers if name.lower() == b"connection" for token in value.split(b",")
    }
    return ProxyRequest(
        method=method,
        host=endpoint.host,
        port=endpoint.port,
        origin_form=origin_form,
        headers=tuple(
            (name, value) for name, value in headers if name.lower() not in _NOT_FORWARDED | named_hop_by_hop
        ),
        body_bytes=_body_bytes(method, headers, max_body_bytes),
        authorization=next((value for name, value in headers if name.lower() == b"proxy-authorization"), b""),
    )


def _header(text: bytes) -> tuple[bytes, bytes]:
    match = _HEADER.fullmatch(text)
    if match is None:
        raise RequestRefused("header line")
    return match.group(1), match.group(2).rstrip(b" \t")


def _target(method: bytes, target: str) -> tuple[Endpoint, bytes]:
    try:
        if method == b"CONNECT":
            if re.fullmatch(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+):\d{1,5}", target) is None:
                raise RequestRefused("CONNECT target")
            return parse_address(f"https://{target}"), b""
        if not target.lower().startswith("http://"):
            raise RequestRefused("only absolute http:// targets; https goes through CONNECT")
        endpoint = parse_address(target)
    except CouncilError as error:
        raise RequestRefused(error.detail) from error
    after_authority = re.sub(r"^[^:]+://[^/?#]*", "", target).partition("#")[0]
    origin_form = after_authority if after_authority.startswith("/") else f"/{after_authority}"
    return endpoint, origin_form.encode("ascii")


def _body_bytes(method: bytes, headers: list[tuple[bytes, bytes]], max_body_bytes: int) -> int:
    names = [name.lower() for name, _ in headers]
    if b"transfer-encoding" in names or names.count(b"content-length") > 1:
        raise RequestRefused("framing")
    declared = next((value for name, value in headers if name.lower() == b"content-length"), b"0")
    if re.fullmatch(rb"\d{1,9}", declared) is None:
        raise RequestRefused("content length")
    length = int(declared)
    if length > max_body_bytes or (length and method != b"POST"):
        raise RequestRefused("body")
    return length
