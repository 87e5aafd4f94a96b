"""Twenty-three more meetings as chairs really speak, and every meeting again as recognisers really write."""

from __future__ import annotations

from datetime import date

import pytest

from transcripts.facts import Utterance, read_meeting
from transcripts.tests.facts_meetings import MEETINGS, Meeting
from transcripts.tests.facts_meetings_fifth import BESIDE, FIFTH_MEETINGS, Beside
from transcripts.tests.facts_meetings_fourth import FOURTH_MEETINGS
from transcripts.tests.facts_meetings_more import MORE_MEETINGS
from transcripts.tests.facts_meetings_third import THIRD_MEETINGS, TRUE_MOVES, TRUE_PROMISES, TRUE_QUESTIONS, ZARZECZE
from transcripts.tests.facts_perturb import perturbed
from transcripts.tests.facts_score import Score, score

HELD_ON = date(2026, 3, 26)
ALL = (*MEETINGS, *MORE_MEETINGS, *THIRD_MEETINGS, *FOURTH_MEETINGS, *FIFTH_MEETINGS)
LOSSLESS = [
    "as_written",
    "no_speakers",
    "numbered_speakers",
    "lower_case",
    "arabic",
    "sentences",
    "lumps_27_s",
    "single_words",
]
"""Changes that take no word away: everything must be read all the same."""
SEEDS = (1, 2, 3)


def read(meeting: Meeting, change: str, seed: int = 1) -> Score:
    return score(meeting, read_meeting(perturbed(meeting.utterances(), change, seed), HELD_ON))


@pytest.mark.parametrize("change", LOSSLESS)
@pytest.mark.parametrize("meeting", ALL, ids=lambda meeting: meeting.name)
def test_all_is_read_however_it_is_cut_and_labelled(meeting: Meeting, change: str) -> None:
    found = read(meeting, change)
    assert found.notes == []
    assert (found.exact, found.points) == (len(meeting.votes), len(meeting.agenda))


@pytest.mark.parametrize("change", ["no_punctuation", "digits", "commas_for_stops", "stops_for_commas", "raw"])
@pytest.mark.parametrize("meeting", ALL, ids=lambda meeting: meeting.name)
def test_counts_stay_exact_without_punctuation_or_with_digits(meeting: Meeting, change: str) -> None:
    found = read(meeting, change)
    assert (found.votes, found.invented_votes) == (len(meeting.votes), 0), found.notes
    assert found.points >= len(meeting.agenda) - 2, found.notes
    assert found.exact >= len(meeting.votes) - 2, found.notes


@pytest.mark.parametrize(
    ("change", "votes", "points"), [("misheard", 0.97, 0.95), ("as_whisper", 0.94, 0.91), ("raw_misheard", 0.96, 0.94)]
)
def test_one_word_in_twenty_misheard_costs_little(change: str, votes: float, points: float) -> None:
    total = Score()
    for meeting in ALL:
        for seed in SEEDS:
            total.add(read(meeting, change, seed))
    assert total.votes >= votes * total.true_votes, str(total)
    assert total.points >= points * total.true_points, str(total)
    assert total.invented_votes <= total.true_votes // 20, str(total)


@pytest.mark.parametrize(
    ("said", "amount", "due"),
    [
        (
            "Świetlicę wyremontujemy do końca kwietnia za sto dwanaście tysięcy złotych. Przepraszam, poprawiam się, "
            "sto dwadzieścia dwa tysiące.", 122_000, "2026-04-30",
        ),
        ("Na drogę damy 112 tysięcy złotych, oddamy ją do 30 września. Pomyłka, 122 tysiące.", 122_000, "2026-09-30"),
        (
            "wyremontujemy świetlicę do końca kwietnia za sto dwanaście tysięcy złotych przepraszam poprawiam się sto "
            "dwadzieścia dwa tysiące", 122_000, "2026-04-30",
        ),
        ("Do końca kwietnia kupimy wóz za sto tysięcy złotych. Przepraszam za rok 2026.", 100_000, "2026-04-30"),
        ("Wniosek złożymy do końca maja, przepraszam, do końca czerwca.", None, "2026-06-30"),
    ],
)  # fmt: skip
def test_what_is_corrected_in_speech_wins(said: str, amount: int | None, due: str) -> None:
    promises = read_meeting([Utterance(0, 60_000, said, "WÓJT Anna Lis", ())], HELD_ON).promises
    assert [(promise.amount, promise.due) for promise in promises] == [(amount, due)]


def test_the_amount_of_somebody_else_corrects_nothing() -> None:
    said = [
        Utterance(0, 9_000, "Do końca kwietnia kupimy wóz za sto tysięcy złotych.", "WÓJT Anna Lis", ()),
        Utterance(9_000, 18_000, "Przepraszam, dwieście tysięcy złotych to za mało.", "RADNY Jan Bąk", ()),
    ]
    assert read_meeting(said, HELD_ON).promises[0].amount == 100_000


@pytest.mark.parametrize(
    "said",
    [
        "Do udzielenia absolutorium potrzeba szesnastu głosów za.",
        "Komisja rewizyjna wnioskuje o absolutorium. Głosowało pięciu członków komisji, trzech za, dwóch przeciw.",
        "Radny Mazurek? Przeciw. Radna Pik? Za. Radny Olcha? Wstrzymuję się.",
        "Zarząd jednogłośnie przyjął plan remontów dróg.",
        "W plebiscycie za obwodnicą opowiedziało się osiemdziesiąt procent mieszkańców, przeciw było dwadzieścia.",
    ],
)
def test_numbers_that_are_no_votes_of_the_council(said: str) -> None:
    opened = "Otwieram sesję. Na ustawowy skład trzydziestu radnych obecnych jest dwudziestu. Punkt drugi, drogi. "
    assert read_meeting([Utterance(0, 60_000, opened + said, "", ())], HELD_ON).votes == []


def test_a_point_taken_out_of_order_is_not_opened_twice() -> None:
    said = (
        "Otwieram sesję. Punkt drugi, porządek obrad. Punkt trzeci, informacja. Przechodzimy do punktu piątego, plan. "
        "Wracamy do punktu czwartego, cmentarz. Wracamy jeszcze do punktu trzeciego na chwilę. Następny punkt, wolne "
        "wnioski. Zamykam sesję."
    )
    found = read_meeting([Utterance(0, 60_000, said, "", ())], HELD_ON).agenda
    assert [point.label for point in found] == ["1", "2", "3", "5", "4", "6", "7"]


def test_a_long_meeting_is_read_whole() -> None:
    said = [said for _ in range(4) for meeting in ALL for said in meeting.utterances()]
    assert sum(len(one.text.split()) for one in said) > 25_000
    assert len(read_meeting(said, HELD_ON).votes) >= 4 * 110


@pytest.mark.parametrize("meeting", THIRD_MEETINGS, ids=lambda meeting: meeting.name)
def test_no_promise_question_or_absence_is_made_up(meeting: Meeting) -> None:
    facts = read_meeting(meeting.utterances(), HELD_ON)
    assert len(facts.promises) <= TRUE_PROMISES[meeting.name], [promise.what for promise in facts.promises]
    assert len(facts.questions) == TRUE_QUESTIONS[meeting.name], [question.subject for question in facts.questions]
    assert len(facts.attendance) <= TRUE_MOVES[meeting.name], [(move.name, move.status) for move in facts.attendance]


def test_an_election_of_several_tells_who_got_how_many_votes() -> None:
    first, second = (v for v in read_meeting(ZARZECZE.utterances(), HELD_ON).votes if "several_candidates" in v.flags)
    assert (first.in_favour, first.against, first.result) == (7, None, "odrzucono")
    assert first.subject.endswith("(Paweł Sokół 7, Nina Kłos 6, Jan Dudek 4)")
    assert second.subject.endswith("(Paweł Sokół 9, Nina Kłos 7)")
    assert (first.named, second.named) == ({}, {})


@pytest.mark.parametrize("change", ["as_written", "lower_case", "raw"])
@pytest.mark.parametrize("beside", BESIDE, ids=lambda beside: beside.meeting.name)
def test_people_and_days_are_read_beside_the_votes(beside: Beside, change: str) -> None:
    facts = read_meeting(perturbed(beside.meeting.utterances(), change), beside.held_on)
    assert facts.present_at_start == beside.present
    assert sorted(promise.due for promise in facts.promises) == sorted(beside.promised)
    if change == "raw":  # nobody's name is written there but as it was called
        return
    assert {(move.name.lower(), move.status) for move in facts.attendance} == {
        (name.lower(), status) for name, status in beside.attendance
    }
    asked = [(question.kind, question.author.split()[-1] if question.author else "") for question in facts.questions]
    assert [(kind, name.lower()) for kind, name in asked] == [
        (kind, name.lower() or asked[at][1].lower()) for at, (kind, name) in enumerate(beside.asked)
    ]


def test_words_that_recognisers_take_for_others_are_read_as_meant() -> None:
    said = (
        "otwieram sesję obecnych jest 13 radnych na 15 mamy forum punkt 2 zmiany w budżecie drug numer 190 głosujemy "
        "kto jest za kto jest przeciw kto się zatrzymał za 10 przeciw 2 jeden zatrzymujący uchwała nr 9/80/2026 "
        "została podjęta"
    )
    facts = read_meeting([Utterance(0, 60_000, said, "", ())], HELD_ON)
    (vote,) = facts.votes
    assert (vote.in_favour, vote.against, vote.abstained, vote.present) == (10, 2, 1, 13)
    assert vote.resolution == "IX/80/2026"
    assert facts.statutory_seats == 15
