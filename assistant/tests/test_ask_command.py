"""manage.py ask."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from assistant.tests.meetings import bring_in
from conftest import World

QUESTION = "Ile będzie kosztował remont ulicy Lipowej?"


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("ask", *arguments, stdout=out)
    return out.getvalue()


def test_json_is_for_programs(committed_world: World) -> None:
    recording_id = bring_in(committed_world.actor(committed_world.clerk))
    answer = json.loads(run(QUESTION, "--council", "lipowa", "--json"))
    assert answer["refused"] is False
    (citation,) = answer["citations"]
    assert citation["recording"] == str(recording_id)
    assert citation["speaker"] == "Wójt Jan Kruk"
    assert citation["quote"].endswith("Koszt remontu to dwieście tysięcy złotych.")
    assert 10_000 <= citation["start_ms"] < citation["end_ms"] <= 20_000
    assert citation["url"].startswith("http")
    assert citation["url"].endswith(f"/lipowa/nagrania/{recording_id}/#t={citation['start_ms']}")


def test_text_is_for_people(committed_world: World) -> None:
    bring_in(committed_world.actor(committed_world.clerk))
    text = run(QUESTION, "--council", "lipowa")
    assert "Wójt Jan Kruk" in text
    assert "Tryb cytatów" in text
    assert "#t=" in text


def test_a_refusal_is_an_answer(world: World) -> None:
    answer = json.loads(run(QUESTION, "--council", "lipowa", "--json"))
    assert (answer["answer"], answer["refused"], answer["citations"]) == (
        "Brak podstaw w nagraniach tej rady", True, [],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("question", "council", "message"),
    [(QUESTION, "nie-ma", "Nie ma rady o skrócie „nie-ma”"), ("  ", "lipowa", "Nie ma pytania")],
)
def test_failures_are_said_in_polish(world: World, question: str, council: str, message: str) -> None:
    with pytest.raises(CommandError, match=message):
        run(question, "--council", council)
