"""A link that does not lead to a recording we may fetch ends in a code that says why, with nothing left behind."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from council.errors import MESSAGES, CouncilError
from transcripts.sources import FetchLimits, FetchRequest, source_for
from transcripts.tests.source_media import make_mp4
from transcripts.tests.source_site import Page, Site, running_site

LIMITS = FetchLimits(max_bytes=50_000_000, max_duration_ms=3_600_000, timeout_s=60)


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as running:
        yield running


@pytest.fixture
def internal() -> Iterator[Site]:
    with running_site() as running:
        yield running


@pytest.fixture(scope="module")
def mp4(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return make_mp4(tmp_path_factory.mktemp("media") / "sesja.mp4")


def refusal(request: FetchRequest) -> CouncilError:
    with pytest.raises(CouncilError) as failure:
        source_for(request.address).fetch(request, lambda done, total: None, lambda: False)
    assert failure.value.code in MESSAGES
    if not failure.value.retryable:
        assert not list(request.workdir.glob("*")), "something half-done stayed"
    return failure.value


def request_for(site: Site, path: str, workdir: Path) -> FetchRequest:
    return FetchRequest(site.url(path), workdir, LIMITS, allowed_hosts=frozenset({site.host}))


@pytest.mark.parametrize(
    ("status", "code", "retryable"),
    [
        (401, "link_login", False),
        (403, "link_login", False),
        (404, "link_dead", False),
        (410, "link_removed", False),
        (429, "link_bot_wall", True),
        (451, "link_geo_blocked", False),
        (503, "link_dead", True),
    ],
)
def test_status_of_the_page(site: Site, tmp_path: Path, status: int, code: str, retryable: bool) -> None:
    site.pages["/s"] = Page(b"<html>no</html>", status=status)

    error = refusal(request_for(site, "/s", tmp_path))

    assert (error.code, error.retryable) == (code, retryable)


def test_redirects_in_a_circle(site: Site, tmp_path: Path) -> None:
    site.pages["/a"] = Page(status=302, headers={"Location": "/b"})
    site.pages["/b"] = Page(status=302, headers={"Location": "/a"})

    assert refusal(request_for(site, "/a", tmp_path)).code == "link_dead"


def test_login_wall_behind_a_redirect(site: Site, tmp_path: Path) -> None:
    site.pages["/sesja"] = Page(status=302, headers={"Location": "/konto/logowanie?powrot=/sesja"})
    site.pages["/konto/logowanie"] = Page(b"<html><form><input type=password></form></html>")

    assert refusal(request_for(site, "/sesja", tmp_path)).code == "link_login"


def test_page_without_a_recording(site: Site, tmp_path: Path) -> None:
    site.pages["/s"] = Page(b"<html><body>BIP</body></html>")

    assert refusal(request_for(site, "/s", tmp_path)).code == "link_unsupported"


def test_empty_file(site: Site, tmp_path: Path) -> None:
    site.pages["/s.mp4"] = Page(b"", "video/mp4")

    assert refusal(request_for(site, "/s.mp4", tmp_path)).code == "media_empty"


def test_nobody_listens(tmp_path: Path) -> None:
    with socket.socket() as deaf:  # it holds its port, so that nobody else listens there
        deaf.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{deaf.getsockname()[1]}"
        request = FetchRequest(f"http://{host}/s.mp4", tmp_path, LIMITS, allowed_hosts=frozenset({host}))

        error = refusal(request)

    assert (error.code, error.retryable) == ("link_dead", True)


def test_host_that_accepts_and_stays_silent(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        host = f"127.0.0.1:{silent.getsockname()[1]}"
        limits = replace(LIMITS, timeout_s=0.5)
        request = FetchRequest(f"http://{host}/s.mp4", tmp_path, limits, allowed_hosts=frozenset({host}))

        error = refusal(request)

    assert (error.code, error.retryable) == ("link_dead", True)


def test_name_that_does_not_exist(tmp_path: Path) -> None:
    error = refusal(FetchRequest("http://nie-ma-takiej-gminy.invalid/s.mp4", tmp_path, LIMITS))

    assert error.code == "link_dead"


def test_file_larger_than_the_limit_is_refused_at_its_beginning(site: Site, mp4: bytes, tmp_path: Path) -> None:
    site.pages["/s.mp4"] = Page(mp4, "video/mp4")
    limits = replace(LIMITS, max_bytes=len(mp4) - 1)

    assert refusal(replace(request_for(site, "/s.mp4", tmp_path), limits=limits)).code == "source_too_large"


def test_file_of_exactly_the_limit_is_fetched(site: Site, mp4: bytes, tmp_path: Path) -> None:
    site.pages["/s.mp4"] = Page(mp4, "video/mp4")
    limits = replace(LIMITS, max_bytes=len(mp4))
    request = replace(request_for(site, "/s.mp4", tmp_path), limits=limits)

    media = source_for(request.address).fetch(request, lambda done, total: None, lambda: False)

    assert media.size_bytes == len(mp4)


def test_recording_longer_than_the_limit_is_refused_before_the_download(site: Site, mp4: bytes, tmp_path: Path) -> None:
    # The only form of a duration that the generic extractor reads: a schema.org VideoObject.
    site.pages["/s"] = Page(
        b'<html><script type="application/ld+json">{"@context": "https://schema.org", "@type": "VideoObject",'
        b'"name": "Sesja", "duration": "PT2H", "contentUrl": "/s.mp4"}</script></html>'.replace(
            b'"/s.mp4"', f'"{site.url("/s.mp4")}"'.encode()
        )
    )
    site.pages["/s.mp4"] = Page(mp4, "video/mp4")

    assert refusal(request_for(site, "/s", tmp_path)).code == "source_too_long"


def test_egress_off_asks_nobody(site: Site, mp4: bytes, tmp_path: Path) -> None:
    site.pages["/s.mp4"] = Page(mp4, "video/mp4")

    error = refusal(replace(request_for(site, "/s.mp4", tmp_path), egress_allowed=False))

    assert error.code == "egress_off"
    assert site.requests == []


def test_redirect_to_an_internal_host(site: Site, internal: Site, mp4: bytes, tmp_path: Path) -> None:
    site.pages["/a"] = Page(status=302, headers={"Location": "/b"})
    site.pages["/b"] = Page(status=302, headers={"Location": internal.url("/secret.mp4")})
    internal.pages["/secret.mp4"] = Page(mp4, "video/mp4")

    assert refusal(request_for(site, "/a", tmp_path)).code == "link_forbidden"
    assert internal.requests == []


def test_page_whose_video_lies_on_an_internal_host(site: Site, internal: Site, mp4: bytes, tmp_path: Path) -> None:
    site.pages["/s"] = Page(f'<html><title>S</title><video src="{internal.url("/x.mp4")}"></video></html>'.encode())
    internal.pages["/x.mp4"] = Page(mp4, "video/mp4")

    assert refusal(request_for(site, "/s", tmp_path)).code == "link_forbidden"
    assert internal.requests == []


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/s.mp4", "data:video/mp4;base64,AAAA"])
def test_redirect_to_another_scheme(site: Site, tmp_path: Path, target: str) -> None:
    site.pages["/a"] = Page(status=302, headers={"Location": target})

    assert not refusal(request_for(site, "/a", tmp_path)).retryable


def test_name_that_resolves_to_loopback(
    internal: Site, mp4: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    internal.pages["/s.mp4"] = Page(mp4, "video/mp4")
    monkeypatch.setattr("transcripts.sources.guard.DEFAULT_PORTS", {"http": internal.port, "https": 443})
    lookup = socket.getaddrinfo

    def rebound(host: str, port: int, *args: int, **kwargs: int) -> object:
        return lookup("127.0.0.1" if host == "wideo.gmina.example" else host, port, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", rebound)

    error = refusal(FetchRequest("http://wideo.gmina.example/s.mp4", tmp_path, LIMITS))

    assert error.code == "link_forbidden"
    assert internal.requests == []


def test_environment_that_exempts_hosts_from_proxies_does_not_open_a_way_round(
    site: Site, internal: Site, mp4: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setenv("NO_PROXY", "*")
    site.pages["/a"] = Page(status=302, headers={"Location": internal.url("/secret.mp4")})
    internal.pages["/secret.mp4"] = Page(mp4, "video/mp4")

    assert refusal(request_for(site, "/a", tmp_path)).code == "link_forbidden"
    assert internal.requests == []


@pytest.mark.parametrize("address", ["ftp://example.org/s.mp4", "file:///etc/passwd", "javascript:alert(1)", "sesja"])
def test_address_that_is_no_web_address(address: str) -> None:
    with pytest.raises(CouncilError) as failure:
        source_for(address)

    assert failure.value.code == "link_invalid"
