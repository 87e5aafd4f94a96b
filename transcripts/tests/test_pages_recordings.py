"""The pages of recordings, as they are without JavaScript."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.test import Client

from conftest import World
from council.models import User
from council.tenancy import tenant_scope
from speech.engine.types import Segment
from transcripts.models import Gap, RunState
from transcripts.progress import note
from transcripts.tests.finished import finished_recording


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def recording_id(world: World) -> UUID:
    return finished_recording(
        world.lipowa, [Segment(61_000, 63_000, "Otwieram <sesję>.", speaker="Anna"), Segment(64_000, 65_000, "Witam.")]
    )


def page_of(client: Client, recording_id: UUID) -> str:
    return client.get(f"/lipowa/nagrania/{recording_id}/").content.decode()


def test_the_transcript_stands_in_the_page_escaped_with_times_and_speakers(world: World, recording_id: UUID) -> None:
    page = page_of(signed_in(world.councillor), recording_id)
    assert "Otwieram &lt;sesję&gt;." in page
    assert 'href="#t=61000"' in page
    assert ">1:01<" in page
    assert page.count('<h3 class="speaker">') == 1


def test_only_a_clerk_gets_buttons_that_change_something(world: World, recording_id: UUID) -> None:
    assert "Usuń na zawsze" in page_of(signed_in(world.clerk), recording_id)
    councillors = page_of(signed_in(world.councillor), recording_id)
    assert "Usuń" not in councillors
    assert "Opublikuj" not in councillors
    assert "Dodaj nagranie" not in signed_in(world.councillor).get("/lipowa/").content.decode()


def test_publishing_shows_it_to_residents_and_names_the_legal_date(world: World, recording_id: UUID) -> None:
    clerk, resident = signed_in(world.clerk), signed_in(world.resident)
    page = clerk.post(f"/lipowa/nagrania/{recording_id}/publikuj/", {"published": "1"}, follow=True).content.decode()
    assert "Nagranie widzą teraz mieszkańcy." in page
    assert "Ustawowy termin" in page
    assert "Otwieram" in page_of(resident, recording_id)
    clerk.post(f"/lipowa/nagrania/{recording_id}/publikuj/", {"published": "0"})
    assert resident.get(f"/lipowa/nagrania/{recording_id}/").status_code == 404


def test_gaps_are_listed_with_their_times(world: World, recording_id: UUID) -> None:
    with tenant_scope(world.lipowa.pk):
        Gap.objects.create(
            council=world.lipowa, recording_id=recording_id, start_ms=70_000, end_ms=75_000, reason="uncovered"
        )
    page = page_of(signed_in(world.councillor), recording_id)
    assert "1:10–1:15" in page
    assert "słychać mowę, której nie ma w transkrypcji" in page


def test_a_failed_recording_says_what_to_do_and_only_the_clerk_can_retry(world: World) -> None:
    recording_id = finished_recording(world.lipowa, [], state="failed", error_code="media_no_audio")
    clerks = page_of(signed_in(world.clerk), recording_id)
    assert "W tym wideo nie ma dźwięku. Wgraj nagranie ze ścieżką dźwiękową." in clerks
    assert "Ponów" in clerks
    assert "Ponów" not in page_of(signed_in(world.councillor), recording_id)


def test_the_list_tells_how_far_the_work_is(world: World) -> None:
    recording_id = finished_recording(world.lipowa, [], state="processing")
    with tenant_scope(world.lipowa.pk):
        note(world.lipowa.pk, recording_id, stage="recognise", state=RunState.RUNNING, done=3, total=4)
    page = " ".join(signed_in(world.councillor).get("/lipowa/").content.decode().split())
    assert "w opracowaniu" in page
    assert "Rozpoznawanie mowy 75 %" in page


def test_a_link_is_added_with_the_form_and_a_wrong_one_is_explained(world: World) -> None:
    client = signed_in(world.clerk)
    answer = client.post("/lipowa/", {"address": "https://example.pl/sesja.mp4", "title": "Sesja V"}, follow=True)
    assert answer.redirect_chain[0][0].startswith("/lipowa/nagrania/")
    assert "Sesja V" in answer.content.decode()
    wrong = client.post("/lipowa/", {"address": "ftp://example.pl/a"})
    assert wrong.status_code == 400
    assert "To nie jest adres strony ani pliku." in wrong.content.decode()
    assert "Podaj adres nagrania albo wybierz plik." in client.post("/lipowa/", {}).content.decode()


def test_title_and_date_can_be_corrected(world: World, recording_id: UUID) -> None:
    client = signed_in(world.clerk)
    address = f"/lipowa/nagrania/{recording_id}/opisz/"
    page = client.post(address, {"title": "Sesja XXIII", "held_on": "2026-04-01"}, follow=True).content.decode()
    assert "Sesja XXIII" in page
    assert "1 kwietnia 2026" in page
    assert "Nie zapisano" in client.post(address, {"title": ""}, follow=True).content.decode()


def test_a_deleted_recording_is_gone_from_the_list(world: World, recording_id: UUID) -> None:
    client = signed_in(world.clerk)
    page = client.post(f"/lipowa/nagrania/{recording_id}/usun/", follow=True).content.decode()
    assert "Usunięto nagranie" in page
    assert "Sesja próbna" not in page


def test_a_long_list_has_pages(world: World) -> None:
    for number in range(31):
        finished_recording(world.lipowa, [], title=f"Nagranie {number}", content_hash=str(number))
    client = signed_in(world.councillor)
    assert "Starsze" in client.get("/lipowa/").content.decode()
    second = client.get("/lipowa/?strona=2").content.decode()
    assert "Nagranie 0<" in second
    assert "Nowsze" in second
    assert client.get("/lipowa/?strona=-1").status_code == 200
