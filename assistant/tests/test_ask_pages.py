"""The ask page, with and without JavaScript."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from assistant.actions import ask
from assistant.answer import REFUSAL
from assistant.queries import list_conversations
from assistant.tests.meetings import bring_in
from assistant.tests.test_minutes_drafts import read_recording
from conftest import World
from council.models import User

QUESTION = "Ile będzie kosztował remont ulicy Lipowej?"


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_asking_without_javascript_leads_to_the_answers_own_page(committed_world: World) -> None:
    clerk = committed_world.actor(committed_world.clerk)
    recording_id = bring_in(clerk)
    response = client_of(committed_world.clerk).post("/lipowa/pytaj/", {"question": QUESTION}, follow=True)
    (address, status) = response.redirect_chain[0]
    assert status == 302
    assert address.startswith("/lipowa/pytaj/")
    page = response.content.decode()
    assert "Koszt remontu to dwieście tysięcy złotych." in page
    assert f'href="/lipowa/nagrania/{recording_id}/#t=' in page
    assert "Tryb cytatów" in page
    assert 'aria-live="polite"' in page
    assert QUESTION in page.split("Twoje ostatnie rozmowy")[1]


def test_the_script_gets_the_answer_alone(committed_world: World) -> None:
    bring_in(committed_world.actor(committed_world.clerk))
    response = client_of(committed_world.clerk).post(
        "/lipowa/pytaj/", {"question": QUESTION}, headers={"X-Fragment": "1"}
    )
    assert response.content.decode().lstrip().startswith("<article")
    assert "<html" not in response.content.decode()


@pytest.mark.parametrize("headers", [{}, {"X-Fragment": "1"}])
def test_an_empty_question_is_explained(world: World, headers: dict[str, str]) -> None:
    response = client_of(world.clerk).post("/lipowa/pytaj/", {"question": "  "}, headers=headers)
    assert response.status_code == 400
    assert "Wpisz, czego chcesz się dowiedzieć." in response.content.decode()


def test_a_refusal_is_said_plainly(world: World) -> None:
    page = client_of(world.resident).post("/lipowa/pytaj/", {"question": QUESTION}, follow=True).content.decode()
    assert REFUSAL in page
    assert "sprawdzony cytat" not in page
    assert 'href="/lipowa/szukaj/?q=Ile%20b%C4%99dzie%20kosztowa%C5%82' in page  # a way on


def test_what_is_copied_says_what_was_asked_and_leads_to_the_second(committed_world: World) -> None:
    recording_id = bring_in(committed_world.actor(committed_world.clerk))
    answer = ask(committed_world.actor(committed_world.clerk), QUESTION)
    question, quote, link = answer.text_with_sources.splitlines()
    assert question == QUESTION
    assert quote.startswith("[1] Wójt Jan Kruk (XII sesja")
    assert quote.endswith("Koszt remontu to dwieście tysięcy złotych.”")
    assert link.startswith(f"http://127.0.0.1:8000/lipowa/nagrania/{recording_id}/#t=")


def test_questions_are_suggested_in_whole_polish_sentences(world: World) -> None:
    recording_id = read_recording(world)
    page = client_of(world.clerk).get(f"/lipowa/pytaj/?recording={recording_id}").content.decode()
    suggested = re.findall(r"data-suggestion>([^<]+)<", page)
    assert len(suggested) == 4
    assert any(question.startswith("Co zapowiada ") for question in suggested)
    assert not any("(a)" in question for question in suggested)


def test_what_people_type_is_shown_and_not_run(world: World) -> None:
    page = client_of(world.clerk).post("/lipowa/pytaj/", {"question": "<script>alert(1)</script>"}, follow=True)
    assert "<script>alert(1)" not in page.content.decode()
    assert "&lt;script&gt;alert(1)" in page.content.decode()


def test_the_page_asks_about_one_recording(committed_world: World) -> None:
    recording_id = bring_in(committed_world.actor(committed_world.clerk), title="XII sesja nadzwyczajna")
    client = client_of(committed_world.clerk)
    assert "XII sesja nadzwyczajna" in client.get(f"/lipowa/pytaj/?recording={recording_id}").content.decode()
    assert client_of(committed_world.resident).get(f"/lipowa/pytaj/?recording={recording_id}").status_code == 404
    assert client.get("/lipowa/pytaj/?recording=../etc").status_code == 404


def test_doors(world: World) -> None:
    turn = ask(world.actor(world.clerk), QUESTION).turn_id
    for address in ("/lipowa/pytaj/", f"/lipowa/pytaj/{turn}/"):
        assert Client().get(address).status_code == 302  # to the sign-in
        assert client_of(world.stranger).get(address).status_code == 404
    assert client_of(world.clerk).get(f"/lipowa/pytaj/{turn}/").status_code == 200
    assert client_of(world.councillor).get(f"/lipowa/pytaj/{turn}/").status_code == 404
    assert client_of(world.stranger).get(f"/debowa/pytaj/{turn}/").status_code == 404


def test_no_script_or_style_stands_in_the_page(world: World) -> None:
    page = client_of(world.clerk).get("/lipowa/pytaj/").content.decode()
    assert "style=" not in page
    assert "<style" not in page
    assert page.count("<script") == page.count('<script type="module" src=')


def test_a_conversation_about_one_recording_goes_on_about_it(committed_world: World) -> None:
    world = committed_world
    clerk = world.actor(world.clerk)
    recording_id = bring_in(clerk)
    client = client_of(world.clerk)
    recording = client.get(reverse("recording", args=["lipowa", recording_id])).content.decode()
    link = f"{reverse('ask', args=['lipowa'])}?recording={recording_id}"
    assert link in recording
    field = f'name="recording" value="{recording_id}"'
    assert field in client.get(link).content.decode()
    asked = client.post(
        reverse("ask", args=["lipowa"]), {"question": "Kiedy zacznie się remont?", "recording": recording_id}
    )
    assert field in client.get(asked["Location"]).content.decode()
    conversation = list_conversations(clerk)[0].conversation_id
    page = client.get(reverse("conversation", args=["lipowa", conversation])).content.decode()
    assert field in page


def test_a_refusal_ends_with_one_full_stop(committed_world: World) -> None:
    world = committed_world
    bring_in(world.actor(world.clerk))
    client = client_of(world.clerk)
    asked = client.post(reverse("ask", args=["lipowa"]), {"question": "Jak głosowała radna Sroka w sprawie żłobka?"})
    page = client.get(asked["Location"]).content.decode()
    assert "Brak podstaw w nagraniach tej rady" in page
    assert "..</p>" not in page


def test_a_refusal_leads_to_the_nearest_places(committed_world: World) -> None:
    recording_id = bring_in(committed_world.actor(committed_world.clerk))
    client = client_of(committed_world.clerk)
    page = client.post("/lipowa/pytaj/", {"question": "Ile będzie kosztowała biblioteka?"}, follow=True)
    answer, _, near = page.content.decode().partition("Najbliżej tego pytania")
    assert REFUSAL in answer
    assert "Biblioteka gminna będzie otwarta" in near
    assert f'href="/lipowa/nagrania/{recording_id}/#t=' in near
