"""Finished transcripts from files and folders: each with the media of the same name beside it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final
from uuid import UUID

from council.access import Actor
from council.errors import CouncilError
from transcripts import actions
from transcripts.imports import MOST_BYTES, decoded, spoken_text
from transcripts.intake.entries import printable
from transcripts.intake.meetings import place_recording
from transcripts.intake.rows import MEDIA_SUFFIXES
from transcripts.sources.days import day_of

TRANSCRIPT_SUFFIXES: Final = frozenset({".json", ".vtt", ".srt", ".txt"})
ESTIMATED: Final = "(czasy szacowane)"
"""What the title of a transcript says whose times were counted from its words."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A transcript and its recording, where there is one."""

    transcript: Path
    media: Path | None


def pairs_in(folder: Path) -> Iterator[Pair]:
    """Every transcript in a folder tree, in the order of names; links and hidden files are left out.

    Of one name in several formats the richest is taken: JSON before VTT before SRT before plain text.
    """
    for inside, folders, names in os.walk(folder, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        files = sorted(Path(inside, name) for name in names if not name.startswith("."))
        usable = [path for path in files if not path.is_symlink()]
        media = {path.stem: path for path in usable if path.suffix.lower() in MEDIA_SUFFIXES}
        order = (".json", ".vtt", ".srt", ".txt")
        found: dict[str, Path] = {}
        for suffix in order:
            for path in usable:
                if path.suffix.lower() == suffix:
                    found.setdefault(path.stem, path)
        for stem in sorted(found):
            yield Pair(found[stem], media.get(stem))


def take_transcript(
    actor: Actor, *, path: Path, media: Path | None, title: str = "", held_on: date | None = None
) -> UUID:
    """Bring in one finished transcript; a plain text with speakers gets estimated times, and its title says so.

    Raises:
        CouncilError: as actions.import_transcript_file.
    """
    held_on = held_on or day_of(title or path.stem.replace("_", " "))
    if path.suffix.lower() == ".txt":
        recording_id = _take_text(actor, path, media, title or printable(path.stem), held_on)
    else:
        recording_id = actions.import_transcript_file(actor, path=path, media=media, title=title, held_on=held_on)
    place_recording(actor.council_id, recording_id)
    return recording_id


def _take_text(actor: Actor, path: Path, media: Path | None, title: str, held_on: date | None) -> UUID:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise CouncilError("transcript_unreadable", detail="too large")
        content = path.read_bytes()
    except OSError as error:
        raise CouncilError("source_missing", detail=str(error)) from error
    text = decoded(content)
    if "-->" in text:  # subtitles under another name have times of their own
        return actions.import_transcript_file(actor, path=path, media=media, title=title, held_on=held_on)
    room = actions.TITLE_CHARS - len(ESTIMATED) - 1
    return actions.add_transcript(
        actor,
        segments=spoken_text.read(text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")),
        content_hash=hashlib.sha256(content).hexdigest(),
        file_name=printable(path.name),
        title=f"{title[:room]} {ESTIMATED}",
        held_on=held_on,
        media=media,
    )
