"""Who may ask what, and whose questions one can see."""

from __future__ import annotations

from uuid import uuid4

import pytest

from assistant.actions import ask
from assistant.queries import GONE, get_turn, list_turns
from assistant.tests.meetings import bring_in
from conftest import World
from council.access import access_council_from_shell
from council.errors import CouncilError
from transcripts.actions import publish_recording

QUESTION = "Ile będzie kosztował remont ulicy Lipowej?"


def test_a_resident_is_answered_from_published_recordings_only(committed_world: World) -> None:
    clerk, resident = committed_world.actor(committed_world.clerk), committed_world.actor(committed_world.resident)
    recording_id = bring_in(clerk)
    assert not ask(clerk, QUESTION).refused
    assert ask(resident, QUESTION).refused
    with pytest.raises(CouncilError, match="not_found"):
        ask(resident, QUESTION, recording_id=recording_id)
    publish_recording(clerk, recording_id=recording_id, published=True)
    answer = ask(resident, QUESTION)
    assert not answer.refused
    publish_recording(clerk, recording_id=recording_id, published=False)
    kept = get_turn(resident, answer.turn_id)  # what it quoted is not public any more
    assert (kept.answer, kept.citations) == (GONE, ())


def test_another_councils_recordings_answer_nothing(committed_world: World) -> None:
    recording_id = bring_in(committed_world.actor(committed_world.clerk))
    stranger = committed_world.actor(committed_world.stranger, committed_world.debowa)
    assert ask(stranger, QUESTION).refused
    with pytest.raises(CouncilError, match="not_found"):
        ask(stranger, QUESTION, recording_id=recording_id)


def test_questions_are_seen_by_those_who_asked_them(world: World) -> None:
    clerk, councillor = world.actor(world.clerk), world.actor(world.councillor)
    stranger = world.actor(world.stranger, world.debowa)
    program = access_council_from_shell("lipowa")
    turns = {actor: ask(actor, QUESTION).turn_id for actor in (clerk, councillor, stranger, program)}
    for actor, own in turns.items():
        assert get_turn(actor, own).question == QUESTION
        rows, count = list_turns(actor)
        assert ([row.turn_id for row in rows], count) == ([own], 1)
        for other in {*turns.values(), uuid4()} - {own}:
            with pytest.raises(CouncilError, match="not_found"):
                get_turn(actor, other)


def test_the_newest_question_comes_first_and_pages_do_not_overlap(world: World) -> None:
    clerk = world.actor(world.clerk)
    asked = [ask(clerk, f"Pytanie numer {n}?").turn_id for n in range(5)]
    first, count = list_turns(clerk, limit=3)
    second, _ = list_turns(clerk, limit=3, offset=3)
    assert count == 5
    assert [row.turn_id for row in first + second] == asked[::-1]
