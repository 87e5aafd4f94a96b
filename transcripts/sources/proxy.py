"""A forward proxy inside the process that lets a fetch reach public addresses only.

A downloader and the ffmpeg it starts follow redirects, playlists and segment lists on their own, so checking the first
address is not enough. Everything they do goes through this proxy (the child process has no other way to the network
by its settings), and every connection is checked here: the name is looked up once, the answer judged, and the
connection made to that very IP address.

To leave no room for request smuggling one client connection carries exactly one request. The request head is parsed
strictly and written anew (request line, Host and framing come from our own reading of the target), client bytes beyond
the declared body are never forwarded, and the peer is told to close, so that the response ends with the connection.
"""

from __future__ import annotations

import base64
import secrets
import selectors
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Final

from council.errors import CouncilError
from transcripts.sources.guard import AddressRules, resolve
from transcripts.sources.proxy_request import ProxyRequest, RequestRefused, parse_request_head

_MAX_HEAD_BYTES: Final = 65_536
_MAX_BODY_BYTES: Final = 1_048_576
_MAX_CONNECTIONS: Final = 64
_HEAD_TIMEOUT_S: Final = 10.0
_BLOCK_BYTES: Final = 65_536
_REASONS: Final = {
    400: "Bad Request",
    403: "Forbidden",
    407: "Proxy Authentication Required",
    502: "Bad Gateway",
    503: "Service Unavailable",
}


@dataclass
class FilteringProxy:
    """A running proxy.

    Attributes:
        url: `http://user:secret@127.0.0.1:port`, for the one fetch it was made for.
        port: where it listens.
        refusals: what was refused because of the rules, in order ("10.0.0.1 is not a public address").
        unreachable: the peers that could not be reached, as errors with code link_dead.
        received_bytes: bytes relayed from peers so far.
    """

    rules: AddressRules
    timeout_s: float
    max_bytes: int
    url: str = ""
    port: int = 0
    refusals: list[str] = field(default_factory=list)
    unreachable: list[CouncilError] = field(default_factory=list)
    received_bytes: int = 0
    _secret: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    _open: set[socket.socket] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _slots: threading.BoundedSemaphore = field(default_factory=lambda: threading.BoundedSemaphore(_MAX_CONNECTIONS))
    _closed: bool = False

    @property
    def is_over_limit(self) -> bool:
        """True once the peers have sent more than `max_bytes`; nothing more is relayed then."""
        return self.received_bytes > self.max_bytes

    def listen(self) -> socket.socket:
        listener = socket.create_server(("127.0.0.1", 0), backlog=_MAX_CONNECTIONS)
        self.port = listener.getsockname()[1]
        self.url = f"http://fetch:{self._secret}@127.0.0.1:{self.port}"
        return listener

    def serve(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return  # the listener was closed: the fetch is over
            if not self._slots.acquire(blocking=False):
                with client, suppress(OSError):
                    _answer(client, 503)
                continue
            threading.Thread(target=self._handle, args=(client,), name="fetch-proxy", daemon=True).start()

    def close(self) -> None:
        """Cut every connection; their threads end by themselves."""
        with self._lock:
            self._closed = True
            for sock in self._open:
                with suppress(OSError):  # it may have been closed by its peer this moment
                    sock.shutdown(socket.SHUT_RDWR)

    def _handle(self, client: socket.socket) -> None:
        try:
            with client:
                if self._adopt(client):
                    self._serve_or_reset(client)
        finally:
            self._release(client)
            self._slots.release()

    def _serve_or_reset(self, client: socket.socket) -> None:
        try:
            self._serve_one(client)
        except OSError:
            # Closing now sends a reset instead of an end: a cut download must not look like a complete one.
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def _serve_one(self, client: socket.socket) -> None:
        try:
            head, rest = _read_head(client)
            request = parse_request_head(head, max_body_bytes=_MAX_BODY_BYTES)
        except RequestRefused:
            _answer(client, 400)
            return
        if not secrets.compare_digest(request.authorization, self._expected_authorization()):
            _answer(client, 407)
            return
        try:
            upstream = self._connect(request)
        except CouncilError as error:
            if error.code == "link_dead":
                self.unreachable.append(error)
                _answer(client, 502)
            else:
                self.refusals.append(error.detail)
                _answer(client, 403)
            return
        try:
            with upstream:
                if self._adopt(upstream):
                    self._exchange(client, upstream, request, rest)
        finally:
            self._release(upstream)

    def _connect(self, request: ProxyRequest) -> socket.socket:
        last_error: OSError | None = None
        for family, ip in resolve(request.host, request.port, self.rules):
            upstream = socket.socket(family, socket.SOCK_STREAM)
            upstream.settimeout(self.timeout_s)
            try:
                upstream.connect((ip, request.port))
            except OSError as error:
                upstream.close()
                last_error = error
            else:
                return upstream
        # A refused connection is a server being restarted as often as a server that is gone: worth another attempt.
        raise CouncilError("link_dead", retryable=True, detail=f"{request.host}:{request.port}: {last_error}")

    def _exchange(self, client: socket.socket, upstream: socket.socket, request: ProxyRequest, rest: bytes) -> None:
        client.settimeout(self.timeout_s)
        upstream.settimeout(self.timeout_s)
        if request.is_tunnel:
            client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            upstream.sendall(rest)
        else:
            body = _read_body(client, rest, request.body_bytes)
            upstream.sendall(request.upstream_head() + body)
        self._relay(client, upstream, is_tunnel=request.is_tunnel)

    def _relay(self, client: socket.socket, upstream: socket.socket, *, is_tunnel: bool) -> None:
        """Copy until the peer ends; raises ConnectionError for every other end.

        A response without a length ends with its connection, so only the peer's own end may look like one.
        """
        with selectors.DefaultSelector() as selector:
            selector.register(client, selectors.EVENT_READ)
            selector.register(upstream, selectors.EVENT_READ)
            while ready := [key.fileobj for key, _ in selector.select(self.timeout_s)]:
                if client in ready:
                    block = client.recv(_BLOCK_BYTES)
                    if not is_tunnel:
                        raise ConnectionError("the client left, or sent a second request")
                    if block:
                        upstream.sendall(block)
                    else:
                        selector.unregister(client)
                        upstream.shutdown(socket.SHUT_WR)
                if upstream in ready:
                    block = upstream.recv(_BLOCK_BYTES)
                    if not block:
                        return
                    if not self._count(len(block)):
                        raise ConnectionError("byte limit")
                    client.sendall(block)
        raise ConnectionError("silence")

    def _count(self, received_bytes: int) -> bool:
        with self._lock:
            self.received_bytes += received_bytes
        return not self.is_over_limit

    def _adopt(self, sock: socket.socket) -> bool:
        with self._lock:
            if self._closed:
                return False
            self._open.add(sock)
            return True

    def _release(self, sock: socket.socket) -> None:
        with self._lock:
            self._open.discard(sock)

    def _expected_authorization(self) -> bytes:
        return b"Basic " + base64.b64encode(f"fetch:{self._secret}".encode())


@contextmanager
def filtering_proxy(rules: AddressRules, *, timeout_s: float, max_bytes: int) -> Iterator[FilteringProxy]:
    """Run a proxy for one fetch; it lives on a random loopback port behind a random secret.

    Args:
        rules: what may be reached.
        timeout_s: for connecting, and for silence on an open connection.
        max_bytes: bytes that all peers together may send.
    """
    proxy = FilteringProxy(rules, timeout_s, max_bytes)
    listener = proxy.listen()
    thread = threading.Thread(target=proxy.serve, args=(listener,), name="fetch-proxy-listener", daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        with suppress(OSError):  # on some systems shutting a listening socket is an error; closing follows anyway
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        proxy.close()
        thread.join()


def _read_head(client: socket.socket) -> tuple[bytes, bytes]:
    """Bytes up to the blank line, and what came after; the whole head must arrive within `_HEAD_TIMEOUT_S`."""
    deadline = time.monotonic() + _HEAD_TIMEOUT_S
    received = b""
    while b"\r\n\r\n" not in received:
        remaining_s = deadline - time.monotonic()
        if remaining_s <= 0 or len(received) > _MAX_HEAD_BYTES:
            raise RequestRefused("request head too slow or too long")
        client.settimeout(remaining_s)
        block = client.recv(_BLOCK_BYTES)
        if not block:
            raise RequestRefused("connection closed within the request head")
        received += block
    head, _, rest = received.partition(b"\r\n\r\n")
    return head, rest


def _read_body(client: socket.socket, rest: bytes, body_bytes: int) -> bytes:
    body = rest[:body_bytes]
    while len(body) < body_bytes:
        block = client.recv(min(_BLOCK_BYTES, body_bytes - len(body)))
        if not block:
            raise ConnectionError("client left within the request body")
        body += block
    return body


def _answer(client: socket.socket, status: int) -> None:
    challenge = 'Proxy-Authenticate: Basic realm="fetch"\r\n' if status == 407 else ""
    client.sendall(
        f"HTTP/1.1 {status} {_REASONS[status]}\r\n{challenge}Content-Length: 0\r\nConnection: close\r\n\r\n".encode()
    )
