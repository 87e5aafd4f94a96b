"""The search page: what a councillor sees of recordings and documents, and what the form narrows."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest
from django.test import Client

from conftest import World
from council.models import Body, Meeting
from council.tenancy import tenant_scope
from transcripts import lexemes
from transcripts.models import Recording
from transcripts.models_documents import Document, DocumentKind, DocumentPage
from transcripts.tests.search_world import WordEmbedder, asked_in_words, searchable

pytestmark = pytest.mark.django_db

TURNS = [
    ("Przewodniczący Bieniek", "Otwieram obrady sesji. Stwierdzam kworum."),
    ("Radny Zając", "Dzień dobry państwu. Trzy lampy nie świecą od lutego. Pytam o oświetlenie dróg w Brzózkach."),
    ("Radna Gołąb", "Dach świetlicy przecieka. Proszę o remont dachu."),
]


@pytest.fixture(autouse=True)
def embedder(monkeypatch: pytest.MonkeyPatch) -> WordEmbedder:
    return asked_in_words(monkeypatch)


@pytest.fixture
def councillor(world: World) -> Client:
    client = Client()
    client.force_login(world.councillor)
    return client


def document(world: World, recording: Recording, text: str) -> Document:
    with tenant_scope(world.lipowa.pk):
        made = Document.objects.create(
            council=world.lipowa, recording=recording, kind=DocumentKind.RESOLUTION, title="Uchwała XXIII/145/2026",
            file_format="txt", content_hash=text[:60], published=True,
        )  # fmt: skip
        words = lexemes.document_lexemes(made.title, text).vector
        DocumentPage.objects.create(council=world.lipowa, document=made, number=3, text=text, lexemes=words)
    return made


def results(page: str) -> list[str]:
    """The text of each result, without tags."""
    items = re.findall(r'<li class="card compact result">(.*?)</li>', page, re.DOTALL)
    return [" ".join(unescape(re.sub("<[^>]+>", " ", item)).split()) for item in items]


def test_a_result_leads_to_the_second_of_its_sentence_and_marks_the_words(
    world: World, councillor: Client, embedder: WordEmbedder
) -> None:
    recording = searchable(world.lipowa, TURNS, embedder=embedder)
    page = councillor.get("/lipowa/szukaj/", {"q": "oswietlenie drogi"}).content.decode()
    start_ms = int(re.findall(rf'/lipowa/nagrania/{recording.pk}/#t=(\d+)"', page)[0])
    assert 13_000 < start_ms < 20_000  # not where the turn begins, but where the lamps are spoken of
    assert "Pytam o <mark>oświetlenie</mark> <mark>dróg</mark> w Brzózkach." in page
    assert "Radny Zając" in results(page)[0]


def test_recordings_and_documents_are_found_together(world: World, councillor: Client, embedder: WordEmbedder) -> None:
    recording = searchable(world.lipowa, TURNS, embedder=embedder)
    made = document(world, recording, "Przeznacza się środki na remont dachu świetlicy.")
    page = councillor.get("/lipowa/szukaj/", {"q": "remont dachu świetlicy"}).content.decode()
    assert "Radna Gołąb" in results(page)[0]
    assert results(page)[1].startswith("Uchwała XXIII/145/2026, strona 3")
    assert f"/lipowa/nagrania/{recording.pk}/dokumenty/{made.pk}/#strona-3" in page
    only = councillor.get("/lipowa/szukaj/", {"q": "remont dachu świetlicy", "rodzaj": "document"}).content.decode()
    assert len(results(only)) == 1
    assert "Uchwała" in results(only)[0]
    said = councillor.get("/lipowa/szukaj/", {"q": "remont dachu świetlicy", "rodzaj": "speech"}).content.decode()
    assert not any("Uchwała" in result for result in results(said))


def test_the_old_address_of_documents_leads_here(world: World, councillor: Client) -> None:
    answer = councillor.get("/lipowa/dokumenty/", {"q": "dach świetlicy"})
    assert answer.status_code == 302
    assert answer["Location"] == "/lipowa/szukaj/?q=dach+%C5%9Bwietlicy&rodzaj=document"


def test_a_question_for_one_persons_words_shows_theirs_and_can_be_widened(
    world: World, councillor: Client, embedder: WordEmbedder
) -> None:
    turns = [*TURNS, ("Wójt Kowal", "Radny Zając ma rację co do oświetlenia dróg.")]
    searchable(world.lipowa, turns, embedder=embedder)
    page = councillor.get("/lipowa/szukaj/", {"q": "co mówił radny Zając o oświetleniu dróg"}).content.decode()
    assert len(results(page)) == 1
    assert "Pokazano tylko wypowiedzi osoby, o którą pytasz: Radny Zając." in page
    wider = unescape(re.findall(r'<a href="(\?[^"]*wszyscy=1[^"]*)"', page)[0])
    everybody = councillor.get(f"/lipowa/szukaj/{wider}").content.decode()
    assert any("Wójt Kowal" in result for result in results(everybody))


def test_the_form_narrows_by_day_speaker_meeting_and_body(
    world: World, councillor: Client, embedder: WordEmbedder
) -> None:
    with tenant_scope(world.lipowa.pk):
        council = Body.objects.create(council=world.lipowa, name="Rada Gminy Lipowa")
        committee = Body.objects.create(council=world.lipowa, name="Komisja Budżetu i Finansów")
        meeting = Meeting.objects.create(council=world.lipowa, title="XXIII sesja")
    session = searchable(world.lipowa, TURNS, embedder=embedder, title="XXIII sesja", held_on=date(2026, 3, 26))
    searchable(
        world.lipowa, [("Radny Kozioł", "Oświetlenie jest drogie.")], embedder=embedder,
        title="Posiedzenie Komisji Budżetu i Finansów", held_on=date(2026, 5, 4),
    )  # fmt: skip
    with tenant_scope(world.lipowa.pk):
        Recording.objects.filter(pk=session.pk).update(meeting=meeting)

    def who(**fields: str | int) -> set[str]:
        page = councillor.get("/lipowa/szukaj/", {"q": "oświetlenie", "rodzaj": "speech", **fields}).content.decode()
        return {name for name in ("Radny Zając", "Radny Kozioł") for result in results(page) if name in result}

    assert who() == {"Radny Zając", "Radny Kozioł"}
    assert who(od="2026-04-01") == {"Radny Kozioł"}
    assert who(do="2026-04-01") == {"Radny Zając"}
    assert who(mowca="kozioł") == {"Radny Kozioł"}
    assert who(posiedzenie=f"p{meeting.pk}") == {"Radny Zając"}
    assert who(organ=committee.pk) == {"Radny Kozioł"}
    assert who(organ=council.pk) == {"Radny Zając"}


def test_nothing_found_says_what_to_try(world: World, councillor: Client) -> None:
    page = councillor.get("/lipowa/szukaj/", {"q": "wodorowęglan", "od": "2026-01-01"}).content.decode()
    assert "Nic nie znaleziono" in page
    assert 'href="?q=wodorow%C4%99glan">Szukaj bez zawężenia' in page


def test_residents_find_what_was_published_only(world: World, embedder: WordEmbedder) -> None:
    client = Client()
    client.force_login(world.resident)
    searchable(world.lipowa, TURNS, embedder=embedder, title="Tajna narada")
    page = client.get("/lipowa/szukaj/", {"q": "oświetlenie"}).content.decode()
    assert "Tajna narada" not in page
    assert "Radny Zając" not in page  # not in the list of speakers either
    assert "które rada opublikowała" in page


@pytest.mark.parametrize(
    "fields",
    [
        {"q": "x", "od": "wczoraj"},
        {"q": "x", "od": "2026-05-01", "do": "2026-04-01"},
        {"q": "x", "organ": "0"},
        {"q": "x", "organ": "99999999999999999999999"},
        {"q": "x", "posiedzenie": "p9"},
        {"q": "x", "posiedzenie": "nie-uuid"},
        {"q": "x", "rodzaj": "inny"},
        {"q": "x", "ile": "1000000"},
        {"q": "a" * 2_000},
        {"q": "\x00"},
    ],
)
def test_what_cannot_be_is_said_and_does_not_break(world: World, councillor: Client, fields: dict[str, str]) -> None:
    answer = councillor.get("/lipowa/szukaj/", fields)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()


@pytest.mark.parametrize("question", ["\ud800 droga", "<script>alert(1)</script>", "%", "''", "🚧", "„droga”" * 40])
def test_any_words_may_be_looked_for(world: World, councillor: Client, embedder: WordEmbedder, question: str) -> None:
    searchable(world.lipowa, TURNS, embedder=embedder)
    query = question.encode("utf-8", "surrogatepass")
    answer = councillor.get("/lipowa/szukaj/", QUERY_STRING=f"q={''.join(f'%{byte:02x}' for byte in query)}")
    assert answer.status_code == 200
    assert "<script>alert" not in answer.content.decode()
