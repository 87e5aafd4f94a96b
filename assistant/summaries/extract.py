"""A summary without any model: votes, resolutions, questions and promises, and the most telling sentences as quotes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from assistant.summaries.material import Material, Point, Telling, is_chair, turns_of
from assistant.summaries.verified import Sentence
from assistant.summaries.words import person_name
from transcripts.facts_queries import PromiseRow, VoteRow
from transcripts.search import HitSegment

_MOST_QUOTES: Final = 3
_MOST_SENTENCES: Final = 20


def summarise_meeting(material: Material, *, style: str) -> tuple[str, tuple[Sentence, ...]]:
    """Title and sentences of the whole meeting: what was decided first."""
    votes = [vote for vote in material.facts.votes if not vote.superseded]
    sentences = [_vote(vote, style) for vote in votes]
    for row in (row for row in material.facts.interpellations if material.is_public(row.evidence.start_ms)):
        author = f" ({row.author})" if row.author else ""
        sentences.append(
            Sentence(f"{row.kind.capitalize()}{author}: {row.subject}.", row.evidence.start_ms, row.evidence.quote)
        )
    sentences += [_promise(row) for row in material.facts.promises if material.is_public(row.evidence.start_ms)]
    if not sentences:
        sentences = _quotes(Telling(material.segments), material.public_segments)
    return material.title, tuple(sentences[:_MOST_SENTENCES])


def summarise_point(material: Material, point: Point, *, style: str) -> tuple[str, tuple[Sentence, ...]]:
    """Title and sentences of one point: how it was voted, who said what, what was promised."""
    sentences = [_vote(vote, style) for vote in point.votes if not vote.superseded]
    if not point.is_private:
        sentences += _quotes(Telling(material.segments), point.segments)
        last = point.segments[-1].end_ms if point.segments else point.start_ms
        sentences += [
            _promise(row) for row in material.facts.promises if point.start_ms <= (row.evidence.start_ms or -1) < last
        ]
    label = f"{point.row.label}. " if point.row.label else ""
    return f"{label}{point.row.title or 'Punkt bez tytułu'}", tuple(sentences[:_MOST_SENTENCES])


def _vote(vote: VoteRow, style: str) -> Sentence:
    subject = vote.subject or "przedmiot nieznany"
    result = vote.result or "wynik nieznany"
    counts = [vote.in_favour, vote.against, vote.abstained]
    said = ["?" if count is None else str(count) for count in counts]
    if style == "plain":
        text = (
            f"Rada głosowała: {subject}. Wynik: {result}. Za: {said[0]}. Przeciw: {said[1]}. Wstrzymało się: {said[2]}."
        )
    else:
        number = f", uchwała nr {vote.resolution}" if vote.resolution else ""
        text = f"{subject}: {result}{number} (za {said[0]}, przeciw {said[1]}, wstrzymało się {said[2]})."
    return Sentence(text, vote.evidence.start_ms, vote.evidence.quote)


def _promise(row: PromiseRow) -> Sentence:
    due = f" (termin: {row.due_text or row.due})" if row.due_text or row.due else ""
    who = f"{row.who}: " if row.who else "Zobowiązanie: "
    return Sentence(f"{who}„{row.what}”{due}", row.evidence.start_ms, row.evidence.quote)


def _quotes(telling: Telling, segments: Sequence[HitSegment]) -> list[Sentence]:
    """The most telling sentence of each of the first speakers who are not in the chair."""
    sentences = []
    for turn in turns_of(segments):
        place = None if is_chair(turn.speaker) else telling.best(turn.segments)
        if place is not None:
            text = f"{person_name(turn.speaker) or 'Głos z nagrania'}: „{place.text}”"
            sentences.append(Sentence(text, place.start_ms, place.text))
    return sentences[:_MOST_QUOTES]
