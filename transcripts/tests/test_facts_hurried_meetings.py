"""Meetings whose chairs hurry: every point and vote as written, and nearly all as a recogniser would write it."""

from __future__ import annotations

from datetime import date

import pytest

from transcripts.facts import Utterance, read_meeting
from transcripts.tests.facts_meetings import Meeting
from transcripts.tests.facts_meetings_sixth import SIXTH_MEETINGS
from transcripts.tests.facts_perturb import perturbed
from transcripts.tests.facts_score import Score, score

HELD_ON = date(2026, 3, 26)


@pytest.mark.parametrize(
    "change", ["as_written", "numbered_speakers", "arabic", "sentences", "single_words", "fillers"]
)
@pytest.mark.parametrize("meeting", SIXTH_MEETINGS, ids=lambda meeting: meeting.name)
def test_all_is_read_while_speakers_are_told_apart(meeting: Meeting, change: str) -> None:
    found = score(meeting, read_meeting(perturbed(meeting.utterances(), change), HELD_ON))
    assert found.notes == []
    assert (found.exact, found.points) == (len(meeting.votes), len(meeting.agenda))


@pytest.mark.parametrize(
    ("change", "votes", "points", "invented"),
    [
        ("no_speakers", 48, 70, 2), ("commas_for_stops", 47, 72, 0), ("digits", 48, 68, 2), ("misheard", 48, 66, 2),
        ("no_punctuation", 43, 62, 3), ("as_whisper", 42, 60, 7),
    ],
)  # fmt: skip
def test_little_is_lost_without_speakers_or_punctuation(change: str, votes: int, points: int, invented: int) -> None:
    """`invented`: points and votes together, of the 121 that are true."""
    total = Score()
    for meeting in SIXTH_MEETINGS:
        total.add(score(meeting, read_meeting(perturbed(meeting.utterances(), change), HELD_ON)))
    assert (total.votes >= votes, total.points >= points) == (True, True), str(total)
    assert total.invented_votes + total.invented_points <= invented, str(total)


BETWEEN = "Szanowni państwo, plan obejmuje czterdzieści hektarów, a uwag wpłynęło siedemdziesiąt osiem. "


def opened(said: str, following: str = "Punkt czwarty") -> list[tuple[str, bool]]:
    """Labels of the points, and whether each opened where `said` was said."""
    turns = (
        ("PRZEWODNICZĄCA Anna Lis", "Otwieram sesję rady. Punkt drugi, protokół. Kto za? Wszyscy."),
        ("RADNY Jan Bąk", "Dziękuję za głos, pani przewodnicząca, ja tylko o drodze."),
        ("PRZEWODNICZĄCA Anna Lis", f"Dziękuję. {said}"),
        ("URBANISTA Jan Lisowski", BETWEEN * 4),
        ("PRZEWODNICZĄCA Anna Lis", f"{following}, wolne wnioski. Zamykam sesję."),
    )
    heard = [Utterance(at * 20_000, (at + 1) * 20_000, text, who, ()) for at, (who, text) in enumerate(turns)]
    return [(point.label, 40_000 <= point.start_ms < 60_000) for point in read_meeting(heard, HELD_ON).agenda]


@pytest.mark.parametrize(
    "said",
    [
        "Idziemy do trójki, plan miejscowy.", "Trójka, plan miejscowy dla Zarzecza.", "Trójeczka, plan miejscowy.",
        "Pora na trójkę, plan miejscowy.", "Dobra, trójka: plan miejscowy.", "Otwieram trójkę.",
        "I tak dochodzimy do punktu trzeciego, plan miejscowy.", "Lecimy z trzecim, plan miejscowy.",
        "Kolejny punkt to plan miejscowy.", "Następny punkt porządku obrad to plan miejscowy.",
        "Trzeci, plan miejscowy dla Zarzecza.", "Numer trzy, plan miejscowy.", "Pozycja trzecia, plan miejscowy.",
        "To teraz plan miejscowy, czyli punkt trzeci.", "Plan miejscowy dla Zarzecza, to będzie punkt trzeci.",
        "Zajmiemy się teraz punktem trzecim, plan miejscowy.", "Pochylmy się nad punktem trzecim, plan miejscowy.",
        "W trzecim punkcie mamy plan miejscowy.", "Jako trzeci punkt mamy plan miejscowy.",
        "Możemy przejść do punktu trzeciego, plan miejscowy.", "Pod trójką mamy plan miejscowy.",
        "Skoro tak, to punkt trzeci, plan miejscowy.", "Jesteśmy w punkcie trzecim, plan miejscowy.",
        "Idąc dalej, punkt trzeci, plan miejscowy.", "Zgodnie z przyjętą zmianą teraz punkt trzeci, plan miejscowy.",
        "Następna sprawa, plan miejscowy.", "Przechodzimy do kolejnego. Plan miejscowy.",
        "Teraz plan miejscowy. Pan Lisowski, proszę.", "Plan miejscowy dla Zarzecza. Panie Lisowski, proszę.",
    ],
)  # fmt: skip
def test_a_point_is_opened_in_every_usual_way(said: str) -> None:
    assert opened(said)[:4] == [("1", False), ("2", False), ("3", True), ("4", False)]


@pytest.mark.parametrize(
    "said",
    [
        "Trójka dzieci pana radnego czeka na autobus.", "Teraz pytania, proszę.", "Teraz pan radny Nowak.",
        "Wnoszę, żeby plan wszedł jako punkt trzeci.", "Autobus numer trzy nie jeździ.", "Teraz przerwa.",
        "Kto następny? Trzeci, pan Nowak, proszę.",
        "Punkt trzeci mamy już za sobą.", "Wrócimy do trójki po przerwie.", "Piąteczka odpada.",
    ],
)  # fmt: skip
def test_words_that_open_no_point(said: str) -> None:
    assert [label for label, here in opened(said, "Punkt trzeci") if here] == []


def test_two_points_announced_together_are_both_opened() -> None:
    found = opened("Punkty trzeci i czwarty rozpatrzymy łącznie, plan miejscowy i strategia.", "Punkt piąty")
    assert found[:5] == [("1", False), ("2", False), ("3", True), ("4", True), ("5", False)]


def test_a_point_added_after_another_keeps_its_name() -> None:
    found = opened("Punkt trzeci, plan miejscowy. Dziękuję. Przechodzimy do punktu trzeciego bis, pożyczka.")
    assert found[2:4] == [("3", True), ("3bis", True)]
