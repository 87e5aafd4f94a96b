"""Interpellations and spoken questions of councillors, with the fourteen days that the law gives for an answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final, Literal

from transcripts.facts.names import Roster, people_in, person_of
from transcripts.facts.text import Speech
from transcripts.facts.titles import as_title
from transcripts.facts.types import FoundPoint, FoundQuestion, Span

ANSWER_WITHIN: Final = timedelta(days=14)
"""Act on communal self-government, art. 24 ust. 6: an answer in writing within 14 days."""

_FILED: Final = re.compile(
    r"\b(?:złożył[aei]m|złożyłem|składam|zgłaszam|skierował[ae]m|kieruję|mam|chciał(?:bym|abym) złożyć|chcę złożyć|pozwolę sobie złożyć|wnoszę|zgłosił[ae]m)"
    r"(?: (?:na piśmie|pisemną|pisemne|dzisiaj|dziś|również|też|także|jeszcze|jedną|jedno|dwie|taką|takie|krótkie|krótką|panie przewodniczący|swoją|do pana wójta|do pani wójt"
    r"|do pana burmistrza|do pani burmistrz|do wójta|do burmistrza|[#@]\d+))*"
    r" (?P<kind>interpelacj[ęeia]\w*|zapytani[ea]\w*)(?P<lead>(?: (?:na piśmie|pisemn\w+|ustn\w+|do \w+ \w+|do \w+))*?(?: w sprawie| dotycząc\w+| o| w zakresie| odnośnie| co do|))"
)
_ASKS: Final = re.compile(
    r"\b(?:(?:chciał(?:bym|abym)|chcę) (?:\w+ ){0,3}?(?:zapytać|spytać|dopytać)|moje (?:pytanie|zapytanie)|mam (?:\w+ ){0,2}?pytani\w+|zapytuję|pytam|proszę o (?:krótk\w+ )?(?:informację|wyjaśnienie)(?= (?:ile|kiedy|czy|jak\w*|dlaczego|kto|gdzie|na temat|w sprawie|o ))"
    r"|(?:jeszcze|i|oraz|a|drugie|kolejne) (?:\w+ )?(?:za)?pytanie(?: ustne)?)"
    r"(?: (?:pana|panią|wójta|wójt|burmistrza|burmistrz|do \w+ \w+|prezydenta|starostę|jest takie|dotyczy|brzmi))*(?: o| w sprawie| dotycząc\w+| czy| kiedy|)"
)
_ADDED: Final = re.compile(r"\b(?:jeszcze|poza tym|oprócz tego|ponadto|drug\w+|@2|kolejn\w+|następn\w+)\b")
"""Said before a second question of the same turn; without it the words go on with the first."""
_POINT: Final = re.compile(r"interpelac|zapytani", re.IGNORECASE)
_ANSWERS: Final = re.compile(
    r"\b(?:odpowiem|odpowiadając|odpowiedzi na|na interpelacj|na zapytani|do interpelacji|czy są (?:interpelacje|zapytania)|interpelacji nie)\b"
)
_STOP: Final = re.compile(
    r"\b(?:pytam|bo|ponieważ|proszę|dziękuję|to jest|chodzi|mianowicie|otóż|treść|czy (?:jest|są|pan|pani|będzie))\b"
)


def find_questions(
    speech: Speech,
    points: Sequence[FoundPoint],
    chairs: frozenset[int] | None,
    roster: Roster,
    held_on: date | None,
) -> list[FoundQuestion]:
    """One for each formula; a plain question counts only under a point for questions, once in a turn."""
    found: list[FoundQuestion] = []
    for match in speech.find_all(_FILED):
        kind: Literal["interpelacja", "zapytanie"] = (
            "interpelacja" if match["kind"].startswith("inter") else "zapytanie"
        )
        _keep(speech, chairs, roster, held_on, found, match, kind)
    within = [p for p in points if _POINT.search(p.title)]
    for point in within:
        last = next((p.first for p in points if p.first > point.first), len(speech.units))
        for match in speech.find_all(_ASKS, point.first, last):
            at, after = speech.span(match)
            turn = speech.units[at].turn
            near = speech.has_turns and any(speech.units[q.span.first].turn == turn for q in found)
            close = any(abs(q.span.first - at) < 60 for q in found)
            same = any(q.span.first <= at < q.span.last for q in found)
            another = not same and _ADDED.search(speech.marks(speech.sentence_start(at, 8), after)) is not None
            if another or not (near if speech.has_turns else close):
                _keep(speech, chairs, roster, held_on, found, match, "zapytanie")
    return sorted(found, key=lambda question: question.span.start_ms)


def _keep(
    speech: Speech,
    chairs: frozenset[int] | None,
    roster: Roster,
    held_on: date | None,
    found: list[FoundQuestion],
    match: re.Match[str],
    kind: Literal["interpelacja", "zapytanie"],
) -> None:
    first, last = speech.span(match)
    start = speech.sentence_start(first, 15)
    end = speech.sentence_end(last - 1, 30 if speech.punctuated else 14)
    if speech.units[first].turn in (chairs or ()) or _ANSWERS.search(speech.marks(start, last)):
        return
    stop = speech.find(_STOP, last + 1, end)
    subject_end = speech.index_at(stop.start()) if stop else end
    subject = as_title(speech.units[last:subject_end])
    if not subject:
        return
    speaker = speech.units[first].speaker
    author = person_of(speaker) or _called_before(speech, roster, first)
    due = (held_on + ANSWER_WITHIN).isoformat() if held_on else ""
    span = Span(speech.units[start].start_ms, speech.units[end - 1].end_ms, speech.raw(start, end), start, end)
    found.append(FoundQuestion(kind, author or speaker, subject, due, span))


def _called_before(speech: Speech, roster: Roster, first: int) -> str:
    """Whom the chair called just before, where the transcript does not name its speakers."""
    if speech.has_turns:
        first = speech.turn_start(first)
    called = people_in(speech, roster, max(first - 25, 0), first)
    return called[-1].name if called else ""
