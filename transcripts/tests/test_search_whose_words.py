"""Questions for one person's words find that person's words only, and say so."""

from __future__ import annotations

import pytest
from django.test import Client

from conftest import World
from council.models import Body, Person
from council.tenancy import tenant_scope
from transcripts.search import Filters, search
from transcripts.tests.search_world import WordEmbedder, asked_in_words, searchable
from transcripts.whose_words import Whose, whose_words

SPEAKERS = [
    "Radny Zając", "Jan Zając", "Radna Danuta Gołąb", "Burmistrz Adam Kowal", "Zastępca Burmistrza Ewa Nowak",
    "Radna Maria Świderska-Lis", "Radny Piotr Kozioł", "Radny Tomasz Nowak", "Mieszkaniec", "SPEAKER_01",
]  # fmt: skip
ZAJAC = ("Jan Zając", "Radny Zając")


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("Co mówił radny Zając o drodze?", ZAJAC),
        ("co mowil zajac o drodze", ZAJAC),
        ("Co radny Zając mówił o moście w Lipowcu?", ZAJAC),
        ("Co powiedział Jan Zając na temat dróg?", ZAJAC),
        ("wypowiedzi radnej Gołąb o dachu", ("Radna Danuta Gołąb",)),
        ("Jakie jest stanowisko burmistrza w sprawie śmieci?", ("Burmistrz Adam Kowal",)),
        ("o co pytala swiderska", ("Radna Maria Świderska-Lis",)),
        ("Co mówił burmistrz o radnym Zającu?", ("Burmistrz Adam Kowal",)),
        ("Co odpowiedział burmistrz radnemu Zającowi?", ("Burmistrz Adam Kowal",)),
        ("Co powiedział Nowak o szkole?", ("Radny Tomasz Nowak",)),
        ("Co powiedziała Nowak o szkole?", ("Zastępca Burmistrza Ewa Nowak",)),
    ],
)
def test_the_speaker_is_known_by_any_form_of_the_name_and_by_the_office(question: str, names: tuple[str, ...]) -> None:
    assert whose_words(question, SPEAKERS) == Whose(names, certain=True)


@pytest.mark.parametrize(
    "question",
    [
        "Co mówiono o radnym Zającu?",
        "Kto mówił o drodze?",
        "Co mówił sąsiad o drodze?",
        "Co powiedział Adam Zając o drodze?",  # another than the one who spoke
        "Jakie jest zdanie rady o budżecie?",
        "Ile głosów dostał wniosek?",
        "droga do Zajączkowa",
        "",
    ],
)
def test_other_questions_are_for_nobodys_words(question: str) -> None:
    assert whose_words(question, SPEAKERS) is None


def test_a_name_that_two_people_bear_is_not_certain() -> None:
    two = whose_words("co mówił radny Zając", ["Radny Zając", "Piotr Zając", "Jan Zając"])
    assert two is not None
    assert not two.certain
    named = whose_words("co mówił Jan Zając", ["Radny Zając", "Piotr Zając", "Jan Zając"])
    assert named == Whose(("Jan Zając",), certain=True)
    silent = whose_words("co mówił radny Zając", ["Radny Zając"], ["Jan Zając", "Piotr Zając"])
    assert silent is not None
    assert not silent.certain
    woman = whose_words("co mówił radny Zając", ["Radny Zając"], ["Jan Zając", "Maria Zając"])
    assert woman == Whose(("Radny Zając",), certain=True)


TURNS = [
    ("Radny Zając", "Mieszkańcy pytają o drogę do Brzózek. Ta droga jest dziurawa."),
    ("Wójt Kowal", "Radny Zając pyta o drogę, a droga do Brzózek jest w planie."),
    ("Radny Zając", "Dach świetlicy przecieka."),
]


@pytest.fixture
def embedder(monkeypatch: pytest.MonkeyPatch) -> WordEmbedder:
    return asked_in_words(monkeypatch)


@pytest.mark.django_db
def test_only_their_words_are_found_and_the_note_says_so(world: World, embedder: WordEmbedder) -> None:
    searchable(world.lipowa, TURNS, embedder=embedder)
    actor = world.actor(world.councillor)
    found = search(actor, "Co mówił radny Zając o drodze?")
    assert {hit.speaker for hit in found.hits} == {"Radny Zając"}
    assert "drogę do Brzózek" in found.hits[0].text
    assert found.speakers == ("Radny Zając",)
    assert found.notes == ("Pokazano tylko wypowiedzi osoby, o którą pytasz: Radny Zając.",)
    everybody = search(actor, "Co mówił radny Zając o drodze?", filters=Filters(anyone=True))
    assert {hit.speaker for hit in everybody.hits} == {"Radny Zając", "Wójt Kowal"}
    assert everybody.notes == ()


@pytest.mark.django_db
def test_of_two_councillors_of_a_name_none_is_chosen_and_the_note_says_why(
    world: World, embedder: WordEmbedder
) -> None:
    searchable(world.lipowa, TURNS, embedder=embedder)
    with tenant_scope(world.lipowa.pk):
        for name in ("Jan Zając", "Piotr Zając"):
            Person.objects.create(council=world.lipowa, name=name)
    found = search(world.actor(world.councillor), "Co mówił radny Zając o drodze?")
    assert {hit.speaker for hit in found.hits} == {"Radny Zając", "Wójt Kowal"}
    assert "Podaj imię i nazwisko" in found.notes[0]


@pytest.mark.django_db
def test_residents_are_not_told_who_spoke_where_nothing_is_published(world: World, embedder: WordEmbedder) -> None:
    searchable(world.lipowa, TURNS, embedder=embedder)
    assert search(world.actor(world.resident), "Co mówił radny Zając o drodze?").notes == ()


@pytest.mark.django_db
def test_a_phrase_in_quotation_marks_comes_first(world: World, embedder: WordEmbedder) -> None:
    many = "Droga do szkoły, droga do lasu, szkoła i las, las i droga, do szkoły."
    searchable(world.lipowa, [("A", many), ("B", "Idzie tędy droga, a do szkoły jeszcze kawałek. " * 3),
                              ("C", "I tak dalej, i tak dalej. " * 6 + "Kiedyś tu była Szkoła przy lesie.")],
               embedder=embedder)  # fmt: skip
    actor = world.actor(world.councillor)
    assert search(actor, "szkoła przy lesie droga").hits[0].speaker != "C"
    assert search(actor, "Kto powiedział „szkoła przy lesie” droga?").hits[0].speaker == "C"


@pytest.mark.django_db
def test_the_api_narrows_and_widens_too(world: World, embedder: WordEmbedder) -> None:
    with tenant_scope(world.lipowa.pk):
        body = Body.objects.create(council=world.lipowa, name="Komisja Oświaty")
    searchable(world.lipowa, TURNS, embedder=embedder)
    searchable(world.lipowa, TURNS, embedder=embedder, title="Posiedzenie Komisji Oświaty")
    client = Client()
    client.force_login(world.councillor)

    def ask(**fields: str | int) -> dict[str, list[object]]:
        query = {"q": "Co mówił radny Zając o drodze?", **fields}
        answer: dict[str, list[object]] = client.get("/api/v1/councils/lipowa/search/", query).json()
        return answer

    def values(answer: dict[str, list[object]], name: str) -> set[object]:
        return {hit[name] for hit in answer["hits"]}  # type: ignore[index]

    alone = ask()
    assert values(alone, "speaker") == {"Radny Zając"}
    assert alone["speakers"] == ["Radny Zając"]
    assert values(alone, "recording_title") == {"Sesja XXIII", "Posiedzenie Komisji Oświaty"}
    assert values(ask(anyone="true"), "speaker") == {"Radny Zając", "Wójt Kowal"}
    assert values(ask(body=body.pk), "recording_title") == {"Posiedzenie Komisji Oświaty"}
    assert ask(body=body.pk + 1)["hits"] == []
