"""The REST API of recordings, as a program with a key or a page of ours uses it."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from conftest import World
from council.tenancy import tenant_scope
from speech.engine.types import Segment, Word
from transcripts.models import Gap, RunState
from transcripts.progress import note
from transcripts.tests.finished import finished_recording

BASE = "/api/v1/councils/lipowa/"
WORDS = (Word(0, 400, "Dzień", 0.9), Word(400, 900, "dobry.", None))


@pytest.fixture
def client(world: World) -> Client:
    client = Client()
    client.force_login(world.clerk)
    return client


@pytest.fixture
def recording_id(world: World) -> UUID:
    segments = [Segment(0, 900, "Dzień dobry.", WORDS, "Anna")]
    segments += [Segment(i * 1000, i * 1000 + 900, f"Zdanie {i}.") for i in range(1, 25)]
    return finished_recording(world.lipowa, segments)


def test_the_list_pages_through_everything_newest_first(client: Client, world: World) -> None:
    made = [str(finished_recording(world.lipowa, [], title=f"Sesja {i}", content_hash=str(i))) for i in range(5)]
    first = client.get(f"{BASE}recordings/?limit=3").json()
    rest = client.get(f"{BASE}recordings/?limit=3&offset=3").json()
    assert first["count"] == rest["count"] == 5
    assert [row["id"] for row in first["results"] + rest["results"]] == made[::-1]


def test_one_recording_tells_its_stages_and_gaps(client: Client, world: World, recording_id: UUID) -> None:
    with tenant_scope(world.lipowa.pk):
        Gap.objects.create(council=world.lipowa, recording_id=recording_id, start_ms=5, end_ms=9, reason="uncovered")
    detail = client.get(f"{BASE}recordings/{recording_id}/").json()
    assert detail["recording"]["title"] == "Sesja próbna"
    assert detail["stages"][0]["state_label"] == "gotowe"
    assert detail["gaps"][0] == {
        "start_ms": 5, "end_ms": 9, "reason": "uncovered",
        "reason_label": "słychać mowę, której nie ma w transkrypcji",
    }  # fmt: skip
    assert detail["segment_count"] == 25


def test_segments_come_page_by_page_in_order_each_once(client: Client, recording_id: UUID) -> None:
    indexes, after = [], -1
    while after is not None:
        page = client.get(f"{BASE}recordings/{recording_id}/segments/?limit=10&after_index={after}").json()
        indexes += [segment["index"] for segment in page["segments"]]
        after = page["next_after_index"]
    assert indexes == list(range(25))


def test_words_come_only_when_asked_for(client: Client, recording_id: UUID) -> None:
    address = f"{BASE}recordings/{recording_id}/segments/?limit=1"
    assert client.get(address).json()["segments"][0]["words"] == []
    words = client.get(f"{address}&words=true").json()["segments"][0]["words"]
    assert words == [[0, 400, "Dzień", 0.9], [400, 900, "dobry.", None]]


def test_events_after_the_last_one_seen(client: Client, world: World, recording_id: UUID) -> None:
    with tenant_scope(world.lipowa.pk):
        for stage in ("fetch", "audio", "chunks"):
            note(world.lipowa.pk, recording_id, stage=stage, state=RunState.RUNNING)
    events = client.get(f"{BASE}recordings/{recording_id}/events/?after=1").json()["events"]
    assert [(event["sequence"], event["stage"]) for event in events] == [(2, "audio"), (3, "chunks")]


def test_a_file_comes_in_and_the_same_file_again_is_the_same_recording(
    client: Client, settings: Settings, tmp_path: Path
) -> None:
    files = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": files}
    answers = [
        client.post(
            f"{BASE}recordings/", {"file": SimpleUploadedFile("Sesja IV.mp3", b"x" * 5_000_000), "title": title}
        )
        for title in ("Sesja czwarta", "Inny tytuł")
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    first, again = (answer.json()["recording"] for answer in answers)
    assert first["id"] == again["id"]
    assert (first["title"], first["state"], first["source_address"]) == ("Sesja czwarta", "processing", "Sesja IV.mp3")
    assert sum(path.stat().st_size for path in tmp_path.rglob("*.mp3")) == 5_000_000


def test_a_link_comes_in_as_json(client: Client) -> None:
    given = {"address": "https://example.pl/sesja.mp4", "title": "Sesja", "held_on": "2026-03-26"}
    answer = client.post(f"{BASE}recordings/", given, content_type="application/json")
    assert answer.status_code == 201
    assert answer.json()["recording"]["held_on"] == "2026-03-26"
    assert answer.json()["stages"][0]["state"] == "waiting"


@pytest.mark.parametrize(
    ("given", "status", "code"),
    [
        ({}, 400, "invalid"),
        ({"address": "to nie adres"}, 400, "link_invalid"),
        ({"address": "https://example.pl/a", "held_on": "wczoraj"}, 400, "invalid"),
    ],
)
def test_what_is_wrong_is_said_in_polish_with_a_code(
    client: Client, given: dict[str, str], status: int, code: str
) -> None:
    answer = client.post(f"{BASE}recordings/", given, content_type="application/json")
    assert answer.status_code == status
    error = answer.json()["errors"][0]
    assert error["code"] == code
    assert error["detail"].endswith(".")


def test_an_empty_file_is_refused_with_what_to_do(client: Client) -> None:
    answer = client.post(f"{BASE}recordings/", {"file": SimpleUploadedFile("a.mp3", b"")})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "media_empty")


def test_a_council_without_internet_takes_no_links(client: Client, world: World) -> None:
    world.lipowa.egress_allowed = False
    world.lipowa.save()
    answer = client.post(f"{BASE}recordings/", {"address": "https://example.pl/a"})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (403, "egress_off")


def test_publishing_and_hiding(client: Client, recording_id: UUID) -> None:
    address = f"{BASE}recordings/{recording_id}/publish/"
    for published in (True, False):
        answer = client.post(address, {"published": published}, content_type="application/json")
        assert (answer.json()["recording"]["published_at"] is not None) == published


def test_an_unfinished_recording_is_not_published_or_exported(client: Client, world: World) -> None:
    recording_id = finished_recording(world.lipowa, [], state="processing")
    publish = client.post(f"{BASE}recordings/{recording_id}/publish/", {"published": True})
    export = client.get(f"{BASE}recordings/{recording_id}/export/?format=txt")
    for answer in (publish, export):
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (409, "not_ready")


def test_deleting_leaves_nothing(client: Client, recording_id: UUID) -> None:
    assert client.delete(f"{BASE}recordings/{recording_id}/").status_code == 204
    assert client.get(f"{BASE}recordings/{recording_id}/").status_code == 404


@pytest.mark.parametrize(("name", "content_type"), [("txt", "text/plain"), ("json", "application/json"),
                                                    ("vtt", "text/vtt"), ("srt", "application/x-subrip")])  # fmt: skip
def test_exports_are_files_to_download(client: Client, recording_id: UUID, name: str, content_type: str) -> None:
    answer = client.get(f"{BASE}recordings/{recording_id}/export/?format={name}")
    assert answer["Content-Type"].startswith(content_type)
    assert answer["Content-Disposition"] == f'attachment; filename="sesja-probna.{name}"'
    assert "Zdanie 24." in answer.content.decode()


def test_an_unknown_export_format_is_refused(client: Client, recording_id: UUID) -> None:
    answer = client.get(f"{BASE}recordings/{recording_id}/export/?format=exe")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "export_format_unknown")


def test_search_asks_for_a_question(client: Client) -> None:
    answer = client.get(f"{BASE}search/")
    assert (answer.status_code, answer.json()["errors"][0]["attr"]) == (400, "q")


def test_the_schema_describes_every_route_without_a_warning(world: World, tmp_path: Path) -> None:
    schema = tmp_path / "schema.yaml"
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(schema))
    text = schema.read_text()
    for route in ("recordings/{recording_id}/segments/", "search/", "ask/"):
        assert f"/api/v1/councils/{{slug}}/{route}" in text
    assert Client().get(reverse("schema")).status_code == 200
    assert "swagger-ui" in Client().get(reverse("api-docs")).content.decode()
