"""A finished transcript brought in over the web, with its recording or without."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from conftest import World
from council.models import User
from speech.engine.types import Segment
from transcripts import queries
from transcripts.imports import spoken_text
from transcripts.tests.sounds import write_silence

VTT = b"WEBVTT\n\n00:01.000 --> 00:04.000\nKiedy b\xc4\x99dzie remont drogi?\n"
SPOKEN = "Przewodniczący Jan Lis: Otwieram obrady sesji rady gminy.\n\nRadna Ewa Gołąb: Mam pytanie.\n".encode()
API = "/api/v1/councils/lipowa/transcripts/"


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    settings.WORK_DIR = tmp_path / "work"
    settings.WORK_DIR.mkdir()
    settings.FILE_UPLOAD_TEMP_DIR = str(settings.WORK_DIR)


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def sound(tmp_path: Path, seconds: float) -> SimpleUploadedFile:
    return SimpleUploadedFile("sesja.wav", write_silence(tmp_path / "sesja.wav", seconds=seconds).read_bytes())


def test_estimated_times_cover_the_whole_recording_in_order_of_what_is_said() -> None:
    text = "Jan Lis: " + "Bardzo długa wypowiedź o drodze. " * 9 + "\nEwa Gołąb: Tak.\nJan Lis: Nie."
    fitted = spoken_text.fitted(spoken_text.read(text), 60_000)
    assert (fitted[0].start_ms, fitted[-1].end_ms) == (0, 60_000)
    assert [s.start_ms for s in fitted[1:]] == [s.end_ms for s in fitted[:-1]]
    assert fitted[0].end_ms > 40_000
    assert spoken_text.fitted([Segment(0, 1, "Tak.", (), None)], 5)[0].end_ms == 5


@pytest.mark.django_db(transaction=True)
def test_a_text_with_its_sound_is_spread_over_it(committed_world: World, tmp_path: Path) -> None:
    world = committed_world
    client = signed_in(world.clerk)
    form = client.get(reverse("recordings", args=["lipowa"])).content.decode()
    assert reverse("new-transcript", args=["lipowa"]) in form
    given = {
        "transcript": SimpleUploadedFile("sesja 2026-03-26.txt", SPOKEN),
        "recording": sound(tmp_path, 20),
        "title": "XII sesja",
    }
    answer = client.post(reverse("new-transcript", args=["lipowa"]), given)
    assert answer.status_code == 302, answer.content.decode()
    actor = world.actor(world.clerk)
    ((row, *_), _) = queries.list_recordings(actor)
    assert (row.title, row.has_media) == ("XII sesja (czasy szacowane)", True)
    first, second = queries.list_segments(actor, row.id)
    assert (first.start_ms, first.end_ms, second.end_ms) == (0, second.start_ms, 20_000)
    assert second.speaker == "Radna Ewa Gołąb"


@pytest.mark.django_db(transaction=True)
def test_programs_bring_in_subtitles(committed_world: World) -> None:
    client = signed_in(committed_world.clerk)
    given = {"transcript": SimpleUploadedFile("../../sesja\u0142/" + "ż" * 200 + ".vtt", VTT), "held_on": "2026-03-26"}
    answer = client.post(API, given)
    assert answer.status_code == 201, answer.content.decode()
    recording = answer.json()["recording"]
    assert (recording["held_on"], recording["has_media"]) == ("2026-03-26", False)
    again = client.post(API, {"transcript": SimpleUploadedFile("inna.vtt", VTT)})
    assert again.json()["recording"]["id"] == recording["id"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({}, "required"),
        ({"transcript": ("pusty.txt", b"")}, None),
        ({"transcript": ("zly.json", b"{\xff\xfe")}, "transcript_unreadable"),
        ({"transcript": ("bez.txt", b"godz. 10:00")}, "transcript_unreadable"),
        ({"transcript": ("dobry.vtt", VTT), "recording": ("zly.mp3", b"to nie jest plik")}, "media_unreadable"),
        ({"transcript": ("dobry.txt", SPOKEN), "recording": ("pusty.mp3", b"")}, "media_empty"),
    ],
)
def test_what_cannot_be_read_is_refused_and_leaves_nothing(
    world: World, files: dict[str, tuple[str, bytes]], code: str | None
) -> None:
    client = signed_in(world.clerk)
    answer = client.post(API, {name: SimpleUploadedFile(*given) for name, given in files.items()})
    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["code"]) == (400, code or error["code"])
    page = client.post(
        reverse("new-transcript", args=["lipowa"]),
        {name: SimpleUploadedFile(*given) for name, given in files.items()},
    )
    assert page.status_code == 400
    assert queries.list_recordings(world.actor(world.clerk)) == ([], 0)


@pytest.mark.django_db
@pytest.mark.parametrize("person", ["resident", "councillor", "stranger"])
def test_only_clerks_bring_transcripts_in(world: World, person: str) -> None:
    client = signed_in(getattr(world, person))
    assert client.get(reverse("new-transcript", args=["lipowa"])).status_code == 404
    assert client.post(API, {"transcript": SimpleUploadedFile("a.vtt", VTT)}).status_code == 404
