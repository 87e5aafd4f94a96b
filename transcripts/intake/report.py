"""What a bulk import did, row by row: kept on disk while it runs, so that thousands of rows cost no memory."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any
from uuid import UUID

from council.errors import CouncilError
from transcripts.intake.bulk import Result
from transcripts.intake.rows import Row

OUTCOMES = {"taken": "przyjęte", "already": "już było", "failed": "nieudane"}
_COLUMNS = ("number", "source", "title", "date", "outcome", "recording", "code", "message")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class Report:
    """Results in the order they came; `rewrite` replaces them once all recordings are finished."""

    def __init__(self) -> None:
        self._spool: IO[str] = TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115  # lives as long as the report
        self.counts: Counter[str] = Counter()
        self.codes: Counter[str] = Counter()

    def add(self, result: Result) -> None:
        self._spool.seek(0, 2)
        self._spool.write(json.dumps(_as_json(result)) + "\n")
        self.counts[result.outcome] += 1
        if result.code:
            self.codes[result.code] += 1

    def results(self) -> Iterator[Result]:
        """Every result so far; do not add to the report meanwhile."""
        for values in self._values():
            held_on = date.fromisoformat(values["date"]) if values["date"] else None
            row = Row(values["number"], values["source"], title=values["title"], held_on=held_on)
            recording_id = UUID(values["recording"]) if values["recording"] else None
            yield Result(row, values["outcome"], recording_id, values["code"], values["message"])

    def save(self, path: Path) -> None:
        """Write JSON, or CSV when the name ends so. Raises CouncilError("output_unwritable")."""
        try:
            with path.open("w", encoding="utf-8-sig" if path.suffix.lower() == ".csv" else "utf-8", newline="") as out:
                if path.suffix.lower() == ".csv":
                    self._save_csv(out)
                else:
                    self._save_json(out)
        except OSError as error:
            raise CouncilError("output_unwritable", path=str(path), detail=str(error)) from error

    def _save_csv(self, out: IO[str]) -> None:
        writer = csv.writer(out, delimiter=";")
        writer.writerow(_COLUMNS)
        for values in self._values():
            writer.writerow([_cell(values[column]) for column in _COLUMNS])

    def _save_json(self, out: IO[str]) -> None:
        counts = {outcome: self.counts[outcome] for outcome in OUTCOMES}
        out.write(f'{{"counts": {json.dumps(counts)},\n "rows": [')
        for position, values in enumerate(self._values()):
            out.write(("," if position else "") + "\n  " + json.dumps(values, ensure_ascii=False))
        out.write("\n]}\n")

    def _values(self) -> Iterator[dict[str, Any]]:
        self._spool.seek(0)
        while line := self._spool.readline():
            yield json.loads(line)


def _cell(value: object) -> object:
    """A spreadsheet must not take a title for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_STARTS) else value


def _as_json(result: Result) -> dict[str, str | int | None]:
    row = result.row
    return {
        "number": row.number,
        "source": row.name,
        "title": row.title,
        "date": row.held_on.isoformat() if row.held_on else None,
        "outcome": result.outcome,
        "recording": str(result.recording_id) if result.recording_id else None,
        "code": result.code,
        "message": result.message,
    }
