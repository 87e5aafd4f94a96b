"""How a command shows the way of a recording, and what it says at the end."""

from __future__ import annotations

import atexit
import logging
import os
import sys
from typing import NoReturn
from uuid import UUID

from tqdm import tqdm

from council.access import Actor
from council.errors import message_for
from council.management.command import INTERRUPTED_EXIT, CouncilCommand
from transcripts import queries, waiting
from transcripts.models import RecordingState, RunState
from transcripts.queries import EventRow


def _leave_early() -> NoReturn:
    """End now, letting go of the embedded database (an exit function) as always.

    The interpreter's own way out would wait up to half a minute for a recogniser in the middle of a batch.
    """
    logging.disable()  # what the abandoned thread has to say about its lost connection is of no use
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(INTERRUPTED_EXIT)


def wait_and_tell(command: CouncilCommand, actor: Actor, recording_id: UUID, *, bar: bool) -> UUID:
    """Wait for the recording; the id of the finished one (the original, when it turned out to be a duplicate).

    Ends the program with exit code 1 and the reason when it failed, 130 when interrupted.
    """
    display = _Display(command, bar=bar)
    try:
        row = waiting.wait_until_done(actor, recording_id, display.show)
        while row.state == RecordingState.DUPLICATE and row.duplicate_of is not None:
            display.say(f"To samo nagranie już jest: {row.duplicate_of}")
            row = waiting.wait_until_done(actor, row.duplicate_of, display.show)
    except KeyboardInterrupt:
        display.close()
        command.say("Przerwano czekanie. Nagranie zostaje w kolejce; to samo polecenie z --wait dokończy pracę.")
        _leave_early()
    display.close()
    if row.state != RecordingState.READY:
        command.say(f"Nie udało się: {message_for(row.error_code or 'internal_error')} [{row.error_code}]")
        sys.exit(1)
    gaps = queries.recording_detail(actor, row.id).gaps
    missing_s = sum(gap.end_ms - gap.start_ms for gap in gaps) / 1000
    command.say("Gotowe." + (f" Mowy bez transkrypcji: {missing_s:.0f} s, miejsc: {len(gaps)}." if gaps else ""))
    return row.id


class _Display:
    """A bar per stage on a terminal (stderr), a line per stage elsewhere."""

    def __init__(self, command: CouncilCommand, *, bar: bool) -> None:
        self._command = command
        self._bar: tqdm[NoReturn] | None = None
        self._with_bar = bar
        self._stage = ""

    def show(self, event: EventRow) -> None:
        if event.error_code and event.state == RunState.WAITING:
            self.say(f"{event.error_message} Spróbuję ponownie.")
        if event.stage not in queries.STAGE_LABELS or event.state not in {RunState.RUNNING, RunState.SPREAD}:
            return
        if event.stage != self._stage:
            self.close()
            self._stage = event.stage
            if self._with_bar:
                self._bar = tqdm(
                    desc=queries.STAGE_LABELS[event.stage], total=event.total or None, file=sys.stderr, leave=False,
                    bar_format="{desc}: {percentage:3.0f}%|{bar}| {elapsed}<{remaining}",
                )  # fmt: skip
            else:
                self.say(f"{queries.STAGE_LABELS[event.stage]}…")
        if self._bar is not None and event.total:
            self._bar.total = event.total
            self._bar.n = min(event.done, event.total)
            self._bar.refresh()

    def say(self, sentence: str) -> None:
        self.close()
        self._command.say(sentence)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None
