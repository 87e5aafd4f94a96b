"""The filtering proxy: one checked request per connection, and no way to talk it into another."""

from __future__ import annotations

import base64
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from transcripts.sources.guard import AddressRules
from transcripts.sources.proxy import FilteringProxy, filtering_proxy
from transcripts.tests.source_media import ffmpeg, make_mp3, measured_duration_s
from transcripts.tests.source_site import Page, Site, running_site


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as running:
        running.pages["/a"] = Page(b"public page", "text/plain")
        yield running


@pytest.fixture
def internal() -> Iterator[Site]:
    with running_site() as running:
        running.pages["/secret"] = Page(b"internal secret", "text/plain")
        yield running


@pytest.fixture
def proxy(site: Site) -> Iterator[FilteringProxy]:
    with filtering_proxy(AddressRules(frozenset({site.host})), timeout_s=60, max_bytes=1_000_000) as running:
        yield running


def credential(proxy: FilteringProxy) -> bytes:
    parts = urlsplit(proxy.url)
    return b"Proxy-Authorization: Basic " + base64.b64encode(f"{parts.username}:{parts.password}".encode()) + b"\r\n"


def exchange(proxy: FilteringProxy, *sent: bytes) -> bytes:
    """Send the bytes and read until the proxy closes."""
    received = b""
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=120) as connection:
        with suppress(ConnectionError):  # it may close before it has read everything
            connection.sendall(b"".join(sent))
        try:
            while block := connection.recv(65536):
                received += block
        except ConnectionResetError:
            pass  # closed with bytes of ours unread
    return received


def get(proxy: FilteringProxy, url: str, *headers: bytes) -> bytes:
    lines = b"".join(header + b"\r\n" for header in headers)
    return exchange(proxy, f"GET {url} HTTP/1.1\r\n".encode(), credential(proxy), lines, b"\r\n")


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


def test_allowed_host_answers_through_it(proxy: FilteringProxy, site: Site) -> None:
    answer = get(proxy, site.url("/a?x=1"), b"Host: ignored.example", b"X-Own: kept")

    assert status(answer) == 200
    assert answer.endswith(b"public page")
    assert site.headers_seen[0]["Host"] == site.host
    assert site.headers_seen[0]["X-Own"] == "kept"
    assert "Proxy-Authorization" not in site.headers_seen[0]


def test_without_the_secret_nothing_is_fetched(proxy: FilteringProxy, site: Site) -> None:
    without = exchange(proxy, f"GET {site.url('/a')} HTTP/1.1\r\n\r\n".encode())
    wrong = exchange(proxy, f"GET {site.url('/a')} HTTP/1.1\r\nProxy-Authorization: Basic eDp5\r\n\r\n".encode())

    assert (status(without), status(wrong)) == (407, 407)
    assert site.requests == []


def test_host_header_cannot_name_another_target(proxy: FilteringProxy, site: Site, internal: Site) -> None:
    answer = get(proxy, site.url("/secret"), f"Host: {internal.host}".encode())

    assert status(answer) == 404
    assert internal.requests == []


def test_internal_target_is_refused_and_recorded(proxy: FilteringProxy, internal: Site) -> None:
    plain = get(proxy, internal.url("/secret"))
    tunnel = exchange(proxy, f"CONNECT {internal.host} HTTP/1.1\r\n".encode(), credential(proxy), b"\r\n")

    assert (status(plain), status(tunnel)) == (403, 403)
    assert internal.requests == []
    assert len(proxy.refusals) == 2


def test_second_request_on_a_connection_is_not_forwarded(proxy: FilteringProxy, site: Site, internal: Site) -> None:
    smuggled = f"GET /secret HTTP/1.1\r\nHost: {internal.host}\r\n\r\n".encode()

    exchange(proxy, f"GET {site.url('/a')} HTTP/1.1\r\n".encode(), credential(proxy), b"\r\n", smuggled)

    assert [path for _, path, _ in site.requests] in ([], ["/a"])
    assert internal.requests == []


@pytest.mark.parametrize(
    "head",
    [
        b"GET {url} HTTP/1.1\r\n{auth}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        b"POST {url} HTTP/1.1\r\n{auth}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST {url} HTTP/1.1\r\n{auth}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST {url} HTTP/1.1\r\n{auth}Content-Length: +5\r\n\r\nhello",
        b"POST {url} HTTP/1.1\r\n{auth}Content-Length: 999999999\r\n\r\nhello",
        b"GET {url} HTTP/1.1\r\n{auth}X-A: 1\r\n folded: 2\r\n\r\n",
        b"GET {url} HTTP/1.1\r\n{auth}X-A: 1\nX-B: 2\r\n\r\n",
        b"GET {url} HTTP/1.1\r\n{auth}X-A : 1\r\n\r\n",
        b"GET {url} HTTP/1.1\r\n{auth}X-A: 1\x00\r\n\r\n",
        b"GET  {url} HTTP/1.1\r\n{auth}\r\n",
        b"GET {url} HTTP/2.0\r\n{auth}\r\n",
        b"GET /a HTTP/1.1\r\nHost: 127.0.0.1\r\n{auth}\r\n",
        b"GET https://127.0.0.1/a HTTP/1.1\r\n{auth}\r\n",
        b"GET http://x@127.0.0.1/a HTTP/1.1\r\n{auth}\r\n",
        b"GET ftp://127.0.0.1/a HTTP/1.1\r\n{auth}\r\n",
        b"PUT {url} HTTP/1.1\r\n{auth}\r\n",
        b"CONNECT 127.0.0.1 HTTP/1.1\r\n{auth}\r\n",
        b"CONNECT example.org#127.0.0.1:80 HTTP/1.1\r\n{auth}\r\n",
        b"CONNECT x@127.0.0.1:443 HTTP/1.1\r\n{auth}\r\n",
        b"\x16\x03\x01 not http\r\n\r\n",
    ],
)
def test_doubtful_request_is_refused(proxy: FilteringProxy, site: Site, head: bytes) -> None:
    sent = head.replace(b"{url}", site.url("/a").encode()).replace(b"{auth}", credential(proxy))

    assert status(exchange(proxy, sent)) == 400
    assert site.requests == []


def test_head_without_end_is_refused(proxy: FilteringProxy) -> None:
    assert status(exchange(proxy, b"GET http://127.0.0.1/ HTTP/1.1\r\nX: " + b"a" * 200_000)) == 400


def test_body_of_a_post_is_forwarded(proxy: FilteringProxy, site: Site) -> None:
    answer = exchange(
        proxy,
        f"POST {site.url('/a')} HTTP/1.1\r\n".encode(),
        credential(proxy),
        b"Content-Length: 5\r\nConnection: x-hop\r\nX-Hop: gone\r\n\r\nhello",
    )

    assert status(answer) == 200
    assert site.requests == [("POST", "/a", "")]
    assert site.headers_seen[0]["Content-Length"] == "5"
    assert "X-Hop" not in site.headers_seen[0]


def test_tunnel_carries_bytes_both_ways(proxy: FilteringProxy, site: Site) -> None:
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=120) as connection:
        connection.sendall(f"CONNECT {site.host} HTTP/1.1\r\n".encode() + credential(proxy) + b"\r\n")
        assert status(connection.recv(4096)) == 200
        connection.sendall(b"GET /a HTTP/1.0\r\n\r\n")
        connection.shutdown(socket.SHUT_WR)
        received = b""
        while block := connection.recv(4096):
            received += block

    assert received.endswith(b"public page")


def test_ipv6_literal(internal: Site) -> None:
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as server:
        port = server.getsockname()[1]
        threading.Thread(target=answer_once, args=(server,), daemon=True).start()
        with filtering_proxy(AddressRules(frozenset({f"[::1]:{port}"})), timeout_s=60, max_bytes=1000) as proxy:
            answer = get(proxy, f"http://[::1]:{port}/")

    assert answer.endswith(f"Host: [::1]:{port}".encode())


def answer_once(server: socket.socket) -> None:
    connection, _ = server.accept()
    with connection:
        host_line = next(line for line in connection.recv(4096).split(b"\r\n") if line.startswith(b"Host"))
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n" + host_line)


def test_relays_no_more_than_the_limit(proxy: FilteringProxy, site: Site) -> None:
    site.pages["/big"] = Page(bytes(3_000_000), "video/mp4")

    answer = get(proxy, site.url("/big"))

    assert len(answer) <= 1_000_000
    assert proxy.is_over_limit


@pytest.mark.parametrize("ending", ["silence", "reset", "end"])
def test_only_the_peers_own_end_looks_like_an_end(ending: str) -> None:
    """A body without a length is complete when its connection ends: a cut one has to be told apart."""
    done = threading.Event()

    def serve() -> None:
        connection, _ = server.accept()
        with connection:
            connection.recv(4096)
            connection.sendall(b"HTTP/1.0 200 OK\r\n\r\nfirst half")
            if ending == "silence":
                done.wait(120)
            if ending == "reset":
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    with socket.create_server(("127.0.0.1", 0)) as server:
        host = f"127.0.0.1:{server.getsockname()[1]}"
        threading.Thread(target=serve, daemon=True).start()
        timeout_s = 0.5 if ending == "silence" else 60
        with filtering_proxy(AddressRules(frozenset({host})), timeout_s=timeout_s, max_bytes=1000) as proxy:
            assert ends_cleanly(proxy, f"http://{host}/s.mp4") == (ending == "end")
        done.set()


def ends_cleanly(proxy: FilteringProxy, url: str) -> bool:
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=120) as connection:
        connection.sendall(f"GET {url} HTTP/1.1\r\n".encode() + credential(proxy) + b"\r\n")
        try:
            while connection.recv(4096):
                pass
        except ConnectionResetError:
            return False
    return True


def test_unreachable_peer_is_recorded(site: Site) -> None:
    with socket.socket() as deaf:  # it holds its port, so that nobody else listens there
        deaf.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{deaf.getsockname()[1]}"
        with filtering_proxy(AddressRules(frozenset({host})), timeout_s=60, max_bytes=1000) as proxy:
            assert status(get(proxy, f"http://{host}/")) == 502
            assert [error.code for error in proxy.unreachable] == ["link_dead"]


def test_connects_to_the_address_it_checked(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that answers differently the second time (DNS rebinding) is never asked a second time."""
    lookup = socket.getaddrinfo
    asked: list[str] = []

    def counting(host: str, port: int, *args: int, **kwargs: int) -> object:
        asked.append(host)
        return lookup("127.0.0.1", port, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", counting)
    host = f"wideo.example:{site.port}"
    with filtering_proxy(AddressRules(frozenset({host})), timeout_s=60, max_bytes=1_000_000) as proxy:
        answer = get(proxy, f"http://{host}/a")

    assert answer.endswith(b"public page")
    assert asked.count("wideo.example") == 1


def test_many_connections_at_once(proxy: FilteringProxy, site: Site) -> None:
    answers: list[bytes] = []
    threads = [threading.Thread(target=lambda: answers.append(get(proxy, site.url("/a")))) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [answer[-11:] for answer in answers] == [b"public page"] * 40


def test_is_gone_after_the_fetch(site: Site) -> None:
    with filtering_proxy(AddressRules(), timeout_s=60, max_bytes=1000) as proxy:
        port = proxy.port

    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=60)


def test_ffmpeg_reads_through_it(proxy: FilteringProxy, site: Site, tmp_path: Path) -> None:
    site.pages["/s.mp3"] = Page(make_mp3(tmp_path / "s.mp3", duration_s=3), "audio/mpeg")

    ffmpeg("-http_proxy", proxy.url, "-i", site.url("/s.mp3"), tmp_path / "out.wav")

    assert measured_duration_s(tmp_path / "out.wav") == pytest.approx(3, abs=0.2)
