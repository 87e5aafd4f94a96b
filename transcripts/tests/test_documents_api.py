"""Documents for other programs: brought in, published and deleted over REST, seen by whom."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from conftest import World
from council.models import User
from transcripts import actions as recording_actions
from transcripts.tests.test_documents_pages import TEXT, _own_media  # noqa: F401  # its files stay with the test
from transcripts.tests.test_vote_lists_official import BUDGET, read_recording


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def at(recording_id: UUID, rest: str = "") -> str:
    return f"/api/v1/councils/lipowa/recordings/{recording_id}/documents/{rest}"


def upload(content: bytes = TEXT.encode(), name: str = "projekt.txt", **fields: str) -> dict[str, object]:
    return {"file": SimpleUploadedFile(name, content), "kind": "draft", **fields}


@pytest.mark.django_db
def test_a_document_comes_in_is_published_and_goes(world: World) -> None:
    recording_id, clerk, resident = read_recording(world), signed_in(world.clerk), signed_in(world.resident)
    recording_actions.publish_recording(world.actor(world.clerk), recording_id=recording_id, published=True)
    added = clerk.post(at(recording_id), upload(title="Projekt uchwały"))
    assert added.status_code == 201
    document = added.json()["document"]
    assert (document["title"], document["page_count"], document["published"]) == ("Projekt uchwały", 2, False)
    one = f"{document['id']}/"

    assert resident.get(at(recording_id)).json() == {"documents": []}
    assert resident.get(at(recording_id, one)).status_code == 404
    assert resident.get(at(recording_id, f"{one}file/")).status_code == 404
    assert resident.post(at(recording_id), upload(b"Inny tekst.")).status_code == 404
    assert clerk.post(at(recording_id, f"{one}publish/"), {"published": "true"}).json()["published"] is True
    pages = resident.get(at(recording_id, one)).json()["pages"]
    assert [page["text"] for page in pages] == TEXT.split("\f")
    file = resident.get(at(recording_id, f"{one}file/"))
    assert b"".join(file.streaming_content) == TEXT.encode()  # type: ignore[attr-defined]  # a FileResponse
    assert "attachment" in file["Content-Disposition"]

    assert resident.delete(at(recording_id, one)).status_code == 404
    assert clerk.delete(at(recording_id, one)).status_code == 204
    assert clerk.get(at(recording_id)).json() == {"documents": []}


@pytest.mark.django_db
def test_a_vote_list_tells_what_it_changed(world: World) -> None:
    recording_id, clerk = read_recording(world), signed_in(world.clerk)
    added = clerk.post(at(recording_id), upload(BUDGET.encode(), "wykaz.txt", kind="vote_list"))
    assert added.status_code == 201, added.content.decode()
    votes = added.json()["votes"]
    assert votes["matched"] == 1
    assert set(votes) == {"matched", "added", "differing", "not_listed"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"kind": "draft"}, 400, "required"),
        (upload(kind="wiersz"), 400, "document_kind_unknown"),
        (upload(kind="x" * 5000), 400, "max_length"),
        (upload(title="t" * 301), 400, "title_too_long"),
        (upload(b"", "pusty.pdf"), 400, None),
        (upload(b"%PDF-1.7 nie PDF", "zly.pdf"), 400, None),
    ],
)
def test_what_cannot_be_a_document_is_refused(
    world: World, fields: dict[str, object], status: int, code: str | None
) -> None:
    recording_id, clerk = read_recording(world), signed_in(world.clerk)
    answer = clerk.post(at(recording_id), fields)
    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["code"]) == (status, code or error["code"])
    assert error["detail"]
    assert clerk.get(at(recording_id)).json() == {"documents": []}


@pytest.mark.django_db
def test_the_same_file_twice_stays_one_document(world: World) -> None:
    recording_id, clerk = read_recording(world), signed_in(world.clerk)
    assert clerk.post(at(recording_id), upload()).status_code == 201
    assert clerk.post(at(recording_id), upload(name="kopia.txt")).status_code == 409
    assert len(clerk.get(at(recording_id)).json()["documents"]) == 1
