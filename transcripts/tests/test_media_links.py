"""Sound and picture by signed links: byte ranges, expiry, and nothing without a link."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.test import AsyncClient, Client
from django.utils import timezone
from pytest_django import Settings

from conftest import World
from transcripts import actions, storage
from transcripts.media import media_links
from transcripts.tests.finished import finished_recording

CONTENT = bytes(range(256)) * 4_000  # 1,024,000 bytes: several blocks


@pytest.fixture
def world(committed_world: World) -> World:
    """Committed: the view runs in a thread of its own, on another connection."""
    return committed_world


@pytest.fixture
def recording_id(world: World, settings: Settings, tmp_path: Path) -> UUID:
    files = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": files}
    return with_media(world, "sesja.mp4", published_at=timezone.now())


def with_media(world: World, file_name: str, **values: object) -> UUID:
    digest = hashlib.sha256(CONTENT).hexdigest()
    name = f"{world.lipowa.pk}/{file_name.rpartition('.')[0]}/{digest}.{file_name.rpartition('.')[2]}"
    default_storage.save(name, ContentFile(CONTENT))
    default_storage.save(f"{name}.flac", ContentFile(b"flac"))
    return finished_recording(
        world.lipowa, [], media_name=name, media_type=storage.media_type_of(name), media_bytes=len(CONTENT),
        audio_name=f"{name}.flac", content_hash=file_name, **values,
    )  # fmt: skip


def link(world: World, recording_id: UUID) -> str:
    return media_links(world.actor(world.clerk), recording_id)[0].url


async def get(url: str, **headers: str) -> tuple[HttpResponseBase, bytes]:
    """As the ASGI server does it, without a session: the link alone opens."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    answer: HttpResponseBase = await AsyncClient().get(url, headers=sent)
    if isinstance(answer, HttpResponse):
        return answer, answer.content
    assert isinstance(answer, StreamingHttpResponse)
    blocks = answer.streaming_content
    assert isinstance(blocks, AsyncIterator)  # else ASGI would collect the whole file in memory
    return answer, b"".join([block async for block in blocks])


@pytest.fixture
def url(world: World, recording_id: UUID) -> str:
    return link(world, recording_id)


async def test_the_whole_file(url: str) -> None:
    answer, body = await get(url)
    assert (answer.status_code, body) == (200, CONTENT)
    assert answer["Content-Type"] == "video/mp4"
    assert answer["Content-Length"] == str(len(CONTENT))
    assert answer["Accept-Ranges"] == "bytes"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("inline")
    assert answer["Content-Security-Policy"].startswith("sandbox")


@pytest.mark.parametrize(
    ("wanted", "start", "end"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=100-299999", 100, 299_999),
        ("bytes=1023990-", 1_023_990, 1_023_999),
        ("bytes=-10", 1_023_990, 1_023_999),
        ("bytes=-99999999", 0, 1_023_999),
        ("bytes=1023000-99999999", 1_023_000, 1_023_999),
    ],
)
async def test_a_part_of_it(url: str, wanted: str, start: int, end: int) -> None:
    answer, body = await get(url, range=wanted)
    assert answer.status_code == 206
    assert answer["Content-Range"] == f"bytes {start}-{end}/{len(CONTENT)}"
    assert answer["Content-Length"] == str(end - start + 1)
    assert body == CONTENT[start : end + 1]


@pytest.mark.parametrize("wanted", ["bytes=1024000-", "bytes=9999999-99999999", "bytes=-0"])
async def test_a_part_behind_the_end_is_refused(url: str, wanted: str) -> None:
    answer, _ = await get(url, range=wanted)
    assert answer.status_code == 416
    assert answer["Content-Range"] == f"bytes */{len(CONTENT)}"


@pytest.mark.parametrize("wanted", ["bytes=5-2", "bytes=a-b", "bytes=0-1,5-6", "items=0-1", "bytes=-"])
async def test_what_is_not_one_range_of_bytes_gets_the_whole_file(url: str, wanted: str) -> None:
    answer, body = await get(url, range=wanted)
    assert (answer.status_code, len(body)) == (200, len(CONTENT))


async def test_if_range_holds_only_for_the_same_content(url: str) -> None:
    etag = (await get(url))[0]["ETag"]
    assert (await get(url, range="bytes=0-9", if_range=etag))[0].status_code == 206
    assert (await get(url, range="bytes=0-9", if_range='"older"'))[0].status_code == 200
    assert (await get(url, if_none_match=etag))[0].status_code == 304


def test_head_tells_the_size_and_sends_nothing(url: str) -> None:
    answer = Client().head(url, headers={"Range": "bytes=0-9"})
    assert (answer.status_code, answer["Content-Length"], answer.content) == (206, "10", b"")


def test_a_forged_or_expired_link_opens_nothing(url: str, settings: Settings) -> None:
    token = url.split("/")[2]
    assert Client().get(url.replace(token, token[:-1] + ("A" if token[-1] != "A" else "B"))).status_code == 404
    settings.MEDIA_LINK_TTL = -1
    assert Client().get(url).status_code == 404


def test_a_link_dies_with_its_recording(world: World, recording_id: UUID, url: str) -> None:
    actions.delete_recording(world.actor(world.clerk), recording_id=recording_id)
    assert Client().get(url).status_code == 404


def test_a_residents_link_dies_when_the_recording_is_hidden_again(world: World, recording_id: UUID) -> None:
    theirs = media_links(world.actor(world.resident), recording_id)[0].url
    clerks = link(world, recording_id)
    assert Client().head(theirs).status_code == 200
    actions.publish_recording(world.actor(world.clerk), recording_id=recording_id, published=False)
    assert Client().head(theirs).status_code == 404
    assert Client().head(clerks).status_code == 200


@pytest.mark.parametrize(("name", "kinds"), [("a.mp4", ["media", "audio"]), ("a.avi", ["audio"]), ("a.wma", ["audio"])])
@pytest.mark.usefixtures("recording_id")
def test_what_browsers_cannot_play_is_heard_through_its_sound(world: World, name: str, kinds: list[str]) -> None:
    links = media_links(world.actor(world.clerk), with_media(world, name))
    assert [link.kind for link in links] == kinds
    assert links[-1].media_type == "audio/flac"


@pytest.mark.usefixtures("recording_id")
def test_a_file_that_is_no_sound_or_picture_by_its_name_never_opens_on_our_pages(world: World) -> None:
    assert all(link.kind == "audio" for link in media_links(world.actor(world.clerk), with_media(world, "page.html")))
