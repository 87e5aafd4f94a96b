"""A small web site on loopback for the tests of sources: whatever a test puts into `pages`, with faults on demand."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Handler = Callable[[BaseHTTPRequestHandler], None]


@dataclass(frozen=True)
class Page:
    """What one path answers.

    Args:
        cut_after_bytes: the connection breaks after this many bytes of a body, counted from the start of each answer.
    """

    body: bytes = b""
    content_type: str = "text/html; charset=utf-8"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut_after_bytes: int | None = None


@dataclass
class Site:
    """A running site; `requests` lists (method, path, Range header) as they came."""

    port: int
    pages: dict[str, Page] = field(default_factory=dict)
    requests: list[tuple[str, str, str]] = field(default_factory=list)
    headers_seen: list[dict[str, str]] = field(default_factory=list)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, path: str) -> str:
        return f"http://{self.host}{path}"

    def paths(self) -> set[str]:
        return {path for _, path, _ in self.requests}


@contextmanager
def running_site() -> Iterator[Site]:
    """Serve a new, empty site until the block ends."""

    class RequestHandler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer(with_body=True)

        def do_HEAD(self) -> None:
            self._answer(with_body=False)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self._answer(with_body=True)

        def log_message(self, format: str, *args: object) -> None:
            pass

        def _answer(self, *, with_body: bool) -> None:
            path = self.path.partition("?")[0]
            site.requests.append((self.command, path, self.headers.get("Range", "")))
            site.headers_seen.append(dict(self.headers.items()))
            page = site.pages.get(path, Page(b"not here", status=404))
            start = _range_start(self.headers.get("Range", "")) if page.status == 200 else 0
            body = page.body[start:]
            self.close_connection = True
            self.send_response(206 if start else page.status)
            self.send_header("Content-Type", page.content_type)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Connection", "close")
            if start:
                self.send_header("Content-Range", f"bytes {start}-{len(page.body) - 1}/{len(page.body)}")
            for name, value in page.headers.items():
                self.send_header(name, value)
            self.end_headers()
            if with_body:
                self.wfile.write(body if page.cut_after_bytes is None else body[: page.cut_after_bytes])

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            pass  # a client that leaves early is part of these tests

    server = Server(("127.0.0.1", 0), RequestHandler)
    site = Site(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _range_start(header: str) -> int:
    start = header.removeprefix("bytes=").partition("-")[0]
    return int(start) if start.isdigit() else 0
