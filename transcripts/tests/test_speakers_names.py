"""Near misses of names: proposed to the clerk, changed only when the clerk says so."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.test import Client

from conftest import World
from council.models import Body, Person, Seat
from council.tenancy import tenant_scope
from speech.engine.types import Segment as Said
from transcripts import queries
from transcripts.corrections.line import Line
from transcripts.speakers.near_names import near_names, sound_key
from transcripts.speakers.roster import member
from transcripts.tests.finished import finished_recording

RADA = "Rada Gminy"
ROSTER = (
    member(1, "Krzysztof Zając", [("", RADA)]),
    member(2, "Danuta Gołąb", [("", RADA)]),
    member(3, "Halina Pstrągowska", [("wójt", RADA)]),
    member(4, "Ewa Świderska-Lis", [("", RADA)]),
    member(5, "Marek Kozioł", [("", RADA)]),
    member(6, "Piotr Nowak", [("", RADA)]),
)


def proposed(text: str) -> list[tuple[str, str]]:
    return [(one.written, one.proposed) for one in near_names([Line(0, 1_000, text)], ROSTER)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Udzielam głosu radnemu zającowi.", ("zającowi", "Zającowi")),
        ("Głos ma radna Gołomb, proszę.", ("Gołomb", "Gołąb")),
        ("Pani Pstrongowska mówiła o tym.", ("Pstrongowska", "Pstrągowska")),
        ("Dziękuję pani Pstrongowskiej.", ("Pstrongowskiej", "Pstrągowskiej")),
        ("Radna Świderska-Liz pyta.", ("Świderska-Liz", "Świderska-Lis")),
        ("Przeciw był radny zajonc.", ("zajonc", "Zając")),
        ("Wniosek radnego kozła przepadł.", ("kozła", "Kozła")),
    ],
)
def test_a_slip_is_proposed_in_its_own_case(text: str, expected: tuple[str, str]) -> None:
    assert proposed(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "Głos ma radny Zając.", "Pani Halina Pstrągowska mówiła.", "Panu Koziołowi dziękuję.", "W lesie żyje zając.",
        "Pan Nowacki był wczoraj.", "Pan Nowakowski też.", "Radny proszę o głos.", "Radna która pytała wyszła.",
        "Gołąb siedzi na dachu.", "", "🙂 … – ! 12 000 \x00",
    ],
)  # fmt: skip
def test_right_names_other_names_and_common_words_are_left_alone(text: str) -> None:
    assert proposed(text) == []


def test_a_word_like_two_names_is_proposed_as_neither() -> None:
    roster = (member(1, "Jan Nowacki", [("", RADA)]), member(2, "Piotr Nowicki", [("", RADA)]))
    assert list(near_names([Line(0, 1, "Głos ma radny Nowocki.")], roster)) == []


@pytest.mark.parametrize(
    ("one", "other"), [("Gołąb", "Gołomb"), ("Żurek", "Rzurek"), ("Chojna", "Hojna"), ("Łąk", "Lonk")]
)
def test_what_sounds_alike_has_one_key(one: str, other: str) -> None:
    assert sound_key(one) == sound_key(other)


@pytest.fixture
def recording_id(world: World) -> UUID:
    with tenant_scope(world.lipowa.pk):
        body = Body.objects.create(council=world.lipowa, name="Rada Gminy Lipowa")
        person = Person.objects.create(council=world.lipowa, name="Danuta Gołąb")
        Seat.objects.create(council=world.lipowa, person=person, body=body)
    said = [Said(0, 4_000, "Głos ma radna Gołomb, proszę."), Said(4_000, 8_000, "Dziękuję, radna Gołomb skończyła.")]
    return finished_recording(world.lipowa, said)


def test_the_clerk_takes_one_over_and_dismisses_the_other(world: World, client: Client, recording_id: UUID) -> None:
    client.force_login(world.clerk)
    base = f"/api/v1/councils/lipowa/recordings/{recording_id}/names/"
    first, second = client.get(base).json()["suggestions"]
    assert (first["written"], first["proposed"], first["person"]) == ("Gołomb", "Gołąb", "Danuta Gołąb")
    rows = queries.list_segments(world.actor(world.clerk), recording_id)
    assert "Gołomb" in rows[0].text, "nothing changes by itself"
    answer = client.post(f"{base}accept/", first, "application/json")
    assert answer.status_code == 200, answer.content
    assert answer.json()["segments"][0]["text"] == "Głos ma radna Gołąb, proszę."
    assert client.post(f"{base}accept/", first, "application/json").status_code == 409
    assert client.post(f"{base}dismiss/", second, "application/json").status_code == 200
    assert client.post(f"{base}dismiss/", second, "application/json").status_code == 200, "twice is once"
    left = client.get(base).json()
    assert left["suggestions"] == []
    assert left["people"] > 0
    with tenant_scope(world.lipowa.pk):
        Person.objects.all().delete()
    assert client.get(base).json()["people"] == 0, "which is why nothing is proposed"
    bodies: list[object] = [
        {},
        [],
        {"written": "\ud800", "proposed": "x"},
        {**first, "word": 10**9},
        {**first, "written": ""},
    ]
    for body in bodies:
        assert client.post(f"{base}accept/", body, "application/json").status_code in (400, 409)


def test_a_councillor_is_proposed_nothing(world: World, client: Client, recording_id: UUID) -> None:
    client.force_login(world.councillor)
    assert client.get(f"/api/v1/councils/lipowa/recordings/{recording_id}/names/").status_code == 404
