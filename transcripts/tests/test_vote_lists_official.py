"""The office's list over what was heard: what it sets, what it never touches, what it flags."""

from __future__ import annotations

from uuid import UUID

import pytest

from conftest import World
from council.errors import CouncilError
from council.models import Person
from council.models_facts import Ballot, Vote
from council.tenancy import tenant_scope
from speech.engine.types import Segment
from transcripts import documents_actions, facts_actions, facts_queries, official_actions
from transcripts.facts_queries import VoteRow
from transcripts.tests.facts_meetings import DEMO, SECRET, Meeting
from transcripts.tests.finished import finished_recording

BUDGET = """Głosowano w sprawie:
Podjęcie uchwały w sprawie zmian w budżecie gminy na 2026 rok, druk nr 205
ZA: 10, PRZECIW: 3, WSTRZYMUJĘ SIĘ: 1, BRAK GŁOSU: 0, NIEOBECNI: 1
ZA (10)
Jan Adamski, Anna Bąk, Piotr Cis, Ewa Dąb, Adam Eko, Iza Fik, Jan Gil, Ala Hak, Ola Ira, Ula Jar
PRZECIW (3)
Marek Kozioł, Danuta Gołąb, Krzysztof Zając
WSTRZYMUJĘ SIĘ (1)
Paweł Nowak
NIEOBECNI (1)
Grażyna Lewandowska
"""


def read_recording(world: World, scene: Meeting = DEMO) -> UUID:
    segments = [Segment(u.start_ms, u.end_ms, u.text, (), u.speaker) for u in scene.utterances()]
    recording_id = finished_recording(world.lipowa, segments)
    facts_actions.read_again(world.actor(world.clerk), recording_id=recording_id)
    return recording_id


def votes_of(world: World, recording_id: UUID) -> list[VoteRow]:
    return list(facts_queries.recording_facts(world.actor(world.clerk), recording_id).votes)


def official(votes: list[VoteRow]) -> list[VoteRow]:
    return [vote for vote in votes if "official_list" in vote.flags]


@pytest.mark.django_db
def test_the_list_outranks_speech_and_the_difference_is_flagged(world: World) -> None:
    clerk, recording_id = world.actor(world.clerk), read_recording(world)
    with tenant_scope(world.lipowa.pk):
        Person.objects.create(council=world.lipowa, name="Kozioł Marek")
    before = votes_of(world, recording_id)
    done = official_actions.import_vote_list(clerk, recording_id=recording_id, text=BUDGET)
    assert (done.matched, done.added, done.differing) == (1, 0, 1)
    (vote,) = official(votes_of(world, recording_id))
    heard = next(v for v in before if v.evidence.id == vote.evidence.id)
    assert (heard.in_favour, heard.against, heard.abstained) == (11, 2, 1)
    assert (vote.in_favour, vote.against, vote.abstained, vote.present) == (10, 3, 1, 14)
    assert vote.evidence.confirmed
    assert vote.evidence.start_ms == heard.evidence.start_ms, "it still points at its second"
    assert "list_differs_from_speech" in vote.flags
    assert "na sesji podano inne liczby" in " ".join(vote.flag_labels)
    assert ("Danuta Gołąb", "przeciw") in vote.named
    assert "Grażyna Lewandowska" not in dict(vote.named), "who was away did not vote"
    with tenant_scope(world.lipowa.pk):
        assert Ballot.objects.get(name="Marek Kozioł").person is not None
        assert Ballot.objects.filter(vote_id=vote.evidence.id).count() == 14
    assert done.not_listed == 0, "a page with one vote says nothing about the others"


def page(subject: str, counts: tuple[int | None, int | None, int | None]) -> str:
    za, przeciw, wstrzymali = (count or 0 for count in counts)
    return f"Głosowano w sprawie: {subject}\nZA: {za}, PRZECIW: {przeciw}, WSTRZYMUJĘ SIĘ: {wstrzymali}\n\n"


@pytest.mark.django_db
def test_a_page_for_each_vote_is_as_good_as_one_list(world: World) -> None:
    clerk, recording_id = world.actor(world.clerk), read_recording(world)
    heard = [v for v in votes_of(world, recording_id) if not v.superseded]
    pages = [page(v.subject, (v.in_favour, v.against, v.abstained)) for v in heard]
    pages.append(page("nadania nazwy ulicy Zielonej", (9, 0, 0)))
    for text in [*pages, pages[0]]:
        official_actions.import_vote_list(clerk, recording_id=recording_id, text=text)
    after = [v for v in votes_of(world, recording_id) if not v.superseded]
    assert len(official(after)) == len(after) == len(heard) + 1
    assert not [v for v in after if "not_on_list" in v.flags]


@pytest.mark.django_db
def test_votes_that_a_list_of_the_meeting_lacks_are_flagged(world: World) -> None:
    clerk, recording_id = world.actor(world.clerk), read_recording(world)
    heard = [v for v in votes_of(world, recording_id) if not v.superseded]
    text = "".join(page(v.subject, (v.in_favour, v.against, v.abstained)) for v in heard[1:])
    done = official_actions.import_vote_list(clerk, recording_id=recording_id, text=text)
    assert done.not_listed == 1
    (missing,) = [v for v in votes_of(world, recording_id) if "not_on_list" in v.flags]
    assert missing.evidence.id == heard[0].evidence.id


@pytest.mark.django_db
def test_a_vote_of_somebody_said_to_be_away_is_flagged(world: World) -> None:
    clerk, recording_id = world.actor(world.clerk), read_recording(world)
    away = [row.name for row in facts_queries.recording_facts(clerk, recording_id).attendance if row.state == "excused"]
    assert away, "the meeting has somebody who is away"
    for voted, flagged in (("Jan Obecny", False), (away[0], True)):
        text = BUDGET.replace(away[0], "Inna Osoba").replace("Marek Kozioł", voted)
        official_actions.import_vote_list(clerk, recording_id=recording_id, text=text)
        (vote,) = official(votes_of(world, recording_id))
        assert ("list_absent_voted" in vote.flags) is flagged


@pytest.mark.django_db
def test_the_same_list_twice_changes_nothing_and_facts_read_again_keep_it(world: World) -> None:
    clerk, recording_id = world.actor(world.clerk), read_recording(world)
    text = BUDGET + "\nGłosowano w sprawie: nadania nazwy ulicy\nZA: 9, PRZECIW: 0, WSTRZYMUJĘ SIĘ: 0\n"
    first = official_actions.import_vote_list(clerk, recording_id=recording_id, text=text)
    assert first.added == 1
    seen = [(v.subject, v.in_favour, v.flags, v.named) for v in official(votes_of(world, recording_id))]
    official_actions.import_vote_list(clerk, recording_id=recording_id, text=text)
    facts_actions.read_again(clerk, recording_id=recording_id)
    assert [(v.subject, v.in_favour, v.flags, v.named) for v in official(votes_of(world, recording_id))] == seen
    added = next(v for v in votes_of(world, recording_id) if v.subject == "nadania nazwy ulicy")
    assert (added.evidence.start_ms, added.result) == (None, "przyjęto")
    assert "not_heard" in added.flags


@pytest.mark.django_db
def test_no_ballots_of_a_secret_vote_whatever_the_list_says(world: World) -> None:
    clerk, recording_id = world.actor(world.clerk), read_recording(world, SECRET)
    secret = next(v for v in votes_of(world, recording_id) if v.kind == "secret")
    text = f"Głosowano w sprawie: {secret.subject}\nZA: {secret.in_favour}, PRZECIW: {secret.against}, " \
           f"WSTRZYMUJĘ SIĘ: {secret.abstained or 0}\nZA ({secret.in_favour})\nJan Nowak, Anna Lis\n"  # fmt: skip
    official_actions.import_vote_list(clerk, recording_id=recording_id, text=text)
    (vote,) = official(votes_of(world, recording_id))
    assert (vote.evidence.id, vote.kind, vote.named) == (secret.evidence.id, "secret", ())
    assert "secret_list_ignored" in vote.flags
    with tenant_scope(world.lipowa.pk):
        assert not Ballot.objects.filter(vote_id=vote.evidence.id).exists()


@pytest.mark.django_db
def test_a_vote_that_the_list_calls_secret_loses_the_names_heard(world: World) -> None:
    clerk, recording_id = world.actor(world.clerk), read_recording(world)
    named = next(v for v in votes_of(world, recording_id) if v.named)
    text = f"Głosowanie tajne w sprawie: {named.subject}\nZA: {named.in_favour}, PRZECIW: {named.against}, " \
           f"WSTRZYMUJĘ SIĘ: {named.abstained}\n"  # fmt: skip
    official_actions.import_vote_list(clerk, recording_id=recording_id, text=text)
    with tenant_scope(world.lipowa.pk):
        assert Vote.objects.get(pk=named.evidence.id).kind == "secret"
        assert not Ballot.objects.filter(vote_id=named.evidence.id).exists()


@pytest.mark.django_db
def test_the_agenda_gives_official_titles(world: World) -> None:
    clerk, recording_id = world.actor(world.clerk), read_recording(world)
    points = facts_queries.recording_facts(clerk, recording_id).agenda
    text = "Porządek obrad\n" + "\n".join(f"{p.label}. {p.title} (urzędowo)" for p in points if p.label)
    assert official_actions.import_agenda(clerk, recording_id=recording_id, text=text) == len(points)
    facts_actions.read_again(clerk, recording_id=recording_id)
    after = facts_queries.recording_facts(clerk, recording_id).agenda
    assert all(row.title.endswith("(urzędowo") or row.title.endswith("(urzędowo)") for row in after)
    assert [row.evidence.start_ms for row in after] == [row.evidence.start_ms for row in points]


@pytest.mark.django_db
def test_only_clerks_import(world: World) -> None:
    recording_id = read_recording(world)
    for actor in (world.actor(world.councillor), world.actor(world.stranger, world.debowa)):
        with pytest.raises(CouncilError, match="not_found"):
            official_actions.import_vote_list(actor, recording_id=recording_id, text=BUDGET)
        with pytest.raises(CouncilError, match="not_found"):
            official_actions.import_agenda(actor, recording_id=recording_id, text="1. A\n2. B")


@pytest.mark.django_db
def test_papers_brought_before_the_words_are_put_over_them_later(world: World) -> None:
    clerk = world.actor(world.clerk)
    segments = [Segment(u.start_ms, u.end_ms, u.text, (), u.speaker) for u in DEMO.utterances()]
    recording_id = finished_recording(world.lipowa, segments)  # no facts yet
    agenda = "Porządek obrad\n1. Otwarcie obrad\n5. Uchwała budżetowa, druk nr 205\n10. Zamknięcie obrad\n"
    for kind, text in (("vote_list", BUDGET), ("agenda", agenda)):
        documents_actions.add_document(
            clerk, recording_id=recording_id, content=text.encode(), file_name=f"{kind}.txt", kind=kind
        )
    (listed,) = votes_of(world, recording_id)
    assert (listed.in_favour, listed.evidence.start_ms) == (10, None)
    facts_actions.read_again(clerk, recording_id=recording_id)
    votes = votes_of(world, recording_id)
    assert len(votes) == len(DEMO.votes), "the vote of the list is the one that was heard, not one more"
    (vote,) = official(votes)
    assert (vote.in_favour, vote.against, vote.abstained) == (10, 3, 1)
    assert vote.evidence.confirmed
    assert vote.evidence.start_ms is not None
    assert "list_differs_from_speech" in vote.flags
    points = facts_queries.recording_facts(clerk, recording_id).agenda
    assert [point.title for point in points if point.evidence.confirmed] == [
        "Otwarcie obrad", "Uchwała budżetowa, druk nr 205", "Zamknięcie obrad",
    ]  # fmt: skip
    facts_actions.read_again(clerk, recording_id=recording_id)
    assert len(votes_of(world, recording_id)) == len(DEMO.votes)
