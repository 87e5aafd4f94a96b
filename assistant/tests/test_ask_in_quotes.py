"""Quote mode: without a language model, answers are the recordings' own words or a refusal."""

from __future__ import annotations

import pytest

from assistant.actions import MAX_QUESTION_CHARS, ask
from assistant.answer import REFUSAL
from assistant.queries import get_turn
from assistant.tests.meetings import bring_in
from conftest import World
from council.errors import CouncilError
from transcripts.actions import delete_recording


@pytest.mark.parametrize(
    ("question", "quote", "speaker"),
    [
        ("Ile będzie kosztował remont ulicy Lipowej?", "Koszt remontu to dwieście tysięcy złotych.", "Wójt Jan Kruk"),
        ("kiedy zacznie sie remont ulicy lipowej", "Remont ulicy Lipowej zaczniemy w maju.", "Wójt Jan Kruk"),
        ("Czy biblioteka będzie czynna w sobotę?", "Biblioteka gminna będzie otwarta także w soboty", "Wójt Jan Kruk"),
        ("Co radna Sroka mówiła o drodze do Gajówki?", "droga do Gajówki jest w gorszym stanie", "Radna Ewa Sroka"),
        ("Czy gmina weźmie kredyt na żłobek?", "Gmina nie zaciągnie kredytu", "Skarbnik Olga Sowa"),
    ],
)
def test_an_answer_is_made_of_what_was_said(committed_world: World, question: str, quote: str, speaker: str) -> None:
    clerk = committed_world.actor(committed_world.clerk)
    recording_id = bring_in(clerk)
    answer = ask(clerk, question)
    assert not answer.refused
    assert answer.mode == "quotes"
    cited = next(c for c in answer.citations if quote in c.quote)
    assert cited.speaker == speaker
    assert cited.recording_id == recording_id
    assert cited.url == f"/lipowa/nagrania/{recording_id}/#t={cited.start_ms}"
    assert all(f"„{c.quote}”" in answer.answer for c in answer.citations)
    assert "XII sesja, 26.03.2026" in answer.answer


def test_a_citation_points_into_the_turn_where_it_is_said(committed_world: World) -> None:
    clerk = committed_world.actor(committed_world.clerk)
    bring_in(clerk)
    answer = ask(clerk, "O której będzie otwarta biblioteka w soboty?")
    assert 30_000 <= answer.citations[0].start_ms < answer.citations[0].end_ms <= 40_000


@pytest.mark.parametrize(
    "question",
    [
        "Ile kosztuje budowa basenu w Sosnowcu?",
        "Kto wygrał wybory prezydenckie?",
        "Ile będzie kosztowała biblioteka?",  # spoken of, but no sum was
        "Co radny Wilk mówił o drodze do Gajówki?",  # nobody of that name
        "Dlaczego?",
        "żółw",
    ],
)
def test_without_grounds_the_answer_is_a_refusal(committed_world: World, question: str) -> None:
    clerk = committed_world.actor(committed_world.clerk)
    bring_in(clerk)
    answer = ask(clerk, question)
    assert (answer.answer, answer.refused, answer.citations) == (REFUSAL, True, ())
    assert REFUSAL == "Brak podstaw w nagraniach tej rady"


def test_a_refusal_shows_what_was_said_nearest(committed_world: World) -> None:
    clerk = committed_world.actor(committed_world.clerk)
    recording_id = bring_in(clerk)
    answer = ask(clerk, "Ile będzie kosztowała biblioteka?")
    assert answer.refused
    near = next(citation for citation in answer.nearest if "Biblioteka gminna" in citation.quote)
    assert near.url == f"/lipowa/nagrania/{recording_id}/#t={near.start_ms}"
    assert get_turn(clerk, answer.turn_id).nearest == answer.nearest
    assert near.quote in answer.text_with_sources


@pytest.mark.parametrize("question", ["Kto ma rację w sprawie drogi do Gajówki?", "Gdzie mieszka radna Sroka?", "żółw"])
def test_nothing_is_near_to_what_is_not_to_be_answered_or_not_spoken_of(committed_world: World, question: str) -> None:
    clerk = committed_world.actor(committed_world.clerk)
    bring_in(clerk)
    answer = ask(clerk, question)
    assert answer.refused
    assert answer.nearest == ()


def test_a_recording_that_is_gone_takes_its_nearest_places_along(committed_world: World) -> None:
    clerk = committed_world.actor(committed_world.clerk)
    recording_id = bring_in(clerk)
    answer = ask(clerk, "Ile będzie kosztowała biblioteka?")
    assert answer.nearest
    delete_recording(clerk, recording_id=recording_id)
    again = get_turn(clerk, answer.turn_id)
    assert (again.answer, again.nearest) == (REFUSAL, ())


def test_a_speakers_correction_is_quoted_with_what_it_corrects(committed_world: World) -> None:
    clerk = committed_world.actor(committed_world.clerk)
    bring_in(clerk, [("Skarbnik", "Na plac zabaw damy sto tysięcy złotych. Przepraszam, sto dwa tysiące.")])
    answer = ask(clerk, "Ile pieniędzy dostanie plac zabaw?")
    assert answer.citations[0].quote == "Na plac zabaw damy sto tysięcy złotych. Przepraszam, sto dwa tysiące."


def test_one_recording_can_be_asked_alone(committed_world: World) -> None:
    clerk = committed_world.actor(committed_world.clerk)
    bring_in(clerk, title="XII sesja")
    other = bring_in(clerk, [("Wójt", "Nowy plac zabaw otworzymy w czerwcu.")], title="XIII sesja")
    assert ask(clerk, "Kiedy zacznie się remont ulicy Lipowej?", recording_id=other).refused
    answer = ask(clerk, "Kiedy otworzymy plac zabaw?", recording_id=other)
    assert [c.recording_title for c in answer.citations] == ["XIII sesja"]


@pytest.mark.parametrize(
    ("question", "code"),
    [("", "question_empty"), (" ?! ", "question_empty"), ("a" * (MAX_QUESTION_CHARS + 1), "question_too_long")],
)
def test_what_is_no_question(committed_world: World, question: str, code: str) -> None:
    with pytest.raises(CouncilError) as failure:
        ask(committed_world.actor(committed_world.clerk), question)
    assert failure.value.code == code


def test_a_council_without_recordings_has_no_grounds(committed_world: World) -> None:
    assert ask(committed_world.actor(committed_world.clerk), "Ile kosztuje remont ulicy Lipowej?").refused
