"""manage.py ingest SOURCE --council SLUG [--title T] [--date D] [--wait]"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from council.access import access_council_from_shell
from council.management.command import CouncilCommand, day
from transcripts import actions, queries
from transcripts.management.watching import wait_and_tell
from transcripts.models import RecordingState

_LINK = re.compile(r"^[a-z][a-z0-9+.-]*://", re.IGNORECASE)


class Command(CouncilCommand):
    help = "Przyjmuje nagranie (adres w internecie albo plik) i wypisuje jego numer. To samo nagranie ma jeden numer."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", metavar="SOURCE", help="adres https://… albo ścieżka pliku")
        parser.add_argument("--council", required=True, metavar="SLUG", help="skrót rady")
        parser.add_argument("--title", default="", help="tytuł, np. „XXIII sesja Rady Gminy”")
        parser.add_argument("--date", type=day, help="dzień posiedzenia, np. 2026-03-26")
        parser.add_argument("--wait", action="store_true", help="czekaj, aż transkrypcja będzie gotowa")
        parser.add_argument("--progress", action="store_true", help="pokaż pasek postępu także poza terminalem")

    def handle(self, *args: Any, **options: Any) -> None:
        actor = access_council_from_shell(options["council"])
        source, about = options["source"], {"title": options["title"], "held_on": options["date"]}
        if _LINK.match(source):
            recording_id = actions.add_link(actor, address=source, **about)
        else:
            recording_id = actions.add_local_file(actor, path=Path(source).expanduser(), **about)
        self.give(str(recording_id))
        if not options["wait"]:
            return
        if queries.get_recording(actor, recording_id).state == RecordingState.FAILED:
            self.say("To nagranie już próbowano opracować; ponawiam to, co się nie udało.")
            actions.retry_recording(actor, recording_id=recording_id)
        bar = options["progress"] or sys.stderr.isatty()
        finished = wait_and_tell(self, actor, recording_id, bar=bar)
        if finished != recording_id:  # the link led to bytes that were here already: the last line is the right one
            self.give(str(finished))
