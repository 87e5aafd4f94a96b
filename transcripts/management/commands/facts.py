"""manage.py facts RECORDING_ID [--json] [--again]"""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.core.management.base import CommandParser

from council.access import access_council_from_shell
from council.errors import CouncilError
from council.management.command import CouncilCommand
from transcripts import facts_actions, facts_queries, queries
from transcripts.exports.clock import clock
from transcripts.facts_queries import RecordingFacts, VoteRow


class Command(CouncilCommand):
    help = "Pokazuje, co odczytano z transkrypcji: porządek obrad, głosowania, uchwały, obecność, zobowiązania."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("recording_id", metavar="RECORDING_ID", help="numer, który wypisało polecenie ingest")
        parser.add_argument("--json", action="store_true", help="tylko wynik, jako JSON")
        parser.add_argument("--again", action="store_true", help="najpierw odczytaj od nowa (potwierdzone zostają)")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            recording_id = UUID(options["recording_id"])
        except ValueError as error:
            raise CouncilError("recording_unknown") from error
        actor = access_council_from_shell(queries.council_slug_of(recording_id))
        if options["again"]:
            facts_actions.read_again(actor, recording_id=recording_id)
        found = facts_queries.recording_facts(actor, recording_id)
        text = json.dumps(as_json(found), ensure_ascii=False, indent=1) if options["json"] else as_text(found)
        self.stdout.write(text)


def as_json(found: RecordingFacts) -> dict[str, list[dict[str, Any]]]:
    """The shape that other programs read; counts that nobody said are null."""
    return {
        "agenda": [
            {"label": row.label, "title": row.title, **_times(row), "confidence": row.confidence}
            for row in found.agenda
        ],
        "votes": [_vote_json(row) for row in found.votes],
        "resolutions": [
            {"number": row.number, "title": row.title, "point": row.point, "adopted": row.adopted, **_times(row)}
            for row in found.resolutions
        ],
        "attendance": [
            # Here "status" is the person's: present, absent, excused, late, left.
            {**_times(row), "name": row.name, "status": row.state, "count": row.count} for row in found.attendance
        ],
        "promises": [
            {"who": row.who, "what": row.what, "due": row.due or None, "due_text": row.due_text, "amount": row.amount,
             **_times(row)}
            for row in found.promises
        ],
        "interpellations": [
            {"kind": row.kind, "author": row.author, "subject": row.subject,
             "due": row.due_on.isoformat() if row.due_on else None, **_times(row)}
            for row in found.interpellations
        ],
    }  # fmt: skip


def as_text(found: RecordingFacts) -> str:
    """The same for people, in Polish."""
    lines = ["PORZĄDEK OBRAD"]
    lines += [f"  {_clock(row)}  {row.label:>4}. {row.title}{_draft(row)}" for row in found.agenda]
    lines.append("GŁOSOWANIA")
    for row in found.votes:
        struck = " [unieważnione lub powtórzone]" if row.superseded else ""
        counts = " / ".join("?" if n is None else str(n) for n in (row.in_favour, row.against, row.abstained))
        number = f" {row.resolution}" if row.resolution else ""
        lines.append(f"  {_clock(row)}  {counts}  {row.result or '?'}{number}  {row.subject}{struck}{_draft(row)}")
        lines += [f"              uwaga: {label}" for label in row.flag_labels]
    lines.append("UCHWAŁY")
    lines += [f"  {row.number or '(bez numeru)'}  w sprawie: {row.title}{_draft(row)}" for row in found.resolutions]
    lines.append("OBECNOŚĆ")
    lines += [f"  {_clock(row)}  {row.name}: {row.state_label}{_draft(row)}" for row in found.attendance]
    lines.append("INTERPELACJE I ZAPYTANIA")
    lines += [
        f"  {_clock(row)}  {row.kind}, {row.author or '?'}: {row.subject}, do {row.due_on or '?'}{_draft(row)}"
        for row in found.interpellations
    ]
    lines.append("ZOBOWIĄZANIA")
    lines += [f"  {_clock(row)}  {row.who or '?'}: {row.what}{_draft(row)}" for row in found.promises]
    return "\n".join(lines)


def _vote_json(row: VoteRow) -> dict[str, Any]:
    return {
        "subject": row.subject,
        "for": row.in_favour,
        "against": row.against,
        "abstain": row.abstained,
        "secret": row.kind == "secret",
        "result": row.result or None,
        "superseded": row.superseded,
        "resolution": row.resolution or None,
        **_times(row),
        "point": row.point,
        "kind": row.kind,
        "majority": row.majority,
        "present": row.present,
        "not_voting": row.not_voting,
        "named": [{"name": name, "choice": choice} for name, choice in row.named],
        "flags": list(row.flags),
    }


def _times(row: Any) -> dict[str, Any]:
    proof: facts_queries.Evidence = row.evidence
    return {
        "start_ms": proof.start_ms,
        "end_ms": proof.end_ms,
        "quote": proof.quote,
        "status": "confirmed" if proof.confirmed else "draft",
        "confirmed": proof.confirmed,
    }


def _clock(row: Any) -> str:
    start_ms = row.evidence.start_ms
    return f"{'–':>8}" if start_ms is None else clock(start_ms)  # out of the office's list: nobody knows when


def _draft(row: Any) -> str:
    return "" if row.evidence.confirmed else "  (robocze)"
