"""Facts are found by cards, and what a card quotes was really said."""

from __future__ import annotations

import pytest

from assistant.tests.meetings import bring_in
from conftest import World
from council.tenancy import tenant_scope
from transcripts.cards import ATTENDANCE, SPEECH, VOTE, kinds_asked
from transcripts.models import Passage
from transcripts.search import Filters, search

OPEN = "Punkt drugi, budżet gminy. Kto jest za? Kto jest przeciw? Kto się wstrzymał?"
COUNTS = "Jedenaście głosów za, dwa przeciw, to jest radny Kruk i radna Sroka, nikt się nie wstrzymał."
SECRET = "Punkt trzeci, wybór przewodniczącego. Głosowanie jest tajne."
TURNS = (
    ("Przewodnicząca Maria Lis", "Otwieram drugą sesję rady. Nieobecny jest radny Jan Wilk."),
    ("Przewodnicząca Maria Lis", f"{OPEN} {COUNTS} Uchwała numer dwa łamane przez pięć łamane przez dwa tysiące "
     f"dwadzieścia sześć została podjęta. {SECRET}"),
    ("Radny Piotr Kruk", "Komisja skrutacyjna stwierdza, że na panią Ewę Sowę padło dziewięć głosów, przeciw cztery."),
    ("Przewodnicząca Maria Lis", "Przewodniczącą została Ewa Sowa. Zamykam drugą sesję rady."),
)  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_a_votes_card_is_found_and_quotes_the_transcript(committed_world: World) -> None:
    clerk = committed_world.actor(committed_world.clerk)
    bring_in(clerk, TURNS, title="II sesja")
    best = search(clerk, "Jakim wynikiem przyjęto budżet?").hits[0]
    assert best.kind == VOTE
    assert COUNTS in best.text
    assert best.text in TURNS[1][1]
    assert "za 11, przeciw 2" in best.header
    assert all(hit.kind == ATTENDANCE for hit in search(clerk, "kto", filters=Filters(kind=ATTENDANCE)).hits)


@pytest.mark.django_db(transaction=True)
def test_a_secret_votes_card_names_nobody(committed_world: World) -> None:
    clerk = committed_world.actor(committed_world.clerk)
    bring_in(clerk, TURNS, title="II sesja")
    with tenant_scope(clerk.council_id):
        headers = list(Passage.objects.exclude(kind=SPEECH).values_list("header", flat=True))
    assert headers
    assert not any("tajnego" in header and "głosowali" in header for header in headers)


@pytest.mark.django_db(transaction=True)
def test_search_can_be_narrowed(committed_world: World) -> None:
    clerk = committed_world.actor(committed_world.clerk)
    recording_id = bring_in(clerk, TURNS, title="II sesja")
    assert {hit.speaker for hit in search(clerk, "głosów", filters=Filters(speaker="kruk")).hits} == {
        "Radny Piotr Kruk"
    }
    assert search(clerk, "budżet", filters=Filters(recording_id=recording_id)).hits
    held_on = search(clerk, "budżet").hits[0].held_on
    assert held_on is not None
    assert search(clerk, "budżet", filters=Filters(held_from=held_on, held_to=held_on)).hits
    assert not search(clerk, "budżet", filters=Filters(held_from=held_on.replace(year=2030))).hits
    assert not search(clerk, "budżet", filters=Filters(meeting_id=2**62)).hits


@pytest.mark.parametrize(
    ("question", "kind", "asked"),
    [
        ("Jakim wynikiem przyjęto uchwałę?", VOTE, True),
        ("Kto był nieobecny?", ATTENDANCE, True),
        ("Dlaczego radny był przeciw?", VOTE, False),  # reasons are in the debate
        ("Ile kosztuje remont?", VOTE, False),
    ],
)
def test_the_kind_that_a_question_asks_for(question: str, kind: str, asked: bool) -> None:
    assert (kind in kinds_asked(question)) is asked
