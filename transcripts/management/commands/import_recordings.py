"""manage.py import_recordings SOURCE --council SLUG [--dry-run] [--limit N] [--wait] [--report FILE]

Exit code 0: every row was taken, was here already, or is explained in the report (a broken file, a dead link: nothing
that running it again would change). 1: something of ours stood in the way (disk full, no way to the internet), or, with
--strict, any row failed. 130: interrupted; the same command goes on where it stopped.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import CommandParser
from tqdm import tqdm

from council.access import Actor, access_council_from_shell
from council.errors import CouncilError, message_for
from council.management.command import CouncilCommand
from transcripts import waiting
from transcripts.intake import bulk, report
from transcripts.intake.listing import MOST_ITEMS, rows_of_address
from transcripts.intake.rows import LIST_SUFFIXES, Row, rows_of_folder, rows_of_list

_LINK = re.compile(r"^[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_MOST_LINES_SHOWN = 50


class Command(CouncilCommand):
    help = (
        "Przyjmuje wiele nagrań: z listy (CSV, JSONL, plik z adresami), z folderu, z kanału, playlisty, RSS lub strony."
        " Uruchomione ponownie nie bierze niczego dwa razy i kończy to, co zostało."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", metavar="SOURCE", help="plik listy, folder, nagranie albo adres https://…")
        parser.add_argument("--council", required=True, metavar="SLUG", help="skrót rady")
        parser.add_argument("--dry-run", action="store_true", help="tylko pokaż, co zostałoby przyjęte")
        parser.add_argument("--limit", type=int, default=0, metavar="N", help="najwyżej tyle nowych nagrań teraz")
        parser.add_argument("--wait", action="store_true", help="czekaj, aż wszystkie transkrypcje będą gotowe")
        parser.add_argument("--report", type=Path, metavar="FILE", help="zapisz sprawozdanie (.json albo .csv)")
        parser.add_argument("--strict", action="store_true", help="kod wyjścia 1, gdy choć jeden wiersz się nie udał")

    def handle(self, *args: Any, **options: Any) -> None:
        actor = access_council_from_shell(options["council"])
        if options["report"]:
            _check_writable(options["report"])
        done = report.Report()
        try:
            self._take_all(actor, options, done)
            if options["wait"] and not options["dry_run"]:
                done = self._wait_for_all(actor, done)
        finally:
            if options["report"]:
                done.save(options["report"])
            self._tell(done, dry_run=options["dry_run"])
        ours = sorted(bulk.OUR_FAULTS & set(done.codes))
        if ours or (options["strict"] and done.counts["failed"]):
            sys.exit(1)

    def _take_all(self, actor: Actor, options: dict[str, Any], done: report.Report) -> None:
        limit = options["limit"]
        seen: set[str] = set()  # a trial writes nothing down, so what a list names twice is only known here
        with _bar("Przyjmowanie") as bar:
            for row in _rows(actor, options["source"]):
                result = bulk.take_row(actor, row, dry_run=options["dry_run"])
                name = row.address or str(row.path)
                if options["dry_run"] and result.outcome == "taken" and name in seen:
                    result = replace(result, outcome="already")
                seen.add(name)
                done.add(result)
                bar.update()
                bar.set_postfix_str(", ".join(f"{report.OUTCOMES[k]}: {n}" for k, n in done.counts.items()))
                if result.code in bulk.STOPPING:
                    self.say(f"{result.message} Przerywam; to samo polecenie dokończy pracę.")
                    return
                if limit > 0 and done.counts["taken"] >= limit:
                    return

    def _wait_for_all(self, actor: Actor, before: report.Report) -> report.Report:
        after = report.Report()
        with _bar("Opracowanie", total=before.counts.total()) as bar:
            for result in before.results():
                after.add(_finished(actor, result))
                bar.update()
        return after

    def _tell(self, done: report.Report, *, dry_run: bool) -> None:
        """The table on stdout: rows that failed or have no words in full, the rest as numbers."""
        shown = told = 0
        for result in done.results():
            if result.message and shown < _MOST_LINES_SHOWN:
                self.give(f"{result.row.number}\t{result.row.name}\t{result.code}\t{result.message}")
                shown, told = shown + 1, told + 1
            elif dry_run and shown < _MOST_LINES_SHOWN:
                self.give(f"{result.row.number}\t{result.row.name}\t{report.OUTCOMES[result.outcome]}")
                shown += 1
        if done.codes.total() > told:
            self.give(f"… i {done.codes.total() - told} więcej; wszystkie zapisuje --report PLIK.")
        words = [f"{label}: {done.counts[outcome]}" for outcome, label in report.OUTCOMES.items()]
        self.give(("Na próbę, nic nie zmieniono. " if dry_run else "") + ", ".join(words))


def _finished(actor: Actor, result: bulk.Result) -> bulk.Result:
    if result.recording_id is None or result.outcome == "failed":
        return result
    try:
        waiting.wait_until_done(actor, result.recording_id, lambda event: None)
    except CouncilError as error:
        return replace(result, outcome="failed", code=error.code, message=message_for(error.code))
    return bulk.state_of(actor, result)


def _rows(actor: Actor, source: str) -> Iterator[Row]:
    if _LINK.match(source):
        yield from rows_of_address(actor, source, most=MOST_ITEMS)
        return
    path = Path(source).expanduser()
    if path.is_dir():
        yield from rows_of_folder(path)
    elif path.suffix.lower() in LIST_SUFFIXES:
        yield from rows_of_list(path)
    else:
        yield Row(1, str(path), path=path)


def _check_writable(path: Path) -> None:
    """Hours of work must not end with a report that cannot be written."""
    try:
        path.open("a").close()
    except OSError as error:
        raise CouncilError("output_unwritable", path=str(path), detail=str(error)) from error


def _bar(what: str, total: int | None = None) -> tqdm[NoReturn]:
    return tqdm(desc=what, total=total, file=sys.stderr, unit=" nagr.", mininterval=0.5, disable=None)
