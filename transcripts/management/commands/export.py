"""manage.py export RECORDING_ID --format txt|json|vtt|srt [--output F]"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import CommandParser

from council.access import access_council_from_shell
from council.errors import CouncilError
from council.management.command import CouncilCommand
from transcripts import queries
from transcripts.exports import FORMATS, export


class Command(CouncilCommand):
    help = "Zapisuje transkrypcję nagrania jako tekst, JSON albo napisy."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("recording_id", metavar="RECORDING_ID", help="numer, który wypisało polecenie ingest")
        parser.add_argument("--format", required=True, choices=FORMATS, dest="fmt", help="format zapisu")
        parser.add_argument("--output", type=Path, metavar="F", help="plik wynikowy (bez tego: standardowe wyjście)")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            recording_id = UUID(options["recording_id"])
        except ValueError as error:
            raise CouncilError("recording_unknown") from error
        actor = access_council_from_shell(queries.council_slug_of(recording_id))
        exported = export(actor, recording_id, options["fmt"])
        if options["output"] is None:
            self.stdout.write(exported.text, ending="")
            return
        try:
            options["output"].write_text(exported.text, encoding="utf-8", newline="\n")
        except OSError as error:
            raise CouncilError("output_unwritable", path=options["output"], detail=str(error)) from error
        self.say(f"Zapisano: {options['output']}")
