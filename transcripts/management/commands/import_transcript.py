"""manage.py import_transcript FILE|FOLDER --council SLUG [--media M] [--title T] [--date D] [--as-minutes] [--wait]

Of a folder every transcript is taken, each with the recording of the same name beside it; one that cannot be read is
explained and does not stop the rest. Exit code 1 when the one file, or every file of the folder, failed.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from council.access import Actor, access_council_from_shell
from council.errors import CouncilError, message_for
from council.management.command import CouncilCommand, day
from transcripts.intake.finished import pairs_in, take_transcript
from transcripts.management.watching import wait_and_tell


class Command(CouncilCommand):
    help = (
        "Przyjmuje gotową transkrypcję (JSON tego programu, Whisper lub WhisperX, VTT, SRT, DOCX, tekst „Mówca: słowa”)"
        " albo folder takich plików i wypisuje numery nagrań."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path, help="plik z transkrypcją albo folder")
        parser.add_argument("--council", required=True, metavar="SLUG", help="skrót rady")
        parser.add_argument("--media", metavar="M", type=Path, help="nagranie, z którego powstała transkrypcja")
        parser.add_argument("--title", default="", help="tytuł, np. „XXIII sesja Rady Gminy”")
        parser.add_argument("--date", type=day, help="dzień posiedzenia, np. 2026-03-26")
        parser.add_argument("--as-minutes", action="store_true", help="przyjmij DOCX bez czasów; zostaną oszacowane")
        parser.add_argument("--wait", action="store_true", help="czekaj, aż będzie można w niej szukać")
        parser.add_argument("--progress", action="store_true", help="pokaż pasek postępu także poza terminalem")

    def handle(self, *args: Any, **options: Any) -> None:
        actor = access_council_from_shell(options["council"])
        if options["file"].is_dir():
            self._take_folder(actor, options["file"], as_minutes=options["as_minutes"])
            return
        recording_id = take_transcript(
            actor,
            path=options["file"],
            media=options["media"],
            title=options["title"],
            held_on=options["date"],
            as_minutes=options["as_minutes"],
        )
        self.give(str(recording_id))
        if options["wait"]:
            wait_and_tell(self, actor, recording_id, bar=options["progress"] or sys.stderr.isatty())

    def _take_folder(self, actor: Actor, folder: Path, *, as_minutes: bool) -> None:
        taken = failed = 0
        for pair in pairs_in(folder):
            try:
                taken_id = take_transcript(actor, path=pair.transcript, media=pair.media, as_minutes=as_minutes)
                self.give(str(taken_id))
                taken += 1
            except CouncilError as error:
                failed += 1
                self.say(f"{pair.transcript}: {message_for(error.code, **error.context)} [{error.code}]")
        self.say(f"Przyjęte: {taken}, nieudane: {failed}.")
        if failed and not taken:
            sys.exit(1)
