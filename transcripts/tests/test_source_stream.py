"""Streams cut into segments (HLS): all of it or an error, and never past the guard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from council.errors import CouncilError
from transcripts.sources import FetchedMedia, FetchLimits, FetchRequest, source_for
from transcripts.tests.source_media import make_hls, make_mp4, measured_duration_s
from transcripts.tests.source_site import Page, Site, running_site

LIMITS = FetchLimits(max_bytes=50_000_000, max_duration_ms=3_600_000, timeout_s=60)
KEY = bytes(range(16))


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as running:
        yield running


@pytest.fixture
def internal() -> Iterator[Site]:
    with running_site() as running:
        yield running


@pytest.fixture(scope="module")
def stream(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return make_hls(tmp_path_factory.mktemp("hls"))


@pytest.fixture(scope="module")
def encrypted_stream(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return make_hls(tmp_path_factory.mktemp("hls"), key=KEY)


def publish(site: Site, stream: dict[str, bytes]) -> None:
    for name, body in stream.items():
        kind = "application/vnd.apple.mpegurl" if name.endswith(".m3u8") else "video/mp2t"
        site.pages[f"/{name}"] = Page(body, kind)


def request_for(site: Site, workdir: Path) -> FetchRequest:
    return FetchRequest(site.url("/live.m3u8"), workdir, LIMITS, allowed_hosts=frozenset({site.host}))


def fetch(request: FetchRequest) -> FetchedMedia:
    return source_for(request.address).fetch(request, lambda done, total: None, lambda: False)


def refusal(request: FetchRequest) -> CouncilError:
    with pytest.raises(CouncilError) as failure:
        fetch(request)
    return failure.value


def test_whole_stream_becomes_one_file(site: Site, stream: dict[str, bytes], tmp_path: Path) -> None:
    publish(site, stream)

    media = fetch(request_for(site, tmp_path))

    assert measured_duration_s(media.path) == pytest.approx(8, abs=0.2)
    assert media.path.suffix == ".mp4"
    assert [path.name for path in tmp_path.iterdir()] == [media.path.name]


def test_missing_segment_is_an_error_and_the_next_attempt_completes(
    site: Site, stream: dict[str, bytes], tmp_path: Path
) -> None:
    publish(site, stream)
    missing = site.pages.pop("/part2.ts")

    error = refusal(request_for(site, tmp_path))
    site.pages["/part2.ts"] = missing
    site.requests.clear()
    media = fetch(request_for(site, tmp_path))

    assert (error.code, error.retryable) == ("link_interrupted", True)
    assert not {"/part0.ts", "/part1.ts"} & site.paths(), "finished segments were asked for again"
    assert measured_duration_s(media.path) == pytest.approx(8, abs=0.2)


def test_encrypted_stream(site: Site, encrypted_stream: dict[str, bytes], tmp_path: Path) -> None:
    publish(site, encrypted_stream)

    assert measured_duration_s(fetch(request_for(site, tmp_path)).path) == pytest.approx(8, abs=0.2)


def test_encrypted_stream_with_a_missing_segment_is_an_error(
    site: Site, encrypted_stream: dict[str, bytes], tmp_path: Path
) -> None:
    publish(site, encrypted_stream)
    del site.pages["/part2.ts"]

    assert refusal(request_for(site, tmp_path)).code == "link_interrupted"


def test_segment_on_an_internal_host(site: Site, internal: Site, stream: dict[str, bytes], tmp_path: Path) -> None:
    publish(site, stream)
    internal.pages["/secret.ts"] = Page(b"internal secret", "video/mp2t")
    playlist = stream["live.m3u8"].replace(b"part2.ts", internal.url("/secret.ts").encode())
    site.pages["/live.m3u8"] = Page(playlist, "application/vnd.apple.mpegurl")

    assert refusal(request_for(site, tmp_path)).code == "link_forbidden"
    assert internal.requests == []
    assert list(tmp_path.iterdir()) == []


def test_segment_from_the_disk_of_the_server(site: Site, stream: dict[str, bytes], tmp_path: Path) -> None:
    secret = tmp_path / "secret.ts"
    secret.write_bytes(b"internal secret")
    publish(site, stream)
    playlist = stream["live.m3u8"].replace(b"part2.ts", secret.as_uri().encode())
    site.pages["/live.m3u8"] = Page(playlist, "application/vnd.apple.mpegurl")
    workdir = tmp_path / "work"

    refusal(request_for(site, workdir))

    assert all(b"internal secret" not in path.read_bytes() for path in workdir.iterdir())


def test_stream_that_still_runs(site: Site, stream: dict[str, bytes], tmp_path: Path) -> None:
    publish(site, stream)
    playlist = stream["live.m3u8"].replace(b"#EXT-X-ENDLIST", b"")
    site.pages["/live.m3u8"] = Page(playlist, "application/vnd.apple.mpegurl")

    error = refusal(request_for(site, tmp_path))

    assert (error.code, error.retryable) == ("link_live", False)
    assert not {path for path in site.paths() if path.endswith(".ts")}


def test_limit_counts_all_segments_together(site: Site, stream: dict[str, bytes], tmp_path: Path) -> None:
    publish(site, stream)
    largest = max(len(body) for name, body in stream.items() if name.endswith(".ts"))
    limits = replace(LIMITS, max_bytes=largest * 2)

    assert refusal(replace(request_for(site, tmp_path), limits=limits)).code == "source_too_large"


QUALITIES = Page(
    b"#EXTM3U\n"
    b'#EXT-X-STREAM-INF:BANDWIDTH=6000000,RESOLUTION=1920x1080,CODECS="avc1.640028,mp4a.40.2"\nlarge.m3u8\n'
    b'#EXT-X-STREAM-INF:BANDWIDTH=900000,RESOLUTION=854x480,CODECS="avc1.64001f,mp4a.40.2"\nlive.m3u8\n'
    b'#EXT-X-STREAM-INF:BANDWIDTH=200000,RESOLUTION=256x144,CODECS="avc1.64000c,mp4a.40.2"\ntiny.m3u8\n',
    "application/vnd.apple.mpegurl",
)


def test_running_stream_in_several_qualities(site: Site, stream: dict[str, bytes], tmp_path: Path) -> None:
    publish(site, stream)
    site.pages["/master.m3u8"] = QUALITIES
    playlist = stream["live.m3u8"].replace(b"#EXT-X-ENDLIST", b"")
    site.pages["/live.m3u8"] = Page(playlist, "application/vnd.apple.mpegurl")

    assert refusal(replace(request_for(site, tmp_path), address=site.url("/master.m3u8"))).code == "link_live"


def test_stream_longer_than_the_limit(site: Site, stream: dict[str, bytes], tmp_path: Path) -> None:
    publish(site, stream)
    request = replace(request_for(site, tmp_path), limits=replace(LIMITS, max_duration_ms=7_000))

    assert refusal(request).code == "source_too_long"
    assert not {path for path in site.paths() if path.endswith(".ts")}


def test_smaller_picture_is_preferred_to_a_large_one(site: Site, stream: dict[str, bytes], tmp_path: Path) -> None:
    publish(site, stream)
    site.pages["/master.m3u8"] = QUALITIES
    request = replace(request_for(site, tmp_path), address=site.url("/master.m3u8"))

    media = fetch(request)  # the other two do not exist: choosing them would fail

    assert media.duration_ms == pytest.approx(8000, abs=200)
    assert "/part3.ts" in site.paths()


def test_picture_and_sound_in_two_streams_become_one_file(
    site: Site, stream: dict[str, bytes], tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    publish(site, stream)
    folder = tmp_path_factory.mktemp("video")
    make_mp4(folder / "v.mp4")
    site.pages["/v.mp4"] = Page((folder / "v.mp4").read_bytes(), "video/mp4")
    site.pages["/video.m3u8"] = Page(
        b"#EXTM3U\n#EXT-X-TARGETDURATION:8\n#EXTINF:8,\nv.mp4\n#EXT-X-ENDLIST\n", "application/vnd.apple.mpegurl"
    )
    site.pages["/master.m3u8"] = Page(
        b"#EXTM3U\n"
        b'#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="pl",LANGUAGE="pl",URI="live.m3u8"\n'
        b'#EXT-X-STREAM-INF:BANDWIDTH=900000,RESOLUTION=160x120,CODECS="avc1.64001f,mp4a.40.2",AUDIO="a"\nvideo.m3u8\n',
        "application/vnd.apple.mpegurl",
    )
    request = replace(request_for(site, tmp_path / "work"), address=site.url("/master.m3u8"))

    media = fetch(request)

    assert media.path.suffix == ".mp4"
    assert measured_duration_s(media.path) == pytest.approx(8, abs=0.3)
    assert {"/v.mp4", "/part3.ts"} <= site.paths()
