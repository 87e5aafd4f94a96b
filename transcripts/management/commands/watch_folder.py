"""manage.py watch_folder [FOLDER] [--once]: takes recordings that appear in a folder (docs/operations.md)."""

from __future__ import annotations

import logging
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.db import DatabaseError, InterfaceError, connection

from council.management.command import CouncilCommand
from transcripts.intake.folder import FolderWatcher

logger = logging.getLogger(__name__)


class Command(CouncilCommand):
    help = "Pilnuje folderu: nagrania, które się w nim pojawią, przyjmuje i usuwa z folderu; popsute odkłada z opisem."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, help="domyślnie AUTO_PROCESS_WATCH_DIR")
        parser.add_argument("--once", action="store_true", help="przejrzyj folder raz (dwa spojrzenia) i zakończ")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path | None = options["folder"]
        watcher = FolderWatcher(folder.expanduser().resolve() if folder else None)
        pause_s = settings.AUTO_PROCESS_CHECK_INTERVAL.total_seconds()
        self.say(f"Folder: {watcher.root}")
        if options["once"]:
            watcher.look()
            time.sleep(min(pause_s, 2.0))
            self.give(str(watcher.look()))
            return
        while True:
            try:
                watcher.look()
            except (DatabaseError, InterfaceError, OSError):
                logger.warning("the folder could not be looked at; trying again", exc_info=True)
                connection.close()
            time.sleep(pause_s)
