"""The assistant over REST."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from assistant.actions import ask
from assistant.tests.meetings import bring_in
from conftest import World
from council.models import User

BASE = "/api/v1/councils/lipowa"
QUESTION = "Ile będzie kosztował remont ulicy Lipowej?"


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def post(client: Client, **body: Any) -> Any:
    return client.post(f"{BASE}/ask/", body, content_type="application/json")


def test_ask_and_read_again(committed_world: World) -> None:
    recording_id = bring_in(committed_world.actor(committed_world.clerk))
    client = client_of(committed_world.clerk)
    response = post(client, question=QUESTION, recording=str(recording_id))
    assert response.status_code == 200
    answer = response.json()
    assert (answer["refused"], answer["mode"], answer["notes"]) == (False, "quotes", [])
    (citation,) = answer["citations"]
    assert citation["recording"] == str(recording_id)
    assert citation["quote"].endswith("Koszt remontu to dwieście tysięcy złotych.")
    assert citation["held_on"] == "2026-03-26"
    assert client.get(f"{BASE}/turns/{answer['id']}/").json() == answer
    listed = client.get(f"{BASE}/turns/?limit=1").json()
    assert (listed["count"], listed["results"][0]["id"]) == (1, answer["id"])


@pytest.mark.parametrize(
    "body", [{}, {"question": ""}, {"question": "a" * 1_001}, {"question": "Co?", "recording": "nie-id"}]
)
def test_what_cannot_be_asked(world: World, body: dict[str, str]) -> None:
    response = post(client_of(world.clerk), **body)
    assert response.status_code == 400
    assert response.json()["errors"][0]["attr"] in {"question", "recording"}


def test_doors(world: World) -> None:
    turn = ask(world.actor(world.clerk), QUESTION).turn_id
    for path in ("turns/", f"turns/{turn}/", f"turns/{turn}/speech/", f"turns/{turn}/speech/0/"):
        assert Client().get(f"{BASE}/{path}").status_code == 401
        assert client_of(world.stranger).get(f"{BASE}/{path}").status_code == 404
    assert client_of(world.councillor).get(f"{BASE}/turns/{turn}/").status_code == 404
    assert client_of(world.stranger).get(f"/api/v1/councils/debowa/turns/{turn}/").status_code == 404
    assert post(client_of(world.stranger), question=QUESTION).status_code == 404
    assert post(Client(), question=QUESTION).status_code == 401


@pytest.mark.parametrize("query", ["limit=0", "limit=1000", "offset=-1", "limit=x"])
def test_pages_have_limits(world: World, query: str) -> None:
    assert client_of(world.clerk).get(f"{BASE}/turns/?{query}").status_code == 400
