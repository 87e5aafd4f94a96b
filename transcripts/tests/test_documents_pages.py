"""Documents on a recording's pages: brought in by clerks, read by pages, seen by whom."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from conftest import World
from council.errors import CouncilError
from transcripts import actions as recording_actions
from transcripts import documents_actions as actions
from transcripts import documents_queries as queries
from transcripts import facts_queries
from transcripts.documents_search import search_documents
from transcripts.models_documents import DocumentPage
from transcripts.tests.test_vote_lists_official import BUDGET, read_recording

TEXT = "Projekt uchwały w sprawie opłaty. Gęślą jaźń.\fStrona druga: 122 tysiące złotych."


@pytest.fixture(autouse=True)
def _own_media(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("media")
    storages = {**settings.STORAGES}
    storages["default"] = {**storages["default"], "OPTIONS": {"location": str(folder)}}
    settings.STORAGES = storages


def add(world: World, recording_id: UUID, content: bytes = TEXT.encode(), kind: str = "draft", **given: str) -> UUID:
    values = {"file_name": "projekt.txt", **given}
    clerk = world.actor(world.clerk)
    return actions.add_document(clerk, recording_id=recording_id, content=content, kind=kind, **values).id


@pytest.mark.django_db
def test_a_document_is_kept_by_pages(world: World) -> None:
    clerk, recording_id = world.actor(world.clerk), read_recording(world)
    document_id = add(world, recording_id, title="Projekt uchwały – opłata")
    row, pages = queries.read_document_pages(clerk, recording_id, document_id)
    assert (row.title, row.kind_label, row.page_count) == (
        "Projekt uchwały – opłata",
        "projekt uchwały lub materiał",
        2,
    )
    assert [page.text for page in pages] == TEXT.split("\f")
    with pytest.raises(CouncilError, match="document_exists"):
        add(world, recording_id)


@pytest.mark.django_db
def test_residents_see_what_was_published_only(world: World) -> None:
    clerk, resident, recording_id = world.actor(world.clerk), world.actor(world.resident), read_recording(world)
    document_id = add(world, recording_id)
    recording_actions.publish_recording(clerk, recording_id=recording_id, published=True)
    assert queries.list_documents(resident, recording_id) == []
    for read in (queries.read_document_pages, queries.stored_document):
        with pytest.raises(CouncilError, match="not_found"):
            read(resident, recording_id, document_id)
    actions.publish_document(clerk, recording_id=recording_id, document_id=document_id, published=True)
    assert len(queries.list_documents(resident, recording_id)) == 1
    recording_actions.publish_recording(clerk, recording_id=recording_id, published=False)
    with pytest.raises(CouncilError, match="not_found"):
        queries.list_documents(resident, recording_id)


@pytest.mark.django_db
def test_deleting_a_document_or_its_recording_leaves_nothing(world: World) -> None:
    clerk, recording_id = world.actor(world.clerk), read_recording(world)
    document_id = add(world, recording_id)
    name = queries.stored_document(clerk, recording_id, document_id).stored_name
    assert default_storage.exists(name)
    actions.delete_document(clerk, recording_id=recording_id, document_id=document_id)
    assert not default_storage.exists(name)
    other = queries.stored_document(clerk, recording_id, add(world, recording_id)).stored_name
    recording_actions.delete_recording(clerk, recording_id=recording_id)
    assert not default_storage.exists(other)
    assert not DocumentPage.objects.exists()


@pytest.mark.django_db
def test_a_file_that_cannot_be_used_leaves_nothing(world: World) -> None:
    recording_id = read_recording(world)
    for content, kind, code in (
        (b"%PDF-1.7 zepsuty", "draft", "document_unreadable"), (b"", "draft", "document_empty"),
        (b"zwykly tekst", "vote_list", "vote_list_unreadable"), (b"zwykly tekst", "agenda", "agenda_unreadable"),
        (b"tekst", "nieznany", "document_kind_unknown"),
    ):  # fmt: skip
        with pytest.raises(CouncilError, match=code):
            add(world, recording_id, content, kind)
    with pytest.raises(CouncilError, match="title_too_long"):
        add(world, recording_id, title="x" * 301)
    assert queries.list_documents(world.actor(world.clerk), recording_id) == []


@pytest.mark.django_db
def test_file_names_from_anywhere_do_no_harm(world: World) -> None:
    clerk, recording_id = world.actor(world.clerk), read_recording(world)
    for number, name in enumerate(("../../etc/passwd", "C:\\a\\b.txt", "\x00\x1b", "a" * 400 + ".txt", "\ud800.txt")):
        document_id = add(world, recording_id, f"tekst {number}".encode(), file_name=name)
        stored = queries.stored_document(clerk, recording_id, document_id)
        assert "/" not in stored.file_name
        assert len(stored.file_name) <= 250
        assert stored.stored_name.startswith(f"{world.lipowa.pk}/{recording_id}/")


@pytest.mark.django_db
def test_the_pages_and_the_vote_list_through_the_form(world: World, client: Client) -> None:
    recording_id = read_recording(world)
    base = f"/lipowa/nagrania/{recording_id}/dokumenty/"
    client.force_login(world.clerk)
    assert "Nie ma jeszcze dokumentów" in client.get(base).content.decode()
    upload = SimpleUploadedFile("wykaz.txt", BUDGET.encode("cp1250"))
    told = client.post(base, {"file": upload, "kind": "vote_list"}, follow=True).content.decode()
    assert "rozpoznanych w nagraniu 1" in told
    votes = facts_queries.recording_facts(world.actor(world.clerk), recording_id).votes
    assert any(("Danuta Gołąb", "przeciw") in vote.named for vote in votes)
    page = client.get(f"/lipowa/nagrania/{recording_id}/").content.decode()
    assert "wynik według imiennego wykazu głosowania" in page
    bad = client.post(base, {"file": SimpleUploadedFile("x.pdf", b"\x89PNG\x00"), "kind": "draft"})
    assert bad.status_code == 400
    assert "Zapisz go jako PDF" in bad.content.decode()
    assert client.post(base, {"kind": "draft"}).status_code == 400
    document_id = add(world, recording_id, b"<html><script>alert(1)</script><p>Tekst &lt;b&gt;", file_name="a.html")
    text = client.get(f"{base}{document_id}/").content.decode()
    assert 'id="strona-1"' in text
    assert "Tekst &lt;b&gt;" in text
    file = client.get(f"{base}{document_id}/plik/")
    assert file["Content-Disposition"].startswith("attachment")
    assert file["Content-Type"].startswith("text/plain"), "a page from outside never runs at our address"
    assert client.post(f"{base}{document_id}/zmien/", {"do": "publish"}).status_code == 302
    assert client.post(f"{base}{document_id}/zmien/", {"do": "delete"}).status_code == 302
    assert client.get(f"{base}{document_id}/").status_code == 404
    client.force_login(world.councillor)
    assert client.get(base).status_code == 200
    assert client.post(base, {"kind": "draft"}).status_code == 404


@pytest.mark.django_db
def test_pages_are_found_by_inflected_words_and_resolutions_come_first(world: World) -> None:
    clerk, resident, recording_id = world.actor(world.clerk), world.actor(world.resident), read_recording(world)
    add(world, recording_id, "Projekt: opłata za wodę.".encode(), title="Projekt")
    wanted = add(world, recording_id, "Wstęp.\fUchwała: opłata za wodę.".encode(), "resolution", title="Uchwała 1")
    hits = search_documents(clerk, "opłaty za wodę")
    assert [(hit.document_id == wanted, hit.page) for hit in hits] == [(True, 2), (False, 1)]
    assert hits[0].excerpt == "Uchwała: opłata za wodę."
    assert [hit.title for hit in search_documents(clerk, "oplata za wode")][:1] == ["Uchwała 1"]
    assert search_documents(resident, "opłaty za wodę") == []
    assert search_documents(world.actor(world.stranger, world.debowa), "opłaty za wodę") == []
    for nothing in ("", "???", "a'b\\ | & !", "x" * 5_000):
        assert search_documents(clerk, nothing) == []


@pytest.mark.django_db
def test_the_search_page(world: World, client: Client) -> None:
    recording_id = read_recording(world)
    document_id = add(world, recording_id)
    client.force_login(world.clerk)
    page = client.get("/lipowa/dokumenty/", {"q": "tysięcy złotych"}, follow=True).content.decode()
    assert f"/lipowa/nagrania/{recording_id}/dokumenty/{document_id}/#strona-2" in page
    assert client.get("/lipowa/dokumenty/", follow=True).status_code == 200
    assert client.get("/lipowa/dokumenty/", {"q": "\x00<script>"}, follow=True).status_code == 200
