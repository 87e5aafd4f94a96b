"""Answers that stand on a page of a document: quoted with the page's number, for those who may read it."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from assistant.actions import ask
from assistant.queries import get_turn
from assistant.retrieval import DOCUMENT, gather
from assistant.tests.meetings import bring_in
from conftest import World
from transcripts import documents_actions

pytestmark = pytest.mark.django_db(transaction=True)

RESOLUTION = (
    "Uchwała nr XII/81/2026 w sprawie stypendiów. § 1. Tworzy się program stypendialny.\f"
    "§ 2. Stypendium za wyniki w nauce wynosi 350 złotych miesięcznie. § 3. Uchwała wchodzi w życie po 14 dniach."
)
QUESTION = "Ile wynosi stypendium za wyniki w nauce?"


@pytest.fixture(autouse=True)
def _own_media(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> None:
    storages = {**settings.STORAGES}
    folder = str(tmp_path_factory.mktemp("media"))
    storages["default"] = {**storages["default"], "OPTIONS": {"location": folder}}
    settings.STORAGES = storages


def add(world: World, recording_id: UUID, *, kind: str = "resolution", title: str = "XII/81") -> UUID:
    clerk = world.actor(world.clerk)
    return documents_actions.add_document(
        clerk, recording_id=recording_id, content=RESOLUTION.encode(), file_name=f"{title}.txt", kind=kind, title=title
    ).id


def test_a_page_is_quoted_with_its_number_and_address(committed_world: World, client: Client) -> None:
    clerk = committed_world.actor(committed_world.clerk)
    recording_id = bring_in(clerk)
    document_id = add(committed_world, recording_id)
    answer = ask(clerk, QUESTION)
    citation = answer.citations[0]
    assert not answer.refused
    assert citation.quote == "Stypendium za wyniki w nauce wynosi 350 złotych miesięcznie."
    assert (citation.document_id, citation.page) == (document_id, 2)
    assert citation.url == f"/{clerk.council_slug}/nagrania/{recording_id}/dokumenty/{document_id}/#strona-2"
    assert "XII/81" in answer.answer
    assert "s. 2" in answer.text_with_sources
    assert "0:00:00" not in answer.text_with_sources
    client.force_login(committed_world.clerk)
    assert client.get(citation.url.split("#")[0]).status_code == 200
    shown = client.get(reverse("answer", args=[clerk.council_slug, answer.turn_id]))
    assert "strona 2 – przeczytaj" in shown.content.decode()


def test_a_resolution_outweighs_what_was_said_about_it(committed_world: World) -> None:
    clerk = committed_world.actor(committed_world.clerk)
    said = (("Wójt Jan Kruk", "Stypendium za wyniki w nauce wynosi 300 złotych miesięcznie, tak myślę."),)
    add(committed_world, bring_in(clerk, said))
    assert "350" in ask(clerk, QUESTION).citations[0].quote


def test_a_draft_comes_after_what_was_said(committed_world: World) -> None:
    clerk = committed_world.actor(committed_world.clerk)
    said = (("Wójt Jan Kruk", "Stypendium za wyniki w nauce wynosi 300 złotych miesięcznie."),)
    add(committed_world, bring_in(clerk, said), kind="other")
    assert "300" in ask(clerk, QUESTION).citations[0].quote


def test_hidden_documents_are_no_evidence_for_residents(committed_world: World) -> None:
    clerk, resident = (committed_world.actor(who) for who in (committed_world.clerk, committed_world.resident))
    recording_id = bring_in(clerk, published=True)
    document_id = add(committed_world, recording_id)
    assert ask(resident, QUESTION).refused
    documents_actions.publish_document(clerk, recording_id=recording_id, document_id=document_id, published=True)
    answer = ask(resident, QUESTION)
    assert answer.citations[0].page == 2
    documents_actions.publish_document(clerk, recording_id=recording_id, document_id=document_id, published=False)
    assert get_turn(resident, answer.turn_id).citations == ()


def test_another_recordings_documents_are_left_out_when_one_is_asked(committed_world: World) -> None:
    clerk = committed_world.actor(committed_world.clerk)
    with_it = bring_in(clerk)
    without = bring_in(clerk, (("Wójt Jan Kruk", "Dzień dobry państwu."),), title="XIII sesja")
    add(committed_world, with_it)
    assert any(piece.kind == DOCUMENT for piece in gather(clerk, QUESTION, recording_id=with_it).pieces)
    assert not any(piece.kind == DOCUMENT for piece in gather(clerk, QUESTION, recording_id=without).pieces)
