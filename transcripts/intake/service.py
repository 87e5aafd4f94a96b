"""What comes in by itself, as a thread beside the watcher of the default queue (and under manage.py watch_folder)."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection

from council.access import access_council_from_shell
from council.errors import CouncilError
from council.models import Council
from transcripts.intake import following, subtitles
from transcripts.intake.folder import FolderWatcher

logger = logging.getLogger(__name__)

_TICK_S: Final = 1.0
_FOLLOW_EVERY_S: Final = 60.0
_TIDY_EVERY_S: Final = 30.0
_JOIN_S: Final = 5.0


class IntakeService:
    """Looks at the watched folder and the followed sources in turn until it is stopped."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="intake", daemon=True)
        self._folder = FolderWatcher() if settings.AUTO_PROCESSING else None
        self._last: dict[str, float] = {}

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ask it to end and wait a moment; a fetch of a list under way ends with the process."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=_JOIN_S)

    def _run(self) -> None:
        try:
            while not self._stop.wait(_TICK_S):
                if self._folder is not None:
                    every_s = settings.AUTO_PROCESS_CHECK_INTERVAL.total_seconds()
                    self._do("folder", every_s, self._folder.look)
                self._do("tidy", _TIDY_EVERY_S, tidy)
                self._do("follow", _FOLLOW_EVERY_S, lambda: following.look_at_due(stop=self._stop))
        finally:
            connection.close()

    def _do(self, what: str, every_s: float, work: Callable[[], int]) -> None:
        """Do it when it is due. What goes wrong is logged and tried again at its next turn: the watch goes on."""
        if time.monotonic() - self._last.get(what, -every_s) < every_s:
            return
        try:
            work()
        except (CouncilError, OSError, DatabaseError, InterfaceError):
            logger.warning("intake: %s did not work; trying again", what, exc_info=True)
            connection.close()
        except Exception:  # the edge of this thread: a bug in one of the three must not end the other two
            logger.exception("intake: %s", what)
            connection.close()
        self._last[what] = time.monotonic()


def tidy() -> int:
    """After recordings have finished: their meetings, and their subtitles compared; how many were dealt with."""
    done = 0
    for council_id, slug in list(Council.objects.order_by("pk").values_list("pk", "slug")):
        done += following.place_settled(access_council_from_shell(slug))
        done += subtitles.compare_waiting(council_id)
    return done
