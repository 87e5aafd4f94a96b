"""manage.py search "..." --council SLUG [--limit N] [--json]"""

from __future__ import annotations

import argparse
import json
from typing import Any

from django.core.management.base import CommandParser

from council.access import access_council_from_shell
from council.management.command import CouncilCommand
from transcripts.exports.clock import clock
from transcripts.search import SearchResult, search


class Command(CouncilCommand):
    help = "Szuka w nagraniach rady: po słowach we wszystkich odmianach i po znaczeniu."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("question", metavar="SŁOWA", help="czego szukać, np. „oświetlenie przy boisku”")
        parser.add_argument("--council", required=True, metavar="SLUG", help="skrót rady")
        parser.add_argument("--limit", type=_count, default=10, metavar="N", help="ile wyników najwyżej (1–100)")
        parser.add_argument("--json", action="store_true", help="wynik jako JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        actor = access_council_from_shell(options["council"])
        result = search(actor, options["question"], limit=options["limit"])
        if options["json"]:
            self.give(json.dumps(_document(result), ensure_ascii=False, indent=1))
            return
        for note in result.notes:
            self.say(note)
        if not result.hits:
            self.say("Nic nie znaleziono.")
        for number, hit in enumerate(result.hits, start=1):
            where = [
                hit.recording_title,
                hit.held_on.isoformat() if hit.held_on else "",
                clock(hit.start_ms),
                hit.speaker,
            ]
            self.give(f"{number}. " + " · ".join(part for part in where if part))
            self.give(f"   {hit.text}")


def _document(result: SearchResult) -> dict[str, object]:
    return {
        "mode": result.mode,
        "notes": list(result.notes),
        "hits": [
            {
                "recording": str(hit.recording_id),
                "title": hit.recording_title,
                "held_on": hit.held_on.isoformat() if hit.held_on else None,
                "start_ms": hit.start_ms,
                "end_ms": hit.end_ms,
                "speaker": hit.speaker,
                "header": hit.header,
                "text": hit.text,
                "score": hit.score,
            }
            for hit in result.hits
        ],
    }


def _count(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 100:
        raise argparse.ArgumentTypeError("podaj liczbę od 1 do 100")
    return int(text)
