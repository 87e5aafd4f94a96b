"""manage.py minutes RECORDING_ID --output FILE.docx|.pdf|.txt [--again] [--model]"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import CommandParser

from assistant.minutes.actions import draft_minutes
from assistant.minutes.files import FORMATS, minutes_file
from assistant.minutes.queries import get_minutes
from council.access import Actor, access_council_from_shell
from council.errors import CouncilError
from council.management.command import CouncilCommand
from transcripts.queries import council_slug_of


class Command(CouncilCommand):
    help = "Zapisuje protokół z nagrania; jeśli go jeszcze nie ma, najpierw sporządza projekt."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("recording_id", metavar="RECORDING_ID", help="numer, który wypisało polecenie ingest")
        parser.add_argument("--output", required=True, type=Path, help="plik .docx, .pdf lub .txt")
        parser.add_argument("--again", action="store_true", help="najpierw sporządź projekt od nowa (jako nową wersję)")
        parser.add_argument("--model", action="store_true", help="dyskusję niech streści model językowy")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            recording_id = UUID(options["recording_id"])
        except ValueError as error:
            raise CouncilError("recording_unknown") from error
        output: Path = options["output"]
        fmt = output.suffix.lower().removeprefix(".")
        if fmt not in FORMATS:
            raise CouncilError("minutes_format_unknown")
        actor = access_council_from_shell(council_slug_of(recording_id))
        if options["again"] or not _has_minutes(actor, recording_id):
            draft_minutes(actor, recording_id=recording_id, with_model=options["model"])
        made = minutes_file(actor, recording_id, fmt)
        try:
            output.write_bytes(made.content)
        except OSError as error:
            raise CouncilError("output_unwritable", path=str(output)) from error
        self.give(str(output))


def _has_minutes(actor: Actor, recording_id: UUID) -> bool:
    try:
        get_minutes(actor, recording_id)
    except CouncilError as error:
        if error.code != "not_found":
            raise
        return False
    return True
