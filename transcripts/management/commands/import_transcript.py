"""manage.py import_transcript FILE --council SLUG [--media M] [--title T] [--date D] [--wait]"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from council.access import access_council_from_shell
from council.management.command import CouncilCommand, day
from transcripts import actions
from transcripts.management.watching import wait_and_tell


class Command(CouncilCommand):
    help = "Przyjmuje gotową transkrypcję (JSON Whisper lub WhisperX, VTT, SRT) i wypisuje numer nagrania."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path, help="plik z transkrypcją")
        parser.add_argument("--council", required=True, metavar="SLUG", help="skrót rady")
        parser.add_argument("--media", metavar="M", type=Path, help="nagranie, z którego powstała transkrypcja")
        parser.add_argument("--title", default="", help="tytuł, np. „XXIII sesja Rady Gminy”")
        parser.add_argument("--date", type=day, help="dzień posiedzenia, np. 2026-03-26")
        parser.add_argument("--wait", action="store_true", help="czekaj, aż będzie można w niej szukać")
        parser.add_argument("--progress", action="store_true", help="pokaż pasek postępu także poza terminalem")

    def handle(self, *args: Any, **options: Any) -> None:
        actor = access_council_from_shell(options["council"])
        recording_id = actions.import_transcript_file(
            actor, path=options["file"], media=options["media"], title=options["title"], held_on=options["date"]
        )
        self.give(str(recording_id))
        if options["wait"]:
            wait_and_tell(self, actor, recording_id, bar=options["progress"] or sys.stderr.isatty())
