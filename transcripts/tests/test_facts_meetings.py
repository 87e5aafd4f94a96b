"""Whole meetings: every vote exact, every point at its second, nothing invented."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest

from transcripts.facts import MeetingFacts, Utterance, match_agenda, read_meeting
from transcripts.tests.facts_meetings import CITY, DEMO, MEETINGS, RAW, SECRET, TOWN, VILLAGE, Meeting, TrueVote

HELD_ON = date(2026, 3, 26)


def read(meeting: Meeting, *, speakers: bool = True, punctuation: bool = True) -> MeetingFacts:
    return read_meeting(meeting.utterances(speakers=speakers, punctuation=punctuation), HELD_ON)


def votes_of(facts: MeetingFacts) -> list[TrueVote]:
    return [
        TrueVote(
            (vote.in_favour, vote.against, vote.abstained),
            vote.result or "",
            vote.point,
            vote.resolution,
            vote.superseded,
            vote.kind == "secret",
        )
        for vote in facts.votes
    ]


@pytest.mark.parametrize("meeting", MEETINGS, ids=lambda meeting: meeting.name)
@pytest.mark.parametrize("speakers", [True, False], ids=["speakers", "no-speakers"])
def test_votes_are_exact(meeting: Meeting, speakers: bool) -> None:
    assert votes_of(read(meeting, speakers=speakers)) == list(meeting.votes)


@pytest.mark.parametrize("meeting", MEETINGS, ids=lambda meeting: meeting.name)
@pytest.mark.parametrize("speakers", [True, False], ids=["speakers", "no-speakers"])
def test_points_open_at_their_words(meeting: Meeting, speakers: bool) -> None:
    found = read(meeting, speakers=speakers).agenda
    assert [point.label for point in found] == [label for label, _ in meeting.agenda]
    before_ms = -1
    for point, (label, words) in zip(found, meeting.agenda, strict=True):
        wanted_ms = meeting.opened_at_ms(words, before_ms)
        assert abs(point.start_ms - wanted_ms) <= 5_000, (label, point.start_ms, wanted_ms)
        before_ms = wanted_ms
    assert all(one.end_ms == two.start_ms for one, two in pairwise(found))


@pytest.mark.parametrize("meeting", [DEMO, RAW, TOWN], ids=lambda meeting: meeting.name)
def test_counts_survive_without_any_punctuation(meeting: Meeting) -> None:
    found = read(meeting, speakers=False, punctuation=False)
    assert [vote.counts for vote in votes_of(found)] == [vote.counts for vote in meeting.votes]
    assert [point.label for point in found.agenda] == [label for label, _ in meeting.agenda]


@pytest.mark.parametrize("meeting", [VILLAGE, CITY, SECRET], ids=lambda meeting: meeting.name)
def test_without_punctuation_votes_may_be_missed_but_never_invented(meeting: Meeting) -> None:
    found = [vote.counts for vote in votes_of(read(meeting, speakers=False, punctuation=False))]
    real = [vote.counts for vote in meeting.votes]
    assert len(found) >= len(real) * 2 // 3
    assert all(counts in real for counts in found)


def test_people_and_terms_of_the_demo_meeting() -> None:
    facts = read(DEMO)
    assert (facts.session_number, facts.statutory_seats, facts.present_at_start) == (23, 15, 13)
    assert {(move.name, move.status) for move in facts.attendance} == {
        ("Grażyna Lewandowska", "excused"), ("Paweł Nowak", "late"), ("Paweł Nowak", "present"),
    }  # fmt: skip
    assert facts.votes[2].named == {"przeciw": ["Marek Kozioł", "Danuta Gołąb"]}
    assert [(question.kind, question.author, question.due) for question in facts.questions] == [
        ("interpelacja", "Ewa Świderska-Lis", "2026-04-09"), ("zapytanie", "Paweł Nowak", "2026-04-09"),
    ]  # fmt: skip
    promised = {promise.due for promise in facts.promises}
    assert {"2026-09-30", "2026-08", "2026-11-15", "2026-04-10"} <= promised
    assert not any("czekamy" in promise.what for promise in facts.promises)
    assert [resolution.number for resolution in facts.resolutions] == [
        "XXIII/145/2026", "XXIII/146/2026", "XXIII/147/2026",
    ]  # fmt: skip


def test_titles_are_written_as_on_an_agenda() -> None:
    titles = {point.label: point.title for point in read(DEMO).agenda}
    assert titles["2"] == "Przyjęcie porządku obrad"
    assert titles["5"] == "Podjęcie uchwały w sprawie zmian w budżecie gminy na 2026 rok, druk nr 205"
    read_aloud = {point.label: point.title for point in read(VILLAGE).agenda}
    assert read_aloud["3"] == "Sprawozdanie wójta", "the formula names no title: the agenda that was read out does"


def test_majority_that_the_law_asks_for() -> None:
    votes = read(DEMO).votes
    assert [vote.majority for vote in votes[:3]] == ["absolute_statutory", "simple", "simple"]


def test_secret_votes_have_no_names() -> None:
    secret = next(vote for vote in read(SECRET).votes if vote.kind == "secret")
    assert secret.named == {}


def test_what_does_not_add_up_is_flagged() -> None:
    said = (
        "Otwieram sesję. Na ustawowy skład piętnastu radnych obecnych jest dziesięciu. Punkt drugi, statut. Głosujemy. "
        "Kto jest za? Kto przeciw? Kto się wstrzymał? Dziewięć głosów za, cztery przeciw, jeden wstrzymujący. "
        "Stwierdzam, że uchwała nie została podjęta."
    )
    vote = read_meeting([Utterance(0, 60_000, said, "", ())], HELD_ON).votes[0]
    assert {"sum_over_present", "result_disagrees"} <= set(vote.flags)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "...", "\ud800 kto jest za", "kto " * 3_000, "za " * 3_000 + "przeciw", "0 " * 3_000, "#12 @7 #x @y",
        "punkt " + "9" * 400, "za 99999999999999999999 przeciw", "NaN za inf przeciw", "ąę\x00ż za 5 przeciw",
        "uchwała numer 0/0/0 została podjęta", "do trzydziestego drugiego lutego złożymy wniosek",
        "w ciągu 999 lat naprawimy drogę", "do 31 grudnia #99999 roku zrobimy",
    ],
    ids=range(16),
)  # fmt: skip
def test_no_words_can_break_the_reading(text: str) -> None:
    utterances = [Utterance(0, 1_000, text, "", ()), Utterance(1_000, 1_000, text, "X", ((0, 1, text, None),))]
    for held_on in (None, date(9999, 12, 31), HELD_ON):
        facts = read_meeting(utterances, held_on)
        assert all(vote.in_favour is None or vote.in_favour < 1_000 for vote in facts.votes)


def test_an_imported_agenda_is_matched_by_label_and_title() -> None:
    imported = [("1", "Otwarcie sesji"), ("2", "Zmiany w budżecie gminy na 2026 r."), ("3", "Stawka opłaty za odpady")]
    found = [("1", "Otwarcie obrad"), ("3", "Podjęcie uchwały w sprawie stawki opłaty za odpady"), ("4", "Coś innego")]
    assert match_agenda(imported, found) == {0: 0, 1: 2}
