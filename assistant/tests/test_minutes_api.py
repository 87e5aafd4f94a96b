"""Minutes and summaries for other programs: written, corrected and approved over REST, seen by whom."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from assistant.tests.test_minutes_drafts import read_recording
from conftest import World
from council.models import User
from transcripts import actions as recording_actions

JSON = "application/json"


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def at(recording_id: UUID, rest: str) -> str:
    return f"/api/v1/councils/lipowa/recordings/{recording_id}/{rest}"


@pytest.mark.django_db
def test_minutes_are_drafted_edited_and_taken_as_a_file(world: World) -> None:
    recording_id, clerk = read_recording(world), signed_in(world.clerk)
    assert clerk.get(at(recording_id, "minutes/")).status_code == 404
    drafted = clerk.post(at(recording_id, "minutes/"), {}, JSON)
    assert drafted.status_code == 201
    minutes: dict[str, Any] = drafted.json()
    assert (minutes["number"], minutes["approved"]) == (1, False)
    assert any("11" in section["text"] for section in minutes["sections"])

    sections = [{**section, "text": f"{section['text']}\nDopisek."} for section in minutes["sections"]]
    edited = clerk.put(at(recording_id, "minutes/"), {"based_on": 1, "sections": sections}, JSON).json()
    assert (edited["number"], [version["number"] for version in edited["versions"]]) == (2, [2, 1])
    assert edited["versions"][0]["created_by"] == str(world.clerk)
    late = clerk.put(at(recording_id, "minutes/"), {"based_on": 1, "sections": sections}, JSON)
    assert (late.status_code, late.json()["errors"][0]["code"]) == (409, "minutes_changed")

    assert "Dopisek" not in clerk.get(at(recording_id, "minutes/?version=1")).content.decode()
    docx = clerk.get(at(recording_id, "minutes/file/?format=docx"))
    assert b"Dopisek." in zipfile.ZipFile(BytesIO(docx.content)).read("word/document.xml")
    assert "Dopisek" not in clerk.get(at(recording_id, "minutes/file/?format=txt&version=1")).content.decode()


@pytest.mark.django_db
def test_residents_read_the_approved_version_alone(world: World) -> None:
    recording_id, clerk, resident = read_recording(world), signed_in(world.clerk), signed_in(world.resident)
    recording_actions.publish_recording(world.actor(world.clerk), recording_id=recording_id, published=True)
    for _ in range(2):
        clerk.post(at(recording_id, "minutes/"), {}, JSON)
    assert resident.get(at(recording_id, "minutes/")).status_code == 404
    assert clerk.post(at(recording_id, "minutes/approve/"), {"version": 1}, JSON).json()["approved"] is True
    seen = resident.get(at(recording_id, "minutes/")).json()
    assert (seen["number"], len(seen["versions"])) == (1, 1)
    assert resident.get(at(recording_id, "minutes/?version=2")).status_code == 404
    assert resident.post(at(recording_id, "minutes/"), {}, JSON).status_code == 404
    assert clerk.post(at(recording_id, "minutes/approve/"), {"version": None}, JSON).json()["approved_version"] is None
    assert resident.get(at(recording_id, "minutes/")).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("method", "rest", "body", "status"),
    [
        ("get", "minutes/?version=abc", {}, 400),
        ("get", "minutes/?version=99999999999999999999", {}, 400),
        ("get", "minutes/?version=77", {}, 404),
        ("get", "minutes/file/?format=exe", {}, 400),
        ("post", "minutes/approve/", {"version": 77}, 404),
        ("post", "minutes/approve/", {"version": "x"}, 400),
        ("post", "minutes/approve/", {}, 400),
        ("post", "minutes/", ["x"], 400),
        ("put", "minutes/", {"based_on": 1, "sections": []}, 400),
        ("put", "minutes/", {"based_on": 1, "sections": [{"kind": "zła", "title": "T", "text": ""}]}, 400),
        ("put", "minutes/", {"based_on": 1, "sections": "tekst"}, 400),
        ("put", "minutes/", {"based_on": 10**30, "sections": []}, 400),
        ("post", "summaries/", {"style": "wiersz"}, 400),
        ("post", "summaries/", {"point": "nie ma takiego"}, 404),
        ("get", "summaries/77/", {}, 404),
        ("get", "summaries/99999999999999999999999/", {}, 404),
        ("post", "summaries/77/approve/", {"approved": True}, 404),
        ("put", "summaries/77/", {"based_on": 1, "sentences": ["Zdanie."]}, 404),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(world: World, method: str, rest: str, body: Any, status: int) -> None:
    recording_id, clerk = read_recording(world), signed_in(world.clerk)
    clerk.post(at(recording_id, "minutes/"), {}, JSON)
    given = () if method == "get" else (body, JSON)
    answer = getattr(clerk, method)(at(recording_id, rest), *given)
    assert answer.status_code == status
    assert answer.json()["errors"][0]["detail"]


@pytest.mark.django_db
def test_a_summary_is_written_corrected_and_approved(world: World) -> None:
    recording_id, clerk, resident = read_recording(world), signed_in(world.clerk), signed_in(world.resident)
    recording_actions.publish_recording(world.actor(world.clerk), recording_id=recording_id, published=True)
    points = clerk.get(at(recording_id, "summaries/")).json()["points"]
    assert any(point["point"] == "5" for point in points)
    written = clerk.post(at(recording_id, "summaries/"), {"point": "5", "style": "plain"}, JSON)
    assert written.status_code == 201
    summary = written.json()
    assert (summary["point"], summary["style"], summary["origin"]) == ("5", "plain", "facts")
    assert all(sentence["start_ms"] is not None for sentence in summary["sentences"])

    one = at(recording_id, f"summaries/{summary['id']}/")
    corrected = clerk.put(one, {"based_on": summary["version"], "sentences": ["Budżet zmieniono."]}, JSON).json()
    assert [sentence["text"] for sentence in corrected["sentences"]] == ["Budżet zmieniono."]
    assert corrected["sentences"][0]["start_ms"] == summary["sentences"][0]["start_ms"]
    assert clerk.put(one, {"based_on": summary["version"], "sentences": ["Inaczej."]}, JSON).status_code == 409

    assert resident.get(at(recording_id, "summaries/")).json() == {"summaries": [], "points": []}
    assert clerk.post(f"{one}approve/", {"approved": True}, JSON).json()["approved_at"]
    assert resident.get(one).json()["sentences"][0]["text"] == "Budżet zmieniono."
    assert resident.post(f"{one}approve/", {"approved": False}, JSON).status_code == 404
