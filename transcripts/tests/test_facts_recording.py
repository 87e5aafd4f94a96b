"""Facts of a recording: made by the pipeline, kept when a clerk decides, gone with the recording, seen by whom."""

from __future__ import annotations

import json
from io import StringIO
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError
from django.test import Client

from conftest import World
from council.errors import CouncilError
from council.models import Meeting
from council.models_facts import AgendaItem, Ballot, FactStatus, Vote, VoteKind
from council.tenancy import tenant_scope
from speech.engine.types import Segment
from transcripts import actions, facts_actions, facts_queries, pipeline
from transcripts.models import Recording
from transcripts.tests.facts_meetings import DEMO, SECRET
from transcripts.tests.facts_meetings import Meeting as Scene
from transcripts.tests.finished import finished_recording


def segments_of(scene: Scene) -> list[Segment]:
    return [Segment(u.start_ms, u.end_ms, u.text, (), u.speaker) for u in scene.utterances()]


def read_recording(world: World, scene: Scene = DEMO, **values: object) -> UUID:
    recording_id = finished_recording(world.lipowa, segments_of(scene), **values)
    facts_actions.read_again(world.actor(world.clerk), recording_id=recording_id)
    return recording_id


def first_vote(world: World, recording_id: UUID) -> facts_queries.VoteRow:
    return facts_queries.recording_facts(world.actor(world.clerk), recording_id).votes[0]


@pytest.mark.django_db(transaction=True)
def test_an_imported_transcript_gets_its_facts(committed_world: World) -> None:
    actor = committed_world.actor(committed_world.clerk)
    recording_id = actions.add_transcript(
        actor, segments=segments_of(DEMO), content_hash="1" * 64, file_name="sesja.json", title="XXIII sesja"
    )
    while pipeline.work_once("default"):
        pass
    found = facts_queries.recording_facts(actor, recording_id)
    assert [row.label for row in found.agenda] == [str(number) for number in range(1, 11)]
    assert [(v.in_favour, v.against, v.abstained) for v in found.votes] == [vote.counts for vote in DEMO.votes]
    assert not any(vote.evidence.confirmed for vote in found.votes), "speech gives drafts"
    assert found.votes[2].named == (("Danuta Gołąb", "przeciw"), ("Marek Kozioł", "przeciw"))
    with tenant_scope(committed_world.lipowa.pk):
        assert Recording.objects.get().state == "ready"


@pytest.mark.django_db
def test_reading_again_changes_nothing(world: World) -> None:
    recording_id = read_recording(world)
    actor = world.actor(world.clerk)

    def without_ids() -> list[object]:
        return [
            (v.subject, v.in_favour, v.evidence.start_ms)
            for v in facts_queries.recording_facts(actor, recording_id).votes
        ]

    before = without_ids()
    facts_actions.read_again(actor, recording_id=recording_id)
    assert without_ids() == before


@pytest.mark.django_db
def test_what_a_clerk_decided_is_not_overwritten(world: World) -> None:
    recording_id = read_recording(world)
    actor = world.actor(world.clerk)
    votes = facts_queries.recording_facts(actor, recording_id).votes
    facts_actions.correct_vote(
        actor, recording_id=recording_id, fact_id=votes[0].evidence.id, in_favour=12, against=1, abstained=0,
        result="przyjęto",
    )  # fmt: skip
    facts_actions.reject_fact(actor, recording_id=recording_id, kind="votes", fact_id=votes[1].evidence.id)
    facts_actions.confirm_fact(actor, recording_id=recording_id, kind="votes", fact_id=votes[2].evidence.id)
    facts_actions.read_again(actor, recording_id=recording_id)
    after = facts_queries.recording_facts(actor, recording_id).votes
    assert len(after) == len(votes) - 1, "the rejected one is not found again, nor any confirmed one twice"
    assert (after[0].in_favour, after[0].against, after[0].evidence.confirmed) == (12, 1, True)
    assert (after[1].evidence.id, after[1].evidence.confirmed) == (votes[2].evidence.id, True)
    assert not after[2].evidence.confirmed


@pytest.mark.django_db
def test_a_confirmed_fact_belongs_to_a_meeting(world: World) -> None:
    recording_id = read_recording(world, title="XXIII sesja Rady Gminy")
    actor = world.actor(world.clerk)
    for vote in facts_queries.recording_facts(actor, recording_id).votes[:2]:
        facts_actions.confirm_fact(actor, recording_id=recording_id, kind="votes", fact_id=vote.evidence.id)
    with tenant_scope(world.lipowa.pk):
        meeting = Meeting.objects.get()
        assert meeting.title == "XXIII sesja Rady Gminy"
        assert Recording.objects.get().meeting_id == meeting.pk
        assert Vote.objects.filter(meeting=meeting, status=FactStatus.CONFIRMED).count() == 2


@pytest.mark.django_db
def test_deleting_a_recording_deletes_its_drafts_and_keeps_what_was_confirmed(world: World) -> None:
    recording_id = read_recording(world)
    actor = world.actor(world.clerk)
    kept = first_vote(world, recording_id).evidence.id
    facts_actions.confirm_fact(actor, recording_id=recording_id, kind="votes", fact_id=kept)
    actions.delete_recording(actor, recording_id=recording_id)
    with tenant_scope(world.lipowa.pk):
        vote = Vote.objects.get()
        assert (vote.pk, vote.recording_id, vote.quote, vote.start_ms) == (kept, None, "", None)
        assert not AgendaItem.objects.exists()
        assert not Ballot.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_database_refuses_names_in_a_secret_vote(committed_world: World) -> None:
    lipowa = committed_world.lipowa
    with tenant_scope(lipowa.pk):
        secret = Vote.objects.create(council=lipowa, subject="wybór", kind=VoteKind.SECRET)
        open_vote = Vote.objects.create(council=lipowa, subject="statut", kind=VoteKind.OPEN)
        Ballot.objects.create(council=lipowa, vote=open_vote, vote_kind="open", name="Jan Nowak", choice="za")
    with pytest.raises(IntegrityError), tenant_scope(lipowa.pk):
        Ballot.objects.create(council=lipowa, vote=secret, vote_kind="secret", name="Jan Nowak", choice="za")
    with pytest.raises(IntegrityError), tenant_scope(lipowa.pk):
        Ballot.objects.create(council=lipowa, vote=secret, vote_kind="open", name="Jan Nowak", choice="za")
    with pytest.raises(DatabaseError), tenant_scope(lipowa.pk):
        Vote.objects.filter(pk=open_vote.pk).update(kind=VoteKind.SECRET)


@pytest.mark.django_db
def test_only_clerks_decide_and_strangers_see_nothing(world: World) -> None:
    recording_id = read_recording(world)
    fact_id = first_vote(world, recording_id).evidence.id
    for person in (world.councillor, world.resident):
        with pytest.raises(CouncilError, match="not_found"):
            facts_actions.confirm_fact(
                world.actor(person), recording_id=recording_id, kind="votes", fact_id=fact_id
            )  # fmt: skip
    stranger = world.actor(world.stranger, world.debowa)
    with pytest.raises(CouncilError, match="not_found"):
        facts_queries.recording_facts(stranger, recording_id)
    with pytest.raises(CouncilError, match="not_found"):
        facts_actions.confirm_fact(stranger, recording_id=recording_id, kind="votes", fact_id=fact_id)
    with pytest.raises(CouncilError, match="not_found"):
        facts_queries.recording_facts(world.actor(world.resident), recording_id)  # not published


@pytest.mark.django_db
@pytest.mark.parametrize("counts", [(-1, 0, 0), (1_000, 0, 0)])
def test_impossible_counts_are_refused(world: World, counts: tuple[int, int, int]) -> None:
    recording_id = read_recording(world)
    fact_id = first_vote(world, recording_id).evidence.id
    with pytest.raises(CouncilError, match="vote_counts_invalid"):
        facts_actions.correct_vote(
            world.actor(world.clerk), recording_id=recording_id, fact_id=fact_id, in_favour=counts[0],
            against=counts[1], abstained=counts[2], result="przyjęto",
        )  # fmt: skip


@pytest.mark.django_db
def test_the_page_shows_points_and_votes_that_jump_to_their_second(world: World, client: Client) -> None:
    recording_id = read_recording(world)
    client.force_login(world.clerk)
    page = client.get(f"/lipowa/nagrania/{recording_id}/").content.decode()
    vote = first_vote(world, recording_id)
    assert "Porządek obrad" in page
    assert f'data-seek="{vote.evidence.start_ms}"' in page
    assert "za 11, przeciw 2, wstrzymało się 1" in page
    assert "robocze" in page
    client.force_login(world.councillor)
    assert "Popraw wynik" not in client.get(f"/lipowa/nagrania/{recording_id}/").content.decode()


@pytest.mark.django_db
def test_buttons_confirm_correct_and_strike_off(world: World, client: Client) -> None:
    recording_id = read_recording(world)
    vote_id = first_vote(world, recording_id).evidence.id
    base = f"/lipowa/nagrania/{recording_id}"
    client.force_login(world.clerk)
    assert client.post(f"{base}/fakty/votes/{vote_id}/", {"decision": "confirm"}).status_code == 302
    assert first_vote(world, recording_id).evidence.confirmed
    form = {"in_favour": "9", "against": "4", "abstained": "0", "result": "przyjęto"}
    client.post(f"{base}/glosowania/{vote_id}/", form)
    assert first_vote(world, recording_id).in_favour == 9
    for bad in ({}, {**form, "in_favour": "NaN"}, {**form, "against": "-1"}, {**form, "result": "może"}):
        assert client.post(f"{base}/glosowania/{vote_id}/", bad).status_code == 302
    assert first_vote(world, recording_id).in_favour == 9
    client.post(f"{base}/fakty/votes/{vote_id}/", {"decision": "reject"})
    assert first_vote(world, recording_id).evidence.id != vote_id
    for address in (f"fakty/nothing/{vote_id}/", "fakty/votes/999999/", f"fakty/votes/{10**30}/"):
        assert client.post(f"{base}/{address}", {"decision": "confirm"}).status_code == 404
    client.force_login(world.councillor)
    assert client.post(f"{base}/glosowania/{vote_id}/", form).status_code == 404


@pytest.mark.django_db
def test_the_api_gives_facts_of_what_the_caller_may_see(world: World, client: Client) -> None:
    recording_id = read_recording(world, SECRET)
    address = f"/api/v1/councils/lipowa/recordings/{recording_id}/facts/"
    client.force_login(world.councillor)
    found = client.get(address).json()
    assert [vote["superseded"] for vote in found["votes"]] == [vote.superseded for vote in SECRET.votes]
    secret = next(vote for vote in found["votes"] if vote["kind"] == "secret")
    assert secret["named"] == []
    client.force_login(world.resident)
    assert client.get(address).status_code == 404
    client.force_login(world.stranger)
    assert client.get(address).status_code == 404


@pytest.mark.django_db
def test_the_command_prints_json_for_programs_and_polish_for_people(world: World) -> None:
    recording_id = read_recording(world)
    out = StringIO()
    call_command("facts", str(recording_id), "--json", stdout=out)
    printed = json.loads(out.getvalue())
    assert set(printed) == {"agenda", "votes", "resolutions", "attendance", "promises", "interpellations"}
    vote = printed["votes"][4]
    keys = ("for", "against", "abstain", "secret", "result", "superseded", "resolution")
    assert {key: vote[key] for key in keys} == {
        "for": 5, "against": 8, "abstain": 1, "secret": False, "result": "odrzucono", "superseded": False,
        "resolution": None,
    }  # fmt: skip
    assert vote["start_ms"] < vote["end_ms"]
    assert set(printed["agenda"][0]) >= {"label", "title", "start_ms", "end_ms"}
    assert {(move["name"], move["status"], move["confirmed"]) for move in printed["attendance"]} == {
        ("Grażyna Lewandowska", "excused", False), ("Paweł Nowak", "late", False), ("Paweł Nowak", "present", False),
    }  # fmt: skip
    assert "2026-09-30" in [promise["due"] for promise in printed["promises"]]
    out = StringIO()
    call_command("facts", str(recording_id), stdout=out)
    assert "11 / 2 / 1  podjęto XXIII/145/2026" in out.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize("number", ["to nie numer", "00000000-0000-4000-8000-000000000007"])
def test_the_command_knows_no_such_recording(world: World, number: str) -> None:
    with pytest.raises(SystemExit) as stopped:
        call_command("facts", number, stderr=StringIO())
    assert stopped.value.code == 1


@pytest.mark.django_db
def test_a_fact_saved_in_the_administration_is_confirmed(world: World, client: Client) -> None:
    recording_id = read_recording(world)
    vote_id = first_vote(world, recording_id).evidence.id
    world.clerk.is_staff = True
    world.clerk.save()
    client.force_login(world.clerk)
    page = client.get(f"/admin/council/vote/{vote_id}/change/")
    assert page.status_code == 200
    assert client.get("/admin/council/vote/").status_code == 200
    form = page.context["adminform"].form
    values = {name: "" if form[name].value() is None else form[name].value() for name in form.fields}
    values |= {"in_favour": 13, "against": 1, "abstained": 0, "superseded": "", "_save": "1"}
    values |= {"ballots-TOTAL_FORMS": 0, "ballots-INITIAL_FORMS": 0}
    answer = client.post(f"/admin/council/vote/{vote_id}/change/", values)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    vote = first_vote(world, recording_id)
    assert (vote.against, vote.evidence.confirmed) == (1, True)
