"""manage.py follow_sources [--once] [--council SLUG]: looks at followed channels, feeds and pages."""

from __future__ import annotations

import logging
import time
from typing import Any

from django.core.management.base import CommandParser
from django.db import DatabaseError, InterfaceError, connection

from council.access import access_council_from_shell
from council.management.command import CouncilCommand
from transcripts.intake import following, service

logger = logging.getLogger(__name__)

_PAUSE_S = 60.0


class Command(CouncilCommand):
    help = "Sprawdza śledzone kanały, listy, RSS i strony; nowe nagrania przyjmuje i wypisuje, ile ich było."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="sprawdź wszystkie teraz i zakończ")
        parser.add_argument("--council", default="", metavar="SLUG", help="tylko tej rady")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["council"]:
            access_council_from_shell(options["council"])
        if options["once"]:
            self.give(str(following.look_at_due(now=True, slug=options["council"])))
            return
        while True:
            try:
                following.look_at_due(slug=options["council"])
                service.tidy()
            except (DatabaseError, InterfaceError):
                logger.warning("the database does not answer; trying again", exc_info=True)
                connection.close()
            time.sleep(_PAUSE_S)
