"""manage.py ask "..." --council SLUG [--json]: a question to a council's recordings."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from assistant.actions import ask
from assistant.queries import NEAREST, AnswerRow, CitationRow
from council.access import access_council_from_shell
from council.errors import CouncilError, message_for


class Command(BaseCommand):
    help = "Zadaje pytanie nagraniom rady i wypisuje odpowiedź z cytatami."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("question", help="pytanie po polsku")
        parser.add_argument("--council", required=True, metavar="SLUG", help="skrót rady")
        parser.add_argument("--json", action="store_true", help="wypisz JSON zamiast tekstu")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            answer = ask(access_council_from_shell(options["council"]), options["question"])
        except CouncilError as error:
            raise CommandError(message_for(error.code, **error.context)) from error
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(answer), ensure_ascii=False, indent=2))
        else:
            self.stdout.write(_as_text(answer))


def _citation(citation: CitationRow) -> dict[str, object]:
    return {
        "recording": str(citation.recording_id),
        "start_ms": citation.start_ms,
        "end_ms": citation.end_ms,
        "speaker": citation.speaker,
        "quote": citation.quote,
        "url": settings.PUBLIC_URL + citation.url,
        "page": citation.page,
    }


def _as_json(answer: AnswerRow) -> dict[str, object]:
    return {
        "answer": answer.answer,
        "refused": answer.refused,
        "mode": answer.mode,
        "citations": [_citation(citation) for citation in answer.citations],
        "nearest": [_citation(citation) for citation in answer.nearest],
        "notes": list(answer.notes),
    }


def _as_text(answer: AnswerRow) -> str:
    lines = [answer.answer]
    if answer.citations:
        lines += ["", "Tryb cytatów. Posłuchaj w nagraniu:" if answer.mode == "quotes" else "Posłuchaj w nagraniu:"]
        lines += [f"  {settings.PUBLIC_URL}{citation.url}  „{citation.quote}”" for citation in answer.citations]
    if answer.nearest:
        lines += ["", NEAREST]
        lines += [f"  {settings.PUBLIC_URL}{citation.url}  „{citation.quote}”" for citation in answer.nearest]
    lines += [f"Uwaga: {note}" for note in answer.notes]
    return "\n".join(lines)
