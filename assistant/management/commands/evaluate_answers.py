"""manage.py evaluate_answers SESSION.json SESSION.txt [--json]: how well a meeting with known answers is answered.

SESSION.txt has one turn a line ("FUNCTION Name: words"); times are made up at 150 words a minute. SESSION.json says
what is true: `questions` ({id, question, evidence_turns}), `unanswerable` ({id, question}), `votes` ({turn, za,
przeciw, wstrzymalo}), `agenda` ({announce_turn, announce_char}), `meta` ({session_no, body, date}); turns from 0.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import statistics
import time
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from assistant import refusals
from assistant.actions import ask
from assistant.models import Turn
from assistant.queries import AnswerRow, CitationRow
from assistant.quotes import normalise
from council.access import Actor, access_council_from_shell
from council.models import Council
from council.tenancy import tenant_scope
from speech.engine.types import Segment
from transcripts import actions, waiting
from transcripts.facts_queries import recording_facts

_MS_PER_WORD: Final = 400
_SLACK_MS: Final = 1_500
"""A citation starts a little before its words, on purpose (assistant/quotes.py)."""
_AGENDA_MS: Final = 5_000
_SPEAKER_CHARS: Final = 60


@dataclass(frozen=True, slots=True)
class SpokenTurn:
    start_ms: int
    end_ms: int
    speaker: str
    text: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One question. `place`: at which citation the evidence stood, from 1; None: nowhere, or none was to be found.

    `near`: whether it is among the places that a refusal shows instead.
    """

    id: str
    question: str
    answerable: bool
    answer: AnswerRow
    place: int | None
    took_ms: float
    near: bool = False

    @property
    def right(self) -> bool:
        return self.place == 1 if self.answerable else self.answer.refused

    def as_json(self) -> dict[str, object]:
        return {
            "id": self.id,
            "question": self.question,
            "answerable": self.answerable,
            "refused": self.answer.refused,
            "reason": refusals.reason_of(self.answer.answer),
            "place": self.place,
            "right": self.right,
            "near": self.near,
            "quotes": [citation.quote for citation in self.answer.citations],
            "took_ms": round(self.took_ms, 1),
        }


def read_turns(text: str) -> list[SpokenTurn]:
    """Turns with made-up times; a line without a speaker is a turn of nobody."""
    turns, at_ms = [], 0
    for line in text.splitlines():
        if not line.strip():
            continue
        head, mark, tail = line.partition(": ")
        speaker, said = (head, tail) if mark and len(head) <= _SPEAKER_CHARS else ("", line)
        end_ms = at_ms + len(said.split()) * _MS_PER_WORD
        turns.append(SpokenTurn(at_ms, end_ms, speaker.strip(), said.strip()))
        at_ms = end_ms
    return turns


@contextmanager
def meeting_of(turns: Sequence[SpokenTurn], truth: dict[str, Any]) -> Iterator[tuple[Actor, UUID]]:
    """The meeting in a council of its own, through the product's own stages; gone afterwards."""
    council = Council.objects.create(slug=f"pomiar-{secrets.token_hex(6)}", name="Pomiar odpowiedzi")
    actor = access_council_from_shell(council.slug)
    recording_id = None
    meta = truth.get("meta", {})
    title = " ".join(part for part in ("Sesja", str(meta.get("session_no", "")), str(meta.get("body", ""))) if part)
    try:
        recording_id = actions.add_transcript(
            actor,
            segments=[Segment(turn.start_ms, turn.end_ms, turn.text, (), turn.speaker) for turn in turns],
            content_hash=hashlib.sha256(council.slug.encode()).hexdigest(),
            file_name="sesja.txt",
            title=title.strip(),
            held_on=date.fromisoformat(meta["date"]) if meta.get("date") else None,
        )
        waiting.wait_until_done(actor, recording_id, lambda event: None)
        yield actor, recording_id
    finally:
        if recording_id is not None:
            with tenant_scope(council.pk):
                Turn.objects.filter(council=council).delete()
            actions.delete_recording(actor, recording_id=recording_id)
        council.delete()


def ask_all(actor: Actor, turns: Sequence[SpokenTurn], truth: dict[str, Any]) -> list[Asked]:
    """Every question of the truth, answerable ones first."""
    asked = []
    for answerable, row in [
        *((True, row) for row in truth.get("questions", ())),
        *((False, row) for row in truth.get("unanswerable", ())),
    ]:
        began = time.perf_counter()
        answer = ask(actor, row["question"])
        took_ms = (time.perf_counter() - began) * 1000
        right = [turns[number] for number in row.get("evidence_turns", ())]
        place = _first_in(answer.citations, right) if answerable else None
        near = answerable and _first_in(answer.nearest, right) is not None
        asked.append(Asked(str(row.get("id", "")), row["question"], answerable, answer, place, took_ms, near))
    return asked


def _first_in(citations: Sequence[CitationRow], right: Sequence[SpokenTurn]) -> int | None:
    for place, citation in enumerate(citations, start=1):
        if any(_lies_in(citation, turn) for turn in right):
            return place
    return None


def _lies_in(citation: CitationRow, turn: SpokenTurn) -> bool:
    in_time = turn.start_ms - _SLACK_MS <= citation.start_ms < turn.end_ms
    return in_time and normalise(citation.quote) in normalise(turn.text)


def votes_exact(actor: Actor, recording_id: UUID, turns: Sequence[SpokenTurn], truth: dict[str, Any]) -> str:
    """ "6/6": votes found in the turn where they were told, with all three counts as they were."""
    found = [vote for vote in recording_facts(actor, recording_id).votes if vote.evidence.start_ms is not None]
    hits, taken = 0, set()
    wanted = [vote for vote in truth.get("votes", ()) if "turn" in vote]
    for true in wanted:
        turn = turns[true["turn"]]
        counts = (true.get("za"), true.get("przeciw"), true.get("wstrzymalo"))
        for index, vote in enumerate(found):
            here = turn.start_ms <= (vote.evidence.start_ms or 0) < turn.end_ms
            if index not in taken and here and (vote.in_favour, vote.against, vote.abstained) == counts:
                taken.add(index)
                hits += 1
                break
    return f"{hits}/{len(wanted)}"


def agenda_within_5s(actor: Actor, recording_id: UUID, turns: Sequence[SpokenTurn], truth: dict[str, Any]) -> str:
    """ "10/10": points that were found within five seconds of their announcement."""
    found = [point.evidence.start_ms for point in recording_facts(actor, recording_id).agenda]
    hits = 0
    for point in truth.get("agenda", ()):
        turn = turns[point["announce_turn"]]
        words = len(turn.text[: point.get("announce_char", 0)].split())
        said_ms = turn.start_ms + words * _MS_PER_WORD
        hits += any(start is not None and abs(start - said_ms) <= _AGENDA_MS for start in found)
    return f"{hits}/{len(truth.get('agenda', ()))}"


def summary(asked: Sequence[Asked]) -> dict[str, Any]:
    """Shares of the answerable questions, counts of the unanswerable ones."""
    answerable = [one for one in asked if one.answerable]
    impossible = [one for one in asked if not one.answerable]
    times_ms = sorted(one.took_ms for one in asked)
    return {
        "questions": len(answerable),
        "hit@1": _share(one.place == 1 for one in answerable),
        "hit@3": _share(one.place is not None and one.place <= 3 for one in answerable),
        "hit@3_or_near": _share(one.near or (one.place is not None and one.place <= 3) for one in answerable),
        "answered": _share(not one.answer.refused for one in answerable),
        "refused": f"{sum(one.answer.refused for one in impossible)}/{len(impossible)}",
        "p50_ms": round(statistics.median(times_ms), 1) if times_ms else None,
        "p95_ms": round(times_ms[int(len(times_ms) * 0.95)], 1) if times_ms else None,
        "mode": sorted({one.answer.mode for one in asked}),
    }


def _share(hits: Iterator[bool]) -> float | None:
    counted = list(hits)
    return round(sum(counted) / len(counted), 4) if counted else None


class Command(BaseCommand):
    help = "Mierzy odpowiedzi na pytania o posiedzenie, o którym wiadomo, co jest prawdą."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("truth", type=Path, metavar="SESJA.json", help="pytania, głosowania i porządek obrad")
        parser.add_argument("transcript", type=Path, metavar="SESJA.txt", help="wypowiedzi, po jednej w wierszu")
        parser.add_argument("--json", action="store_true", help="tylko wynik, jako JSON")

    def handle(self, *args: object, **options: Any) -> None:
        try:
            truth = json.loads(options["truth"].read_text(encoding="utf-8"))
            turns = read_turns(options["transcript"].read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise CommandError(f"Nie udało się odczytać posiedzenia: {error}") from error
        if not turns or not isinstance(truth, dict):
            raise CommandError("W tych plikach nie ma posiedzenia.")
        try:
            with meeting_of(turns, truth) as (actor, recording_id):
                asked = ask_all(actor, turns, truth)
                result = summary(asked)
                result["votes_exact"] = votes_exact(actor, recording_id, turns, truth)
                result["agenda_within_5s"] = agenda_within_5s(actor, recording_id, turns, truth)
        except (KeyError, IndexError, TypeError) as error:
            raise CommandError(f"Opis posiedzenia ma inną budowę: {error!r}") from error
        if options["json"]:
            rows = [one.as_json() for one in asked]
            self.stdout.write(json.dumps({**result, "rows": rows}, ensure_ascii=False))
            return
        for one in asked:
            self.stdout.write(_line(one))
        for name, value in result.items():
            self.stdout.write(f"{name:17} {value}")


def _line(one: Asked) -> str:
    mark = "+" if one.right else "-"
    told = f"cytat {one.place or 'obok'}"
    if one.answer.refused:
        told = f"odmowa ({refusals.reason_of(one.answer.answer)}{', miejsce wskazane' if one.near else ''})"
    quotes = " | ".join(citation.quote for citation in one.answer.citations)
    return f"{mark} {one.id:8} {told:22} {one.question}\n    {quotes}"
