"""Minutes as the writers of files see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from assistant.minutes.markup import Runs
from assistant.minutes.sections import Section


@dataclass(frozen=True, slots=True)
class Document:
    """`address`: the recording's page, to which marks link. `approved`: False prints that this is a draft."""

    council_name: str
    title: str
    held_on: date | None
    approved: bool
    version: int
    address: str
    sections: Sequence[Section]

    @property
    def heading(self) -> str:
        return f"Protokół: {self.title}"

    @property
    def subtitle(self) -> str:
        held_on = f", {self.held_on:%d.%m.%Y}" if self.held_on else ""
        return f"{self.council_name}{held_on}"

    @property
    def status(self) -> str:
        """What a reader must know about this text. Empty for approved minutes."""
        if self.approved:
            return ""
        return f"PROJEKT (wersja {self.version}). Tekst nie został zatwierdzony; miarodajne jest nagranie."

    def link(self, at_ms: int) -> str:
        return f"{self.address}#t={at_ms}"


def plain(runs: Runs) -> str:
    return "".join(run.text for run in runs)
